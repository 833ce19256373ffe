//! The SQL of the desk. It selects what the desk may see and nothing else: no reason, no case, and a name only where it
//! was said at the desk.

mod board;
mod person;

pub use board::{CHANNEL, called, changes, notify, versions};
pub use person::{hold_person_behind, insert_claimed, is_confirmed, named, numbered, of_person};

use crate::error::Error;
use domain::{
    Actor,
    id::{OfficeId, PersonId, StaffId, TicketId, VisitId},
    reception::{DeskVisitor, FIRST_NUMBER, LAST_SHORT_NUMBER, Ticket, TicketStatus},
};
use jiff::{Timestamp, civil::Date};
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

/// The office with that short name, and its name.
pub async fn office_named(
    tx: &mut PgConnection,
    actor: &Actor,
    slug: &str,
) -> Result<Option<(OfficeId, String)>, Error> {
    let row = sqlx::query!(
        "SELECT office_id, name FROM office WHERE municipality_id = $1 AND slug = $2",
        actor.municipality.0,
        slug,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| (OfficeId(row.office_id), row.name)))
}

/// A ticket and the person behind its booked visit, whom only some may know.
pub struct TicketRow {
    pub ticket: Ticket,
    pub visitor: Option<PersonId>,
}

/// The tickets of an office and day in the order they came, or one of them.
pub async fn tickets(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    day: Date,
    only: Option<TicketId>,
) -> Result<Vec<TicketRow>, Error> {
    let rows = sqlx::query!(
        r#"SELECT ticket.ticket_id, ticket.number, ticket.status, ticket.visit_id, ticket.person_id,
                  person.display_name AS "name?", visit.person_id AS "visitor?",
                  ticket.registered_at AS "registered_at: jiff_sqlx::Timestamp",
                  ticket.called_at AS "called_at: jiff_sqlx::Timestamp", ticket.done_at AS "done_at: jiff_sqlx::Timestamp"
           FROM reception_ticket ticket
           LEFT JOIN person ON person.municipality_id = ticket.municipality_id AND person.person_id = ticket.person_id
           LEFT JOIN visit ON visit.municipality_id = ticket.municipality_id AND visit.visit_id = ticket.visit_id
           WHERE ticket.municipality_id = $1 AND ticket.office_id = $2 AND ticket.day = $3
             AND ($4::uuid IS NULL OR ticket.ticket_id = $4)
           ORDER BY ticket.registered_at, ticket.ticket_id"#,
        actor.municipality.0,
        office.0,
        day.to_sqlx() as _,
        only.map(|ticket| ticket.0),
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(TicketRow {
                visitor: row.visitor.map(PersonId),
                ticket: Ticket {
                    ticket_id: TicketId(row.ticket_id),
                    number: row.number,
                    status: TicketStatus::from_name(&row.status).ok_or(Error::Broken("states of tickets are known"))?,
                    visit_id: row.visit_id.map(VisitId),
                    person_id: row.person_id.map(PersonId),
                    name: row.name,
                    registered_at: row.registered_at.to_jiff(),
                    called_at: row.called_at.map(jiff_sqlx::Timestamp::to_jiff),
                    done_at: row.done_at.map(jiff_sqlx::Timestamp::to_jiff),
                },
            })
        })
        .collect()
}

/// Tries to take the first free number after the last one given, then the first free one of three digits, then the first
/// of four. `None`: somebody else took it in the same moment.
pub async fn take_number(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    day: Date,
) -> Result<Option<i32>, Error> {
    let number = sqlx::query_scalar!(
        "INSERT INTO reception_number (municipality_id, office_id, day, number)
         SELECT $1, $2, $3, free.number
         -- One more than those there are: one is free however many have been given.
         FROM generate_series($4::integer, 1 + greatest($5::integer, (SELECT max(number) FROM reception_number
             WHERE municipality_id = $1 AND office_id = $2 AND day = $3))) AS free (number)
         WHERE NOT EXISTS (SELECT FROM reception_number taken
                           WHERE taken.municipality_id = $1 AND taken.office_id = $2 AND taken.day = $3
                             AND taken.number = free.number)
           -- Booked before numbers were kept.
           AND NOT EXISTS (SELECT FROM visit
                           WHERE visit.municipality_id = $1 AND visit.office_id = $2 AND visit.day = $3
                             AND visit.number = free.number AND visit.status = 'booked')
         ORDER BY free.number > $5,
                  free.number <= coalesce((SELECT number FROM reception_ticket
                                           WHERE municipality_id = $1 AND office_id = $2 AND day = $3 AND visit_id IS NULL
                                           ORDER BY registered_at DESC, ticket_id DESC LIMIT 1), 0),
                  free.number
         LIMIT 1
         ON CONFLICT DO NOTHING RETURNING number",
        actor.municipality.0,
        office.0,
        day.to_sqlx() as _,
        FIRST_NUMBER,
        LAST_SHORT_NUMBER,
    )
    .fetch_optional(tx)
    .await?;
    Ok(number)
}

