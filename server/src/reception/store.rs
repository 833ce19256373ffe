//! The SQL of the desk. It selects what the desk may see and nothing else: no name, no reason, no case.

use crate::error::Error;
use domain::{
    Actor,
    id::{OfficeId, VisitId},
    reception::DeskVisitor,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

/// Booked visitors at an office whose time starts in `[from, to)`.
pub async fn visitors(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<DeskVisitor>, Error> {
    let rows = sqlx::query!(
        r#"SELECT visit.visit_id, slot.starts_at AS "starts_at: jiff_sqlx::Timestamp",
                  slot.ends_at AS "ends_at: jiff_sqlx::Timestamp", visit.number, visit.interpreter, visit.language, visit.needs
           FROM visit_slot slot JOIN visit USING (municipality_id, slot_id)
           WHERE slot.municipality_id = $1 AND slot.office_id = $2 AND slot.starts_at >= $3 AND slot.starts_at < $4
             AND visit.status = 'booked'
           ORDER BY slot.starts_at, visit.number"#,
        actor.municipality.0,
        office.0,
        from.to_sqlx() as _,
        to.to_sqlx() as _,
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DeskVisitor {
            visit_id: VisitId(row.visit_id),
            starts_at: row.starts_at.to_jiff(),
            ends_at: row.ends_at.to_jiff(),
            number: row.number,
            interpreter: row.interpreter,
            language: row.language,
            needs: row.needs,
        })
        .collect())
}

/// The office's short name and name.
pub async fn office(tx: &mut PgConnection, actor: &Actor, office: OfficeId) -> Result<Option<(String, String)>, Error> {
    let row = sqlx::query!(
        "SELECT slug, name FROM office WHERE municipality_id = $1 AND office_id = $2",
        actor.municipality.0,
        office.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| (row.slug, row.name)))
}
