//! No request holds its place for ever: neither one whose body dribbles in nor one whose database hangs.

use app::failure::Failed;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Fault;
use std::time::Duration;

/// Longer than any statement may take (10 s) and any form needs on a bad network.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn layer(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Failed(Fault::Unavailable).into_response(),
    }
}
