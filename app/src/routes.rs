//! All pages: the rooms' routes together.

use crate::{
    account, application, backend::Backend, casework, decision, document, guide, message, norm, reception, settings,
    visit,
};
use axum::Router;

/// Every page and form of every room.
pub fn pages() -> Router<Backend> {
    Router::new()
        .merge(guide::routes())
        .merge(norm::forms::routes())
        .merge(norm::compare::forms::routes())
        .merge(account::routes())
        .merge(visit::forms::routes())
        .merge(message::routes())
        .merge(application::routes())
        .merge(document::forms::routes())
        .merge(casework::routes())
        .merge(decision::routes())
        .merge(reception::routes())
        .merge(settings::routes())
}
