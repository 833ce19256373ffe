//! Every request has a reference. It stands in the span of everything logged for the request, in the one line written
//! at its end, and on the error page the person sees. Nothing about the person is logged: no address, no query, no path
//! beyond the route's pattern, no name.

use super::Http;
use app::{failure::Failed, page::Reference};
use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Fault;
use futures::FutureExt;
use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};
use tracing::Instrument;

/// Letters and digits that cannot be mistaken for each other when read aloud.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

pub async fn layer(State(http): State<Arc<Http>>, mut request: Request, next: Next) -> Response {
    let letters: String =
        http.world.bytes::<8>().iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect();
    let (first, second) = letters.split_at(4);
    let reference = Reference(format!("{first}-{second}").into());
    request.extensions_mut().insert(reference.clone());
    let span = tracing::info_span!("request", reference = &*reference.0);
    let method = request.method().clone();
    let begun = Instant::now();
    async move {
        let response = caught(next.run(request)).await;
        let route = response.extensions().get::<Route>().map_or("-", |route| &*route.0);
        tracing::info!(%method, route, status = response.status().as_u16(), micros = micros(begun), "answered");
        response
    }
    .instrument(span)
    .await
}

/// A panic costs one answer, not the process, and does not show its text. The layers that give errors their page or
/// document wait inside this too, so only a panic in a layer outside them is answered without a body.
pub async fn caught(answer: impl Future<Output = Response>) -> Response {
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        Failed(Fault::Internal).into_response()
    })
}

fn micros(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// The pattern of the route that answered, for the log line.
#[derive(Clone)]
pub struct Route(pub Arc<str>);

/// Notes the pattern of the matched route on the answer.
pub fn note_route(path: Option<&MatchedPath>, response: &mut Response<Body>) {
    if let Some(path) = path {
        response.extensions_mut().insert(Route(path.as_str().into()));
    }
}
