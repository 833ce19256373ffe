//! The SQL of cases. Free functions in the caller's transaction.

mod calculation;
pub mod intake;

pub use calculation::{CalculationRow, calculation, calculation_versions, save_calculation};

use crate::error::Error;
use domain::{
    Actor,
    application::Way,
    casework::{CaseHead, CaseStatus, Handler, Note, Party, PartyRole},
    id::{CaseId, NoteId, OfficeId, PersonId, StaffId},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

/// Locks the person so that two cases are not opened for her at once. `false`: there is no such person.
pub async fn lock_person(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        "SELECT person_id FROM person WHERE municipality_id = $1 AND person_id = $2 FOR NO KEY UPDATE",
        actor.municipality.0,
        person.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(found.is_some())
}

/// Holds the case as it is until the transaction ends. `false`: it is closed, or not there.
pub async fn hold(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<bool, Error> {
    let status = sqlx::query_scalar!(
        "SELECT status FROM casework_case WHERE municipality_id = $1 AND case_id = $2 FOR SHARE",
        actor.municipality.0,
        case.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(status.is_some_and(|status| status == "open"))
}

/// Holds the cases of both people, who are locked already, until the transaction ends: nobody writes into them meanwhile,
/// takes them or gives them back. In the order of their ids, and a statement of its own, so that what is read next is true.
pub async fn hold_cases_of(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    other: Option<PersonId>,
) -> Result<(), Error> {
    sqlx::query!(
        "SELECT case_id FROM casework_case
         WHERE municipality_id = $1 AND case_id IN (SELECT case_id FROM casework_party
                                                    WHERE municipality_id = $1 AND person_id IN ($2, $3))
         ORDER BY case_id FOR NO KEY UPDATE",
        actor.municipality.0,
        person.0,
        other.map(|other| other.0) as _,
    )
    .fetch_all(tx)
    .await?;
    Ok(())
}

/// The oldest open case in which the person applied alone. One with another party is the other's to read as well.
pub async fn open_case_of(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
) -> Result<Option<(CaseId, String)>, Error> {
    let row = sqlx::query!(
        "SELECT case_id, number FROM casework_case JOIN casework_party USING (municipality_id, case_id)
         WHERE municipality_id = $1 AND person_id = $2 AND role = 'applicant' AND status = 'open'
           AND NOT EXISTS (SELECT FROM casework_party other
                           WHERE other.municipality_id = $1 AND other.case_id = casework_case.case_id
                             AND other.person_id <> $2)
         ORDER BY opened_at, case_id LIMIT 1",
        actor.municipality.0,
        person.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| (CaseId(row.case_id), row.number)))
}

/// The next number of the year, held until the transaction ends.
pub async fn next_in_series(tx: &mut PgConnection, actor: &Actor, year: i32) -> Result<i32, Error> {
    let last = sqlx::query_scalar!(
        "INSERT INTO casework_series (municipality_id, year, last) VALUES ($1, $2, 1)
         ON CONFLICT (municipality_id, year) DO UPDATE SET last = casework_series.last + 1
         RETURNING last",
        actor.municipality.0,
        year,
    )
    .fetch_one(tx)
    .await?;
    Ok(last)
}

/// What a new case holds.
pub struct NewCase<'a> {
    pub case: CaseId,
    pub number: &'a str,
    pub office: OfficeId,
    pub person: PersonId,
    pub now: Timestamp,
}

/// Writes the case with its applicant.
pub async fn insert_case(tx: &mut PgConnection, actor: &Actor, new: &NewCase<'_>) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO casework_case (municipality_id, case_id, number, office_id, opened_at) VALUES ($1, $2, $3, $4, $5)",
        actor.municipality.0,
        new.case.0,
        new.number,
        new.office.0,
        new.now.to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "INSERT INTO casework_party (municipality_id, case_id, person_id, role) VALUES ($1, $2, $3, 'applicant')",
        actor.municipality.0,
        new.case.0,
        new.person.0,
    )
    .execute(tx)
    .await?;
    Ok(())
}

fn handler_of(staff: Option<uuid::Uuid>, name: Option<String>) -> Option<Handler> {
    staff.zip(name).map(|(staff, name)| Handler { staff_id: StaffId(staff), name })
}

