//! The use cases of the norm.

use async_trait::async_trait;
use domain::{
    Actor, Fault,
    norm::{
        CompareRequest, Comparison, Estimate, EstimateRequest, LocalPractice, Month, NormTables, NormView,
        PracticeHistory, PracticeView, Practices, SavePractice,
    },
};

/// What one can ask about the norm, open to all, nothing of it stored; and what a municipality settles for itself.
#[async_trait]
pub trait NormPort: Send + Sync {
    /// What the norm says for a household in a month. Every fault of the question at once.
    fn estimate(&self, actor: &Actor, request: &EstimateRequest) -> Result<Estimate, Fault>;

    /// The same with a practice of another day: what has been saved keeps its figures.
    fn estimate_as(
        &self,
        actor: &Actor,
        request: &EstimateRequest,
        practice: &LocalPractice,
    ) -> Result<Estimate, Fault>;

    /// What would be different, if …: two estimates beside each other. Every fault of both at once.
    fn compare(&self, actor: &Actor, request: &CompareRequest) -> Result<Comparison, Fault>;

    /// A year's norm with its source; not found where there is no verified one.
    fn norm(&self, actor: &Actor, year: i16) -> Result<NormView, Fault>;

    /// The tables of these years, for calculating in the browser.
    fn tables(&self, actor: &Actor, first: i16, last: i16) -> NormTables;

    /// How the municipality calculates in this month, where no law says it; since when, and where it stands. No secret:
    /// ceilings are shown to applicants.
    fn practice(&self, actor: &Actor, month: Month) -> Result<PracticeView, Fault>;

    /// The same for all of these months, for calculating in the browser.
    fn practices(&self, actor: &Actor, first: Month, last: Month) -> Result<Practices, Fault>;

    /// Every version. For the administrator.
    async fn practice_history(&self, actor: &Actor) -> Result<PracticeHistory, Fault>;

    /// Saves a version over the newest that was seen, once per key, and gives its number. For the administrator.
    async fn save_practice(&self, actor: &Actor, key: &str, command: SavePractice) -> Result<i64, Fault>;
}
