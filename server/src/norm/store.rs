//! The SQL of the municipality's practice.

use crate::error::Error;
use domain::{
    Actor,
    id::{MunicipalityId, StaffId},
    norm::{LocalPractice, Month, PracticeHistory, PracticeVersion, SavePractice},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

/// Every version a municipality has saved. One that cannot be read is an error of encoding: it may be what applies. What
/// may be saved is no question here: a rule that came later takes nothing back.
pub async fn history(tx: &mut PgConnection, municipality: MunicipalityId) -> Result<PracticeHistory, Error> {
    let rows = sqlx::query!(
        r#"SELECT practice.version, practice.valid_from AS "valid_from: jiff_sqlx::Date", practice.content,
                  practice.checked_on AS "checked_on: jiff_sqlx::Date", practice.source, staff.display_name,
                  practice.saved_at AS "saved_at: jiff_sqlx::Timestamp"
           FROM norm_practice practice
           JOIN staff ON staff.municipality_id = practice.municipality_id AND staff.staff_id = practice.saved_by
           WHERE practice.municipality_id = $1
           ORDER BY practice.version"#,
        municipality.0,
    )
    .fetch_all(tx)
    .await?;
    let versions = rows.into_iter().map(|row| -> Result<PracticeVersion, Error> {
        let version = row.version;
        let content: LocalPractice = serde_json::from_value(row.content).inspect_err(|_| {
            tracing::error!(%municipality, version, "a settled practice cannot be read");
        })?;
        Ok(PracticeVersion {
            version,
            valid_from: Month::containing(row.valid_from.to_jiff()),
            content,
            checked_on: row.checked_on.to_jiff(),
            source: row.source,
            by: row.display_name,
            saved_at: row.saved_at.to_jiff(),
        })
    });
    Ok(PracticeHistory(versions.collect::<Result<_, Error>>()?))
}

/// Adds a version after the newest that was seen; none when there is another one by now.
pub async fn save(
    tx: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    command: &SavePractice,
    by: StaffId,
    at: Timestamp,
) -> Result<Option<i64>, Error> {
    // There is no such version, and none after it.
    if command.version == i64::MAX {
        return Ok(None);
    }
    let saved = sqlx::query_scalar!(
        "INSERT INTO norm_practice
                (municipality_id, practice_id, version, valid_from, content, checked_on, source, saved_by, saved_at)
         SELECT $1, $2, $3::bigint + 1, $4, $5, $6, $7, $8, $9
         WHERE $3::bigint = (SELECT coalesce(max(version), 0) FROM norm_practice WHERE municipality_id = $1)
         ON CONFLICT ON CONSTRAINT norm_practice_version DO NOTHING
         RETURNING version",
        actor.municipality.0,
        id,
        command.version,
        command.valid_from.first_day().to_sqlx() as _,
        serde_json::to_value(&command.content)?,
        command.checked_on.to_sqlx() as _,
        command.source.trim(),
        by.0,
        at.to_sqlx() as _,
    )
    .fetch_optional(tx)
    .await?;
    Ok(saved)
}
