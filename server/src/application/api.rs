//! REST of applications: for the signed-in applicant. Staff work by the doors of the desk and of casework.

use crate::http::{
    api::{Body, IdempotencyKey, json, limit, part},
    failure::Problem,
};
use app::{backend::Backend, failure::Failed, page::PageContext};
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{
    Fault,
    application::{Application, ApplicationForm},
    id::ApplicationId,
};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(applications, apply)).routes(routes!(application))
}

/// Apply with a whole form at once. A second application for the month is joined to the case, never refused.
#[utoipa::path(post, path = "/applications", tag = "application", request_body = ApplicationForm,
    params(("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 201, body = Application), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn apply(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
    Body(form): Body<ApplicationForm>,
) -> Result<Response, Failed> {
    let application = backend.applications.submit(&context.actor, &key, form).await?;
    Ok(json(StatusCode::CREATED, &application))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// The id of the last application already seen.
    #[serde(default)]
    after: Option<String>,
    /// At most this many, 1-100.
    #[serde(default)]
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// A page of applications.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ApplicationPage {
    items: Vec<Application>,
    /// What to send as `after` for the next page.
    next: Option<ApplicationId>,
}

/// The applications of the signed-in person, newest first.
#[utoipa::path(get, path = "/applications", tag = "application", params(ListParams),
    responses((status = 200, body = ApplicationPage), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
async fn applications(
    State(backend): State<Backend>,
    context: PageContext,
    Query(params): Query<ListParams>,
) -> Result<Response, Failed> {
    let limit = limit(params.limit.as_deref()).map_err(|fault| Fault::Invalid(vec![fault]))?;
    let all = backend.applications.list(&context.actor).await?;
    let (items, next) = part(all, params.after.as_deref(), limit, |application| application.application_id)?;
    Ok(json(StatusCode::OK, &ApplicationPage { items, next }))
}

/// One application of the signed-in person, as it was sent.
#[utoipa::path(get, path = "/applications/{application_id}", tag = "application",
    params(("application_id" = String, Path)),
    responses((status = 200, body = Application), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn application(
    State(backend): State<Backend>,
    context: PageContext,
    Path(application): Path<String>,
) -> Result<Response, Failed> {
    let application: ApplicationId = application.parse().map_err(|_| Fault::NotFound)?;
    Ok(json(StatusCode::OK, &backend.applications.get(&context.actor, application).await?))
}
