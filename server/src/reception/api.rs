//! REST of the desk.

use crate::http::{api::json, failure::Problem};
use app::{backend::Backend, failure::Failed, page::PageContext};
use axum::{extract::State, http::StatusCode, response::Response};
use domain::reception::DeskDay;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<Backend> {
    OpenApiRouter::new().routes(routes!(today))
}

/// Today's booked visitors at the signed-in desk's office: time and number, no name, no reason, no case.
#[utoipa::path(get, path = "/desk/today", tag = "reception",
    responses((status = 200, body = DeskDay), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn today(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    Ok(json(StatusCode::OK, &backend.reception.today(&context.actor).await?))
}
