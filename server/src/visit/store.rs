//! The SQL of visits. Free functions in the caller's transaction.

use crate::error::Error;
use domain::{
    Actor,
    id::{OfficeId, PersonId, SlotId, VisitId},
    visit::{BookVisit, Office, Opening, Slot, SlotTime, Visit, VisitKind, VisitStatus},
};
use jiff::{Timestamp, civil::Date, civil::Weekday};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

pub async fn offices(tx: &mut PgConnection, actor: &Actor) -> Result<Vec<Office>, Error> {
    let rows = sqlx::query!(
        "SELECT office_id, slug, name, street, phone FROM office WHERE municipality_id = $1 ORDER BY name",
        actor.municipality.0,
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Office {
            office_id: OfficeId(row.office_id),
            slug: row.slug,
            name: row.name,
            street: row.street,
            phone: row.phone,
        })
        .collect())
}

/// Slots of a kind at an office that start in `[from, to)`, with their free seats.
pub async fn slots(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    kind: VisitKind,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Slot>, Error> {
    let rows = sqlx::query!(
        r#"SELECT slot_id, starts_at AS "starts_at: jiff_sqlx::Timestamp", ends_at AS "ends_at: jiff_sqlx::Timestamp",
                  seats - (SELECT count(*) FROM visit_seat seat
                           WHERE seat.municipality_id = slot.municipality_id AND seat.slot_id = slot.slot_id)::integer
                  AS "seats_left!"
           FROM visit_slot slot
           WHERE municipality_id = $1 AND office_id = $2 AND kind = $3 AND starts_at >= $4 AND starts_at < $5
           ORDER BY starts_at"#,
        actor.municipality.0,
        office.0,
        kind.as_str(),
        from.to_sqlx() as _,
        to.to_sqlx() as _,
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Slot {
            slot_id: SlotId(row.slot_id),
            starts_at: row.starts_at.to_jiff(),
            ends_at: row.ends_at.to_jiff(),
            seats_left: row.seats_left,
        })
        .collect())
}

/// A slot as booking needs it.
pub struct SlotRow {
    pub office: OfficeId,
    pub office_slug: String,
    pub office_name: String,
    pub kind: String,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub seats: i32,
}

pub async fn slot(tx: &mut PgConnection, actor: &Actor, slot: SlotId) -> Result<Option<SlotRow>, Error> {
    let row = sqlx::query!(
        r#"SELECT slot.office_id, office.slug, office.name, slot.kind,
                  slot.starts_at AS "starts_at: jiff_sqlx::Timestamp", slot.ends_at AS "ends_at: jiff_sqlx::Timestamp",
                  slot.seats
           FROM visit_slot slot JOIN office USING (municipality_id, office_id)
           WHERE slot.municipality_id = $1 AND slot.slot_id = $2"#,
        actor.municipality.0,
        slot.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| SlotRow {
        office: OfficeId(row.office_id),
        office_slug: row.slug,
        office_name: row.name,
        kind: row.kind,
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        seats: row.seats,
    }))
}

/// Whether there is this person; with an office, whether she is party to a case there.
pub async fn person_exists(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    only: Option<OfficeId>,
) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT FROM person WHERE municipality_id = $1 AND person_id = $2
                  AND ($3::uuid IS NULL
                       OR EXISTS (SELECT FROM casework_party JOIN casework_case USING (municipality_id, case_id)
                                  WHERE municipality_id = $1 AND casework_party.person_id = $2 AND office_id = $3))
           ) AS "found!""#,
        actor.municipality.0,
        person.0,
        only.map(|office| office.0),
    )
    .fetch_one(tx)
    .await?;
    Ok(found)
}

/// Whether the person already holds a seat in the slot.
pub async fn holds_seat(tx: &mut PgConnection, actor: &Actor, slot: SlotId, person: PersonId) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM visit
                          WHERE municipality_id = $1 AND slot_id = $2 AND person_id = $3 AND status = 'booked')
           AS "found!""#,
        actor.municipality.0,
        slot.0,
        person.0,
    )
    .fetch_one(tx)
    .await?;
    Ok(found)
}

/// What a new visit row holds beside the command.
pub struct NewVisit<'a> {
    pub visit: VisitId,
    pub person: PersonId,
    pub office: OfficeId,
    pub day: Date,
    pub number: i32,
    pub command: &'a BookVisit,
    pub now: Timestamp,
}

