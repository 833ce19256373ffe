//! The SQL of the verified figures.

use crate::error::Error;
use domain::{
    Actor,
    casework::Deviations,
    id::{ApplicationId, CaseId, StaffId},
    norm::{EstimateRequest, LocalPractice},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

/// A saved calculation as it lies in the database.
pub struct CalculationRow {
    pub version: i64,
    pub request: EstimateRequest,
    pub deviations: Deviations,
    /// What the municipality had settled then: the figures are calculated as they were.
    pub practice: LocalPractice,
    pub saved_by: StaffId,
    /// What that member of staff is called.
    pub by: String,
    pub saved_at: Timestamp,
}

impl CalculationRow {
    /// Whether the same member of staff saved the same figures for the same reasons.
    pub fn same_as(&self, other: &Self) -> bool {
        self.saved_by == other.saved_by && self.request == other.request && self.deviations == other.deviations
    }
}

/// The caseworker's figures for an application.
pub async fn calculation(
    tx: &mut PgConnection,
    actor: &Actor,
    application: ApplicationId,
) -> Result<Option<CalculationRow>, Error> {
    let row = sqlx::query!(
        r#"SELECT saved.version, saved.request, saved.deviations, saved.practice, saved.saved_by,
                  staff.display_name,
                  saved.saved_at AS "saved_at: jiff_sqlx::Timestamp"
           FROM casework_calculation saved
           JOIN staff ON staff.municipality_id = saved.municipality_id AND staff.staff_id = saved.saved_by
           WHERE saved.municipality_id = $1 AND saved.application_id = $2"#,
        actor.municipality.0,
        application.0,
    )
    .fetch_optional(tx)
    .await?;
    row.map(|row| {
        Ok(CalculationRow {
            version: row.version,
            request: serde_json::from_value(row.request)?,
            deviations: serde_json::from_value(row.deviations)?,
            practice: row.practice.map(serde_json::from_value).transpose()?.unwrap_or_default(),
            saved_by: StaffId(row.saved_by),
            by: row.display_name,
            saved_at: row.saved_at.to_jiff(),
        })
    })
    .transpose()
}

/// The number of each application's saved version in a case.
pub async fn calculation_versions(
    tx: &mut PgConnection,
    actor: &Actor,
    case: CaseId,
) -> Result<Vec<(ApplicationId, i64)>, Error> {
    let rows = sqlx::query!(
        "SELECT saved.application_id, saved.version
         FROM application JOIN casework_calculation saved USING (municipality_id, application_id)
         WHERE municipality_id = $1 AND application.case_id = $2",
        actor.municipality.0,
        case.0,
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (ApplicationId(row.application_id), row.version)).collect())
}

/// Saves over `version` (0 = there was none) and gives the new version; none when there is another one by now.
pub async fn save_calculation(
    tx: &mut PgConnection,
    actor: &Actor,
    application: ApplicationId,
    new: &CalculationRow,
) -> Result<Option<i64>, Error> {
    let (request, deviations) = (serde_json::to_value(&new.request)?, serde_json::to_value(&new.deviations)?);
    let practice = serde_json::to_value(&new.practice)?;
    let saved = sqlx::query_scalar!(
        "INSERT INTO casework_calculation AS saved
                (municipality_id, application_id, version, request, deviations, saved_by, saved_at, practice)
         SELECT $1, $2, 1, $4, $5, $6, $7, $8
         WHERE $3::bigint = 0
            OR EXISTS (SELECT FROM casework_calculation WHERE municipality_id = $1 AND application_id = $2)
         ON CONFLICT (municipality_id, application_id)
         DO UPDATE SET version = saved.version + 1, request = EXCLUDED.request, deviations = EXCLUDED.deviations,
                       saved_by = EXCLUDED.saved_by, saved_at = EXCLUDED.saved_at, practice = EXCLUDED.practice
         WHERE saved.version = $3
         RETURNING version",
        actor.municipality.0,
        application.0,
        new.version,
        request,
        deviations,
        new.saved_by.0,
        new.saved_at.to_sqlx() as _,
        practice,
    )
    .fetch_optional(tx)
    .await?;
    Ok(saved)
}
