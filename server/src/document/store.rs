//! The SQL of papers. Free functions in the caller's transaction.

use crate::error::Error;
use domain::{
    Actor,
    document::{DocumentInfo, MediaType, PaperKind, SentApplication},
    id::{ApplicationId, DocumentId, ObjectId, OfficeId, PersonId},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

/// Notes that an object is begun. Committed before a byte flows, so that whatever happens somebody knows of it.
pub async fn stage(tx: &mut PgConnection, actor: &Actor, object: ObjectId, now: Timestamp) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO storage_object (municipality_id, object_id, state, begun_at) VALUES ($1, $2, 'staged', $3)",
        actor.municipality.0,
        object.0,
        now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The staged object belongs to a document from now on. `false`: it was begun so long ago that it has been reaped.
pub async fn keep(tx: &mut PgConnection, actor: &Actor, object: ObjectId) -> Result<bool, Error> {
    let kept = sqlx::query!(
        "UPDATE storage_object SET state = 'committed' WHERE municipality_id = $1 AND object_id = $2 AND state = 'staged'",
        actor.municipality.0,
        object.0,
    )
    .execute(tx)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// The object belongs to nobody any longer: as if it had only been begun.
pub async fn let_go(tx: &mut PgConnection, actor: &Actor, object: ObjectId) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE storage_object SET state = 'staged' WHERE municipality_id = $1 AND object_id = $2",
        actor.municipality.0,
        object.0,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// One object begun before that time which never became a document, locked: an upload that finishes at last waits, and
/// then finds nothing to keep. One that is just being kept is passed over.
pub async fn orphan(tx: &mut PgConnection, actor: &Actor, before: Timestamp) -> Result<Option<ObjectId>, Error> {
    let found = sqlx::query_scalar!(
        "SELECT object_id FROM storage_object WHERE municipality_id = $1 AND state = 'staged' AND begun_at < $2
         ORDER BY begun_at LIMIT 1 FOR UPDATE SKIP LOCKED",
        actor.municipality.0,
        before.to_sqlx() as _,
    )
    .fetch_optional(tx)
    .await?;
    Ok(found.map(ObjectId))
}

/// Locks a staged object for removal. `false`: it is not staged (any longer).
pub async fn lock_staged(tx: &mut PgConnection, actor: &Actor, object: ObjectId) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        "SELECT object_id FROM storage_object WHERE municipality_id = $1 AND object_id = $2 AND state = 'staged'
         FOR UPDATE SKIP LOCKED",
        actor.municipality.0,
        object.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(found.is_some())
}

/// Forgets a staged object: its bytes are gone.
pub async fn forget(tx: &mut PgConnection, actor: &Actor, object: ObjectId) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM storage_object WHERE municipality_id = $1 AND object_id = $2 AND state = 'staged'",
        actor.municipality.0,
        object.0,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether the application is the person's own.
pub async fn is_own_application(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    application: ApplicationId,
) -> Result<bool, Error> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM application WHERE municipality_id = $1 AND application_id = $2 AND person_id = $3)
           AS "found!""#,
        actor.municipality.0,
        application.0,
        person.0,
    )
    .fetch_one(tx)
    .await?;
    Ok(found)
}

