//! REST of messages.

use crate::http::{
    api::{json, limit, part},
    failure::Problem,
};
use app::{backend::Backend, failure::Failed, page::PageContext};
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{Fault, id::MessageId, message::Message};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(messages)).routes(routes!(mark_read))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct MessageParams {
    /// The id of the last message already seen.
    #[serde(default)]
    after: Option<String>,
    /// At most this many, 1-100.
    #[serde(default)]
    #[param(value_type = Option<usize>)]
    limit: Option<String>,
}

/// A page of messages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MessagePage {
    items: Vec<Message>,
    /// What to send as `after` for the next page.
    next: Option<MessageId>,
}

/// The messages of the signed-in person, newest first. Reading them here marks none as read.
#[utoipa::path(get, path = "/messages", tag = "message", params(MessageParams),
    responses((status = 200, body = MessagePage), (status = 401, body = Problem), (status = 404, body = Problem),
              (status = 422, body = Problem)))]
async fn messages(
    State(backend): State<Backend>,
    context: PageContext,
    Query(params): Query<MessageParams>,
) -> Result<Response, Failed> {
    let limit = limit(params.limit.as_deref()).map_err(|fault| Fault::Invalid(vec![fault]))?;
    let messages = backend.messages.list(&context.actor).await?;
    let (items, next) = part(messages, params.after.as_deref(), limit, |message| message.message_id)?;
    Ok(json(StatusCode::OK, &MessagePage { items, next }))
}

/// Marks a message as read; doing it again changes nothing. The message of a decision is marked by opening the decision
/// only, and is absent here.
#[utoipa::path(put, path = "/messages/{message_id}/read", operation_id = "mark_message_read", tag = "message",
    params(("message_id" = String, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn mark_read(
    State(backend): State<Backend>,
    context: PageContext,
    Path(message): Path<String>,
) -> Result<Response, Failed> {
    let message: MessageId = message.parse().map_err(|_| Fault::NotFound)?;
    backend.messages.mark_read(&context.actor, message).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
