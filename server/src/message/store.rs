//! The SQL of messages and their notices. Free functions in the caller's transaction.

pub mod told;

use crate::error::Error;
use domain::{
    Actor,
    id::{ApplicationId, CaseId, MessageId, OfficeId, PersonId},
    message::{Message, MessageKind, Reach, Unread},
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

/// Something not read, and the application it comes from.
pub struct OfCase {
    pub application: ApplicationId,
    pub arrived_at: Timestamp,
    pub unread: Unread,
}

/// What the parties of an office's cases have not read, by application and then in the order it was written. A receipt is
/// shown at once: only one whose e-mail failed counts. Of a decision each party is told, one of whom nobody knows who she is
/// without a message; it counts until she has received it, or staff have told her. `unsaid_until`: of those who have not said
/// how only what was sent by then. The ways are those of [`Reach::ahead`], and what has become of the e-mail.
pub async fn not_read(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    cases: Option<&[CaseId]>,
    reach: &[Reach],
    unsaid_until: Option<Timestamp>,
) -> Result<Vec<OfCase>, Error> {
    let cases: Option<Vec<Uuid>> = cases.map(|cases| cases.iter().map(|case| case.0).collect());
    let reach: Vec<String> = reach.iter().map(|reach| reach.as_str().to_owned()).collect();
    let rows = sqlx::query!(
        r#"SELECT found.application_id AS "application_id!", found.arrived_at AS "arrived_at!: jiff_sqlx::Timestamp",
                  found.person_id AS "person_id!", person.display_name, found.kind AS "kind!", found.about AS "about!",
                  found.sent_at AS "sent_at!: jiff_sqlx::Timestamp", reach.name AS "reach!"
           FROM (SELECT application.application_id, application.arrived_at, party.person_id, 'decision' AS kind,
                        decision.decision_id AS about, coalesce(message.sent_at, decision.decided_at) AS sent_at,
                        notice.status
                 FROM casework_case own
                 JOIN casework_party party ON party.municipality_id = own.municipality_id AND party.case_id = own.case_id
                 JOIN decision ON decision.municipality_id = own.municipality_id AND decision.case_id = own.case_id
                      AND decision.status = 'published'
                 JOIN application ON application.municipality_id = own.municipality_id
                      AND application.application_id = decision.application_id
                 LEFT JOIN message ON message.municipality_id = own.municipality_id
                      AND message.person_id = party.person_id AND message.kind = 'decision'
                      AND message.about = decision.decision_id
                 LEFT JOIN message_notice notice ON notice.municipality_id = own.municipality_id
                      AND notice.message_id = message.message_id
                 WHERE own.municipality_id = $1 AND own.office_id = $2 AND ($3::uuid[] IS NULL OR own.case_id = ANY($3))
                   AND message.read_at IS NULL
                   AND NOT EXISTS (SELECT FROM decision_receipt receipt
                                   WHERE receipt.municipality_id = $1 AND receipt.decision_id = decision.decision_id
                                     AND receipt.person_id = party.person_id)
                 UNION ALL
                 SELECT application.application_id, application.arrived_at, message.person_id, message.kind, message.about,
                        message.sent_at, notice.status
                 FROM message_notice notice
                 JOIN message USING (municipality_id, message_id)
                 JOIN application ON application.municipality_id = notice.municipality_id
                      AND application.application_id = message.about
                 JOIN casework_case own ON own.municipality_id = notice.municipality_id
                      AND own.case_id = application.case_id
                 WHERE notice.municipality_id = $1 AND notice.status = 'failed' AND message.read_at IS NULL
                   AND own.office_id = $2 AND ($3::uuid[] IS NULL OR own.case_id = ANY($3))) found
           JOIN person ON person.municipality_id = $1 AND person.person_id = found.person_id
           LEFT JOIN account_contact contact ON contact.municipality_id = $1 AND contact.person_id = found.person_id
           CROSS JOIN LATERAL (SELECT CASE
               WHEN found.status = 'handed_over' THEN 'email'
               WHEN contact.way = 'none' THEN 'herself'
               WHEN found.status = 'failed' THEN 'otherwise'
               WHEN found.status = 'waiting' AND contact.way = 'email' THEN 'email'
               WHEN contact.way = 'phone' THEN 'ring'
               WHEN contact.way = 'letter' THEN 'letter'
               WHEN person.identity = 'claimed' THEN 'at_desk'
               WHEN contact.way = 'email' THEN 'otherwise'
               ELSE 'unsaid' END AS name) reach
           WHERE reach.name = ANY($4)
             AND ($5::timestamptz IS NULL OR reach.name <> 'unsaid' OR found.sent_at <= $5)
             AND NOT EXISTS (SELECT FROM message_told told JOIN person hers USING (municipality_id, person_id)
                             WHERE told.municipality_id = $1 AND told.about = found.about AND told.kind = found.kind
                               AND found.person_id IN (hers.person_id, hers.joined_into))
           ORDER BY found.arrived_at, found.application_id, found.sent_at, found.about, found.person_id"#,
        actor.municipality.0,
        office.0,
        cases as _,
        &reach,
        unsaid_until.map(ToSqlx::to_sqlx) as _,
    )
    .fetch_all(tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let unread = Unread {
                person_id: PersonId(row.person_id),
                name: row.display_name,
                kind: MessageKind::from_name(&row.kind).ok_or(Error::Broken("message kinds are known"))?,
                about: row.about,
                reach: Reach::from_name(&row.reach).ok_or(Error::Broken("the ways to be told are known"))?,
                sent_at: row.sent_at.to_jiff(),
            };
            let application = ApplicationId(row.application_id);
            Ok(OfCase { application, arrived_at: row.arrived_at.to_jiff(), unread })
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
