//! The use cases of visits.

use async_trait::async_trait;
use domain::{
    Actor, Fault,
    id::{PersonId, VisitId},
    visit::{BookVisit, BookingDraft, Office, Slot, SlotQuery, Visit},
};

/// What one can do with visits. Authorisation is the service's: every call takes who acts.
#[async_trait]
pub trait VisitPort: Send + Sync {
    /// The offices one can visit. Open to all.
    async fn offices(&self, actor: &Actor) -> Result<Vec<Office>, Fault>;

    /// Bookable times that have not begun. Open to all.
    async fn slots(&self, actor: &Actor, query: &SlotQuery) -> Result<Vec<Slot>, Fault>;

    /// Books one seat, once per key.
    async fn book(&self, actor: &Actor, key: &str, command: BookVisit) -> Result<Visit, Fault>;

    /// Frees the seat. Cancelling a cancelled visit changes nothing and succeeds.
    async fn cancel(&self, actor: &Actor, visit: VisitId) -> Result<(), Fault>;

    /// The visits of the actor, or of the person staff name.
    async fn list(&self, actor: &Actor, person: Option<PersonId>) -> Result<Vec<Visit>, Fault>;

    /// The half-filled booking of the actor and its version; version 0 when there is none.
    async fn draft(&self, actor: &Actor) -> Result<(i64, BookingDraft), Fault>;

    /// Saves what was typed, valid or not, over the version it started from.
    async fn save_draft(&self, actor: &Actor, version: i64, draft: BookingDraft) -> Result<i64, Fault>;

    /// What a draft's slot is: its office and time, if it still can be booked.
    async fn slot(&self, actor: &Actor, slot: domain::id::SlotId) -> Result<(Office, Slot), Fault>;
}
