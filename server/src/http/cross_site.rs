//! Refuses state changes that come from another site, before the body is read.
//!
//! `Sec-Fetch-Site` decides where a browser sends it: only `same-origin` and `none` (typed address, bookmark) pass.
//! Without it `Origin` must be this host. Without both it is no browser (a script, another system): no cookies ride
//! along unseen, so it passes.
//!
//! Ours, because tower-http has such a layer from 0.7 on and the rest of the stack uses 0.6.

use super::Http;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Marks an answer as refused by this layer, so that it gets its own text and code.
#[derive(Clone, Copy)]
pub struct CrossSite;

pub async fn layer(State(http): State<Arc<Http>>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE);
    if safe || own_site(request.headers(), &http.public_host) {
        return next.run(request).await;
    }
    let path_is_api = super::failure::is_api(request.uri().path());
    let mut response = StatusCode::FORBIDDEN.into_response();
    response.extensions_mut().insert(CrossSite);
    let reference = request.extensions().get().cloned();
    if path_is_api {
        return super::failure::problem_of(response, reference.as_ref());
    }
    super::failure::bare_page(&http, &request, response)
}

fn own_site(headers: &HeaderMap, public_host: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Some(origin) = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host) else {
        return false;
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    origin.eq_ignore_ascii_case(host) || origin.eq_ignore_ascii_case(public_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().expect("a header"));
        }
        own_site(&headers, "porten.example")
    }

    #[test]
    fn a_browser_must_come_from_here() {
        assert!(verdict(&[("sec-fetch-site", "same-origin")]));
        assert!(verdict(&[("sec-fetch-site", "none")]));
        for site in ["cross-site", "same-site", "", "SAME-ORIGIN"] {
            assert!(!verdict(&[("sec-fetch-site", site), ("origin", "https://porten.example")]), "{site}");
        }
    }

    #[test]
    fn an_origin_must_be_this_host_or_the_public_one() {
        assert!(verdict(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
        assert!(verdict(&[("origin", "https://porten.example"), ("host", "inside:3000")]));
        for origin in ["https://elsewhere.example", "null", "https://porten.example.elsewhere.example", ""] {
            assert!(!verdict(&[("origin", origin), ("host", "127.0.0.1:3000")]), "{origin}");
        }
    }

    #[test]
    fn no_browser_passes() {
        assert!(verdict(&[("host", "127.0.0.1:3000")]));
    }
}
