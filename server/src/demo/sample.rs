//! The sample data, written once by the owner role when the municipality is not there.

use super::thread;
use crate::{error::Error, world::World};
use domain::visit::VisitKind;
use jiff::{SignedDuration, civil::time, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

const NAME: &str = "Exempelstad";
pub(super) const ZONE: &str = "Europe/Stockholm";

/// (short name, name, street, phone).
const OFFICES: [(&str, &str, &str, &str); 3] = [
    ("sodra", "Södra", "Exempelvägen 1", "08-465 004 10"),
    ("norra", "Norra", "Provgatan 22", "08-465 004 20"),
    ("centrum", "Centrum", "Mönstertorget 3", "08-465 004 30"),
];

/// Applicants (persona, name).
const APPLICANTS: [(&str, &str); 2] = [("anna", "Anna"), ("maria", "Maria")];

/// Staff (persona, name, office, role).
const STAFF: [(&str, &str, &str, &str); 5] = [
    ("rut", "Rut", "sodra", "desk"),
    ("joel", "Joel", "sodra", "on_call"),
    ("karin", "Karin", "sodra", "intake"),
    ("nils", "Nils", "norra", "caseworker"),
    ("admin", "Admin", "sodra", "administrator"),
];

/// Weekday openings of every office: start, minutes, seats.
const OPENINGS: [(i8, i8, i32, i32); 4] = [(9, 0, 45, 3), (10, 0, 45, 4), (13, 0, 45, 20), (14, 30, 45, 3)];

/// Visitors of the first day, so that the desk has a list to show: (minutes from now, interpreter, needs).
const FIRST_DAY: [(i64, Option<&str>, Option<&str>); 4] =
    [(20, None, None), (20, Some("ar"), None), (50, None, Some("Rullstol")), (80, Some("so"), None)];

/// Writes the sample municipality unless it is there. Says whether it was written.
pub async fn prepare(owner: &PgConnectOptions, world: &World) -> Result<bool, Error> {
    prepare_as(owner, world, true).await
}

/// The same with people and offices only: nobody has applied for anything yet.
pub async fn prepare_people(owner: &PgConnectOptions, world: &World) -> Result<bool, Error> {
    prepare_as(owner, world, false).await
}

async fn prepare_as(owner: &PgConnectOptions, world: &World, thread: bool) -> Result<bool, Error> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let mut tx = connection.begin().await?;
    // Two processes starting at once must not both write it. A transaction's lock, gone with it.
    sqlx::query("LOCK TABLE municipality IN SHARE ROW EXCLUSIVE MODE").execute(&mut *tx).await?;
    let there = sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM municipality WHERE name = $1) AS "there!""#, NAME)
        .fetch_one(&mut *tx)
        .await?;
    if !there {
        write(&mut tx, world, thread).await?;
    }
    tx.commit().await?;
    connection.close().await?;
    Ok(!there)
}

