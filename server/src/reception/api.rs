//! REST of the desk.

use crate::http::{
    api::{Body, IdempotencyKey, json, limit, part},
    failure::Problem,
};
use app::{backend::Backend, failure::Failed, page::PageContext, reception::port::BoardFeed};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use domain::{
    Fault,
    application::ApplicationForm,
    id::TicketId,
    reception::{ConfirmIdentity, DeskDay, DeskReceipt, FindClaim, IdentityClaim, PersonHit, RegisterWalkIn, Ticket},
};
use serde::{Deserialize, Serialize};
use std::{convert::Infallible, time::Duration};
use utoipa_axum::{router::OpenApiRouter, routes};

/// How often an idle stream says that it lives: more often than proxies give up.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(today))
        .routes(routes!(walk_ins, register_walk_in))
        .routes(routes!(call_next))
        .routes(routes!(call_walk_in))
        .routes(routes!(finish_walk_in))
        .routes(routes!(register_application))
        .routes(routes!(search_persons))
        .routes(routes!(find_claim))
        .routes(routes!(confirm_identity))
        .routes(routes!(events))
        .routes(routes!(screen_events))
}

/// Today's booked visitors at the signed-in desk's office: time and number, no name, no reason, no case.
#[utoipa::path(get, path = "/desk/today", tag = "reception",
    responses((status = 200, body = DeskDay), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn today(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    Ok(json(StatusCode::OK, &backend.reception.today(&context.actor).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct QueueParams {
    /// The id of the last ticket already seen.
    #[serde(default)]
    after: Option<String>,
    /// At most this many, 1-100.
    #[serde(default)]
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// A page of tickets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TicketPage {
    items: Vec<Ticket>,
    /// What to send as `after` for the next page.
    next: Option<TicketId>,
}

/// Today's tickets at the signed-in desk's office, in the order they came.
#[utoipa::path(get, path = "/walk-ins", tag = "reception", params(QueueParams),
    responses((status = 200, body = TicketPage), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
async fn walk_ins(
    State(backend): State<Backend>,
    context: PageContext,
    Query(params): Query<QueueParams>,
) -> Result<Response, Failed> {
    let limit = limit(params.limit.as_deref()).map_err(|fault| Fault::Invalid(vec![fault]))?;
    let tickets = backend.reception.queue(&context.actor).await?;
    let (items, next) = part(tickets, params.after.as_deref(), limit, |ticket| ticket.ticket_id)?;
    Ok(json(StatusCode::OK, &TicketPage { items, next }))
}

/// Give somebody who has come a number: nobody in particular, a person, somebody new by name, or a booked visitor.
#[utoipa::path(post, path = "/walk-ins", tag = "reception", request_body = RegisterWalkIn,
    params(("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 201, body = Ticket), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn register_walk_in(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
    Body(command): Body<RegisterWalkIn>,
) -> Result<Response, Failed> {
    Ok(json(StatusCode::CREATED, &backend.reception.register(&context.actor, &key, command).await?))
}

/// Call who has waited longest.
#[utoipa::path(post, path = "/walk-ins/call-next", tag = "reception",
    params(("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 200, body = Ticket), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem, description = "nobody_waiting")))]
async fn call_next(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Failed> {
    Ok(json(StatusCode::OK, &backend.reception.call_next(&context.actor, &key).await?))
}

/// Call one number.
#[utoipa::path(post, path = "/walk-ins/{ticket_id}/call", tag = "reception",
    params(("ticket_id" = String, Path),
           ("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 200, body = Ticket), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem, description = "ticket_moved")))]
async fn call_walk_in(
    State(backend): State<Backend>,
    context: PageContext,
    Path(ticket): Path<String>,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Failed> {
    let ticket: TicketId = ticket.parse().map_err(|_| Fault::NotFound)?;
    Ok(json(StatusCode::OK, &backend.reception.call(&context.actor, &key, ticket).await?))
}

/// End the talk with somebody who was called.
#[utoipa::path(post, path = "/walk-ins/{ticket_id}/done", tag = "reception",
    params(("ticket_id" = String, Path),
           ("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 200, body = Ticket), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem, description = "ticket_moved")))]
async fn finish_walk_in(
    State(backend): State<Backend>,
    context: PageContext,
    Path(ticket): Path<String>,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Failed> {
    let ticket: TicketId = ticket.parse().map_err(|_| Fault::NotFound)?;
    Ok(json(StatusCode::OK, &backend.reception.done(&context.actor, &key, ticket).await?))
}

/// Register an application with today's arrival for the person of a ticket. Nothing in the form is asked for but a name
/// where the number is nobody's yet.
#[utoipa::path(post, path = "/walk-ins/{ticket_id}/application", tag = "reception", request_body = ApplicationForm,
    params(("ticket_id" = String, Path),
           ("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 201, body = DeskReceipt), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn register_application(
    State(backend): State<Backend>,
    context: PageContext,
    Path(ticket): Path<String>,
    IdempotencyKey(key): IdempotencyKey,
    Body(form): Body<ApplicationForm>,
) -> Result<Response, Failed> {
    let ticket: TicketId = ticket.parse().map_err(|_| Fault::NotFound)?;
    let receipt = backend.reception.apply(&context.actor, &key, Some(ticket), form).await?;
    Ok(json(StatusCode::CREATED, &receipt))
}

/// Whom to look for. In the body: no name or number stands in an address, where logs and histories keep it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PersonSearch {
    /// A personal number, or how a word of the name begins (two letters or more).
    search: String,
}

/// What a search found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PersonPage {
    /// At most twenty: who is not among them writes more of the name.
    items: Vec<PersonHit>,
    /// Always null: there are no more pages of a search.
    next: Option<String>,
}

/// Confirmed persons by personal number or name. Says nothing about cases. Changes nothing, so it needs no key.
#[utoipa::path(post, path = "/persons/search", tag = "reception", request_body = PersonSearch,
    responses((status = 200, body = PersonPage), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn search_persons(
    State(backend): State<Backend>,
    context: PageContext,
    Body(wanted): Body<PersonSearch>,
) -> Result<Response, Failed> {
    let items = backend.reception.search(&context.actor, &wanted.search).await?;
    Ok(json(StatusCode::OK, &PersonPage { items, next: None }))
}

/// The application of a receipt whose sender's identity is to be confirmed, to compare with an ID paper. 404 for every other
/// number: wrong, of another office, confirmed already. Every look is recorded.
#[utoipa::path(post, path = "/desk/identity/find", operation_id = "find_claim", tag = "reception",
    request_body = FindClaim,
    responses((status = 200, body = IdentityClaim), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn find_claim(
    State(backend): State<Backend>,
    context: PageContext,
    Body(command): Body<FindClaim>,
) -> Result<Response, Failed> {
    Ok(json(StatusCode::OK, &backend.reception.find_claim(&context.actor, &command.case_number).await?))
}

/// Confirm who the sender of a receipt is, by the personal number on her ID paper. The answer is the same whatever the
/// municipality already knew of her.
#[utoipa::path(post, path = "/desk/identity/confirm", operation_id = "confirm_identity", tag = "reception",
    request_body = ConfirmIdentity,
    params(("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 422, body = Problem, description = "does_not_fit at /personal_number: the check digit; compare once more and send it with `sure`")))]
async fn confirm_identity(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
    Body(command): Body<ConfirmIdentity>,
) -> Result<Response, Failed> {
    backend.reception.confirm_identity(&context.actor, &key, command).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct EventParams {
    /// The short name of the actor's own office.
    #[serde(default)]
    office: String,
}

/// Server-sent events for the desk's boards: `{"tickets": ["…"]}` with the ids of the tickets that have changed; an empty
/// list, also the first event of a stream, means that everything may have. Ends with the session.
#[utoipa::path(get, path = "/events", tag = "reception", params(EventParams),
    responses((status = 200, body = String, content_type = "text/event-stream"), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
async fn events(
    State(backend): State<Backend>,
    context: PageContext,
    Query(params): Query<EventParams>,
) -> Result<Response, Failed> {
    let feed = backend.reception.watch(&context.actor, &params.office).await?;
    Ok(stream(feed, |tickets| serde_json::json!({ "tickets": tickets }).to_string()))
}

/// Server-sent events for the waiting room's screen: `changed`, and nothing else. Open to all.
#[utoipa::path(get, path = "/offices/{office}/screen-events", tag = "reception",
    params(("office" = String, Path, description = "The office's short name")),
    responses((status = 200, body = String, content_type = "text/event-stream"), (status = 404, body = Problem),
              (status = 429, body = Problem), (status = 503, body = Problem)))]
async fn screen_events(
    State(backend): State<Backend>,
    context: PageContext,
    Path(office): Path<String>,
) -> Result<Response, Failed> {
    let feed = backend.reception.watch_screen(&context.actor, &office).await?;
    Ok(stream(feed, |_| "changed".to_owned()))
}

/// A feed as an endless answer. It ends with the feed, or when the reader goes away.
fn stream(feed: Box<dyn BoardFeed>, say: fn(Vec<TicketId>) -> String) -> Response {
    let retry = Duration::from_millis(feed.patience());
    let events = futures::stream::unfold(feed, move |mut feed| async move {
        let tickets = feed.next().await?;
        // Whoever loses the stream comes back after a while of its own, not all at once.
        let event = Event::default().retry(retry).data(say(tickets));
        Some((Ok::<_, Infallible>(event), feed))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that gathers an answer before it passes it on would keep the board waiting.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}