/// Writes the visit. `false`: the number is taken that day, or the person already has a seat in the slot.
pub async fn insert(tx: &mut PgConnection, actor: &Actor, new: &NewVisit<'_>) -> Result<bool, Error> {
    let inserted = sqlx::query!(
        "INSERT INTO visit (municipality_id, visit_id, slot_id, person_id, office_id, day, number, status, language,
                            interpreter, needs, booked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'booked', $8, $9, $10, $11) ON CONFLICT DO NOTHING",
        actor.municipality.0,
        new.visit.0,
        new.command.slot_id.0,
        new.person.0,
        new.office.0,
        new.day.to_sqlx() as _,
        new.number,
        new.command.language,
        new.command.interpreter,
        new.command.needs,
        new.now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Tries to take the lowest free seat. `false`: somebody took it first, or there is none.
pub async fn take_seat(
    tx: &mut PgConnection,
    actor: &Actor,
    slot: SlotId,
    seats: i32,
    visit: VisitId,
) -> Result<bool, Error> {
    let taken = sqlx::query!(
        "INSERT INTO visit_seat (municipality_id, slot_id, seat, visit_id)
         SELECT $1, $2, seat, $4 FROM generate_series(1, $3::integer) AS seat
         WHERE NOT EXISTS (SELECT FROM visit_seat taken
                           WHERE taken.municipality_id = $1 AND taken.slot_id = $2 AND taken.seat = seat.seat)
         ORDER BY seat LIMIT 1
         ON CONFLICT DO NOTHING",
        actor.municipality.0,
        slot.0,
        seats,
        visit.0,
    )
    .execute(tx)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// The visits of a person by time, or one of them; only those at one office for staff.
pub async fn of_person(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    only: Option<VisitId>,
    at: Option<OfficeId>,
) -> Result<Vec<Visit>, Error> {
    let rows = sqlx::query!(
        r#"SELECT visit.visit_id, visit.slot_id, office.slug, office.name, slot.kind,
                  slot.starts_at AS "starts_at: jiff_sqlx::Timestamp", slot.ends_at AS "ends_at: jiff_sqlx::Timestamp",
                  visit.number, visit.status, visit.language, visit.interpreter, visit.needs
           FROM visit
           JOIN visit_slot slot USING (municipality_id, slot_id)
           JOIN office ON office.municipality_id = visit.municipality_id AND office.office_id = visit.office_id
           WHERE visit.municipality_id = $1 AND visit.person_id = $2 AND ($3::uuid IS NULL OR visit.visit_id = $3)
             AND ($4::uuid IS NULL OR visit.office_id = $4)
           ORDER BY slot.starts_at, visit.visit_id"#,
        actor.municipality.0,
        person.0,
        only.map(|visit| visit.0),
        at.map(|office| office.0),
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Visit {
                visit_id: VisitId(row.visit_id),
                slot_id: SlotId(row.slot_id),
                office: row.slug,
                office_name: row.name,
                kind: VisitKind::from_name(&row.kind).ok_or(Error::Broken("visit kinds are known"))?,
                starts_at: row.starts_at.to_jiff(),
                ends_at: row.ends_at.to_jiff(),
                number: row.number,
                status: VisitStatus::from_name(&row.status).ok_or(Error::Broken("visit states are known"))?,
                language: row.language,
                interpreter: row.interpreter,
                needs: row.needs,
            })
        })
        .collect()
}

/// Whose visit it is, locked so that two cancellations follow each other.
pub async fn owner_locked(tx: &mut PgConnection, actor: &Actor, visit: VisitId) -> Result<Option<PersonId>, Error> {
    let owner = sqlx::query_scalar!(
        "SELECT person_id FROM visit WHERE municipality_id = $1 AND visit_id = $2 FOR UPDATE",
        actor.municipality.0,
        visit.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(owner.map(PersonId))
}

/// Frees the seat and marks the visit.
pub async fn cancel(tx: &mut PgConnection, actor: &Actor, visit: VisitId, now: Timestamp) -> Result<(), Error> {
    sqlx::query!("DELETE FROM visit_seat WHERE municipality_id = $1 AND visit_id = $2", actor.municipality.0, visit.0,)
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "UPDATE visit SET status = 'cancelled', cancelled_at = $3
         WHERE municipality_id = $1 AND visit_id = $2 AND status = 'booked'",
        actor.municipality.0,
        visit.0,
        now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn openings(tx: &mut PgConnection, actor: &Actor) -> Result<Vec<Opening>, Error> {
    let rows = sqlx::query!(
        r#"SELECT office_id, kind, weekdays, starts AS "starts: jiff_sqlx::Time", minutes, seats
           FROM visit_opening WHERE municipality_id = $1 ORDER BY opening_id"#,
        actor.municipality.0,
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let weekdays = row
                .weekdays
                .into_iter()
                .filter_map(|day| Weekday::from_monday_one_offset(i8::try_from(day).ok()?).ok())
                .collect();
            Ok(Opening {
                office: OfficeId(row.office_id),
                kind: VisitKind::from_name(&row.kind).ok_or(Error::Broken("visit kinds are known"))?,
                weekdays,
                starts: row.starts.to_jiff(),
                minutes: row.minutes,
                seats: row.seats,
            })
        })
        .collect()
}

/// Makes a slot unless it is there. Says whether it was made.
pub async fn insert_slot(
    tx: &mut PgConnection,
    actor: &Actor,
    slot: SlotId,
    opening: &Opening,
    time: SlotTime,
) -> Result<bool, Error> {
    let made = sqlx::query!(
        "INSERT INTO visit_slot (municipality_id, slot_id, office_id, kind, starts_at, ends_at, seats)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT visit_slot_once DO NOTHING",
        actor.municipality.0,
        slot.0,
        opening.office.0,
        opening.kind.as_str(),
        time.starts_at.to_sqlx() as _,
        time.ends_at.to_sqlx() as _,
        opening.seats,
    )
    .execute(tx)
    .await?;
    Ok(made.rows_affected() == 1)
}
