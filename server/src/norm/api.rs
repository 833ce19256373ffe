//! REST of the norm.

use crate::http::{
    api::{Body, IdempotencyKey, json},
    failure::{Problem, refusal},
};
use app::{backend::Backend, failure::Failed, page::PageContext};
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    Fault, FieldCode, FieldFault,
    norm::{
        CompareRequest, Comparison, Estimate, EstimateRequest, First, Month, NormView, PracticeView, SavePractice,
        first_steps,
    },
};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

/// An estimate, and what else to apply for.
#[derive(Serialize, utoipa::ToSchema)]
struct EstimateAnswer {
    #[serde(flatten)]
    estimate: Estimate,
    /// Other benefits and help that the answers speak for. Never a condition for applying.
    first: Vec<First>,
}

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(norm))
        .routes(routes!(practice, save_practice))
        .routes(routes!(estimate))
        .routes(routes!(compare))
}

/// A year's norm with its source.
#[utoipa::path(get, path = "/norms/{year}", tag = "norm",
    params(("year" = String, Path, description = "A year, for example 2026")),
    responses((status = 200, body = NormView), (status = 404, body = Problem, description = "norm_not_known")))]
async fn norm(State(backend): State<Backend>, context: PageContext, Path(year): Path<String>) -> Response {
    let found = year.parse().ok().and_then(|year| backend.norm.norm(&context.actor, year).ok());
    match found {
        Some(view) => json(StatusCode::OK, &view),
        None => refusal(StatusCode::NOT_FOUND, "norm_not_known"),
    }
}

/// What the norm says for a household in a month: preliminary, line by line. Nothing is stored.
#[utoipa::path(post, path = "/estimates", tag = "norm", request_body = EstimateRequest,
    responses((status = 200, body = EstimateAnswer), (status = 400, body = Problem),
              (status = 422, body = Problem, description = "All faults at once; norm_not_known at /month")))]
async fn estimate(
    State(backend): State<Backend>,
    context: PageContext,
    Body(request): Body<EstimateRequest>,
) -> Result<Response, Failed> {
    let estimate = backend.norm.estimate(&context.actor, &request)?;
    Ok(json(StatusCode::OK, &EstimateAnswer { first: first_steps(&request), estimate }))
}

/// What would be different for a household, if …: two estimates, the lines that differ and why, the sums. Nothing is stored.
#[utoipa::path(post, path = "/estimates/compare", tag = "norm", request_body = CompareRequest,
    responses((status = 200, body = Comparison), (status = 400, body = Problem),
              (status = 422, body = Problem, description = "All faults at once, below /estimate and /changes")))]
async fn compare(
    State(backend): State<Backend>,
    context: PageContext,
    Body(request): Body<CompareRequest>,
) -> Result<Response, Failed> {
    Ok(json(StatusCode::OK, &backend.norm.compare(&context.actor, &request)?))
}

#[derive(Deserialize)]
struct OfMonth {
    month: Option<String>,
}

/// How the municipality calculates in a month where no law says it: what it usually accepts, since when, and where that
/// stands. Open to all: whoever applies may know it.
#[utoipa::path(get, path = "/norms/practice", operation_id = "practice", tag = "norm",
    params(("month" = Option<String>, Query, description = "`2026-11`; the present month if absent")),
    responses((status = 200, body = PracticeView),
              (status = 422, body = Problem, description = "not_a_month at /month")))]
async fn practice(
    State(backend): State<Backend>,
    context: PageContext,
    Query(asked): Query<OfMonth>,
) -> Result<Response, Failed> {
    let month = match asked.month {
        None => Month::containing(context.clock.today()),
        Some(text) => {
            text.parse().map_err(|_| Fault::Invalid(vec![FieldFault::new("/month", FieldCode::NotAMonth)]))?
        }
    };
    Ok(json(StatusCode::OK, &backend.norm.practice(&context.actor, month)?))
}

/// The version a practice now has.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SavedPractice {
    version: i64,
}

/// Settle from a month how the municipality calculates where no law says it. For the administrator. Versions are only added.
#[utoipa::path(post, path = "/norms/practice", operation_id = "save_practice", tag = "norm", request_body = SavePractice,
    params(("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 201, body = SavedPractice), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem),
              (status = 409, body = Problem, description = "version_conflict: somebody saved a newer version"),
              (status = 422, body = Problem)))]
async fn save_practice(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
    Body(command): Body<SavePractice>,
) -> Result<Response, Failed> {
    let version = backend.norm.save_practice(&context.actor, &key, command).await?;
    Ok(json(StatusCode::CREATED, &SavedPractice { version }))
}