/// The person's own applications, latest first.
pub async fn applications(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
) -> Result<Vec<SentApplication>, Error> {
    let rows = sqlx::query!(
        r#"SELECT application_id, number, arrived_at AS "arrived_at: jiff_sqlx::Timestamp"
           FROM application JOIN casework_case USING (municipality_id, case_id)
           WHERE municipality_id = $1 AND person_id = $2 ORDER BY arrived_at DESC, application_id DESC"#,
        actor.municipality.0,
        person.0,
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

/// What a new document row holds beside what lists show.
pub struct NewDocument<'a> {
    pub info: &'a DocumentInfo,
    pub person: PersonId,
    pub object: ObjectId,
    pub sha256: [u8; 32],
    pub format: i16,
}

pub async fn insert(tx: &mut PgConnection, actor: &Actor, new: &NewDocument<'_>) -> Result<(), Error> {
    let size = i64::try_from(new.info.size).map_err(|_| Error::Broken("a file has a size"))?;
    sqlx::query!(
        "INSERT INTO document (municipality_id, document_id, person_id, application_id, object_id, name, media_type, size,
                               sha256, format, uploaded_at, paper)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        actor.municipality.0,
        new.info.document_id.0,
        new.person.0,
        new.info.application_id.map(|application| application.0),
        new.object.0,
        new.info.name,
        new.info.media_type.as_str(),
        size,
        &new.sha256[..],
        new.format,
        new.info.uploaded_at.to_sqlx() as _,
        new.info.paper.map(PaperKind::as_str),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A document row as it is read.
pub struct DocumentRow {
    pub info: DocumentInfo,
    pub person: PersonId,
    pub object: ObjectId,
    pub sha256: [u8; 32],
    pub format: i16,
}

/// The columns as they come.
pub struct Columns {
    pub document_id: Uuid,
    pub person_id: Uuid,
    pub application_id: Option<Uuid>,
    pub object_id: Uuid,
    pub paper: Option<String>,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: Vec<u8>,
    pub format: i16,
    pub uploaded_at: jiff_sqlx::Timestamp,
}

impl Columns {
    pub fn row(self) -> Result<DocumentRow, Error> {
        Ok(DocumentRow {
            info: DocumentInfo {
                document_id: DocumentId(self.document_id),
                application_id: self.application_id.map(ApplicationId),
                // One that a later program knew and this one does not is another paper.
                paper: self.paper.as_deref().and_then(PaperKind::from_name),
                name: self.name,
                media_type: MediaType::from_name(&self.media_type)
                    .ok_or(Error::Broken("a document has a known type"))?,
                size: u64::try_from(self.size).map_err(|_| Error::Broken("a document has a size"))?,
                uploaded_at: self.uploaded_at.to_jiff(),
            },
            person: PersonId(self.person_id),
            object: ObjectId(self.object_id),
            sha256: self.sha256.try_into().map_err(|_| Error::Broken("a SHA-256 has 32 bytes"))?,
            format: self.format,
        })
    }
}

fn infos(rows: Vec<Columns>) -> Result<Vec<DocumentInfo>, Error> {
    rows.into_iter().map(|row| row.row().map(|row| row.info)).collect()
}

/// The person's papers, oldest first.
pub async fn of_person(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<Vec<DocumentInfo>, Error> {
    let rows = sqlx::query_as!(
        Columns,
        r#"SELECT document_id, person_id, application_id, object_id, paper, name, media_type, size, sha256, format,
                  uploaded_at AS "uploaded_at: jiff_sqlx::Timestamp"
           FROM document WHERE municipality_id = $1 AND person_id = $2 ORDER BY uploaded_at, document_id"#,
        actor.municipality.0,
        person.0,
    )
    .fetch_all(tx)
    .await?;
    infos(rows)
}

/// The papers of an application, oldest first.
pub async fn of_application(
    tx: &mut PgConnection,
    actor: &Actor,
    application: ApplicationId,
) -> Result<Vec<DocumentInfo>, Error> {
    let rows = sqlx::query_as!(
        Columns,
        r#"SELECT document_id, person_id, application_id, object_id, paper, name, media_type, size, sha256, format,
                  uploaded_at AS "uploaded_at: jiff_sqlx::Timestamp"
           FROM document WHERE municipality_id = $1 AND application_id = $2 ORDER BY uploaded_at, document_id"#,
        actor.municipality.0,
        application.0,
    )
    .fetch_all(tx)
    .await?;
    infos(rows)
}

/// One paper of the person. Locked: what is decided about it (taking it back, sending it) happens in turn.
pub async fn own(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    document: DocumentId,
) -> Result<Option<DocumentRow>, Error> {
    let row = sqlx::query_as!(
        Columns,
        r#"SELECT document_id, person_id, application_id, object_id, paper, name, media_type, size, sha256, format,
                  uploaded_at AS "uploaded_at: jiff_sqlx::Timestamp"
           FROM document WHERE municipality_id = $1 AND person_id = $2 AND document_id = $3
           FOR UPDATE"#,
        actor.municipality.0,
        person.0,
        document.0,
    )
    .fetch_optional(tx)
    .await?;
    row.map(Columns::row).transpose()
}

/// One paper of an application in a case of the office.
pub async fn at_office(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    document: DocumentId,
) -> Result<Option<DocumentRow>, Error> {
    let row = sqlx::query_as!(
        Columns,
        r#"SELECT document.document_id, document.person_id, document.application_id, document.object_id, document.paper,
                  document.name, document.media_type, document.size, document.sha256, document.format,
                  document.uploaded_at AS "uploaded_at: jiff_sqlx::Timestamp"
           FROM document
           JOIN application USING (municipality_id, application_id)
           JOIN casework_case USING (municipality_id, case_id)
           WHERE document.municipality_id = $1 AND casework_case.office_id = $2 AND document.document_id = $3"#,
        actor.municipality.0,
        office.0,
        document.0,
    )
    .fetch_optional(tx)
    .await?;
    row.map(Columns::row).transpose()
}

/// Gives the person's unsent papers to the application. Gives how many there were.
pub async fn attach(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    application: ApplicationId,
) -> Result<u64, Error> {
    let given = sqlx::query!(
        "UPDATE document SET application_id = $3
         WHERE municipality_id = $1 AND person_id = $2 AND application_id IS NULL",
        actor.municipality.0,
        person.0,
        application.0,
    )
    .execute(tx)
    .await?;
    Ok(given.rows_affected())
}

pub async fn delete(tx: &mut PgConnection, actor: &Actor, document: DocumentId) -> Result<(), Error> {
    sqlx::query!(
        "DELETE FROM document WHERE municipality_id = $1 AND document_id = $2 AND application_id IS NULL",
        actor.municipality.0,
        document.0,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Somebody (the one named, if one is) with unsent papers who has neither added one nor saved a draft since that time.
pub async fn who_left(
    tx: &mut PgConnection,
    actor: &Actor,
    named: Option<PersonId>,
    before: Timestamp,
) -> Result<Option<PersonId>, Error> {
    let found = sqlx::query_scalar!(
        "SELECT person_id FROM document
         WHERE municipality_id = $1 AND application_id IS NULL AND person_id = coalesce($3, person_id)
           AND NOT EXISTS (SELECT FROM draft WHERE draft.municipality_id = $1 AND draft.person_id = document.person_id
                                               AND draft.saved_at >= $2)
         GROUP BY person_id HAVING max(uploaded_at) < $2 LIMIT 1",
        actor.municipality.0,
        before.to_sqlx() as _,
        named.map(|person| person.0),
    )
    .fetch_optional(tx)
    .await?;
    Ok(found.map(PersonId))
}

/// Removes the unsent papers of such a person, and lets go of their objects. Gives what was removed: nothing if she has
/// come back in between. The person is locked, as she is by whoever adds a paper.
pub async fn remove_left(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    before: Timestamp,
) -> Result<Vec<DocumentId>, Error> {
    sqlx::query!(
        "SELECT person_id FROM person WHERE municipality_id = $1 AND person_id = $2 FOR NO KEY UPDATE",
        actor.municipality.0,
        person.0,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if who_left(tx, actor, Some(person), before).await?.is_none() {
        return Ok(Vec::new());
    }
    let gone = sqlx::query!(
        "DELETE FROM document WHERE municipality_id = $1 AND person_id = $2 AND application_id IS NULL
         RETURNING document_id, object_id",
        actor.municipality.0,
        person.0,
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &gone {
        let_go(tx, actor, ObjectId(row.object_id)).await?;
    }
    Ok(gone.into_iter().map(|row| DocumentId(row.document_id)).collect())
}
