//! HTTP: the layers every request passes, from the outside in, and the doors behind them.
//!
//! ```text
//! accept loop (listener)        connection cap, header-read time-out, TCP_NODELAY, graceful end
//! headers                       security headers and the CSP nonce on everything
//! reference                     a request's reference, its span, one log line; panics become 500
//! files, health                 answered here, before any municipality
//! host                          which municipality (404 for none)
//! cache                         anonymous pages that are kept are answered here
//! cross_site                    403 for a state change from another site, before the body is read
//! context                       language, session, where it came from → PageContext
//! pages ─ failure pages  |  /api/v1 ─ problem documents; calculations pass one by one (limit::calls)
//! ```

pub mod api;
pub mod assets;
pub mod cache;
pub mod carried;
pub mod context;
pub mod cross_site;
pub mod entrance;
pub mod failure;
pub mod headers;
pub mod health;
pub mod host;
pub mod leaving;
pub mod listener;
pub mod origin;
pub mod patience;
pub mod reference;
pub mod session;

use crate::{
    account::SharedDirectory,
    auth::{carry::CarryKey, cookie::Cookies},
    db::Db,
    jobs::WorkerState,
    limit::calls::{self, Calls},
    storage::Storage,
    world::World,
};
use app::{backend::Backend, page::Assets};
use axum::{Router, extract::DefaultBodyLimit, middleware};
use std::sync::Arc;

/// What the HTTP side needs to know; filled by `startup`.
#[derive(Clone)]
pub struct Http {
    pub backend: Backend,
    pub db: Db,
    pub storage: Storage,
    pub world: World,
    pub directory: SharedDirectory,
    pub cookies: Cookies,
    /// Seals what a browser carries from the estimate to an application.
    pub carry: CarryKey,
    /// Where requests come from, for the limits.
    pub origins: origin::Origins,
    /// Host and port of the public address, for the cross-site rule.
    pub public_host: Arc<str>,
    pub assets: Arc<Assets>,
    pub files: assets::Files,
    pub cache: cache::PageCache,
    /// Whether the jobs are worked.
    pub worker: WorkerState,
    /// The demo's sign-in is mounted.
    pub demo: bool,
    /// HSTS is sent: the public address is https.
    pub secure: bool,
}

/// The largest body of an ordinary form or JSON command, in bytes. Uploads have their own route and limit.
const BODY_LIMIT: usize = 64 * 1024;

/// All routes with all layers.
pub fn router(http: &Http) -> Router {
    // Each layer clones the layers within for each request, and with them what they hold: one counter, not twenty.
    let shared = Arc::new(http.clone());
    let calls = Calls::default();
    let pages = app::routes::pages()
        .merge(crate::document::upload::routes())
        .with_state(http.backend.clone())
        .merge(session::routes(http))
        .merge(entrance::routes(http))
        .merge(carried::routes(http))
        .merge(leaving::routes(http))
        .fallback(failure::no_such_page)
        .method_not_allowed_fallback(failure::no_such_method)
        .layer(middleware::from_fn(patience::layer))
        .layer(middleware::from_fn_with_state(calls.clone(), calls::layer))
        .layer(middleware::from_fn(failure::pages));
    let api = api::routes(http)
        .layer(middleware::from_fn(patience::layer))
        .layer(middleware::from_fn_with_state(calls, calls::layer))
        .layer(middleware::from_fn(failure::problems));
    let doors = Router::new()
        .merge(api)
        .merge(pages)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(shared.clone(), context::layer))
        .layer(middleware::from_fn_with_state(shared.clone(), cross_site::layer))
        .layer(middleware::from_fn_with_state(shared.clone(), cache::layer))
        .layer(middleware::from_fn_with_state(shared.clone(), host::layer));
    Router::new()
        .merge(health::routes(http))
        .fallback_service(doors)
        .layer(middleware::from_fn_with_state(shared.clone(), assets::layer))
        .layer(middleware::from_fn_with_state(shared.clone(), reference::layer))
        .layer(middleware::from_fn_with_state(shared, headers::layer))
}
