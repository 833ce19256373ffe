//! REST of the norm.

use crate::http::{
    api::{Body, json},
    failure::{Problem, refusal},
};
use app::{backend::Backend, failure::Failed, page::PageContext};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use domain::norm::{Estimate, EstimateRequest, NormView};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(norm)).routes(routes!(estimate))
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
    responses((status = 200, body = Estimate), (status = 400, body = Problem),
              (status = 422, body = Problem, description = "All faults at once; norm_not_known at /month")))]
async fn estimate(
    State(backend): State<Backend>,
    context: PageContext,
    Body(request): Body<EstimateRequest>,
) -> Result<Response, Failed> {
    Ok(json(StatusCode::OK, &backend.norm.estimate(&context.actor, &request)?))
}
