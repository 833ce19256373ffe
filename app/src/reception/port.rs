//! The use cases of the desk.

use async_trait::async_trait;
use domain::{
    Actor, Fault,
    application::ApplicationForm,
    id::TicketId,
    reception::{
        ConfirmIdentity, DeskBoard, DeskDay, DeskReceipt, IdentityClaim, PersonHit, RegisterWalkIn, Screen, Ticket,
    },
};

/// What one can do at the desk: for the desk and the on-call caseworker, at their own office, today. The screen is open
/// to all.
#[async_trait]
pub trait ReceptionPort: Send + Sync {
    /// Whether the actor is at the desk at all; to others its pages are as absent.
    fn enter(&self, actor: &Actor) -> Result<(), Fault>;

    /// Today's booked visitors.
    async fn today(&self, actor: &Actor) -> Result<DeskDay, Fault>;

    /// Today's booked visitors and today's tickets.
    async fn board(&self, actor: &Actor) -> Result<DeskBoard, Fault>;

    /// Today's tickets in the order they came.
    async fn queue(&self, actor: &Actor) -> Result<Vec<Ticket>, Fault>;

    /// Confirmed persons by personal number or the beginning of a name. Says nothing about cases.
    async fn search(&self, actor: &Actor, text: &str) -> Result<Vec<PersonHit>, Fault>;

    /// Gives somebody who has come a number, once per key. A booked visitor who is registered again keeps her ticket.
    async fn register(&self, actor: &Actor, key: &str, command: RegisterWalkIn) -> Result<Ticket, Fault>;

    /// Calls who has waited longest. Two at once get different ones.
    async fn call_next(&self, actor: &Actor, key: &str) -> Result<Ticket, Fault>;

    /// Calls one number.
    async fn call(&self, actor: &Actor, key: &str, ticket: TicketId) -> Result<Ticket, Fault>;

    /// Ends the talk with somebody who was called.
    async fn done(&self, actor: &Actor, key: &str, ticket: TicketId) -> Result<Ticket, Fault>;

    /// Registers an application with today's arrival, for the person of a ticket or for somebody new who says her name.
    async fn apply(
        &self,
        actor: &Actor,
        key: &str,
        ticket: Option<TicketId>,
        form: ApplicationForm,
    ) -> Result<DeskReceipt, Fault>;

    /// The application of a receipt whose sender's identity is to be confirmed. Every other case is as absent.
    async fn find_claim(&self, actor: &Actor, case_number: &str) -> Result<IdentityClaim, Fault>;

    /// Confirms who the sender is. The answer is the same whatever the municipality already knew of her.
    async fn confirm_identity(&self, actor: &Actor, key: &str, command: ConfirmIdentity) -> Result<(), Fault>;

    /// What the waiting room of an office sees. Open to all.
    async fn screen(&self, actor: &Actor, office: &str) -> Result<Screen, Fault>;

    /// Follows the tickets of the actor's own office.
    async fn watch(&self, actor: &Actor, office: &str) -> Result<Box<dyn BoardFeed>, Fault>;

    /// Follows the screen of an office. Open to all; says only that something has changed.
    async fn watch_screen(&self, actor: &Actor, office: &str) -> Result<Box<dyn BoardFeed>, Fault>;

    /// Ends all feeds: the program is about to end.
    fn end_feeds(&self);
}

/// Tells an open board that it is no longer true.
#[async_trait]
pub trait BoardFeed: Send {
    /// Waits for the next change and gives the tickets that have changed; none = everything may have, ask anew. The first
    /// comes at once, so that nothing is missed between the board and its feed. `None`: the feed is over.
    async fn next(&mut self) -> Option<Vec<TicketId>>;

    /// How long whoever loses the feed waits before asking for it again, in milliseconds: not the same for all.
    fn patience(&self) -> u64;
}
