//! What other rooms ask of cases, in their own transaction: the case an application belongs to, that it stays as it is, and
//! the figures a caseworker has verified.

use super::store::{self, CalculationRow};
use crate::{db::audit, error::Error, world::World};
use domain::{
    Actor,
    casework::Party,
    id::{ApplicationId, CaseId, OfficeId, PersonId},
    norm::{EstimateRequest, LocalPractice},
};
use jiff::tz::TimeZone;
use sqlx::PgConnection;

/// The case an application was put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    pub case: CaseId,
    /// As people say it: `2026-01432`.
    pub number: String,
    /// The case was open before: the application is joined to it.
    pub joined: bool,
}

/// The person's open case, or a new one at the office with the next number of the local year.
///
/// Two applications at once make one case: the person's row is locked first. The number is taken in the caller's
/// transaction, so one that is undone leaves no gap (the next takes it) and none is given twice; whoever opens a case
/// waits for the one before to commit. Nobody who holds the number waits for a person, so nothing deadlocks.
///
/// Only a case the person applied in herself is joined. One where she is a partner is also the other's to read (FL 10 §),
/// and what she tells alone does not belong there. Somebody whose identity is only claimed is a person of her own, so her
/// case is hers and nobody else's until the desk has confirmed who she is.
pub async fn case_for(
    tx: &mut PgConnection,
    actor: &Actor,
    world: &World,
    zone: &TimeZone,
    person: PersonId,
    office: OfficeId,
) -> Result<OpenCase, Error> {
    if !store::lock_person(tx, actor, person).await? {
        return Err(Error::not_found());
    }
    if let Some((case, number)) = store::open_case_of(tx, actor, person).await? {
        return Ok(OpenCase { case, number, joined: true });
    }
    let now = world.now();
    let year = i32::from(zone.to_datetime(now).year());
    let last = store::next_in_series(tx, actor, year).await?;
    let (case, number) = (CaseId(world.id()), format!("{year:04}-{last:05}"));
    store::insert_case(tx, actor, &store::NewCase { case, number: &number, office, person, now }).await?;
    let entry = audit::Entry::new(actor, world.id(), now, "casework.open", "case")
        .objects([case.0, person.0])
        .because(if actor.is_staff() { "for_person" } else { "own" });
    audit::write(tx, &entry).await?;
    Ok(OpenCase { case, number, joined: false })
}

/// Figures a caseworker has saved, and the practice of that day, with which they are calculated.
pub struct Verified {
    pub version: i64,
    pub request: EstimateRequest,
    pub practice: LocalPractice,
}

/// The figures a caseworker has saved for an application; none when nobody has yet.
pub async fn verified(
    tx: &mut PgConnection,
    actor: &Actor,
    application: ApplicationId,
) -> Result<Option<Verified>, Error> {
    let saved = store::calculation(tx, actor, application).await?;
    Ok(saved.map(|CalculationRow { version, request, practice, .. }| Verified { version, request, practice }))
}

/// Whom the case is about, applicants first, and how each may be reached. For staff who may see the case: the caller has
/// asked.
pub async fn parties(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<Party>, Error> {
    store::parties(tx, actor, case).await
}

/// Holds the case as it is until the transaction ends: whoever writes something into a case holds it, so that joining two
/// cases of one person ([`super::confirm_identity`]) comes either before, and then finds nothing left behind, or after, and
/// then takes what was written along. `false`: the case is closed.
///
/// The order everywhere: people, then cases, then what lies in them.
pub async fn hold_open(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<bool, Error> {
    store::hold(tx, actor, case).await
}
