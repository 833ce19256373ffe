//! Messages to a person, read signed in, and the notices that say, without saying what, that there is one.
//! See `domain::message` for the words.

pub mod api;
pub mod jobs;
pub mod mail;
mod service;
mod store;

pub use service::MessageService;
pub use store::OfCase;

use self::jobs::SendNotice;
use crate::{error::Error, world::World};
use domain::{
    Actor,
    id::{CaseId, MessageId, OfficeId, PersonId, StaffId},
    message::{MessageKind, Reach, SayTold, Told, UNSAID_DAYS},
};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

/// Writes a message to a person in the caller's transaction, and with it the notice that there is one, sent the way the
/// person chose and no other; to somebody whose identity is only claimed none is sent at all, since the address may be
/// another's. Nobody waits for the mail server here: the notice is a job of its own.
pub async fn post(
    tx: &mut PgConnection,
    actor: &Actor,
    world: &World,
    person: PersonId,
    kind: MessageKind,
    about: Uuid,
) -> Result<MessageId, Error> {
    let message = MessageId(world.id());
    store::insert(tx, actor, message, person, kind, about, world.now()).await?;
    // Whether an e-mail is wanted, and where to, is asked again when it is sent.
    let wanted = store::contact(tx, actor, person).await?.is_some_and(|contact| contact.email.is_some());
    store::insert_notice(tx, actor, message, wanted).await?;
    if wanted {
        let job = SendNotice { municipality: actor.municipality.0, message: message.0 };
        crate::jobs::enqueue(tx, &job, Some(&job.once())).await?;
    }
    Ok(message)
}

/// What staff are to tell the parties of an office's cases, or of some of them: decisions, and receipts of which the e-mail
/// did not arrive. For staff of that office: the caller has asked.
pub async fn to_tell(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    cases: Option<&[CaseId]>,
    now: Timestamp,
) -> Result<Vec<OfCase>, Error> {
    let unsaid_until = now - SignedDuration::from_hours(24 * i64::from(UNSAID_DAYS));
    store::not_read(tx, actor, office, cases, &Reach::BY_STAFF, Some(unsaid_until)).await
}

/// What the parties of a case have not read and nobody of the staff has told them, and how each comes to know of it. For
/// staff of that office: the caller has asked.
pub async fn not_read(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    case: CaseId,
) -> Result<Vec<OfCase>, Error> {
    store::not_read(tx, actor, office, Some(&[case]), &Reach::ALL, None).await
}

/// What the parties of a case have been told by staff and have not read since. For staff who may see the case: the caller has
/// asked.
pub async fn told(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<Told>, Error> {
    store::told::of_case(tx, actor, case, None).await
}

/// Keeps that a party of the case has been told of something in it, in the caller's transaction; `None`: that is nothing she
/// has to read there. Said before of the same way, what was kept then stays. Nothing else changes: neither whether she has
/// read it nor, of a decision, her receipt and her time to appeal (`domain::message::SayTold`).
pub async fn say_told(
    tx: &mut PgConnection,
    actor: &Actor,
    world: &World,
    case: CaseId,
    told: SayTold,
    by: Teller,
) -> Result<Option<(Told, Said)>, Error> {
    if !store::told::is_of_case(tx, actor, case, told.person_id, &told).await? {
        return Ok(None);
    }
    let at = world.now();
    let row = store::told::Row { id: world.id(), told: &told, by: by.staff, at };
    if !store::told::insert(tx, actor, &row).await? {
        let before = store::told::of_case(tx, actor, case, Some(&told)).await?.into_iter().next();
        return Ok(Some((before.ok_or(Error::Broken("what was said before is there"))?, Said::Before)));
    }
    let SayTold { person_id, kind, about, how } = told;
    Ok(Some((Told { person_id, kind, about, how, by: by.name, told_at: at }, Said::Now)))
}

/// Who has told somebody.
pub struct Teller {
    pub staff: StaffId,
    pub name: String,
}

/// Whether it was said now, or the same before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Now,
    Before,
}

/// Counts the person's messages of this kind about this thing as read: what they tell of has been opened.
/// Those read before keep their time.
pub async fn mark_read(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    kind: MessageKind,
    about: Uuid,
    now: Timestamp,
) -> Result<(), Error> {
    store::mark_read_about(tx, actor, person, kind, about, now).await
}
