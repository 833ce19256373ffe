//! All pages: the rooms' routes together.

use crate::{account, backend::Backend, guide, norm, reception, visit};
use axum::Router;

/// Every page and form of every room.
pub fn pages() -> Router<Backend> {
    Router::new()
        .merge(guide::routes())
        .merge(norm::forms::routes())
        .merge(account::routes())
        .merge(visit::forms::routes())
        .merge(reception::routes())
}
