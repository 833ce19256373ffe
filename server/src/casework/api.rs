//! REST of casework. A case of another office answers as one that does not exist.

use crate::http::{
    api::{Body, IdempotencyKey, json, limit},
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
    casework::{
        CalculationView, CaseView, Handler, IntakeFilter, IntakeFrom, IntakeItem, IntakeQuery, Note, SaveCalculation,
        WriteNote,
    },
    id::{ApplicationId, CaseId},
    message::{SayTold, Told},
};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(intake))
        .routes(routes!(open))
        .routes(routes!(take))
        .routes(routes!(release))
        .routes(routes!(write_note))
        .routes(routes!(say_told))
        .routes(routes!(calculation, save_calculation))
}

fn case_id(text: &str) -> Result<CaseId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

fn application_id(text: &str) -> Result<ApplicationId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct IntakeParams {
    /// `mine`, `nobody` or `all` (the default): by who works on the case. `unreached`: those, decided or not, about which
    /// staff are to tell somebody, since no e-mail does and nobody has yet.
    #[serde(default)]
    filter: Option<String>,
    /// The `application_id` of the last item already seen.
    #[serde(default)]
    after: Option<String>,
    /// At most this many, 1-100.
    #[serde(default)]
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// A page of the intake list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct IntakePage {
    items: Vec<IntakeItem>,
    /// What to send as `after` for the next page.
    next: Option<ApplicationId>,
}

/// Applications at one's own office that have no decision yet, oldest first.
#[utoipa::path(get, path = "/cases", tag = "casework", params(IntakeParams),
    responses((status = 200, body = IntakePage), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
async fn intake(
    State(backend): State<Backend>,
    context: PageContext,
    Query(params): Query<IntakeParams>,
) -> Result<Response, Failed> {
    let mut faults = Vec::new();
    let filter = match params.filter.as_deref() {
        None => IntakeFilter::default(),
        Some(name) => IntakeFilter::from_name(name).unwrap_or_else(|| {
            faults.push(FieldFault::new("/filter", FieldCode::UnknownChoice));
            IntakeFilter::default()
        }),
    };
    let limit = limit(params.limit.as_deref()).unwrap_or_else(|fault| {
        faults.push(fault);
        1
    });
    let from = match params.after.as_deref().map(str::parse) {
        None => IntakeFrom::Start,
        Some(Ok(after)) => IntakeFrom::After(after),
        Some(Err(_)) => {
            faults.push(FieldFault::new("/after", FieldCode::Malformed));
            IntakeFrom::Start
        }
    };
    if !faults.is_empty() {
        return Err(Fault::Invalid(faults).into());
    }
    let list = backend.casework.intake(&context.actor, IntakeQuery { filter, from, limit }).await?;
    Ok(json(StatusCode::OK, &IntakePage { items: list.items, next: list.next }))
}

/// A case of one's own office, whole.
#[utoipa::path(get, path = "/cases/{case_id}", operation_id = "open_case", tag = "casework",
    params(("case_id" = String, Path)),
    responses((status = 200, body = CaseView), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn open(
    State(backend): State<Backend>,
    context: PageContext,
    Path(case): Path<String>,
) -> Result<Response, Failed> {
    Ok(json(StatusCode::OK, &backend.casework.open(&context.actor, case_id(&case)?).await?))
}

/// Become the one who works on the case. Taking one's own case again changes nothing.
#[utoipa::path(post, path = "/cases/{case_id}/take", operation_id = "take_case", tag = "casework",
    params(("case_id" = String, Path),
           ("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 200, body = Handler), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem),
              (status = 409, body = Problem, description = "case_taken: the case's handler says by whom; case_closed"),
              (status = 422, body = Problem)))]
async fn take(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
    Path(case): Path<String>,
) -> Result<Response, Failed> {
    Ok(json(StatusCode::OK, &backend.casework.take(&context.actor, &key, case_id(&case)?).await?))
}

/// Give one's own case back, so that somebody else can take it. A case nobody works on stays as it is.
#[utoipa::path(post, path = "/cases/{case_id}/release", operation_id = "release_case", tag = "casework",
    params(("case_id" = String, Path),
           ("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "case_taken: somebody else works on it"),
              (status = 422, body = Problem)))]
async fn release(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
    Path(case): Path<String>,
) -> Result<Response, Failed> {
    backend.casework.release(&context.actor, &key, case_id(&case)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Write a note. Notes are never changed.
#[utoipa::path(post, path = "/cases/{case_id}/notes", operation_id = "write_note", tag = "casework",
    request_body = WriteNote,
    params(("case_id" = String, Path),
           ("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 201, body = Note), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem, description = "case_closed"),
              (status = 422, body = Problem)))]
async fn write_note(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
    Path(case): Path<String>,
    Body(note): Body<WriteNote>,
) -> Result<Response, Failed> {
    let note = backend.casework.note(&context.actor, &key, case_id(&case)?, note).await?;
    Ok(json(StatusCode::CREATED, &note))
}

/// Say that a party has been told of a decision, or that her application has arrived. Said again of the same way, what was kept
/// first is the answer. It is no receipt: her time to appeal does not begin.
#[utoipa::path(post, path = "/cases/{case_id}/told", operation_id = "say_told", tag = "casework", request_body = SayTold,
    params(("case_id" = String, Path),
           ("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 200, body = Told), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 409, body = Problem, description = "case_closed"),
              (status = 422, body = Problem, description = "Not a party of the case, or not hers to read there")))]
async fn say_told(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
    Path(case): Path<String>,
    Body(told): Body<SayTold>,
) -> Result<Response, Failed> {
    Ok(json(StatusCode::OK, &backend.casework.told(&context.actor, &key, case_id(&case)?, told).await?))
}

/// The calculation of an application, side by side: the applicant's figures and the verified ones.
#[utoipa::path(get, path = "/cases/{case_id}/calculations/{application_id}", operation_id = "calculation",
    tag = "casework", params(("case_id" = String, Path), ("application_id" = String, Path)),
    responses((status = 200, body = CalculationView), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn calculation(
    State(backend): State<Backend>,
    context: PageContext,
    Path((case, application)): Path<(String, String)>,
) -> Result<Response, Failed> {
    let (case, application) = (case_id(&case)?, application_id(&application)?);
    Ok(json(StatusCode::OK, &backend.casework.calculation(&context.actor, case, application).await?))
}

/// The version a calculation now has.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SavedVersion {
    version: i64,
}

/// Save verified figures over a version. Every line that differs from the applicant's needs its reason.
#[utoipa::path(put, path = "/cases/{case_id}/calculations/{application_id}", operation_id = "save_calculation",
    tag = "casework", request_body = SaveCalculation,
    params(("case_id" = String, Path), ("application_id" = String, Path)),
    responses((status = 200, body = SavedVersion), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem),
              (status = 409, body = Problem, description = "version_conflict: somebody saved a newer version, or the municipality has settled something else since"),
              (status = 422, body = Problem, description = "All faults at once; a missing reason at /deviations/<line>")))]
async fn save_calculation(
    State(backend): State<Backend>,
    context: PageContext,
    Path((case, application)): Path<(String, String)>,
    Body(command): Body<SaveCalculation>,
) -> Result<Response, Failed> {
    let (case, application) = (case_id(&case)?, application_id(&application)?);
    let version = backend.casework.save_calculation(&context.actor, case, application, command).await?;
    Ok(json(StatusCode::OK, &SavedVersion { version }))
}
