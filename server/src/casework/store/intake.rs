//! The SQL of the intake list. Which applications come first, then what is shown of them: both ends of the list, and the
//! filter of those not reached, show the same.

use super::handler_of;
use crate::error::Error;
use domain::{
    Actor,
    application::{ApplicationKind, Door},
    casework::{IntakeFilter, IntakeItem},
    id::{ApplicationId, CaseId, OfficeId, StaffId},
    norm::Month,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

/// Whose list: an office's, asked for by one of its staff.
#[derive(Clone, Copy)]
pub struct Whose {
    pub office: OfficeId,
    pub staff: StaffId,
}

/// The place of an application in the list: what it is ordered by.
pub type Place = (Timestamp, ApplicationId);

/// Where an application of the office stands, whether it still waits or not.
pub async fn place(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    application: ApplicationId,
) -> Result<Option<Place>, Error> {
    let arrived = sqlx::query_scalar!(
        r#"SELECT application.arrived_at AS "arrived_at: jiff_sqlx::Timestamp"
           FROM application JOIN casework_case own USING (municipality_id, case_id)
           WHERE municipality_id = $1 AND application.application_id = $2 AND own.office_id = $3"#,
        actor.municipality.0,
        application.0,
        office.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(arrived.map(|arrived| (arrived.to_jiff(), application)))
}

/// The handler asked for, and whether it is nobody.
fn handler(whose: Whose, filter: IntakeFilter) -> (Option<Uuid>, bool) {
    ((filter == IntakeFilter::Mine).then_some(whose.staff.0), filter == IntakeFilter::Nobody)
}

/// The next so many that wait, behind a place or from the start.
pub async fn after(
    tx: &mut PgConnection,
    actor: &Actor,
    whose: Whose,
    filter: IntakeFilter,
    place: Option<Place>,
    limit: i64,
) -> Result<Vec<Uuid>, Error> {
    let (handler, nobodys) = handler(whose, filter);
    let (arrived, application) = place.unzip();
    let found = sqlx::query_scalar!(
        "SELECT application.application_id
         FROM application JOIN casework_case own USING (municipality_id, case_id)
         WHERE municipality_id = $1 AND application.waiting AND own.office_id = $2
           AND ($3::uuid IS NULL OR own.handler_id = $3) AND (NOT $4 OR own.handler_id IS NULL)
           AND (application.arrived_at, application.application_id)
               > (coalesce($5::timestamptz, '-infinity'), coalesce($6::uuid, '00000000-0000-0000-0000-000000000000'))
         ORDER BY application.arrived_at, application.application_id LIMIT $7",
        actor.municipality.0,
        whose.office.0,
        handler,
        nobodys,
        arrived.map(ToSqlx::to_sqlx) as _,
        application.map(|application| application.0),
        limit,
    )
    .fetch_all(tx)
    .await?;
    Ok(found)
}

/// The so many that wait right before a place, the nearest first.
pub async fn before(
    tx: &mut PgConnection,
    actor: &Actor,
    whose: Whose,
    filter: IntakeFilter,
    place: Place,
    limit: i64,
) -> Result<Vec<Uuid>, Error> {
    let (handler, nobodys) = handler(whose, filter);
    let found = sqlx::query_scalar!(
        "SELECT application.application_id
         FROM application JOIN casework_case own USING (municipality_id, case_id)
         WHERE municipality_id = $1 AND application.waiting AND own.office_id = $2
           AND ($3::uuid IS NULL OR own.handler_id = $3) AND (NOT $4 OR own.handler_id IS NULL)
           AND (application.arrived_at, application.application_id) < ($5::timestamptz, $6::uuid)
         ORDER BY application.arrived_at DESC, application.application_id DESC LIMIT $7",
        actor.municipality.0,
        whose.office.0,
        handler,
        nobodys,
        place.0.to_sqlx() as _,
        place.1.0,
        limit,
    )
    .fetch_all(tx)
    .await?;
    Ok(found)
}

/// These applications of the office as the list shows them, oldest first.
pub async fn items(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    applications: &[Uuid],
) -> Result<Vec<IntakeItem>, Error> {
    let rows = sqlx::query!(
        r#"SELECT application.application_id, application.case_id, own.number, application.kind,
                  application.month AS "month: jiff_sqlx::Date", application.door,
                  application.arrived_at AS "arrived_at: jiff_sqlx::Timestamp",
                  person.identity = 'claimed' AS "identity_claimed!", own.handler_id,
                  staff.display_name AS "handler_name?",
                  (SELECT count(*) FROM document
                   WHERE document.municipality_id = application.municipality_id
                     AND document.person_id = application.person_id
                     AND document.application_id = application.application_id) AS "papers!"
           FROM application
           JOIN casework_case own USING (municipality_id, case_id)
           JOIN person ON person.municipality_id = application.municipality_id AND person.person_id = application.person_id
           LEFT JOIN staff ON staff.municipality_id = own.municipality_id AND staff.staff_id = own.handler_id
           WHERE application.municipality_id = $1 AND own.office_id = $2 AND application.application_id = ANY($3)
           ORDER BY application.arrived_at, application.application_id"#,
        actor.municipality.0,
        office.0,
        applications,
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(IntakeItem {
                application_id: ApplicationId(row.application_id),
                case_id: CaseId(row.case_id),
                number: row.number,
                kind: ApplicationKind::from_name(&row.kind).ok_or(Error::Broken("kinds of application are known"))?,
                month: Month::containing(row.month.to_jiff()),
                door: Door::from_name(&row.door).ok_or(Error::Broken("doors are known"))?,
                arrived_at: row.arrived_at.to_jiff(),
                // Who asks knows what day it is, and whom staff are to tell something.
                days: 0,
                identity_claimed: row.identity_claimed,
                handler: handler_of(row.handler_id, row.handler_name),
                papers: row.papers,
                unreached: false,
            })
        })
        .collect()
}
