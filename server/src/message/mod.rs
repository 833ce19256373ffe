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
    id::{CaseId, MessageId, OfficeId, PersonId},
    message::{MessageKind, Reach},
};
use jiff::Timestamp;
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

/// What the parties of an office's cases, or of some of them, have not read and come to know of in one of these ways:
/// decisions, and receipts of which the e-mail did not arrive. For staff of that office: the caller has asked.
pub async fn not_read(
    tx: &mut PgConnection,
    actor: &Actor,
    office: OfficeId,
    cases: Option<&[CaseId]>,
    reach: &[Reach],
) -> Result<Vec<OfCase>, Error> {
    store::not_read(tx, actor, office, cases, reach).await
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
