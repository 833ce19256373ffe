//! REST of decisions.

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
    decision::{
        DecisionItem, PublishDecision, PublishedDecision, ReadDecision, SaveDecision, SavedDecision, StaffDecision,
    },
    id::{ApplicationId, CaseId, DecisionId},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(list_decisions))
        .routes(routes!(read_decision))
        .routes(routes!(open_decision))
        .routes(routes!(draft_decision, save_decision))
        .routes(routes!(publish_decision))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListParams {
    /// The id of the last decision already seen.
    #[serde(default)]
    after: Option<String>,
    /// At most this many, 1-100.
    #[serde(default)]
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// A page of decisions.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DecisionPage {
    items: Vec<DecisionItem>,
    /// What to send as `after` for the next page.
    next: Option<DecisionId>,
}

/// The decisions written to the signed-in person, newest first. Of one that has not been opened only its id is told.
#[utoipa::path(get, path = "/decisions", tag = "decision", params(ListParams),
    responses((status = 200, body = DecisionPage), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
async fn list_decisions(
    State(backend): State<Backend>,
    context: PageContext,
    Query(params): Query<ListParams>,
) -> Result<Response, Failed> {
    let limit = limit(params.limit.as_deref()).map_err(|fault| Fault::Invalid(vec![fault]))?;
    let decisions = backend.decisions.list(&context.actor).await?;
    let (items, next) = part(decisions, params.after.as_deref(), limit, |item| item.decision_id)?;
    Ok(json(StatusCode::OK, &DecisionPage { items, next }))
}

/// A decision. Before it has been opened the answer is its id and `"opened": false`, whatever it says.
#[utoipa::path(get, path = "/decisions/{decision_id}", tag = "decision", params(("decision_id" = String, Path)),
    responses((status = 200, body = ReadDecision), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn read_decision(
    State(backend): State<Backend>,
    context: PageContext,
    Path(decision): Path<String>,
) -> Result<Response, Failed> {
    let decision: DecisionId = decision.parse().map_err(|_| Fault::NotFound)?;
    Ok(json(StatusCode::OK, &backend.decisions.read(&context.actor, decision).await?))
}

/// Open a decision: the signed-in person has received it from now on, and her three weeks to appeal begin. Opening it again
/// changes nothing.
#[utoipa::path(post, path = "/decisions/{decision_id}/open", tag = "decision",
    params(("decision_id" = String, Path),
           ("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 200, body = ReadDecision), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn open_decision(
    State(backend): State<Backend>,
    context: PageContext,
    Path(decision): Path<String>,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Failed> {
    let decision: DecisionId = decision.parse().map_err(|_| Fault::NotFound)?;
    Ok(json(StatusCode::OK, &backend.decisions.open(&context.actor, &key, decision).await?))
}

/// The case and the application an address names.
fn place((case, application): (String, String)) -> Result<(CaseId, ApplicationId), Fault> {
    match (case.parse(), application.parse()) {
        (Ok(case), Ok(application)) => Ok((case, application)),
        _ => Err(Fault::NotFound),
    }
}

/// The decision on an application as the caseworker sees it: what was saved, or what the figures propose.
#[utoipa::path(get, path = "/cases/{case_id}/decisions/{application_id}", tag = "decision",
    params(("case_id" = String, Path), ("application_id" = String, Path)),
    responses((status = 200, body = StaffDecision), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn draft_decision(
    State(backend): State<Backend>,
    context: PageContext,
    Path(path): Path<(String, String)>,
) -> Result<Response, Failed> {
    let (case, application) = place(path)?;
    Ok(json(StatusCode::OK, &backend.decisions.staff(&context.actor, case, application).await?))
}

/// Save a draft, finished or not, over the version it started from. For the case's handler.
#[utoipa::path(put, path = "/cases/{case_id}/decisions/{application_id}", tag = "decision", request_body = SaveDecision,
    params(("case_id" = String, Path), ("application_id" = String, Path)),
    responses((status = 200, body = SavedDecision), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "version_conflict, already_published, case_taken"),
              (status = 422, body = Problem)))]
async fn save_decision(
    State(backend): State<Backend>,
    context: PageContext,
    Path(path): Path<(String, String)>,
    Body(command): Body<SaveDecision>,
) -> Result<Response, Failed> {
    let (case, application) = place(path)?;
    Ok(json(StatusCode::OK, &backend.decisions.save(&context.actor, case, application, command).await?))
}

/// Publish the draft: every party gets a message, and the decision never changes again. For the case's handler.
#[utoipa::path(post, path = "/cases/{case_id}/decisions/{application_id}/publish", tag = "decision",
    request_body = PublishDecision,
    params(("case_id" = String, Path), ("application_id" = String, Path),
           ("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 200, body = PublishedDecision), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem),
              (status = 409, body = Problem, description = "version_conflict, already_published, case_taken, law_not_confirmed"),
              (status = 422, body = Problem)))]
async fn publish_decision(
    State(backend): State<Backend>,
    context: PageContext,
    Path(path): Path<(String, String)>,
    IdempotencyKey(key): IdempotencyKey,
    Body(command): Body<PublishDecision>,
) -> Result<Response, Failed> {
    let (case, application) = place(path)?;
    Ok(json(StatusCode::OK, &backend.decisions.publish(&context.actor, &key, case, application, command).await?))
}
