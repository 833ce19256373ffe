//! The use cases of messages: a person reads her own.

use super::store;
use crate::{
    auth::policy,
    db::{Db, audit},
    error::Error,
    world::World,
};
use app::message::port::MessagePort;
use async_trait::async_trait;
use domain::{
    Actor, Fault,
    id::MessageId,
    message::{Message, MessageKind},
};

#[derive(Clone)]
pub struct MessageService {
    db: Db,
    world: World,
}

impl MessageService {
    pub fn new(db: Db, world: World) -> Self {
        Self { db, world }
    }

    async fn own(&self, actor: &Actor, only: Option<MessageId>) -> Result<Vec<Message>, Error> {
        let person = policy::messages_of(actor)?;
        let mut tx = self.db.begin(actor).await?;
        store::of_person(&mut tx, actor, person, only).await
    }

    async fn mark_read_inner(&self, actor: &Actor, message: MessageId) -> Result<(), Error> {
        let person = policy::messages_of(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let found =
            store::of_person(&mut tx, actor, person, Some(message)).await?.pop().ok_or_else(Error::not_found)?;
        // A decision is read by opening it, which starts the time to appeal: never by ticking off its message.
        if found.kind == MessageKind::Decision {
            return Err(Error::not_found());
        }
        let now = self.world.now();
        if !store::mark_read(&mut tx, actor, person, message, now).await? {
            return Ok(());
        }
        let entry = audit::Entry::new(actor, self.world.id(), now, "message.read", "message").objects([message.0]);
        audit::write(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn unread_inner(&self, actor: &Actor) -> Result<i64, Error> {
        let person = policy::messages_of(actor)?;
        let mut tx = self.db.begin(actor).await?;
        store::unread(&mut tx, actor, person).await
    }
}

#[async_trait]
impl MessagePort for MessageService {
    async fn list(&self, actor: &Actor) -> Result<Vec<Message>, Fault> {
        Ok(self.own(actor, None).await?)
    }

    async fn one(&self, actor: &Actor, message: MessageId) -> Result<Message, Fault> {
        self.own(actor, Some(message)).await?.pop().ok_or(Fault::NotFound)
    }

    async fn mark_read(&self, actor: &Actor, message: MessageId) -> Result<(), Fault> {
        Ok(self.mark_read_inner(actor, message).await?)
    }

    async fn unread(&self, actor: &Actor) -> Result<i64, Fault> {
        Ok(self.unread_inner(actor).await?)
    }
}
