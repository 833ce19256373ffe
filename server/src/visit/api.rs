//! REST of visits.

use crate::http::{
    api::{Body, IdempotencyKey, json, limit, part},
    failure::Problem,
};
use app::{backend::Backend, failure::Failed, page::PageContext};
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    Fault, FieldCode, FieldFault,
    id::{PersonId, VisitId},
    visit::{BookVisit, Slot, SlotQuery, Visit, VisitKind},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(offices))
        .routes(routes!(slots))
        .routes(routes!(list, book))
        .routes(routes!(cancel))
}

/// An office in lists.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OfficeView {
    /// Short name, used in addresses.
    office: String,
    name: String,
}

/// The offices one can visit.
#[utoipa::path(get, path = "/offices", tag = "visit", responses((status = 200, body = [OfficeView])))]
async fn offices(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    let offices = backend.visits.offices(&context.actor).await?;
    let views: Vec<OfficeView> =
        offices.into_iter().map(|office| OfficeView { office: office.slug, name: office.name }).collect();
    Ok(json(StatusCode::OK, &views))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct SlotParams {
    /// First local day, for example 2026-11-23.
    #[serde(default)]
    from: String,
    /// Last local day, inclusive; at most 62 days in all.
    #[serde(default)]
    to: String,
    /// Kind of visit.
    #[serde(default)]
    kind: String,
}

/// Bookable times of an office.
#[utoipa::path(get, path = "/offices/{office}/slots", tag = "visit",
    params(("office" = String, Path, description = "The office's short name"), SlotParams),
    responses((status = 200, body = [Slot]), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn slots(
    State(backend): State<Backend>,
    context: PageContext,
    Path(office): Path<String>,
    Query(params): Query<SlotParams>,
) -> Result<Response, Failed> {
    let mut faults = Vec::new();
    let mut day = |pointer: &str, text: &str| {
        let parsed = text.parse();
        if parsed.is_err() {
            let code = if text.is_empty() { FieldCode::Required } else { FieldCode::NotADate };
            faults.push(FieldFault::new(pointer, code));
        }
        parsed.ok()
    };
    let (from, to) = (day("/from", &params.from), day("/to", &params.to));
    let kind = VisitKind::from_name(&params.kind);
    if kind.is_none() {
        let code = if params.kind.is_empty() { FieldCode::Required } else { FieldCode::UnknownChoice };
        faults.push(FieldFault::new("/kind", code));
    }
    let (Some(from), Some(to), Some(kind)) = (from, to, kind) else { return Err(Fault::Invalid(faults).into()) };
    let slots = backend.visits.slots(&context.actor, &SlotQuery { office, from, to, kind }).await?;
    Ok(json(StatusCode::OK, &slots))
}

/// Book one seat.
#[utoipa::path(post, path = "/visits", tag = "visit", request_body = BookVisit,
    params(("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 201, body = Visit), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem, description = "slot_taken, already_booked"),
              (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn book(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
    Body(command): Body<BookVisit>,
) -> Result<Response, Failed> {
    let visit = backend.visits.book(&context.actor, &key, command).await?;
    Ok(json(StatusCode::CREATED, &visit))
}

/// Cancel a visit. Cancelling it again changes nothing.
#[utoipa::path(delete, path = "/visits/{visit_id}", tag = "visit",
    params(("visit_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "visit_passed")))]
async fn cancel(
    State(backend): State<Backend>,
    context: PageContext,
    Path(visit): Path<String>,
) -> Result<Response, Failed> {
    let visit: VisitId = visit.parse().map_err(|_| Fault::NotFound)?;
    backend.visits.cancel(&context.actor, visit).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// Staff say whose.
    #[serde(default)]
    person_id: Option<String>,
    /// The id of the last visit already seen.
    #[serde(default)]
    after: Option<String>,
    /// At most this many, 1-100.
    #[serde(default)]
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// A page of visits.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct VisitPage {
    items: Vec<Visit>,
    /// What to send as `after` for the next page.
    next: Option<VisitId>,
}

/// The visits of the signed-in person, or of the person staff name; by time.
#[utoipa::path(get, path = "/visits", tag = "visit", params(ListParams),
    responses((status = 200, body = VisitPage), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(backend): State<Backend>,
    context: PageContext,
    Query(params): Query<ListParams>,
) -> Result<Response, Failed> {
    let person: Option<PersonId> =
        params.person_id.map(|text| text.parse().map_err(|_| Fault::NotFound)).transpose()?;
    let limit = limit(params.limit.as_deref()).map_err(|fault| Fault::Invalid(vec![fault]))?;
    let visits = backend.visits.list(&context.actor, person).await?;
    let (items, next) = part(visits, params.after.as_deref(), limit, |visit| visit.visit_id)?;
    Ok(json(StatusCode::OK, &VisitPage { items, next }))
}
