//! Applying (`/ansok`): the start, the steps, the check before sending, the receipt, and what was sent.

pub mod answers;
pub mod entrance;
pub mod fields;
pub mod forms;
mod labels;
pub mod leaving;
pub mod pages;
pub mod port;
mod questions;
mod sent;

use crate::backend::Backend;
use axum::Router;

/// The start itself sets cookies: its routes are the server's (`server/src/http/entrance.rs`).
pub fn routes() -> Router<Backend> {
    forms::routes().merge(sent::routes())
}
