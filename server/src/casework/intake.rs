//! The intake list in parts: as many as asked for behind or before an application, by when they arrived. What comes or is
//! decided meanwhile moves nobody to another page unseen.

use super::store::intake::{self as store, Place, Whose};
use crate::{error::Error, message};
use domain::{
    Actor, FieldCode, FieldFault,
    casework::{IntakeFilter, IntakeFrom, IntakeItem, IntakeQuery},
    id::{ApplicationId, CaseId, OfficeId},
};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// A part of the list, and where the parts beside it begin.
pub struct Part {
    pub items: Vec<IntakeItem>,
    pub previous: Option<ApplicationId>,
    pub next: Option<ApplicationId>,
}

/// The part asked for.
pub async fn part(
    tx: &mut PgConnection,
    actor: &Actor,
    whose: Whose,
    query: IntakeQuery,
    now: Timestamp,
) -> Result<Part, Error> {
    let IntakeQuery { filter, from, limit } = query;
    let from = match from {
        IntakeFrom::Start => Begin::Start,
        IntakeFrom::After(one) => Begin::After(known(tx, actor, whose.office, one, "/after").await?),
        IntakeFrom::Before(one) => Begin::Before(known(tx, actor, whose.office, one, "/before").await?),
    };
    let (keys, earlier, later) = if filter == IntakeFilter::Unreached {
        among(unreached(tx, actor, whose.office, now).await?, from, limit)
    } else {
        waiting(tx, actor, whose, filter, from, limit).await?
    };
    let mut items = store::items(tx, actor, whose.office, &keys).await?;
    let cases: Vec<CaseId> = items.iter().map(|item| item.case_id).collect();
    let to_tell = message::to_tell(tx, actor, whose.office, Some(&cases), now).await?;
    for item in &mut items {
        item.unreached = to_tell.iter().any(|one| one.application == item.application_id);
    }
    let previous = items.first().filter(|_| earlier).map(|item| item.application_id);
    let next = items.last().filter(|_| later).map(|item| item.application_id);
    Ok(Part { items, previous, next })
}

/// All applications of the office, decided or not, about which staff are to tell somebody, oldest first.
async fn unreached(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    now: Timestamp,
) -> Result<Vec<Place>, Error> {
    let found = message::to_tell(tx, actor, office, None, now).await?;
    let mut places: Vec<Place> = found.into_iter().map(|one| (one.arrived_at, one.application)).collect();
    // Of one application there may be several to tell; they lie beside each other.
    places.dedup();
    Ok(places)
}

#[derive(Clone, Copy)]
enum Begin {
    Start,
    After(Place),
    Before(Place),
}

async fn known(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    application: ApplicationId,
    pointer: &str,
) -> Result<Place, Error> {
    let fault = || Error::invalid(vec![FieldFault::new(pointer, FieldCode::Malformed)]);
    store::place(tx, actor, office, application).await?.ok_or_else(fault)
}

/// Of those that wait: which, and whether there are any before and any after them.
async fn waiting(
    tx: &mut PgConnection,
    actor: &Actor,
    whose: Whose,
    filter: IntakeFilter,
    from: Begin,
    limit: usize,
) -> Result<(Vec<Uuid>, bool, bool), Error> {
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    if let Begin::Before(place) = from {
        let mut found = store::before(tx, actor, whose, filter, place, one_more).await?;
        // The last part on the way back may be a short one: then it is the first part that is wanted.
        if found.len() > limit {
            found.truncate(limit);
            return Ok((found, true, true));
        }
    }
    let place = if let Begin::After(place) = from { Some(place) } else { None };
    let mut found = store::after(tx, actor, whose, filter, place, one_more).await?;
    let later = found.len() > limit;
    found.truncate(limit);
    Ok((found, place.is_some(), later))
}

/// The same of a list that is there whole.
fn among(all: Vec<Place>, from: Begin, limit: usize) -> (Vec<Uuid>, bool, bool) {
    let order = |place: &Place| (place.0, place.1.0);
    let start = match from {
        Begin::Start => 0,
        Begin::After(place) => all.partition_point(|one| order(one) <= order(&place)),
        Begin::Before(place) => all.partition_point(|one| order(one) < order(&place)).saturating_sub(limit),
    };
    let later = all.len() > start.saturating_add(limit);
    let keys = all.into_iter().skip(start).take(limit).map(|(_, application)| application.0).collect();
    (keys, start > 0, later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_list_is_cut_at_both_ends() {
        let place = |at: i64| {
            let id = Uuid::from_u128(u128::try_from(at).expect("small"));
            (Timestamp::from_second(at).expect("a time"), ApplicationId(id))
        };
        let all: Vec<Place> = (1..=5).map(place).collect();
        let cut = |from, limit| {
            let (keys, earlier, later) = among(all.clone(), from, limit);
            (keys.into_iter().map(|key| key.as_u128()).collect::<Vec<_>>(), earlier, later)
        };
        assert_eq!(cut(Begin::Start, 2), (vec![1, 2], false, true));
        assert_eq!(cut(Begin::After(place(2)), 2), (vec![3, 4], true, true));
        assert_eq!(cut(Begin::After(place(4)), 2), (vec![5], true, false));
        assert_eq!(cut(Begin::Before(place(3)), 2), (vec![1, 2], false, true));
        assert_eq!(cut(Begin::Before(place(2)), 2), (vec![1, 2], false, true), "never a short first part");
        assert_eq!(cut(Begin::Start, 9), (vec![1, 2, 3, 4, 5], false, false));
    }
}
