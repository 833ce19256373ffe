//! No request holds its place for ever: neither one whose body dribbles in nor one whose database hangs. An upload takes
//! its time on a bad network; it keeps watch itself (`document/upload.rs`).

use app::failure::Failed;
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Fault;
use std::time::Duration;

/// Longer than any statement may take (10 s) and any form needs on a bad network.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn layer(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    if route.is_some_and(|route| crate::document::upload::is_upload(request.method(), route.as_str())) {
        return next.run(request).await;
    }
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failed(Fault::Unavailable).into_response(),
    }
}
