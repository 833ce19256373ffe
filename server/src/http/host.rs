//! Which municipality an address means: by its Host header.

use super::{
    Http,
    failure::{is_api, problem_of},
};
use crate::account::{Directory, Place};
use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::{Arc, RwLock};

/// The directory as last read, shared by all requests and read anew in the background.
#[derive(Clone, Default)]
pub struct SharedDirectory(Arc<RwLock<Arc<Directory>>>);

impl SharedDirectory {
    pub fn new(directory: Directory) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(directory))))
    }

    pub fn current(&self) -> Arc<Directory> {
        match self.0.read() {
            Ok(current) => current.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    pub fn replace(&self, directory: Directory) {
        let directory = Arc::new(directory);
        match self.0.write() {
            Ok(mut current) => *current = directory,
            Err(poisoned) => *poisoned.into_inner() = directory,
        }
    }
}

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
