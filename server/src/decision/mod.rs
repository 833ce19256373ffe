//! Decisions: the caseworker's draft, publishing, and reading with a receipt. See `domain::decision`.

pub mod api;
pub mod confirmation;
mod earlier;
pub mod law;
mod reading;
mod service;
mod store;
mod view;

pub use service::DecisionService;

use crate::{error::Error, message, world::World};
use domain::{
    Actor,
    decision::DecisionSummary,
    id::{CaseId, DecisionId, PersonId},
    message::MessageKind,
};
use sqlx::PgConnection;

/// The decisions of a case, drafts too, oldest application first. For staff who may see the case: the caller has asked.
pub async fn of_case(tx: &mut PgConnection, actor: &Actor, case: CaseId) -> Result<Vec<DecisionSummary>, Error> {
    store::of_case(tx, actor, case).await
}

/// Tells a person whose identity the desk has just confirmed of the decisions in her cases that were published before, in
/// the caller's transaction: each once, and none she has received. Gives what she was told of.
pub async fn tell(
    tx: &mut PgConnection,
    actor: &Actor,
    world: &World,
    person: PersonId,
) -> Result<Vec<DecisionId>, Error> {
    let untold = store::untold(tx, actor, person).await?;
    for decision in &untold {
        message::post(tx, actor, world, person, MessageKind::Decision, decision.0).await?;
    }
    Ok(untold)
}