/// The name of an office.
pub async fn office_name(tx: &mut PgConnection, actor: &Actor, office: OfficeId) -> Result<Option<String>, Error> {
    let name = sqlx::query_scalar!(
        "SELECT name FROM office WHERE municipality_id = $1 AND office_id = $2",
        actor.municipality.0,
        office.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(name)
}

/// A case of the office in short; none when it is another office's.
pub async fn head(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    case: CaseId,
) -> Result<Option<CaseHead>, Error> {
    let row = sqlx::query!(
        r#"SELECT own.number, office.slug, office.name AS office_name, own.status,
                  own.opened_at AS "opened_at: jiff_sqlx::Timestamp", own.handler_id, staff.display_name AS "handler_name?"
           FROM casework_case own
           JOIN office ON office.municipality_id = own.municipality_id AND office.office_id = own.office_id
           LEFT JOIN staff ON staff.municipality_id = own.municipality_id AND staff.staff_id = own.handler_id
           WHERE own.municipality_id = $1 AND own.case_id = $2 AND own.office_id = $3"#,
        actor.municipality.0,
        case.0,
        office.0,
    )
    .fetch_optional(tx)
    .await?;
    row.map(|row| {
        Ok(CaseHead {
            case_id: case,
            number: row.number,
            office: row.slug,
            office_name: row.office_name,
            status: CaseStatus::from_name(&row.status).ok_or(Error::Broken("states of a case are known"))?,
            opened_at: row.opened_at.to_jiff(),
            handler: handler_of(row.handler_id, row.handler_name),
        })
    })
    .transpose()
}

/// Whom the case is about, applicants first.
pub async fn parties(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<Party>, Error> {
    let rows = sqlx::query!(
        r#"SELECT person.person_id, person.display_name, party.role, person.identity = 'claimed' AS "identity_claimed!",
                  contact.way AS "way?"
           FROM casework_party party JOIN person USING (municipality_id, person_id)
           LEFT JOIN account_contact contact USING (municipality_id, person_id)
           WHERE party.municipality_id = $1 AND party.case_id = $2
           ORDER BY party.role, person.person_id"#,
        actor.municipality.0,
        case.0,
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Party {
                person_id: PersonId(row.person_id),
                name: row.display_name,
                role: PartyRole::from_name(&row.role).ok_or(Error::Broken("roles of parties are known"))?,
                identity_claimed: row.identity_claimed,
                way: row.way.as_deref().and_then(Way::from_name),
            })
        })
        .collect()
}

/// The party of the case whom this person is, or has turned out to be since (`person.joined_into`).
pub async fn party_behind(
    tx: &mut PgConnection,
    actor: &Actor,
    case: CaseId,
    person: PersonId,
) -> Result<Option<PersonId>, Error> {
    let party = sqlx::query_scalar!(
        "SELECT party.person_id FROM casework_party party
         JOIN person ON person.municipality_id = party.municipality_id
              AND party.person_id IN (person.person_id, person.joined_into)
         WHERE party.municipality_id = $1 AND party.case_id = $2 AND person.person_id = $3",
        actor.municipality.0,
        case.0,
        person.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(party.map(PersonId))
}

/// Makes the member of staff the handler unless there is one. Says whether it happened; of two at once it is one.
pub async fn take(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    case: CaseId,
    staff: StaffId,
) -> Result<bool, Error> {
    let taken = sqlx::query!(
        "UPDATE casework_case SET handler_id = $4, version = version + 1
         WHERE municipality_id = $1 AND case_id = $2 AND office_id = $3 AND handler_id IS NULL",
        actor.municipality.0,
        case.0,
        office.0,
        staff.0,
    )
    .execute(tx)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Frees the case if the member of staff is its handler. Says whether it happened.
pub async fn release(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    case: CaseId,
    staff: StaffId,
) -> Result<bool, Error> {
    let freed = sqlx::query!(
        "UPDATE casework_case SET handler_id = NULL, version = version + 1
         WHERE municipality_id = $1 AND case_id = $2 AND office_id = $3 AND handler_id = $4",
        actor.municipality.0,
        case.0,
        office.0,
        staff.0,
    )
    .execute(tx)
    .await?;
    Ok(freed.rows_affected() == 1)
}

/// The notes of a case in the order they were written.
pub async fn notes(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<Note>, Error> {
    let rows = sqlx::query!(
        r#"SELECT note.note_id, staff.display_name, note.text, note.written_at AS "written_at: jiff_sqlx::Timestamp"
           FROM casework_note note JOIN staff USING (municipality_id, staff_id)
           WHERE note.municipality_id = $1 AND note.case_id = $2
           ORDER BY note.written_at, note.note_id"#,
        actor.municipality.0,
        case.0,
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Note {
            note_id: NoteId(row.note_id),
            author: row.display_name,
            written_at: row.written_at.to_jiff(),
            text: row.text,
        })
        .collect())
}

pub async fn insert_note(
    tx: &mut PgConnection,
    actor: &Actor,
    case: CaseId,
    staff: StaffId,
    note: &Note,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO casework_note (municipality_id, note_id, case_id, staff_id, text, written_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        actor.municipality.0,
        note.note_id.0,
        case.0,
        staff.0,
        note.text,
        note.written_at.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What a member of staff is called.
pub async fn staff_name(tx: &mut PgConnection, actor: &Actor, staff: StaffId) -> Result<String, Error> {
    let name = sqlx::query_scalar!(
        "SELECT display_name FROM staff WHERE municipality_id = $1 AND staff_id = $2",
        actor.municipality.0,
        staff.0,
    )
    .fetch_one(tx)
    .await?;
    Ok(name)
}
