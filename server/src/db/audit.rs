//! The audit log: who did or read what, when and why, in the same transaction as the thing itself. No row, no data.
//!
//! Append-only by rights and trigger. The shape is ready for a keyed hash chain per municipality: [`Entry::canonical`]
//! gives one unambiguous byte string for a row, and a row read back gives the same string.

use crate::error::Error;
use domain::{
    Actor,
    account::{SessionRef, Who},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

/// What is written. Never free text of a person, never a name or a number of hers: ids and codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub municipality: Uuid,
    pub id: Uuid,
    pub at: Timestamp,
    pub actor_kind: &'static str,
    pub actor_id: Option<Uuid>,
    pub session: Option<SessionRef>,
    /// Room and verb: `visit.book`.
    pub action: &'static str,
    pub object_kind: &'static str,
    pub object_ids: Vec<Uuid>,
    /// Why, as a code: `own`, `desk_day`, `slot_pattern`.
    pub reason: &'static str,
    /// Filter or change as JSON text, kept exactly as written.
    pub detail: String,
}

/// How long an unchanged refresh of a list by the same session writes no second row, in minutes.
const REFRESH_MINUTES: i64 = 10;

impl Entry {
    /// An entry of this actor.
    pub fn new(actor: &Actor, id: Uuid, at: Timestamp, action: &'static str, object_kind: &'static str) -> Self {
        let (actor_kind, actor_id) = kind_and_id(actor);
        Self {
            municipality: actor.municipality.0,
            id,
            at,
            actor_kind,
            actor_id,
            session: actor.session(),
            action,
            object_kind,
            object_ids: Vec::new(),
            reason: "own",
            detail: "{}".to_owned(),
        }
    }

    #[must_use]
    pub fn objects(mut self, ids: impl IntoIterator<Item = Uuid>) -> Self {
        self.object_ids = ids.into_iter().collect();
        self
    }

    #[must_use]
    pub fn because(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }

    /// Filter or change; written as JSON.
    #[must_use]
    pub fn detail(mut self, detail: &serde_json::Value) -> Self {
        self.detail = detail.to_string();
        self
    }

    /// One byte string for the whole row: a version, then every column in order, each with its length in front, so that
    /// no two different rows give the same bytes. What a hash chain will seal.
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = b"porten-audit-1".to_vec();
        let mut put = |part: &[u8]| {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        };
        put(self.municipality.as_bytes());
        put(self.id.as_bytes());
        put(&self.at.as_microsecond().to_be_bytes());
        put(self.actor_kind.as_bytes());
        put(self.actor_id.as_ref().map_or(&[][..], |id| id.as_bytes()));
        put(&self.session.map_or(Vec::new(), |session| session.0.to_be_bytes().to_vec()));
        put(self.action.as_bytes());
        put(self.object_kind.as_bytes());
        put(&self.object_ids.iter().flat_map(|id| *id.as_bytes()).collect::<Vec<u8>>());
        put(self.reason.as_bytes());
        put(self.detail.as_bytes());
        bytes
    }
}

/// The actor as the log names it.
pub fn kind_and_id(actor: &Actor) -> (&'static str, Option<Uuid>) {
    match &actor.who {
        Who::Anonymous => ("anonymous", None),
        Who::Applicant { person, .. } => ("applicant", Some(person.0)),
        Who::Guest { person, .. } => ("guest", Some(person.0)),
        Who::Staff { staff, .. } => ("staff", Some(staff.0)),
        Who::System => ("system", None),
    }
}

/// Writes one row.
pub async fn write(tx: &mut PgConnection, entry: &Entry) -> Result<(), Error> {
    insert(tx, entry, None).await.map(|_| ())
}

/// Writes one row for reading a list: its kind, filter and the ids shown. A refresh by the same session within ten
/// minutes that shows the same things writes none. Says whether a row was written.
pub async fn write_list_read(tx: &mut PgConnection, entry: &Entry) -> Result<bool, Error> {
    insert(tx, entry, Some(entry.at - SignedDuration::from_mins(REFRESH_MINUTES))).await
}

/// `unless_since`: not if the same session has such a row that is younger. Says whether a row was written.
async fn insert(tx: &mut PgConnection, entry: &Entry, unless_since: Option<Timestamp>) -> Result<bool, Error> {
    let written = sqlx::query!(
        "INSERT INTO audit (municipality_id, audit_id, at, actor_kind, actor_id, session_ref, action, object_kind,
                            object_ids, reason, detail)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
         WHERE $12::timestamptz IS NULL OR NOT EXISTS (
             SELECT FROM audit
             WHERE municipality_id = $1 AND session_ref = $6 AND at > $12 AND action = $7 AND object_kind = $8
               AND object_ids = $9 AND detail = $11)",
        entry.municipality,
        entry.id,
        entry.at.to_sqlx() as _,
        entry.actor_kind,
        entry.actor_id,
        entry.session.map(|session| session.0),
        entry.action,
        entry.object_kind,
        &entry.object_ids,
        entry.reason,
        entry.detail,
        unless_since.map(ToSqlx::to_sqlx) as _,
    )
    .execute(tx)
    .await?;
    Ok(written.rows_affected() == 1)
}
