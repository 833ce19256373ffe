//! Papers: taken in as a stream, given out as a stream, never whole in memory. See `domain::document` for the words.
//!
//! An upload has three steps, and killed between any two of them it leaves nothing that anybody sees:
//! 1. a row `storage_object` in state `staged` is committed;
//! 2. the bytes flow to the object store;
//! 3. one transaction: the document, the object `committed`, the audit row.
//!
//! What stays staged for an hour is an orphan; the job [`jobs::Reap`] removes it, the bytes first, then the row. It also
//! lets go of unsent papers nobody has touched for as long as a draft lives (`domain::document::UNSENT_KEPT`).

mod adding;
pub mod api;
mod body;
mod content;
pub mod jobs;
mod joint;
mod need;
pub mod papers;
mod quota;
mod service;
mod settling;
mod store;
pub mod upload;

pub use service::DocumentService;

use crate::error::Error;
use domain::{
    Actor,
    document::DocumentInfo,
    id::{ApplicationId, PersonId},
};
use sqlx::PgConnection;

/// Gives the person's unsent papers to the application, in the transaction that sends it. Gives how many there were.
pub async fn attach(
    tx: &mut PgConnection,
    actor: &Actor,
    person: PersonId,
    application: ApplicationId,
) -> Result<u64, Error> {
    store::attach(tx, actor, person, application).await
}

/// The papers of an application, oldest first. Whoever shows them has asked the policy and writes the audit row.
pub async fn of_application(
    tx: &mut PgConnection,
    actor: &Actor,
    application: ApplicationId,
) -> Result<Vec<DocumentInfo>, Error> {
    store::of_application(tx, actor, application).await
}
