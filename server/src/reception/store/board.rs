//! The SQL of boards and screens: what is called, and whether anything has changed.

use crate::error::Error;
use domain::{
    Actor,
    id::{OfficeId, TicketId},
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

/// What wakes those who watch an office's board. A hint: polling finds what it loses.
pub const CHANNEL: &str = "porten_reception";

/// Called and not done, the last called first.
pub async fn called(tx: &mut PgConnection, actor: &Actor, office: OfficeId, day: Date) -> Result<Vec<i32>, Error> {
    Ok(sqlx::query_scalar!(
        "SELECT number FROM reception_ticket
         WHERE municipality_id = $1 AND office_id = $2 AND day = $3 AND status = 'called'
         ORDER BY called_at DESC, number",
        actor.municipality.0,
        office.0,
        day.to_sqlx() as _,
    )
    .fetch_all(tx)
    .await?)
}

/// Wakes those who watch the office's board, when the transaction commits.
pub async fn notify(tx: &mut PgConnection, office: OfficeId) -> Result<(), Error> {
    sqlx::query!("SELECT pg_notify($1, $2)", CHANNEL, office.0.to_string()).execute(tx).await?;
    Ok(())
}

/// How much has happened to the tickets of a day: grows with each change.
pub async fn changes(tx: &mut PgConnection, actor: &Actor, office: OfficeId, day: Date) -> Result<i64, Error> {
    let changes = sqlx::query_scalar!(
        r#"SELECT coalesce(sum(version), 0)::bigint AS "changes!" FROM reception_ticket
           WHERE municipality_id = $1 AND office_id = $2 AND day = $3"#,
        actor.municipality.0,
        office.0,
        day.to_sqlx() as _,
    )
    .fetch_one(tx)
    .await?;
    Ok(changes)
}

/// The tickets of a day with their versions.
pub async fn versions(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    day: Date,
) -> Result<Vec<(TicketId, i64)>, Error> {
    let rows = sqlx::query!(
        "SELECT ticket_id, version FROM reception_ticket WHERE municipality_id = $1 AND office_id = $2 AND day = $3",
        actor.municipality.0,
        office.0,
        day.to_sqlx() as _,
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (TicketId(row.ticket_id), row.version)).collect())
}
