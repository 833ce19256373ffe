//! The use cases of messages.

use async_trait::async_trait;
use domain::{Actor, Fault, id::MessageId, message::Message};

/// What a signed-in person can do with the messages to her. Everybody else's are as absent.
#[async_trait]
pub trait MessagePort: Send + Sync {
    /// All of them, newest first. Listing marks none as read.
    async fn list(&self, actor: &Actor) -> Result<Vec<Message>, Fault>;

    /// One of them. Looking at it does not mark it as read.
    async fn one(&self, actor: &Actor, message: MessageId) -> Result<Message, Fault>;

    /// Marks one as read; doing it again changes nothing. A decision's message is marked by opening the decision only,
    /// and answers here as if absent.
    async fn mark_read(&self, actor: &Actor, message: MessageId) -> Result<(), Fault>;

    /// How many are not read.
    async fn unread(&self, actor: &Actor) -> Result<i64, Fault>;
}
