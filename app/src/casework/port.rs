//! The use cases of casework.

use async_trait::async_trait;
use domain::{
    Actor, Fault,
    casework::{CalculationView, CaseView, Handler, IntakeList, IntakeQuery, Note, SaveCalculation, WriteNote},
    id::{ApplicationId, CaseId},
    message::{SayTold, Told},
};

/// What one can do with the cases of one's own office. For the intake, the on-call caseworker and the caseworker; a case of
/// another office is not found. Every read is recorded.
#[async_trait]
pub trait CaseworkPort: Send + Sync {
    /// Applications without a decision, oldest first: a part of the list. One to begin at that never was in the list is a
    /// fault at `/after` or `/before`.
    async fn intake(&self, actor: &Actor, query: IntakeQuery) -> Result<IntakeList, Fault>;

    /// A whole case.
    async fn open(&self, actor: &Actor, case: CaseId) -> Result<CaseView, Fault>;

    /// Becomes the case's handler, once per key. A colleague's case stays hers.
    async fn take(&self, actor: &Actor, key: &str, case: CaseId) -> Result<Handler, Fault>;

    /// Gives one's own case back, once per key.
    async fn release(&self, actor: &Actor, key: &str, case: CaseId) -> Result<(), Fault>;

    /// Writes a note, once per key.
    async fn note(&self, actor: &Actor, key: &str, case: CaseId, note: WriteNote) -> Result<Note, Fault>;

    /// Says that a party has been told of something in the case, once per key and once each way. Not a receipt.
    async fn told(&self, actor: &Actor, key: &str, case: CaseId, told: SayTold) -> Result<Told, Fault>;

    /// The applicant's figures and the verified ones, each with what the norm says.
    async fn calculation(
        &self,
        actor: &Actor,
        case: CaseId,
        application: ApplicationId,
    ) -> Result<CalculationView, Fault>;

    /// Saves verified figures over the version they started from; gives the new version.
    async fn save_calculation(
        &self,
        actor: &Actor,
        case: CaseId,
        application: ApplicationId,
        command: SaveCalculation,
    ) -> Result<i64, Fault>;
}
