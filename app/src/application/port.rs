//! The use cases of applications.

use async_trait::async_trait;
use domain::{
    Actor, Fault,
    application::{Application, ApplicationForm, PaperNotes},
    id::ApplicationId,
    norm::EstimateRequest,
};
use jiff::{Timestamp, civil::Date};

/// What one can do with applications of one's own, signed in or as a guest. Authorisation is the service's: every call
/// takes who acts.
#[async_trait]
pub trait ApplicationPort: Send + Sync {
    /// The half-filled form of the actor and its version; version 0 when there is none.
    async fn draft(&self, actor: &Actor) -> Result<(i64, ApplicationForm), Fault>;

    /// Saves what was typed, valid or not, over the version it started from.
    async fn save_draft(&self, actor: &Actor, version: i64, form: &ApplicationForm) -> Result<i64, Fault>;

    /// Notes in the draft what she says of her papers; what else was answered stays. Without a draft nothing is noted.
    /// `true`: something in it is other than before.
    async fn note_papers(&self, actor: &Actor, notes: &PaperNotes) -> Result<bool, Fault>;

    /// Puts the figures of an estimate into the draft; what else was answered stays. Figures that are there already are
    /// replaced only when she has said so; otherwise nothing changes and the answer is `false`.
    async fn carry(&self, actor: &Actor, request: &EstimateRequest, replace: bool) -> Result<bool, Fault>;

    /// Sends the draft of this version, once per key.
    async fn send(&self, actor: &Actor, key: &str, version: i64) -> Result<Application, Fault>;

    /// Sends a whole form at once, once per key. A draft there may be stays.
    async fn submit(&self, actor: &Actor, key: &str, form: ApplicationForm) -> Result<Application, Fault>;

    /// What was sent. Only the actor's own.
    async fn get(&self, actor: &Actor, application: ApplicationId) -> Result<Application, Fault>;

    /// The local day by which the municipality promised to be heard from after an application that arrived then; none
    /// where it promises no day. Says nothing of anybody, so everybody may ask.
    async fn answer_by(&self, actor: &Actor, arrived_at: Timestamp) -> Result<Option<Date>, Fault>;

    /// All that the actor has sent, newest first.
    async fn list(&self, actor: &Actor) -> Result<Vec<Application>, Fault>;
}
