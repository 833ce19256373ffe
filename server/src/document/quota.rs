//! How much room there is: what is held already, against the limits of `domain::document`.

use crate::error::Error;
use domain::{
    Actor,
    document::{Amount, Held},
    id::{ApplicationId, PersonId},
};
use sqlx::PgConnection;

/// Bytes that one more paper of the person may have, unsent or with the application; 0 when there is no room for one.
/// True until the transaction ends if the person is locked. Objects on their way do not count: one that was broken off
/// takes no room from anybody.
pub async fn room(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    to: Option<ApplicationId>,
) -> Result<u64, Error> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "papers!", coalesce(sum(size), 0)::bigint AS "bytes!",
                  count(*) FILTER (WHERE application_id IS NOT DISTINCT FROM $3) AS "beside_papers!",
                  coalesce(sum(size) FILTER (WHERE application_id IS NOT DISTINCT FROM $3), 0)::bigint AS "beside_bytes!",
                  (SELECT identity = 'claimed' FROM person
                   WHERE person.municipality_id = $1 AND person.person_id = $2) AS claimed,
                  (SELECT coalesce(sum(unsent.size), 0) FROM document unsent
                   JOIN person USING (municipality_id, person_id)
                   WHERE unsent.municipality_id = $1 AND unsent.application_id IS NULL
                     AND person.identity <> 'claimed')::bigint AS "known_unsent!",
                  (SELECT coalesce(sum(theirs.size), 0) FROM person
                   JOIN document theirs USING (municipality_id, person_id)
                   WHERE person.municipality_id = $1 AND person.identity = 'claimed')::bigint AS "claimed_all!"
           FROM document WHERE municipality_id = $1 AND person_id = $2"#,
        actor.municipality.0,
        person.0,
        to.map(|application| application.0),
    )
    .fetch_one(tx)
    .await?;
    let count = |number: i64| u64::try_from(number).map_err(|_| Error::Broken("a count is not negative"));
    let claimed = row.claimed.unwrap_or_default();
    let held = Held {
        beside: Amount { papers: count(row.beside_papers)?, bytes: count(row.beside_bytes)? },
        person: Amount { papers: count(row.papers)?, bytes: count(row.bytes)? },
        claimed,
        shared: count(if claimed { row.claimed_all } else { row.known_unsent })?,
    };
    let room = held.room(to.is_some());
    if room == 0 {
        // Somebody should know when it is the municipality's shelf that is full, and not one person's.
        tracing::warn!(papers = held.person.papers, claimed, shared = held.shared, "no room for more papers");
    }
    Ok(room)
}
