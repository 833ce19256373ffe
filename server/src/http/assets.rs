//! The built files: hashed, compressed by the build, kept in memory, answered without touching the disk.

use super::Http;
use app::page::Assets;
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use std::{collections::HashMap, fs, io, path::Path, sync::Arc};

/// A file in its three forms.
#[derive(Debug, Clone)]
pub struct Encoded {
    pub plain: Bytes,
    pub brotli: Option<Bytes>,
    pub gzip: Option<Bytes>,
}

impl Encoded {
    /// The smallest form the reader takes.
    pub fn choose(&self, headers: &HeaderMap) -> (Bytes, Option<&'static str>) {
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|line| line.to_str().ok()).unwrap_or_default();
        let takes = |name: &str| {
            accepted.split(',').any(|part| {
                let mut pieces = part.split(';');
                let named = pieces.next().is_some_and(|coding| coding.trim().eq_ignore_ascii_case(name));
                named && !pieces.any(|piece| piece.trim().replace(' ', "") == "q=0")
            })
        };
        if let Some(brotli) = self.brotli.as_ref().filter(|_| takes("br")) {
            (brotli.clone(), Some("br"))
        } else if let Some(gzip) = self.gzip.as_ref().filter(|_| takes("gzip")) {
            (gzip.clone(), Some("gzip"))
        } else {
            (self.plain.clone(), None)
        }
    }
}

struct File {
    encoded: Encoded,
    kind: &'static str,
    /// The name holds the content's hash: it never changes.
    hashed: bool,
}

/// All built files by address.
#[derive(Clone, Default)]
pub struct Files(Arc<HashMap<String, File>>);

#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    #[error("the built site is not in {0}: run `make run` or `scripts/build`")]
    Missing(String, #[source] io::Error),
    #[error("the site's manifest.json cannot be read")]
    Manifest(#[from] serde_json::Error),
}

/// Reads the built site: its files and the manifest that names them.
pub fn read(folder: &Path) -> Result<(Files, Assets), SiteError> {
    let missing = |error| SiteError::Missing(folder.display().to_string(), error);
    let mut files = HashMap::new();
    collect(folder, "", &mut files).map_err(missing)?;
    let assets = match files.remove("/manifest.json") {
        Some(manifest) => serde_json::from_slice(&manifest.encoded.plain)?,
        None if files.contains_key("/pkg/porten.wasm") => unhashed(&mut files),
        None => return Err(missing(io::ErrorKind::NotFound.into())),
    };
    Ok((Files(Arc::new(files)), assets))
}

/// The site as cargo-leptos builds it: plain names, no manifest, and no bootstrap script, which is therefore built in.
fn unhashed(files: &mut HashMap<String, File>) -> Assets {
    let assets = Assets {
        css: "/pkg/porten.css".to_owned(),
        js: "/pkg/porten.js".to_owned(),
        wasm: "/pkg/porten.wasm".to_owned(),
        boot: "/pkg/boot.js".to_owned(),
    };
    let boot = include_str!("../../../app/client/boot.js")
        .replace("__PORTEN_JS__", &assets.js)
        .replace("__PORTEN_WASM__", &assets.wasm);
    for file in files.values_mut() {
        file.hashed = false;
    }
    let encoded = Encoded { plain: boot.into(), brotli: None, gzip: None };
    files.insert(assets.boot.clone(), File { encoded, kind: kind("boot.js"), hashed: false });
    assets
}

fn collect(folder: &Path, address: &str, files: &mut HashMap<String, File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let address = format!("{address}/{name}");
        if path.is_dir() {
            collect(&path, &address, files)?;
        } else if !matches!(path.extension().and_then(|extension| extension.to_str()), Some("br" | "gz")) {
            let beside = |extension: &str| fs::read(format!("{}.{extension}", path.display())).ok().map(Bytes::from);
            let encoded = Encoded { plain: fs::read(&path)?.into(), brotli: beside("br"), gzip: beside("gz") };
            let hashed = address.starts_with("/pkg/");
            files.insert(address, File { encoded, kind: kind(name), hashed });
        }
    }
    Ok(())
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

pub async fn layer(State(http): State<Arc<Http>>, request: Request, next: Next) -> Response {
    let Some(file) = http.files.0.get(request.uri().path()) else { return next.run(request).await };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refused = Response::new(Body::empty());
        *refused.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    let (bytes, encoding) = file.encoded.choose(request.headers());
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(if file.hashed {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=3600"
        }),
    );
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
