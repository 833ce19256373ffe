//! REST of papers.

use super::upload::{self, Stop};
use crate::http::{
    api::{Body, IdempotencyKey, json, limit, part},
    failure::{Problem, refusal},
};
use app::{
    backend::Backend,
    document::{file::attachment, texts},
    failure::Failed,
    page::PageContext,
};
use axum::{
    extract::{DefaultBodyLimit, Path, Query, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    Fault, FieldCode, FieldFault,
    document::{DocumentInfo, NeededPaper, PaperKind, PaperRule, PapersQuestion},
    id::DocumentId,
};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        // Uploads have their own limit, kept while they stream.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(papers))
        .routes(routes!(needed))
        .routes(routes!(take_back))
        .routes(routes!(content))
}

/// Files as a form sends them.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "only described: the files are read as they arrive")]
struct DocumentUpload {
    /// Which of the papers that are needed the files after it are (codes of `GET /papers`); another one without it.
    paper: Option<PaperKind>,
    /// JPEG, PNG or PDF by their first bytes; at most 20 MiB each, 20 files, 200 MiB in all.
    #[schema(value_type = Vec<String>, format = Binary)]
    files: Vec<String>,
}

/// Hand in papers, before an application is sent. Each file is kept or refused by itself: with 422 those that `errors`
/// do not name (as `/files/0`, `/files/1` …) have been kept. The same key and the same file again add nothing.
#[utoipa::path(post, path = "/documents", tag = "document", operation_id = "add_documents",
    request_body(content = DocumentUpload, content_type = "multipart/form-data"),
    params(("Idempotency-Key" = String, Header, description = "1-128 visible ASCII characters; the same key gives the same answer")),
    responses((status = 201, body = [DocumentInfo]), (status = 400, body = Problem), (status = 401, body = Problem),
              (status = 404, body = Problem), (status = 408, body = Problem), (status = 413, body = Problem),
              (status = 422, body = Problem, description = "file_too_large, file_empty, unknown_file_type, papers_full; unknown_choice at /paper"),
              (status = 429, body = Problem)))]
async fn add(
    State(backend): State<Backend>,
    context: PageContext,
    IdempotencyKey(key): IdempotencyKey,
    request: Request,
) -> Result<Response, Failed> {
    let taken = match upload::take(&*backend.documents, &context.actor, Some(key), None, request).await {
        Ok(taken) => taken,
        Err(Stop::Fault(fault)) => return Err(fault.into()),
        Err(Stop::Status(status)) => return Ok(status.into_response()),
    };
    if taken.trouble.too_much {
        return Ok(refusal(StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    }
    let mut faults: Vec<FieldFault> =
        taken.trouble.refused.iter().map(|file| FieldFault::new(format!("/files/{}", file.place), file.code)).collect();
    if taken.trouble.nothing {
        faults.push(FieldFault::new("/files", FieldCode::Required));
    }
    if taken.trouble.too_many {
        faults.push(FieldFault::new("/files", FieldCode::TooMany));
    }
    if !faults.is_empty() {
        return Err(Fault::Invalid(faults).into());
    }
    Ok(json(StatusCode::CREATED, &taken.kept))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct DocumentParams {
    /// The id of the last document already seen.
    #[serde(default)]
    after: Option<String>,
    /// At most this many, 1-100.
    #[serde(default)]
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// A page of documents.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DocumentPage {
    items: Vec<DocumentInfo>,
    /// What to send as `after` for the next page.
    next: Option<DocumentId>,
}

/// One's own papers, oldest first.
#[utoipa::path(get, path = "/documents", tag = "document", operation_id = "list_documents", params(DocumentParams),
    responses((status = 200, body = DocumentPage), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
async fn list(
    State(backend): State<Backend>,
    context: PageContext,
    Query(params): Query<DocumentParams>,
) -> Result<Response, Failed> {
    let limit = limit(params.limit.as_deref()).map_err(|fault| Fault::Invalid(vec![fault]))?;
    let documents = backend.documents.list(&context.actor).await?;
    let (items, next) = part(documents, params.after.as_deref(), limit, |document| document.document_id)?;
    Ok(json(StatusCode::OK, &DocumentPage { items, next }))
}

/// A paper's bytes, for its owner and for staff who work on the case. The connection breaks off if they are not those that
/// were taken in.
#[utoipa::path(get, path = "/documents/{document_id}/content", tag = "document", operation_id = "document_content",
    params(("document_id" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>, description = "As image/jpeg, image/png or application/pdf"),
              (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn content(
    State(backend): State<Backend>,
    context: PageContext,
    Path(document): Path<String>,
) -> Result<Response, Failed> {
    let document: DocumentId = document.parse().map_err(|_| Fault::NotFound)?;
    Ok(attachment(backend.documents.open(&context.actor, document).await?))
}

/// The papers there are, as the municipality asks for them, with what they are called in the reader's language. A missing
/// paper never stops an application.
#[utoipa::path(get, path = "/papers", tag = "document", operation_id = "papers",
    responses((status = 200, body = [NamedRule])))]
async fn papers(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    let rules = backend.documents.rules(&context.actor).await?;
    let named = |rule: PaperRule| NamedRule { name: texts::paper(context.locale, rule.paper).name, rule };
    Ok(json(StatusCode::OK, &rules.into_iter().map(named).collect::<Vec<_>>()))
}

/// Which papers a household needs, by whom they concern. One can apply without them. Nothing is stored.
#[utoipa::path(post, path = "/papers/needed", tag = "document", operation_id = "needed_papers", request_body = PapersQuestion,
    responses((status = 200, body = [NamedPaper]), (status = 400, body = Problem), (status = 422, body = Problem)))]
async fn needed(
    State(backend): State<Backend>,
    context: PageContext,
    Body(question): Body<PapersQuestion>,
) -> Result<Response, Failed> {
    let papers = backend.documents.needed(&context.actor, &question).await?;
    let named = |needed: NeededPaper| NamedPaper { name: texts::paper(context.locale, needed.paper).name, needed };
    Ok(json(StatusCode::OK, &papers.into_iter().map(named).collect::<Vec<_>>()))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct NamedRule {
    name: &'static str,
    #[serde(flatten)]
    rule: PaperRule,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct NamedPaper {
    name: &'static str,
    #[serde(flatten)]
    needed: NeededPaper,
}

/// Take back a paper that has not been sent with an application.
#[utoipa::path(delete, path = "/documents/{document_id}", tag = "document", operation_id = "take_back_document",
    params(("document_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 409, body = Problem, description = "already_sent")))]
async fn take_back(
    State(backend): State<Backend>,
    context: PageContext,
    Path(document): Path<String>,
) -> Result<Response, Failed> {
    let document: DocumentId = document.parse().map_err(|_| Fault::NotFound)?;
    backend.documents.take_back(&context.actor, None, document).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