async fn write(tx: &mut PgConnection, world: &World, thread: bool) -> Result<(), Error> {
    let municipality = world.id();
    sqlx::query!(
        "INSERT INTO municipality (municipality_id, name, time_zone, phone, phone_opens, phone_closes, urgent_phone, email)
         VALUES ($1, $2, $3, '08-465 004 00', $4, $5, '08-465 004 99', 'bistand@exempelstad.example')",
        municipality,
        NAME,
        ZONE,
        time(9, 0, 0, 0).to_sqlx() as _,
        time(15, 0, 0, 0).to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await?;
    for host in ["127.0.0.1", "localhost"] {
        sqlx::query!("INSERT INTO municipality_host (host, municipality_id) VALUES ($1, $2)", host, municipality)
            .execute(&mut *tx)
            .await?;
    }
    enter(tx, municipality).await?;
    sqlx::query!(
        "INSERT INTO application_answer_time (municipality_id, from_day, working_days) VALUES ($1, '2020-01-01', 5)",
        municipality,
    )
    .execute(&mut *tx)
    .await?;
    let mut offices = Vec::new();
    for (slug, name, street, phone) in OFFICES {
        let office = world.id();
        sqlx::query!(
            "INSERT INTO office (municipality_id, office_id, slug, name, street, phone) VALUES ($1, $2, $3, $4, $5, $6)",
            municipality,
            office,
            slug,
            name,
            street,
            phone,
        )
        .execute(&mut *tx)
        .await?;
        offices.push((slug, office));
        for (hour, minute, minutes, seats) in OPENINGS {
            sqlx::query!(
                "INSERT INTO visit_opening (municipality_id, opening_id, office_id, kind, weekdays, starts, minutes, seats)
                 VALUES ($1, $2, $3, $4, '{1,2,3,4,5}', $5, $6, $7)",
                municipality,
                world.id(),
                office,
                VisitKind::FirstVisit.as_str(),
                time(hour, minute, 0, 0).to_sqlx() as _,
                minutes,
                seats,
            )
            .execute(&mut *tx)
            .await?;
        }
    }
    let office = |wanted: &str| offices.iter().find(|(slug, _)| *slug == wanted).map(|(_, office)| *office);
    let (mut position, mut known) = (0, Vec::new());
    for (persona, name) in APPLICANTS {
        position += 1;
        let person = person(tx, world, municipality, name).await?;
        name_persona(tx, municipality, persona, position, Some(person), None).await?;
        known.push((persona, person));
    }
    for (persona, name, slug, role) in STAFF {
        position += 1;
        let staff = world.id();
        sqlx::query!(
            "INSERT INTO staff (municipality_id, staff_id, office_id, display_name, roles) VALUES ($1, $2, $3, $4, $5)",
            municipality,
            staff,
            office(slug),
            name,
            &[role.to_owned()],
        )
        .execute(&mut *tx)
        .await?;
        name_persona(tx, municipality, persona, position, None, Some(staff)).await?;
        known.push((persona, staff));
    }
    if let Some(sodra) = office("sodra") {
        first_day(tx, world, municipality, sodra).await?;
    }
    // Tomas has no e-ID and so no place on the sign-in page.
    let tomas = position + 1;
    let who = |wanted: &str| known.iter().find(|(persona, _)| *persona == wanted).map(|(_, id)| *id);
    if let (true, Some(maria), Some(karin), Some(sodra), Some(norra)) =
        (thread, who("maria"), who("karin"), office("sodra"), office("norra"))
    {
        thread::write(tx, world, municipality, thread::People { maria, karin, sodra, norra, tomas }).await?;
    }
    Ok(())
}

/// A few booked visitors on the day of the first start, whatever weekday it is.
async fn first_day(tx: &mut PgConnection, world: &World, municipality: Uuid, office: Uuid) -> Result<(), Error> {
    let zone = TimeZone::get(ZONE).map_err(|_| Error::Broken("the time zones are built in"))?;
    let now = world.now();
    let today = zone.to_datetime(now).date();
    let quarter = 15 * 60;
    let from = jiff::Timestamp::from_second(now.as_second() / quarter * quarter).unwrap_or(now);
    for (place, (minutes, language, needs)) in (0i32..).zip(FIRST_DAY) {
        let starts = from + SignedDuration::from_mins(minutes / 15 * 15);
        // Late in the evening there is no later today.
        if zone.to_datetime(starts).date() != today {
            continue;
        }
        let ends = starts + SignedDuration::from_mins(30);
        sqlx::query!(
            "INSERT INTO visit_slot (municipality_id, slot_id, office_id, kind, starts_at, ends_at, seats)
             VALUES ($1, $2, $3, 'first_visit', $4, $5, 4) ON CONFLICT ON CONSTRAINT visit_slot_once DO NOTHING",
            municipality,
            world.id(),
            office,
            starts.to_sqlx() as _,
            ends.to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
        let slot = sqlx::query_scalar!(
            "SELECT slot_id FROM visit_slot WHERE municipality_id = $1 AND office_id = $2 AND starts_at = $3",
            municipality,
            office,
            starts.to_sqlx() as _,
        )
        .fetch_one(&mut *tx)
        .await?;
        let person = person(tx, world, municipality, "Provperson").await?;
        let visit = world.id();
        sqlx::query!(
            "INSERT INTO visit (municipality_id, visit_id, slot_id, person_id, office_id, day, number, status, language,
                                interpreter, needs, booked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'booked', $8, $9, $10, $11)",
            municipality,
            visit,
            slot,
            person,
            office,
            today.to_sqlx() as _,
            // Any four different numbers.
            214 + place * 157,
            language,
            language.is_some(),
            needs,
            now.to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "INSERT INTO visit_seat (municipality_id, slot_id, seat, visit_id) VALUES ($1, $2, $3, $4)",
            municipality,
            slot,
            place + 1,
            visit,
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Adds made-up applicants `seed-0001` … up to `count`, keeping those there are. Gives how many were added.
pub async fn seed_persons(owner: &PgConnectOptions, world: &World, count: u32) -> Result<u32, Error> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let mut tx = connection.begin().await?;
    let municipality = sqlx::query_scalar!("SELECT municipality_id FROM municipality WHERE name = $1", NAME)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::Broken("seeding needs the sample municipality: start with --demo once"))?;
    enter(&mut tx, municipality).await?;
    // Three arrays instead of a statement for each: a hundred thousand people take a second or two.
    let numbers: Vec<i32> = (1..=count).filter_map(|number| i32::try_from(number).ok()).collect();
    let people: Vec<Uuid> = numbers.iter().map(|_| world.id()).collect();
    let added = sqlx::query_scalar!(
        r#"WITH wanted AS (
               SELECT number, person_id, 'seed-' || lpad(number::text, greatest(4, length(number::text)), '0') AS persona
               FROM unnest($2::integer[], $3::uuid[]) AS given (number, person_id)
           ), missing AS (
               SELECT * FROM wanted
               WHERE NOT EXISTS (SELECT FROM demo_persona
                                 WHERE demo_persona.municipality_id = $1 AND demo_persona.persona = wanted.persona)
           ), made AS (
               INSERT INTO person (municipality_id, person_id, display_name)
               SELECT $1, person_id, 'Provperson ' || number FROM missing
           ), named AS (
               INSERT INTO demo_persona (municipality_id, persona, position, person_id)
               SELECT $1, persona, 1000 + number, person_id FROM missing RETURNING 1
           )
           SELECT count(*) AS "count!" FROM named"#,
        municipality,
        &numbers,
        &people,
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    connection.close().await?;
    Ok(u32::try_from(added).unwrap_or(u32::MAX))
}

/// The owner is bound by row level security too.
async fn enter(tx: &mut PgConnection, municipality: Uuid) -> Result<(), Error> {
    sqlx::query!("SELECT set_config('porten.municipality', $1, true) AS set", municipality.to_string())
        .fetch_one(tx)
        .await?;
    Ok(())
}

pub(super) async fn person(
    tx: &mut PgConnection,
    world: &World,
    municipality: Uuid,
    name: &str,
) -> Result<Uuid, Error> {
    let person = world.id();
    sqlx::query!(
        "INSERT INTO person (municipality_id, person_id, display_name) VALUES ($1, $2, $3)",
        municipality,
        person,
        name,
    )
    .execute(tx)
    .await?;
    Ok(person)
}

pub(super) async fn name_persona(
    tx: &mut PgConnection,
    municipality: Uuid,
    persona: &str,
    position: i32,
    person: Option<Uuid>,
    staff: Option<Uuid>,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO demo_persona (municipality_id, persona, position, person_id, staff_id) VALUES ($1, $2, $3, $4, $5)",
        municipality,
        persona,
        position,
        person,
        staff,
    )
    .execute(tx)
    .await?;
    Ok(())
}
