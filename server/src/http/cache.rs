//! Anonymous pages, rendered once per municipality, language and minute, kept compressed.
//!
//! Only for a reader without a session, only pages that say they may be kept (`Look::PUBLIC`), only without a query. A
//! person's own figures are never here: they travel by POST.

use super::{Http, assets::Encoded, failure::is_api, host::Here, reference::Route};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use domain::id::MunicipalityId;
use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, RwLock},
};

/// Above this many, those of earlier minutes go.
const FEW: usize = 50;
/// Pages kept at most, so that made-up addresses cannot fill the memory. There are far fewer real ones.
const MOST: usize = 500;
/// The largest page kept, in bytes.
const LARGEST: usize = 1024 * 1024;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    municipality: MunicipalityId,
    language: &'static str,
    /// Pages name months, dates and telephone numbers: each minute starts afresh, so that a corrected number is there soon.
    minute: i64,
    path: String,
    /// What the municipality has settled is on the page too.
    practice: i64,
}

/// A kept page and the route that made it, for the log line.
struct Kept {
    page: Encoded,
    route: Option<Route>,
}

/// The kept pages.
#[derive(Clone, Default)]
pub struct PageCache(Arc<RwLock<HashMap<Key, Arc<Kept>>>>);

impl PageCache {
    fn get(&self, key: &Key) -> Option<Arc<Kept>> {
        self.0.read().ok()?.get(key).cloned()
    }

    fn put(&self, key: Key, page: Arc<Kept>) {
        let Ok(mut pages) = self.0.write() else { return };
        let present = key.minute;
        if pages.len() >= FEW {
            pages.retain(|key, _| key.minute == present);
        }
        if pages.len() < MOST {
            pages.insert(key, page);
        }
    }

    /// Forgets everything: the municipality's data has changed.
    pub fn clear(&self) {
        if let Ok(mut pages) = self.0.write() {
            pages.clear();
        }
    }
}

pub async fn layer(State(http): State<Arc<Http>>, request: Request, next: Next) -> Response {
    let Some(key) = key(&http, &request) else { return next.run(request).await };
    if let Some(page) = http.cache.get(&key) {
        return answer(&page, &request);
    }
    if *request.method() == Method::HEAD {
        // Its answer has no body to keep.
        return next.run(request).await;
    }
    let (accepted, path) = (request.headers().clone(), request.uri().clone());
    let response = next.run(request).await;
    let keep = response.status() == StatusCode::OK
        && response.headers().get(header::CACHE_CONTROL).is_some_and(|value| value == "private, no-cache");
    if !keep {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(plain) = to_bytes(body, LARGEST).await else {
        return super::failure::refusal(StatusCode::INTERNAL_SERVER_ERROR, "internal");
    };
    // Compressing well takes some milliseconds: once a minute and page.
    let compressed = tokio::task::spawn_blocking({
        let plain = plain.clone();
        move || (brotli(&plain), gzip(&plain))
    })
    .await;
    let (brotli, gzip) = compressed.unwrap_or_default();
    let route = parts.extensions.get().cloned();
    let page = Arc::new(Kept { page: Encoded { plain, brotli, gzip }, route });
    http.cache.put(key, page.clone());
    let mut again = Request::new(Body::empty());
    *again.headers_mut() = accepted;
    *again.uri_mut() = path;
    answer(&page, &again)
}

fn key(http: &Http, request: &Request) -> Option<Key> {
    let plain = matches!(*request.method(), Method::GET | Method::HEAD) && request.uri().query().is_none();
    if !plain || is_api(request.uri().path()) {
        return None;
    }
    let anonymous = {
        let tokens = super::context::tokens(http.cookies, request.headers());
        tokens.applicant.is_none() && tokens.guest.is_none() && tokens.staff.is_none()
    };
    if !anonymous {
        return None;
    }
    let Here(place) = request.extensions().get::<Here>()?;
    Some(Key {
        municipality: place.municipality.municipality_id,
        language: match super::context::language(http.cookies, request.headers()) {
            app::i18n::Locale::sv => "sv",
            app::i18n::Locale::en => "en",
            app::i18n::Locale::ar => "ar",
        },
        minute: http.world.now().as_second().div_euclid(60),
        path: request.uri().path().to_owned(),
        practice: place.practice_version(),
    })
}

fn answer(kept: &Kept, request: &Request) -> Response {
    let (bytes, encoding) = kept.page.choose(request.headers());
    let mut response = Response::new(Body::from(bytes));
    if let Some(route) = &kept.route {
        response.extensions_mut().insert(route.clone());
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, cookie"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn brotli(plain: &[u8]) -> Option<Bytes> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    brotli::BrotliCompress(&mut &plain[..], &mut out, &parameters).ok()?;
    Some(out.into())
}

fn gzip(plain: &[u8]) -> Option<Bytes> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(plain).ok()?;
    out.finish().ok().map(Bytes::from)
}
