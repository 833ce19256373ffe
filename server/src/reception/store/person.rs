//! The SQL of who somebody at the desk is. A search finds confirmed persons and says nothing of their cases.

use crate::error::Error;
use domain::{
    Actor,
    id::{OfficeId, PersonId, TicketId},
    reception::{MOST_HITS, PersonHit, TicketStatus, WalkIn},
};
use sqlx::PgConnection;

/// Writes down somebody new who says her name; who she is, is only claimed.
pub async fn insert_claimed(tx: &mut PgConnection, actor: &Actor, person: PersonId, name: &str) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO person (municipality_id, person_id, display_name, identity) VALUES ($1, $2, $3, 'claimed')",
        actor.municipality.0,
        person.0,
        name,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether the person is there and was confirmed to be who she is.
pub async fn is_confirmed(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM person WHERE municipality_id = $1 AND person_id = $2 AND identity = 'confirmed')
           AS "found!""#,
        actor.municipality.0,
        person.0,
    )
    .fetch_one(tx)
    .await?;
    Ok(found)
}

/// Who somebody at the desk is: herself, or whom she has been joined into since. Until the transaction ends she is not joined
/// into anybody else.
pub async fn hold_person_behind(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<PersonId, Error> {
    let behind = sqlx::query_scalar!(
        r#"SELECT coalesce(joined_into, person_id) AS "behind!" FROM person
           WHERE municipality_id = $1 AND person_id = $2 FOR NO KEY UPDATE"#,
        actor.municipality.0,
        person.0,
    )
    .fetch_one(tx)
    .await?;
    Ok(PersonId(behind))
}

/// Confirmed persons of whose name a word begins so, by name.
pub async fn named(tx: &mut PgConnection, actor: &Actor, text: &str) -> Result<Vec<PersonHit>, Error> {
    let begins = format!("{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let rows = sqlx::query!(
        "SELECT person_id, display_name, left(personal_number, 4) AS year FROM person
         WHERE municipality_id = $1 AND identity = 'confirmed'
           AND (display_name ILIKE $2 OR display_name ILIKE '% ' || $2)
         ORDER BY display_name, person_id LIMIT $3",
        actor.municipality.0,
        begins,
        i64::try_from(MOST_HITS).unwrap_or(i64::MAX),
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| hit(PersonId(row.person_id), row.display_name, row.year.as_deref())).collect())
}

/// The confirmed person with this personal number.
pub async fn numbered(tx: &mut PgConnection, actor: &Actor, number: &str) -> Result<Option<PersonHit>, Error> {
    let row = sqlx::query!(
        "SELECT person_id, display_name, left(personal_number, 4) AS year FROM person
         WHERE municipality_id = $1 AND personal_number = $2 AND identity = 'confirmed'",
        actor.municipality.0,
        number,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| hit(PersonId(row.person_id), row.display_name, row.year.as_deref())))
}

fn hit(person_id: PersonId, name: String, year: Option<&str>) -> PersonHit {
    PersonHit { person_id, name, year_of_birth: year.and_then(|year| year.parse().ok()) }
}

/// The walk-ins of a person by time; only those at one office for staff.
pub async fn of_person(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    at: Option<OfficeId>,
) -> Result<Vec<WalkIn>, Error> {
    let rows = sqlx::query!(
        r#"SELECT ticket.ticket_id, office.name, ticket.status,
                  ticket.registered_at AS "registered_at: jiff_sqlx::Timestamp",
                  ticket.called_at AS "called_at: jiff_sqlx::Timestamp", ticket.done_at AS "done_at: jiff_sqlx::Timestamp"
           FROM reception_ticket ticket JOIN office USING (municipality_id, office_id)
           WHERE municipality_id = $1
             -- Also those from before anybody knew who she is.
             AND (ticket.person_id = $2 OR ticket.person_id IN (SELECT claimed.person_id FROM person claimed
                                                                WHERE claimed.municipality_id = $1
                                                                  AND claimed.joined_into = $2))
             AND ($3::uuid IS NULL OR office_id = $3)
           ORDER BY ticket.registered_at, ticket.ticket_id"#,
        actor.municipality.0,
        person.0,
        at.map(|office| office.0),
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(WalkIn {
                ticket_id: TicketId(row.ticket_id),
                office_name: row.name,
                status: TicketStatus::from_name(&row.status).ok_or(Error::Broken("states of tickets are known"))?,
                registered_at: row.registered_at.to_jiff(),
                called_at: row.called_at.map(jiff_sqlx::Timestamp::to_jiff),
                done_at: row.done_at.map(jiff_sqlx::Timestamp::to_jiff),
            })
        })
        .collect()
}
