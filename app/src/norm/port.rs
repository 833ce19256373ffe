//! The use cases of the norm.

use domain::{
    Actor, Fault,
    norm::{Estimate, EstimateRequest, NormTables, NormView},
};

/// What one can ask about the norm. Open to all; nothing is stored.
pub trait NormPort: Send + Sync {
    /// What the norm says for a household in a month. Every fault of the question at once.
    fn estimate(&self, actor: &Actor, request: &EstimateRequest) -> Result<Estimate, Fault>;

    /// A year's norm with its source; not found where there is no verified one.
    fn norm(&self, actor: &Actor, year: i16) -> Result<NormView, Fault>;

    /// The tables of these years, for calculating in the browser.
    fn tables(&self, actor: &Actor, first: i16, last: i16) -> NormTables;
}
