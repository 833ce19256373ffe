//! Is the process alive, and can it serve?

use super::Http;
use crate::{error::Error, jobs};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use std::time::Duration;
use tokio::time::timeout;

/// How long the store may take to answer.
const STORAGE: Duration = Duration::from_secs(2);

pub fn routes(http: &Http) -> Router {
    Router::new()
        .route("/health/live", get(|| async { StatusCode::OK }))
        .route("/health/ready", get(ready))
        .with_state(http.clone())
}

#[derive(Serialize)]
struct Ready {
    status: &'static str,
    checks: Checks,
}

#[derive(Serialize)]
struct Checks {
    database: Check,
    storage: Check,
    jobs: Check,
}

#[derive(Serialize)]
struct Check {
    status: &'static str,
    /// Jobs nobody has looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    dead: Option<i64>,
}

impl Check {
    fn of(fine: bool) -> Self {
        Self { status: if fine { "ok" } else { "failing" }, dead: None }
    }
}

async fn ready(State(http): State<Http>) -> Response {
    let database = ask(&http).await.is_ok();
    let counts = if database { jobs::counts(&http.db).await.ok() } else { None };
    // Dead jobs are work for somebody, not a reason to take the process out of service.
    let working = counts.is_some() && http.worker.working();
    let jobs = Check { dead: counts.map(|(_, dead)| dead), ..Check::of(working) };
    let stored = matches!(timeout(STORAGE, http.storage.check()).await, Ok(Ok(())));
    let fine = database && working;
    let checks = Checks {
        database: Check::of(database),
        // Without it papers must wait, and nothing else: no reason to take the process out of service.
        storage: Check::of(stored),
        jobs,
    };
    let status = if fine { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Ready { status: if fine { "ready" } else { "not_ready" }, checks })).into_response()
}

async fn ask(http: &Http) -> Result<(), Error> {
    let mut connection = http.db.directory().await?;
    sqlx::query_scalar!(r#"SELECT 1 AS "one!""#).fetch_one(&mut *connection).await?;
    Ok(())
}
