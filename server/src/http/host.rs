//! Which municipality an address means: by its Host header.

use super::{
    Http,
    failure::{is_api, problem_of},
};
use crate::account::Place;
use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// The place of the request, for the layers inside.
#[derive(Clone)]
pub struct Here(pub Arc<Place>);

pub async fn layer(State(http): State<Arc<Http>>, mut request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let Some(place) = http.directory.current().find(host) else {
        // An unknown host has no municipality whose page could be shown: a bare 404.
        let response = StatusCode::NOT_FOUND.into_response();
        return if is_api(request.uri().path()) { problem_of(response, request.extensions().get()) } else { response };
    };
    request.extensions_mut().insert(Here(place));
    next.run(request).await
}
