//! What another party sent in a case of both (10 § förvaltningslagen, 10 kap. 3 § offentlighets- och sekretesslagen).
//!
//! The parties of the case decide and nothing else: what somebody tells alone lies in a case of her own, in which nobody
//! else is a party. Who is no party any longer sees nothing from the next request on. Papers that are not sent belong to
//! no case.

use super::store::{Columns, DocumentRow};
use crate::error::Error;
use domain::{
    Actor,
    document::SentApplication,
    id::{ApplicationId, DocumentId, PersonId},
};
use sqlx::PgConnection;

/// The applications of others in the party's cases, latest first.
pub async fn applications(
    tx: &mut PgConnection,
    actor: &Actor,
    party: PersonId,
) -> Result<Vec<SentApplication>, Error> {
    let rows = sqlx::query!(
        r#"SELECT application_id, number, arrived_at AS "arrived_at: jiff_sqlx::Timestamp"
           FROM casework_party
           JOIN casework_case USING (municipality_id, case_id)
           JOIN application USING (municipality_id, case_id)
           WHERE municipality_id = $1 AND casework_party.person_id = $2 AND application.person_id <> $2
           ORDER BY arrived_at DESC, application_id DESC"#,
        actor.municipality.0,
        party.0,
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SentApplication {
            application_id: ApplicationId(row.application_id),
            number: row.number,
            arrived_at: row.arrived_at.to_jiff(),
        })
        .collect())
}

/// One paper that was sent in a case of the party.
pub async fn one(
    tx: &mut PgConnection,
    actor: &Actor,
    party: PersonId,
    document: DocumentId,
) -> Result<Option<DocumentRow>, Error> {
    let row = sqlx::query_as!(
        Columns,
        r#"SELECT document.document_id, document.person_id, document.application_id, document.object_id, document.paper,
                  document.name, document.media_type, document.size, document.sha256, document.format,
                  document.uploaded_at AS "uploaded_at: jiff_sqlx::Timestamp"
           FROM document
           JOIN application USING (municipality_id, application_id)
           JOIN casework_party USING (municipality_id, case_id)
           WHERE document.municipality_id = $1 AND casework_party.person_id = $2 AND document.document_id = $3"#,
        actor.municipality.0,
        party.0,
        document.0,
    )
    .fetch_optional(tx)
    .await?;
    row.map(Columns::row).transpose()
}
