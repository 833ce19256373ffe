//! Decisions: the caseworker's draft, publishing, and reading with a receipt. See `domain::decision`.

pub mod api;
pub mod law;
mod reading;
mod service;
mod store;
mod view;

pub use service::DecisionService;

use crate::error::Error;
use domain::{Actor, decision::DecisionSummary, id::CaseId};
use sqlx::PgConnection;

/// The decisions of a case, drafts too, oldest application first. For staff who may see the case: the caller has asked.
pub async fn of_case(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<DecisionSummary>, Error> {
    store::of_case(tx, actor, case).await
}
