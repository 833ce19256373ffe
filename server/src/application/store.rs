//! The SQL of applications. Free functions in the caller's transaction.

use crate::error::Error;
use domain::{
    Actor,
    application::{Application, ApplicationKind, Door, Way},
    id::{ApplicationId, CaseId, OfficeId, PersonId, StaffId},
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

/// An application as it lies in the database, with its case's number.
struct Row {
    application_id: Uuid,
    case_id: Uuid,
    number: String,
    person_id: Uuid,
    kind: String,
    month: jiff_sqlx::Date,
    door: String,
    staff_id: Option<Uuid>,
    content: serde_json::Value,
    arrived_at: jiff_sqlx::Timestamp,
}

impl TryFrom<Row> for Application {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            application_id: ApplicationId(row.application_id),
            case_id: CaseId(row.case_id),
            number: row.number,
            person_id: PersonId(row.person_id),
            kind: ApplicationKind::from_name(&row.kind).ok_or(Error::Broken("kinds of applications are known"))?,
            door: Door::from_name(&row.door).ok_or(Error::Broken("doors are known"))?,
            staff_id: row.staff_id.map(StaffId),
            month: row.month.to_jiff(),
            content: serde_json::from_value(row.content)?,
            arrived_at: row.arrived_at.to_jiff(),
        })
    }
}

/// The office with this short name.
pub async fn office(tx: &mut PgConnection, actor: &Actor, slug: &str) -> Result<Option<OfficeId>, Error> {
    let office = sqlx::query_scalar!(
        "SELECT office_id FROM office WHERE municipality_id = $1 AND slug = $2",
        actor.municipality.0,
        slug,
    )
    .fetch_optional(tx)
    .await?;
    Ok(office.map(OfficeId))
}

pub async fn insert(tx: &mut PgConnection, actor: &Actor, new: &Application) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO application (municipality_id, application_id, case_id, person_id, kind, month, door, staff_id, content,
                                  arrived_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        actor.municipality.0,
        new.application_id.0,
        new.case_id.0,
        new.person_id.0,
        new.kind.as_str(),
        new.month.to_sqlx() as _,
        new.door.as_str(),
        new.staff_id.map(|staff| staff.0),
        serde_json::to_value(&new.content)?,
        new.arrived_at.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn one(
    tx: &mut PgConnection,
    actor: &Actor,
    application: ApplicationId,
) -> Result<Option<Application>, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT application_id, case_id, number, person_id, kind, month AS "month: jiff_sqlx::Date", door, staff_id,
                  content, arrived_at AS "arrived_at: jiff_sqlx::Timestamp"
           FROM application JOIN casework_case USING (municipality_id, case_id)
           WHERE municipality_id = $1 AND application_id = $2"#,
        actor.municipality.0,
        application.0,
    )
    .fetch_optional(tx)
    .await?;
    row.map(Application::try_from).transpose()
}

/// The applications of a case, oldest first.
pub async fn of_case(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<Application>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT application_id, case_id, number, person_id, kind, month AS "month: jiff_sqlx::Date", door, staff_id,
                  content, arrived_at AS "arrived_at: jiff_sqlx::Timestamp"
           FROM application JOIN casework_case USING (municipality_id, case_id)
           WHERE municipality_id = $1 AND case_id = $2 ORDER BY arrived_at, application_id"#,
        actor.municipality.0,
        case.0,
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter().map(Application::try_from).collect()
}

/// The applications of a person, newest first.
pub async fn of_person(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<Vec<Application>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT application_id, case_id, number, person_id, kind, month AS "month: jiff_sqlx::Date", door, staff_id,
                  content, arrived_at AS "arrived_at: jiff_sqlx::Timestamp"
           FROM application JOIN casework_case USING (municipality_id, case_id)
           WHERE municipality_id = $1 AND person_id = $2 ORDER BY arrived_at DESC, application_id DESC"#,
        actor.municipality.0,
        person.0,
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter().map(Application::try_from).collect()
}

/// The months a case holds applications for.
pub async fn months_of_case(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<Date>, Error> {
    let months = sqlx::query_scalar!(
        r#"SELECT DISTINCT month AS "month: jiff_sqlx::Date" FROM application
           WHERE municipality_id = $1 AND case_id = $2"#,
        actor.municipality.0,
        case.0,
    )
    .fetch_all(tx)
    .await?;
    Ok(months.into_iter().map(jiff_sqlx::Date::to_jiff).collect())
}

/// Writes down what somebody without e-ID says she is called. A person whose identity is confirmed keeps her name.
pub async fn name_guest(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    name: &str,
    number: Option<&str>,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE person SET display_name = $3, personal_number = $4
         WHERE municipality_id = $1 AND person_id = $2 AND identity = 'claimed'",
        actor.municipality.0,
        person.0,
        name,
        number,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// How a person wants to be reached.
pub struct Contact<'a> {
    pub way: Way,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    /// Of notices.
    pub language: &'a str,
}

/// What she says last counts. `herself`: it is she who says it; what somebody else says counts only where nobody has
/// confirmed who she is and nothing is known.
pub async fn keep_contact(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    contact: &Contact<'_>,
    herself: bool,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO account_contact (municipality_id, person_id, way, email, phone, language)
         SELECT $1, $2, $3, $4, $5, $6 FROM person
         WHERE municipality_id = $1 AND person_id = $2 AND ($7 OR identity = 'claimed')
         ON CONFLICT (municipality_id, person_id)
         DO UPDATE SET way = EXCLUDED.way, email = EXCLUDED.email, phone = EXCLUDED.phone, language = EXCLUDED.language
         WHERE $7",
        actor.municipality.0,
        person.0,
        contact.way.as_str(),
        contact.email,
        contact.phone,
        contact.language,
        herself,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Within how many working days an answer was promised on that day; nothing where nothing was.
pub async fn answer_time(tx: &mut PgConnection, actor: &Actor, day: Date) -> Result<Option<u16>, Error> {
    let working_days = sqlx::query_scalar!(
        "SELECT working_days FROM application_answer_time
         WHERE municipality_id = $1 AND from_day <= $2 ORDER BY from_day DESC LIMIT 1",
        actor.municipality.0,
        day.to_sqlx() as _,
    )
    .fetch_optional(tx)
    .await?;
    Ok(working_days.flatten().and_then(|days| u16::try_from(days).ok()))
}

/// Locks the person's draft, so that it is sent once.
pub async fn lock_draft(tx: &mut PgConnection, actor: &Actor, person: PersonId, form: &str) -> Result<(), Error> {
    sqlx::query!(
        "SELECT version FROM draft WHERE municipality_id = $1 AND person_id = $2 AND form = $3 FOR UPDATE",
        actor.municipality.0,
        person.0,
        form,
    )
    .fetch_optional(tx)
    .await?;
    Ok(())
}
