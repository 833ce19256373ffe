//! The SQL of messages and their notices. Free functions in the caller's transaction.

use crate::error::Error;
use domain::{
    Actor,
    id::{MessageId, PersonId},
    message::{Message, MessageKind, Unreached},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

pub async fn insert(
    tx: &mut PgConnection,
    actor: &Actor,
    message: MessageId,
    person: PersonId,
    kind: MessageKind,
    about: Uuid,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO message (municipality_id, message_id, person_id, kind, about, sent_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        actor.municipality.0,
        message.0,
        person.0,
        kind.as_str(),
        about,
        now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// `wanted`: an e-mail shall be sent.
pub async fn insert_notice(
    tx: &mut PgConnection,
    actor: &Actor,
    message: MessageId,
    wanted: bool,
) -> Result<(), Error> {
    sqlx::query!(
        "INSERT INTO message_notice (municipality_id, message_id, status) VALUES ($1, $2, $3)",
        actor.municipality.0,
        message.0,
        if wanted { "waiting" } else { "not_wanted" },
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// How a person wants to be told.
pub struct Contact {
    /// The address to write to, if e-mail is the safe way; nothing otherwise, whatever else is known.
    pub email: Option<String>,
    /// The language of notices.
    pub language: String,
}

/// How the person wants to be told. Nothing for somebody whose identity is only claimed: nobody has proved that the address
/// is hers, so nothing is sent to it until the desk has confirmed who she is.
pub async fn contact(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<Option<Contact>, Error> {
    let row = sqlx::query!(
        "SELECT CASE contact.way WHEN 'email' THEN contact.email END AS email, contact.language
         FROM account_contact contact JOIN person USING (municipality_id, person_id)
         WHERE municipality_id = $1 AND person_id = $2 AND person.identity = 'confirmed'",
        actor.municipality.0,
        person.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| Contact { email: row.email, language: row.language }))
}

/// The messages of a person, newest first; or one of them.
pub async fn of_person(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    only: Option<MessageId>,
) -> Result<Vec<Message>, Error> {
    let rows = sqlx::query!(
        r#"SELECT message_id, kind, about, sent_at AS "sent_at: jiff_sqlx::Timestamp",
                  read_at AS "read_at: jiff_sqlx::Timestamp"
           FROM message
           WHERE municipality_id = $1 AND person_id = $2 AND ($3::uuid IS NULL OR message_id = $3)
           ORDER BY sent_at DESC, message_id DESC"#,
        actor.municipality.0,
        person.0,
        only.map(|message| message.0),
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Message {
                message_id: MessageId(row.message_id),
                kind: MessageKind::from_name(&row.kind).ok_or(Error::Broken("message kinds are known"))?,
                about: row.about,
                sent_at: row.sent_at.to_jiff(),
                read_at: row.read_at.map(jiff_sqlx::Timestamp::to_jiff),
            })
        })
        .collect()
}

pub async fn unread(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<i64, Error> {
    let unread = sqlx::query_scalar!(
        r#"SELECT count(*) AS "unread!" FROM message
           WHERE municipality_id = $1 AND person_id = $2 AND read_at IS NULL"#,
        actor.municipality.0,
        person.0,
    )
    .fetch_one(tx)
    .await?;
    Ok(unread)
}

/// Marks one message of the person. `false`: it was marked before, and the first time stays.
pub async fn mark_read(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    message: MessageId,
    now: Timestamp,
) -> Result<bool, Error> {
    let marked = sqlx::query!(
        "UPDATE message SET read_at = $4
         WHERE municipality_id = $1 AND person_id = $2 AND message_id = $3 AND read_at IS NULL",
        actor.municipality.0,
        person.0,
        message.0,
        now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(marked.rows_affected() == 1)
}

pub async fn mark_read_about(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    kind: MessageKind,
    about: Uuid,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE message SET read_at = $5
         WHERE municipality_id = $1 AND person_id = $2 AND kind = $3 AND about = $4 AND read_at IS NULL",
        actor.municipality.0,
        person.0,
        kind.as_str(),
        about,
        now.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The messages to these people about these things whose notice failed for good and which are not read, oldest first.
pub async fn unreached(
    tx: &mut PgConnection,
    actor: &Actor,
    people: &[Uuid],
    about: &[Uuid],
) -> Result<Vec<Unreached>, Error> {
    let rows = sqlx::query!(
        r#"SELECT message.person_id, message.kind, message.about, message.sent_at AS "sent_at: jiff_sqlx::Timestamp"
           FROM message JOIN message_notice notice USING (municipality_id, message_id)
           WHERE municipality_id = $1 AND message.person_id = ANY($2) AND message.about = ANY($3)
             AND notice.status = 'failed' AND message.read_at IS NULL
           ORDER BY message.sent_at, message.message_id"#,
        actor.municipality.0,
        people,
        about,
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Unreached {
                person_id: PersonId(row.person_id),
                kind: MessageKind::from_name(&row.kind).ok_or(Error::Broken("message kinds are known"))?,
                about: row.about,
                sent_at: row.sent_at.to_jiff(),
            })
        })
        .collect()
}

/// A notice as the job finds it.
pub struct Notice {
    pub person: PersonId,
    pub status: String,
    pub attempts: i32,
    pub unconfirmed: i32,
    /// Until when somebody else is at it.
    pub claimed_until: Option<Timestamp>,
}

/// The notice, locked until the transaction ends.
pub async fn notice_locked(tx: &mut PgConnection, actor: &Actor, message: MessageId) -> Result<Option<Notice>, Error> {
    let row = sqlx::query!(
        r#"SELECT message.person_id, notice.status, notice.attempts, notice.unconfirmed,
                  notice.claimed_until AS "claimed_until: jiff_sqlx::Timestamp"
           FROM message_notice notice JOIN message USING (municipality_id, message_id)
           WHERE notice.municipality_id = $1 AND notice.message_id = $2 FOR UPDATE OF notice"#,
        actor.municipality.0,
        message.0,
    )
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|row| Notice {
        person: PersonId(row.person_id),
        status: row.status,
        attempts: row.attempts,
        unconfirmed: row.unconfirmed,
        claimed_until: row.claimed_until.map(jiff_sqlx::Timestamp::to_jiff),
    }))
}

/// Writes that a hand-over begins: until its end is known it counts as one nobody can confirm.
pub async fn begin_attempt(
    tx: &mut PgConnection,
    actor: &Actor,
    message: MessageId,
    claimed_until: Timestamp,
) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE message_notice SET attempts = attempts + 1, unconfirmed = unconfirmed + 1, claimed_until = $3
         WHERE municipality_id = $1 AND message_id = $2",
        actor.municipality.0,
        message.0,
        claimed_until.to_sqlx() as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Writes that a hand-over that was begun is over; `known`: and whether the letter was taken.
pub async fn end_attempt(tx: &mut PgConnection, actor: &Actor, message: MessageId, known: bool) -> Result<(), Error> {
    sqlx::query!(
        "UPDATE message_notice SET unconfirmed = unconfirmed - $3, claimed_until = NULL
         WHERE municipality_id = $1 AND message_id = $2",
        actor.municipality.0,
        message.0,
        i32::from(known),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// How a notice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    HandedOver(Timestamp),
    Failed,
    /// The person no longer wants e-mail.
    NotWanted,
}

pub async fn end_notice(tx: &mut PgConnection, actor: &Actor, message: MessageId, end: End) -> Result<(), Error> {
    let (status, at) = match end {
        End::HandedOver(at) => ("handed_over", Some(at)),
        End::Failed => ("failed", None),
        End::NotWanted => ("not_wanted", None),
    };
    sqlx::query!(
        "UPDATE message_notice SET status = $3, handed_over_at = $4 WHERE municipality_id = $1 AND message_id = $2",
        actor.municipality.0,
        message.0,
        status,
        at.map(ToSqlx::to_sqlx) as _,
    )
    .execute(tx)
    .await?;
    Ok(())
}
