//! REST of messages.

use crate::http::{api::json, failure::Problem};
use app::{backend::Backend, failure::Failed, page::PageContext};
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use domain::{Fault, FieldCode, FieldFault, id::MessageId, message::Message};
use serde::{Deserialize, Serialize};
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(messages))
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
    let limit: usize = match params.limit.as_deref().map(str::parse) {
        None => 50,
        Some(Ok(limit)) if (1..=100).contains(&limit) => limit,
        Some(Ok(_)) => return Err(Fault::Invalid(vec![FieldFault::new("/limit", FieldCode::OutOfRange)]).into()),
        Some(Err(_)) => return Err(Fault::Invalid(vec![FieldFault::new("/limit", FieldCode::NotANumber)]).into()),
    };
    let messages = backend.messages.list(&context.actor).await?;
    let from = match &params.after {
        None => 0,
        Some(after) => {
            let seen = messages.iter().position(|message| message.message_id.to_string() == *after);
            seen.ok_or(Fault::Invalid(vec![FieldFault::new("/after", FieldCode::Malformed)]))? + 1
        }
    };
    let more = messages.len() > from + limit;
    let items: Vec<Message> = messages.into_iter().skip(from).take(limit).collect();
    let next = if more { items.last().map(|message| message.message_id) } else { None };
    Ok(json(StatusCode::OK, &MessagePage { items, next }))
}