/// The number of a visit booked at the office for the day. Until the transaction ends nobody cancels it, and nobody else
/// sees its visitor come.
pub async fn number_of_visit(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    day: Date,
    visit: VisitId,
) -> Result<Option<i32>, Error> {
    let number = sqlx::query_scalar!(
        "SELECT number FROM visit
         WHERE municipality_id = $1 AND office_id = $2 AND day = $3 AND visit_id = $4 AND status = 'booked'
         FOR NO KEY UPDATE",
        actor.municipality.0,
        office.0,
        day.to_sqlx() as _,
        visit.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(number)
}

/// The ticket a booked visitor has been given.
pub async fn ticket_of_visit(tx: &mut PgConnection, actor: &Actor, visit: VisitId) -> Result<Option<TicketId>, Error> {
    let ticket = sqlx::query_scalar!(
        "SELECT ticket_id FROM reception_ticket WHERE municipality_id = $1 AND visit_id = $2",
        actor.municipality.0,
        visit.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(ticket.map(TicketId))
}

/// What a new ticket holds.
pub struct NewTicket {
    pub ticket: TicketId,
    pub office: OfficeId,
    pub day: Date,
    pub number: i32,
    pub person: Option<PersonId>,
    pub visit: Option<VisitId>,
    pub by: StaffId,
    pub now: Timestamp,
}

/// Writes the ticket. `false`: the number or the visit has one already.
pub async fn insert_ticket(tx: &mut PgConnection, actor: &Actor, new: &NewTicket) -> Result<bool, Error> {
    let inserted = sqlx::query!(
        "INSERT INTO reception_ticket (municipality_id, ticket_id, office_id, day, number, person_id, visit_id, status,
                                       registered_by, registered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9) ON CONFLICT DO NOTHING",
        actor.municipality.0,
        new.ticket.0,
        new.office.0,
        new.day.to_sqlx() as _,
        new.number,
        new.person.map(|person| person.0),
        new.visit.map(|visit| visit.0),
        new.by.0,
        new.now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Calls who has waited longest and gives the ticket. Whoever calls at the same time skips it and takes the next.
pub async fn call_next(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    day: Date,
    by: StaffId,
    now: Timestamp,
) -> Result<Option<TicketId>, Error> {
    let ticket = sqlx::query_scalar!(
        "UPDATE reception_ticket SET status = 'called', called_by = $4, called_at = $5, version = version + 1
         WHERE municipality_id = $1 AND ticket_id =
             (SELECT ticket_id FROM reception_ticket
              WHERE municipality_id = $1 AND office_id = $2 AND day = $3 AND status = 'waiting'
              ORDER BY registered_at, ticket_id LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING ticket_id",
        actor.municipality.0,
        office.0,
        day.to_sqlx() as _,
        by.0,
        now.to_sqlx() as _,
    )
    .fetch_optional(tx)
    .await?;
    Ok(ticket.map(TicketId))
}

/// Calls one ticket. `false`: it does not wait (any more).
pub async fn call(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    day: Date,
    ticket: TicketId,
    by: StaffId,
    now: Timestamp,
) -> Result<bool, Error> {
    let called = sqlx::query!(
        "UPDATE reception_ticket SET status = 'called', called_by = $5, called_at = $6, version = version + 1
         WHERE municipality_id = $1 AND office_id = $2 AND day = $3 AND ticket_id = $4 AND status = 'waiting'",
        actor.municipality.0,
        office.0,
        day.to_sqlx() as _,
        ticket.0,
        by.0,
        now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(called.rows_affected() == 1)
}

/// Ends one ticket. `false`: it was not called, or is over.
pub async fn done(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    day: Date,
    ticket: TicketId,
    now: Timestamp,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "UPDATE reception_ticket SET status = 'done', done_at = $5, version = version + 1
         WHERE municipality_id = $1 AND office_id = $2 AND day = $3 AND ticket_id = $4 AND status = 'called'",
        actor.municipality.0,
        office.0,
        day.to_sqlx() as _,
        ticket.0,
        now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
