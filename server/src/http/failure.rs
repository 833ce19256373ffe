//! Turns an answer without a body into what its reader understands: a page in her language, or a problem document
//! (RFC 9457). `/api/*` never answers HTML; a page never answers JSON.

use super::{Http, cross_site::CrossSite, host::Here, reference::caught};
use crate::auth::session::Kind;
use app::{
    failure::{self, Failed},
    page::{PageContext, Reference, see_other},
    time::Clockwork,
};
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Actor, Conflict, Fault, FieldFault};
use serde::Serialize;

/// Whether a path belongs to the machines' door.
pub fn is_api(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub async fn no_such_page() -> Failed {
    Failed(Fault::NotFound)
}

pub async fn no_such_method() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// Around the pages: error answers become error pages; "sign in first" becomes the way there.
pub async fn pages(request: Request, next: Next) -> Response {
    let context = request.extensions().get::<PageContext>().cloned();
    let barred = context.as_ref().is_some_and(|context| !may_enter(context, request.uri().path()));
    // One guard for everything below /mina-sidor and /personal: no page can forget it.
    let response = if barred { Failed(Fault::SignInRequired).into_response() } else { caught(next.run(request)).await };
    let Some(context) = context else { return response };
    if let Some(Failed(Fault::SignInRequired)) = response.extensions().get() {
        // Every form posts to its own page, so the way back is there for a POST too.
        return see_other(&context.sign_in_address());
    }
    page_of(&context, response)
}

/// Whether the reader has the session that this part of the pages needs.
fn may_enter(context: &PageContext, path: &str) -> bool {
    match super::context::area(path) {
        Some(Kind::Applicant) => context.actor.person().is_some(),
        Some(Kind::Staff) => context.actor.is_staff(),
        Some(Kind::Guest) | None => true,
    }
}

/// An error answer without a page of its own gets one.
pub fn page_of(context: &PageContext, response: Response) -> Response {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_html(&response) {
        return response;
    }
    let fault = response.extensions().get::<Failed>().map(|failed| failed.0.clone());
    let mut page = failure::page(context, status, fault.as_ref());
    keep(&response, &mut page);
    page
}

/// The page for an answer given before the session was looked up: nobody is signed in on it.
pub fn bare_page(http: &Http, request: &Request, response: Response) -> Response {
    let Some(Here(place)) = request.extensions().get::<Here>().cloned() else { return response };
    let context = PageContext {
        locale: super::context::language(http.cookies, request.headers()),
        actor: Actor::anonymous(place.municipality.municipality_id),
        municipality: place.municipality.clone(),
        path: "/".to_owned(),
        assets: http.assets.clone(),
        reference: request.extensions().get::<Reference>().cloned().unwrap_or_else(|| Reference("-".into())),
        clock: Clockwork { now: http.world.now(), zone: place.zone.clone() },
        fresh_key: http.world.id(),
        display_name: None,
        demo: http.demo,
    };
    page_of(&context, response)
}

/// Headers that say something beside the page: which methods, when to come back, what to forget.
fn keep(from: &Response, to: &mut Response) {
    for name in [header::ALLOW, header::RETRY_AFTER, header::SET_COOKIE, HeaderName::from_static("clear-site-data")] {
        for value in from.headers().get_all(&name) {
            to.headers_mut().append(name.clone(), value.clone());
        }
    }
    if to.status() == StatusCode::SERVICE_UNAVAILABLE {
        to.headers_mut().entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static("5"));
    }
}

fn is_html(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// A problem document (RFC 9457) as the contract writes it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code says more than a page could.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: String,
    pub status: u16,
    /// What went wrong, as a stable code.
    pub code: &'static str,
    /// Ties the answer to one log line.
    pub reference: String,
    /// All faulty fields at once.
    pub errors: Vec<FieldFault>,
}

/// Around REST: error answers become problem documents.
pub async fn problems(request: Request, next: Next) -> Response {
    let reference = request.extensions().get::<Reference>().cloned();
    problem_of(caught(next.run(request)).await, reference.as_ref())
}

pub fn problem_of(response: Response, reference: Option<&Reference>) -> Response {
    let status = response.status();
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    if !(status.is_client_error() || status.is_server_error()) || is_problem {
        return response;
    }
    let failed = response.extensions().get::<Failed>();
    let errors = match failed {
        Some(Failed(Fault::Invalid(errors))) => errors.clone(),
        _ => Vec::new(),
    };
    let code = match failed {
        // One fault that says it all is the code of the whole.
        Some(Failed(Fault::Invalid(errors)))
            if errors.iter().any(|fault| fault.code == domain::FieldCode::NormNotKnown) =>
        {
            "norm_not_known"
        }
        Some(Failed(fault)) => fault_code(fault),
        None if response.extensions().get::<CrossSite>().is_some() => "cross_site",
        None => response.extensions().get::<Code>().map_or_else(|| status_code(status), |code| code.0),
    };
    let problem = Problem {
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        code,
        reference: reference.map_or_else(|| "-".to_owned(), |reference| reference.0.to_string()),
        errors,
    };
    let body = serde_json::to_string(&problem).unwrap_or_else(|_| "{}".to_owned());
    let mut answer = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
    keep(&response, &mut answer);
    answer
}

/// The code of an error answer that is no use case's fault.
#[derive(Clone, Copy)]
pub struct Code(pub &'static str);

/// An error answer with its code.
pub fn refusal(status: StatusCode, code: &'static str) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Code(code));
    response
}

/// The code of a fault in REST.
pub fn fault_code(fault: &Fault) -> &'static str {
    match fault {
        Fault::Invalid(_) => "invalid",
        Fault::Conflict(Conflict::SlotTaken) => "slot_taken",
        Fault::Conflict(Conflict::AlreadyBooked) => "already_booked",
        Fault::Conflict(Conflict::VisitPassed) => "visit_passed",
        Fault::Conflict(Conflict::VersionConflict) => "version_conflict",
        Fault::Conflict(Conflict::IdempotencyKeyReused) => "idempotency_key_reused",
        Fault::Conflict(Conflict::AlreadySent) => "already_sent",
        Fault::Conflict(Conflict::CaseTaken) => "case_taken",
        Fault::Conflict(Conflict::CaseClosed) => "case_closed",
        Fault::Conflict(Conflict::AlreadyPublished) => "already_published",
        Fault::Conflict(Conflict::LawNotConfirmed) => "law_not_confirmed",
        Fault::Conflict(Conflict::TicketMoved) => "ticket_moved",
        Fault::Conflict(Conflict::NobodyWaiting) => "nobody_waiting",
        Fault::NotFound => "not_found",
        Fault::SignInRequired => "sign_in_required",
        Fault::TooMany { .. } => "too_many_requests",
        Fault::Unavailable => "unavailable",
        Fault::Internal => "internal",
    }
}

fn status_code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "malformed",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        StatusCode::UNPROCESSABLE_ENTITY => "invalid",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        _ if status.is_client_error() => "refused",
        _ => "internal",
    }
}
