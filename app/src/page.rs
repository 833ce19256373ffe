//! A page: what it knows about the request, and how it becomes an answer.
//!
//! A handler asks a port, builds a view and returns `context.page(title, view)`. The view is rendered at once, on the
//! server, to complete HTML: no streaming, no script needed. GET and a refused POST use the same view function, so a
//! form that comes back is the same page with what was typed and what was wrong.

use crate::{failure::Failed, i18n::Locale, shell, time::Clockwork};
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{Actor, Fault, municipality::Municipality};
use hydration_context::SsrSharedContext;
use leptos::{prelude::*, reactive::owner::Owner};
use std::{future::Future, sync::Arc};

/// What every page knows about its request. Put into the request by the server before the routes.
#[derive(Clone)]
pub struct PageContext {
    pub locale: Locale,
    pub actor: Actor,
    pub municipality: Arc<Municipality>,
    /// Path and query as asked for, for language links and the way back after sign-in.
    pub path: String,
    pub assets: Arc<Assets>,
    /// Ties an error page to one log line.
    pub reference: Reference,
    /// The instant of the request and the municipality's local time.
    pub clock: Clockwork,
    /// A fresh idempotency key for the page's form.
    pub fresh_key: uuid::Uuid,
    /// What the signed-in person is called. Only ever shown to herself.
    pub display_name: Option<Arc<str>>,
    /// The demo's sign-in is mounted.
    pub demo: bool,
}

/// Addresses of the built files, from the build's manifest.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Assets {
    pub css: String,
    pub js: String,
    pub wasm: String,
    /// The module that wakes the islands.
    pub boot: String,
}

/// A request's reference: shown on error pages and in problem documents, written in the log line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(pub Arc<str>);

/// Whose pages these are: decides what the top bar offers and how dense it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Public,
    Applicant,
    Staff,
}

/// How a page differs from the ordinary public page.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself and has its own builder")]
pub struct Look {
    pub area: Area,
    /// The page holds an island: it gets the bootstrap script. Others carry no script at all.
    pub island: bool,
    /// The urgent strip at the top. Off on `/akut`, which is all about it, and on staff pages.
    pub urgent: bool,
    /// The start page, whose first band is wide.
    pub start: bool,
    /// May be kept in the server's cache of anonymous pages; everything else is `no-store`.
    pub anonymous: bool,
    /// Nothing around the page: a screen on a wall that nobody touches.
    pub bare: bool,
    /// Without scripts the page is fetched anew: seconds, and where if not here; empty = never.
    pub refresh: &'static str,
}

/// The query of a page that fetches itself anew: nobody has pressed anything, so it keeps no session alive.
pub const BY_ITSELF: &str = "av-sig-sjalv";

impl Look {
    pub const PUBLIC: Look = Look {
        area: Area::Public,
        island: false,
        urgent: true,
        start: false,
        anonymous: true,
        bare: false,
        refresh: "",
    };
    pub const APPLICANT: Look = Look { area: Area::Applicant, anonymous: false, ..Self::PUBLIC };
    pub const STAFF: Look = Look { area: Area::Staff, urgent: false, ..Self::APPLICANT };

    #[must_use]
    pub const fn with_island(self) -> Self {
        Self { island: true, ..self }
    }

    #[must_use]
    pub const fn as_start(self) -> Self {
        Self { start: true, ..self }
    }

    #[must_use]
    pub const fn without_urgent(self) -> Self {
        Self { urgent: false, ..self }
    }

    /// Without scripts too it is never older than that: `5`, or `5;url=/…`.
    #[must_use]
    pub const fn refreshed(self, when: &'static str) -> Self {
        Self { refresh: when, ..self }
    }

    /// A screen that nobody touches: no bar, no footer, nothing to press, nothing kept.
    #[must_use]
    pub const fn as_screen(self) -> Self {
        Self { bare: true, urgent: false, anonymous: false, ..self }
    }

    /// The answer to somebody's own figures: never kept anywhere.
    #[must_use]
    pub const fn private(self) -> Self {
        Self { anonymous: false, ..self }
    }
}

impl PageContext {
    /// The page as an answer with status 200.
    pub fn page<V: IntoView + 'static>(&self, look: Look, title: &str, view: impl FnOnce() -> V) -> Response {
        self.page_with(StatusCode::OK, look, title, view)
    }

    /// The page with another status: 422 and 409 for a refused form, 404 and 5xx for error pages.
    pub fn page_with<V: IntoView + 'static>(
        &self,
        status: StatusCode,
        look: Look,
        title: &str,
        view: impl FnOnce() -> V,
    ) -> Response {
        let html = render(|| shell::document(self, look, title, view()));
        let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
        // A page that shows somebody signed in is nobody else's, also when it only tells.
        let kept = look.anonymous && status == StatusCode::OK && self.actor.session().is_none();
        response.headers_mut().insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(if kept { "private, no-cache" } else { "no-store" }),
        );
        response
    }

    /// Where a person without the right session is sent, with the way back.
    pub fn sign_in_address(&self) -> String {
        format!("/logga-in?till={}", encode_query(&self.path))
    }
}

/// 303 to another page: what a successful POST answers.
pub fn see_other(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => Failed(Fault::NotFound).into_response(),
    }
}

/// Renders a view to complete HTML.
pub fn render<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| view().into_view().to_html());
    owner.unset_with_forced_cleanup();
    html
}

/// Percent-encodes a value for a query string.
pub fn encode_query(value: &str) -> String {
    serde_urlencoded::to_string([("", value)]).map(|pair| pair.trim_start_matches('=').to_owned()).unwrap_or_default()
}

/// An own path and nothing else: what a "way back" may be. Anything that could lead to another site is refused.
pub fn own_path(candidate: &str) -> Option<&str> {
    let fine = candidate.starts_with('/')
        && !candidate.starts_with("//")
        && candidate.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    fine.then_some(candidate)
}

impl<S: Send + Sync> FromRequestParts<S> for PageContext {
    type Rejection = Failed;

    fn from_request_parts(parts: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Failed>> + Send {
        // Absent only if the server's layers are put together wrongly.
        let found = parts.extensions.get::<PageContext>().cloned().ok_or(Failed(Fault::Internal));
        async { found }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_a_way_back() {
        for good in ["/mina-sidor", "/mina-sidor/besok?kontor=sodra", "/"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in [
            "",
            "mina-sidor",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "https://elsewhere.example",
            "/a\r\nb",
            "/a b",
            "/å",
        ] {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn query_values_are_encoded() {
        assert_eq!(encode_query("/a?b=c&d=é "), "%2Fa%3Fb%3Dc%26d%3D%C3%A9+");
    }
}
