//! REST: gathers the rooms' routes under `/api/v1`, writes the OpenAPI document, and holds what their handlers share.

use super::{
    Http,
    failure::{Problem, no_such_method, no_such_page, refusal},
};
use app::{backend::Backend, failure::Failed};
use axum::{
    Json, Router,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use domain::{Fault, FieldCode, FieldFault};
use serde::de::DeserializeOwned;
use utoipa::{OpenApi, openapi};
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Porten",
        description = "Ekonomiskt bistånd: estimate, offices, visits, the desk. JSON, snake_case, RFC 3339 times, whole kronor as integers. Errors are problem documents (RFC 9457) with all faults at once.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
    ),
    components(schemas(Problem))
)]
struct Document;

fn described() -> (Router<Backend>, openapi::OpenApi) {
    let (router, mut document) = OpenApiRouter::with_openapi(Document::openapi())
        .nest(
            "/api/v1",
            OpenApiRouter::new()
                .merge(crate::norm::api::routes())
                .merge(crate::visit::api::routes())
                .merge(crate::message::api::routes())
                .merge(crate::application::api::routes())
                .merge(crate::casework::api::routes())
                .merge(crate::decision::api::routes())
                .merge(crate::document::api::routes())
                .merge(crate::reception::api::routes()),
        )
        .split_for_parts();
    complete(&mut document);
    (router, document)
}

/// What holds for every operation is said here once: a status has its words, errors are problem documents, also those
/// that any request can meet (403 `cross_site`, 413, 415, 500, 503).
fn complete(document: &mut openapi::OpenApi) {
    const PROBLEM: &str = "application/problem+json";
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            let responses = &mut operation.responses.responses;
            for (status, response) in responses.iter_mut() {
                let openapi::RefOr::T(response) = response else { continue };
                let code: Option<StatusCode> = status.parse().ok();
                if response.description.is_empty() {
                    let words = code.and_then(|code| code.canonical_reason()).unwrap_or_default();
                    words.clone_into(&mut response.description);
                }
                if code.is_none_or(|code| !code.is_success()) {
                    response.content = response.content.drain(..).map(|(_, body)| (PROBLEM.to_owned(), body)).collect();
                }
            }
            let body = openapi::ContentBuilder::new().schema(Some(openapi::Ref::from_schema_name("Problem"))).build();
            let other = openapi::ResponseBuilder::new().description("Any other error").content(PROBLEM, body).build();
            responses.insert("default".to_owned(), other.into());
        }
    }
}

/// The OpenAPI document as checked in at `docs/openapi.json`.
pub fn document() -> String {
    let (_, document) = described();
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// The machines' routes.
pub fn routes(http: &Http) -> Router {
    let (router, document) = described();
    let json = document.to_json().unwrap_or_default();
    router
        .route("/api/v1/openapi.json", get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json) }))
        // Whatever else lies below is a machine's mistake, answered as one.
        .route("/api", any(no_such_page))
        .route("/api/", any(no_such_page))
        .route("/api/{*rest}", any(no_such_page))
        .method_not_allowed_fallback(no_such_method)
        .with_state(http.backend.clone())
}

/// A JSON body. Not JSON → 400; JSON of the wrong shape → 422 with the place; too large → 413.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let json =
            request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(|kind| {
                kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
            });
        if !json {
            return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"));
        }
        let bytes = axum::body::Bytes::from_request(request, state).await.map_err(|rejection| {
            let status = rejection.into_response().status();
            refusal(status, if status == StatusCode::PAYLOAD_TOO_LARGE { "too_large" } else { "malformed" })
        })?;
        let malformed = || refusal(StatusCode::BAD_REQUEST, "malformed");
        // Whether it is JSON at all is asked before what is in it.
        serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).map_err(|_| malformed())?;
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let parsed: Result<T, _> = serde_path_to_error::deserialize(&mut reader);
        parsed.map(Self).map_err(|error| {
            if error.inner().is_data() {
                Failed(Fault::Invalid(vec![fault_of(&error)])).into_response()
            } else {
                malformed()
            }
        })
    }
}

/// Where the JSON has the wrong shape, as a pointer.
fn fault_of(error: &serde_path_to_error::Error<serde_json::Error>) -> FieldFault {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in error.path() {
        pointer.push('/');
        match segment {
            Segment::Seq { index } => pointer.push_str(&index.to_string()),
            Segment::Map { key } => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => pointer.push_str(variant),
            Segment::Unknown => pointer.push('?'),
        }
    }
    let text = error.inner().to_string();
    let code = if text.starts_with("unknown field") {
        FieldCode::UnknownField
    } else if text.starts_with("missing field") {
        if let Some(name) = text.split('`').nth(1) {
            pointer.push('/');
            pointer.push_str(name);
        }
        FieldCode::Required
    } else if text.starts_with("unknown variant") {
        FieldCode::UnknownChoice
    } else {
        FieldCode::Malformed
    };
    FieldFault::new(pointer, code)
}

/// The `Idempotency-Key` header, required on commands that change something.
pub struct IdempotencyKey(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        parts
            .headers
            .get("idempotency-key")
            .and_then(|key| key.to_str().ok())
            .filter(|key| crate::db::idempotency::Key::new(key).is_some())
            .map(|key| Self(key.to_owned()))
            .ok_or_else(|| refusal(StatusCode::BAD_REQUEST, "idempotency_key_required"))
    }
}

/// A JSON answer.
pub fn json<T: serde::Serialize>(status: StatusCode, value: &T) -> Response {
    (status, Json(value)).into_response()
}

/// How many entries of a list are asked for: 1 to 100, 50 unless told. The fault is at `/limit`.
pub fn limit(asked: Option<&str>) -> Result<usize, FieldFault> {
    match asked.map(str::parse) {
        None => Ok(50),
        Some(Ok(limit)) if (1..=100).contains(&limit) => Ok(limit),
        Some(Ok(_)) => Err(FieldFault::new("/limit", FieldCode::OutOfRange)),
        Some(Err(_)) => Err(FieldFault::new("/limit", FieldCode::NotANumber)),
    }
}

/// The part of a list behind the entry `after`, and the id to go on from; none when that was the end. An id that is not in
/// the list is a fault at `/after`.
pub fn part<T, I: Copy + ToString>(
    all: Vec<T>,
    after: Option<&str>,
    limit: usize,
    id: impl Fn(&T) -> I,
) -> Result<(Vec<T>, Option<I>), Fault> {
    let from = match after {
        None => 0,
        Some(after) => {
            let seen = all.iter().position(|one| id(one).to_string() == after);
            seen.ok_or(Fault::Invalid(vec![FieldFault::new("/after", FieldCode::Malformed)]))? + 1
        }
    };
    let more = all.len() > from + limit;
    let items: Vec<T> = all.into_iter().skip(from).take(limit).collect();
    let next = if more { items.last().map(id) } else { None };
    Ok((items, next))
}
