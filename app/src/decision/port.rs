//! The use cases of decisions.

use async_trait::async_trait;
use domain::{
    Actor, Fault,
    decision::{
        DecisionItem, PublishDecision, PublishedDecision, ReadDecision, SaveDecision, SavedDecision, StaffDecision,
    },
    id::{ApplicationId, CaseId, DecisionId},
};

/// What one can do with decisions. The first three are for the intake and the caseworker at the case's office; the others
/// for the parties, each her own.
#[async_trait]
pub trait DecisionPort: Send + Sync {
    /// The saved draft, or what the figures propose, or what was published. Recorded.
    async fn staff(&self, actor: &Actor, case: CaseId, application: ApplicationId) -> Result<StaffDecision, Fault>;

    /// Saves a draft, finished or not, over the version it started from. For the case's handler.
    async fn save(
        &self,
        actor: &Actor,
        case: CaseId,
        application: ApplicationId,
        command: SaveDecision,
    ) -> Result<SavedDecision, Fault>;

    /// Publishes that version, once per key: decision, messages, notices and audit row, or nothing. For the case's handler.
    async fn publish(
        &self,
        actor: &Actor,
        key: &str,
        case: CaseId,
        application: ApplicationId,
        command: PublishDecision,
    ) -> Result<PublishedDecision, Fault>;

    /// The decisions written to the actor, newest first. Of one not opened nothing is told.
    async fn list(&self, actor: &Actor) -> Result<Vec<DecisionItem>, Fault>;

    /// A decision, if the actor has opened it; that there is one, if not.
    async fn read(&self, actor: &Actor, decision: DecisionId) -> Result<ReadDecision, Fault>;

    /// Opens it: the actor has received it from now on, which starts her time to appeal. Opening it again changes nothing.
    async fn open(&self, actor: &Actor, key: &str, decision: DecisionId) -> Result<ReadDecision, Fault>;
}
