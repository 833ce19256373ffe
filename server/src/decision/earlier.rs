//! What has been decided already in a case for the month of an application.

use super::service::Place;
use crate::error::Error;
use domain::{
    Actor,
    decision::{DecisionContent, EarlierDecision},
    id::ApplicationId,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

/// The published decisions of the case for that month on its other applications, oldest first.
pub(super) async fn of_month(
    tx: &mut PgConnection,
    actor: &Actor,
    place: Place,
    month: Date,
) -> Result<Vec<EarlierDecision>, Error> {
    let rows = sqlx::query!(
        r#"SELECT decision.application_id, decision.content, decision.decided_at AS "decided_at!: jiff_sqlx::Timestamp"
           FROM decision JOIN application USING (municipality_id, application_id)
           WHERE municipality_id = $1 AND decision.case_id = $2 AND decision.application_id <> $3
             AND decision.status = 'published' AND application.month = $4
           ORDER BY decision.decided_at, decision.decision_id"#,
        actor.municipality.0,
        place.case.0,
        place.application.0,
        month.to_sqlx() as _,
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let content: DecisionContent = serde_json::from_value(row.content)?;
            Ok(EarlierDecision {
                application_id: ApplicationId(row.application_id),
                decided_at: row.decided_at.to_jiff(),
                needs: content.lines.iter().map(|line| line.need).collect(),
            })
        })
        .collect()
}
