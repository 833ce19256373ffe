//! Drafts: what a person typed in a form of several steps, saved as typed, valid or not.
//!
//! Each save says which version it started from; a save over a newer version is refused, so that two open windows never
//! undo each other unseen.

use crate::error::Error;
use domain::{Actor, Conflict, id::PersonId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;

/// A saved draft and the version it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<T> {
    pub version: i64,
    pub content: T,
}

/// The draft of one form, if there is one.
pub async fn load<T: DeserializeOwned>(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    form: &str,
) -> Result<Option<Draft<T>>, Error> {
    let row = sqlx::query!(
        "SELECT version, content FROM draft WHERE municipality_id = $1 AND person_id = $2 AND form = $3",
        actor.municipality.0,
        person.0,
        form,
    )
    .fetch_optional(tx)
    .await?;
    row.map(|row| Ok(Draft { version: row.version, content: serde_json::from_value(row.content)? })).transpose()
}

/// Saves over `version` (0 = there was none) and gives the new version. Saving the same again, as a double click does,
/// succeeds and changes nothing.
pub async fn save<T: Serialize>(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    form: &str,
    version: i64,
    content: &T,
    now: Timestamp,
) -> Result<i64, Error> {
    let saved = sqlx::query_scalar!(
        "INSERT INTO draft (municipality_id, person_id, form, version, content, saved_at)
         SELECT $1, $2, $3, $7, $5, $6
         WHERE $4::bigint = 0 OR EXISTS (SELECT FROM draft WHERE municipality_id = $1 AND person_id = $2 AND form = $3)
         ON CONFLICT (municipality_id, person_id, form)
         DO UPDATE SET version = CASE WHEN draft.content = EXCLUDED.content THEN draft.version ELSE draft.version + 1 END,
                       content = EXCLUDED.content, saved_at = EXCLUDED.saved_at
         WHERE draft.version = $4 OR draft.content = EXCLUDED.content
         RETURNING version",
        actor.municipality.0,
        person.0,
        form,
        version,
        serde_json::to_value(content)?,
        now.to_sqlx() as _,
        // Versions of a later draft must not meet those of one that was sent and forgotten.
        now.as_microsecond(),
    )
    .fetch_optional(tx)
    .await?;
    saved.ok_or_else(|| Conflict::VersionConflict.into())
}

/// The person's drafts live on: she did something that belongs to them, such as adding a paper.
pub async fn touch(tx: &mut PgConnection, actor: &Actor, person: PersonId, now: Timestamp) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE draft SET saved_at = $3 WHERE municipality_id = $1 AND person_id = $2",
        actor.municipality.0,
        person.0,
        now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets the draft: its form was sent.
pub async fn forget(tx: &mut PgConnection, actor: &Actor, person: PersonId, form: &str) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM draft WHERE municipality_id = $1 AND person_id = $2 AND form = $3",
        actor.municipality.0,
        person.0,
        form,
    )
    .execute(tx)
    .await?;
    Ok(())
}
