//! Sends the notice that there is a message: once, or, when nobody knows how a hand-over ended, at most twice with one
//! and the same Message-ID.
//!
//! A hand-over is written down before it begins and again when it has ended; in between no transaction is open, however
//! slow the mail server. Whoever comes after a crash sees that one was begun and, once its claim has run out, tries again.
//! Two without a known end are enough: then somebody must look.

use super::{
    mail,
    store::{self, Contact, End},
};
use crate::{
    jobs::{ATTEMPTS, Job, JobContext, Trouble},
    mail::Refusal,
};
use domain::{
    Actor,
    id::{MessageId, MunicipalityId},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Hand-overs without a known end after which no other is begun: the second may already be a duplicate.
const UNCONFIRMED: i32 = 2;
/// How long a hand-over is left alone: longer than all the steps of [`crate::mail::Patience`] together.
const CLAIM: SignedDuration = SignedDuration::from_mins(3);

/// Sends one notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendNotice {
    pub municipality: Uuid,
    pub message: Uuid,
}

impl SendNotice {
    /// The name under which it waits: one message, one notice.
    pub(super) fn once(&self) -> String {
        format!("{}:{}:{}", Self::NAME, self.municipality, self.message)
    }
}

impl Job for SendNotice {
    const NAME: &'static str = "message:notice";

    async fn run(self, context: &JobContext) -> Result<(), Trouble> {
        let actor = Actor::system(MunicipalityId(self.municipality));
        let message = MessageId(self.message);
        let Some(contact) = begin(context, &actor, message).await? else { return Ok(()) };
        let now = context.world.now();
        let letter = mail::something_new(actor.municipality, message, contact, context.mail.home(), now);
        let outcome = context.mail.hand_over(&letter).await;
        end(context, &actor, message, outcome).await
    }
}

/// Writes down that a hand-over begins. `None`: there is nothing to send.
async fn begin(context: &JobContext, actor: &Actor, message: MessageId) -> Result<Option<Contact>, Trouble> {
    let now = context.world.now();
    let mut tx = context.db.begin(actor).await?;
    let notice = store::notice_locked(&mut tx, actor, message).await?.ok_or(Trouble::Fail("not_found"))?;
    if notice.status != "waiting" {
        return Ok(None);
    }
    if notice.claimed_until.is_some_and(|until| until > now) {
        return Err(Trouble::Retry("somebody_is_at_it"));
    }
    // Asked anew at every try: she may have chosen another way since, and nothing is sent any way but hers.
    let contact = store::contact(&mut tx, actor, notice.person).await?.filter(|contact| contact.email.is_some());
    if contact.is_none() {
        store::end_notice(&mut tx, actor, message, End::NotWanted).await?;
    } else if notice.unconfirmed >= UNCONFIRMED {
        store::end_notice(&mut tx, actor, message, End::Failed).await?;
        tx.commit().await?;
        return Err(Trouble::Fail("mail_unconfirmed"));
    } else {
        store::begin_attempt(&mut tx, actor, message, now + CLAIM).await?;
    }
    tx.commit().await?;
    Ok(contact)
}

/// Writes down how the hand-over ended.
async fn end(
    context: &JobContext,
    actor: &Actor,
    message: MessageId,
    outcome: Result<(), Refusal>,
) -> Result<(), Trouble> {
    let mut tx = context.db.begin(actor).await?;
    let notice = store::notice_locked(&mut tx, actor, message).await?.ok_or(Trouble::Fail("not_found"))?;
    let known = !matches!(outcome, Err(Refusal::Unknown(_)));
    store::end_attempt(&mut tx, actor, message, known).await?;
    let last = notice.attempts >= ATTEMPTS;
    let answer = match outcome {
        Ok(()) => Ok(()),
        Err(Refusal::Never(code)) => Err(Trouble::Fail(code)),
        Err(Refusal::Later(code)) if last => Err(Trouble::Fail(code)),
        Err(Refusal::Unknown(code)) if last || notice.unconfirmed >= UNCONFIRMED => Err(Trouble::Fail(code)),
        Err(Refusal::Later(code) | Refusal::Unknown(code)) => Err(Trouble::Retry(code)),
    };
    // A hand-over that outlived its claim may find that another has ended it.
    if notice.status == "waiting" {
        match answer {
            Ok(()) => store::end_notice(&mut tx, actor, message, End::HandedOver(context.world.now())).await?,
            Err(Trouble::Fail(_)) => store::end_notice(&mut tx, actor, message, End::Failed).await?,
            Err(Trouble::Retry(_)) => {}
        }
    }
    tx.commit().await?;
    answer
}
