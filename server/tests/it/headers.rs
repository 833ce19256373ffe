//! Rows 3, 24, 25, 27 and 34: what stands on every answer, whoever asks, whatever happens.

use crate::{
    cross_site::crawl,
    pages::PUBLIC,
    support::{Answer, Browser, Setting, Stage},
};
use axum::{body::Body, http::Method};
use server::http;
use std::{collections::BTreeSet, fs};

const POLICY: [&str; 2] = [
    "default-src 'none'; script-src 'self' 'nonce-",
    "' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
];
const FIXED: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// The nonce of a page's policy, which must be the one of row 24 to the letter.
fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let rest = policy.strip_prefix(POLICY[0]).unwrap_or_else(|| panic!("{policy}"));
    let (nonce, rest) = rest.split_once('\'').expect("a nonce ends");
    assert_eq!(format!("'{rest}"), POLICY[1]);
    assert!(nonce.len() >= 22 && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{nonce}");
    assert!(!answer.text.contains(nonce), "the page itself does not hold it: it may be kept");
    nonce.to_owned()
}

/// What holds for every answer.
fn checked(answer: &Answer, about: &str, https: bool) {
    for (name, value) in FIXED {
        let all: Vec<_> = answer.headers.get_all(name).iter().collect();
        assert_eq!(all, [value], "{about}: {name}");
    }
    let permissions = answer.header("permissions-policy");
    for power in ["camera", "microphone", "geolocation", "payment", "usb"] {
        assert!(permissions.contains(&format!("{power}=()")), "{about}: {permissions}");
    }
    let transport = answer.header("strict-transport-security");
    assert_eq!(transport, if https { "max-age=31536000; includeSubDomains" } else { "" }, "{about}");
    assert_eq!(answer.headers.get_all("content-security-policy").iter().count(), 1, "{about}");
    if answer.header("content-type").starts_with("text/html") {
        nonce(answer);
    } else {
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'", "{about}");
    }
    for name in ["server", "x-powered-by", "access-control-allow-origin"] {
        assert_eq!(answer.header(name), "", "{about}");
    }
    cookies(answer, about, https);
    let keeping: Vec<_> = answer.headers.get_all("cache-control").iter().collect();
    assert_eq!(keeping.len(), 1, "{about}: {keeping:?}");
}

/// Row 3: every cookie set, in every answer.
fn cookies(answer: &Answer, about: &str, https: bool) {
    for line in answer.headers.get_all("set-cookie") {
        let line = line.to_str().expect("text");
        let mut parts = line.split("; ");
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a name and a value");
        let attributes: Vec<_> = parts.collect();
        let base = if https { name.strip_prefix("__Host-").unwrap_or_else(|| panic!("{about}: {line}")) } else { name };
        assert!(
            ["porten", "porten_guest", "porten_staff", "porten_carry", "porten_lang"].contains(&base),
            "{about}: {line}"
        );
        assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{about}: {line}");
        assert!(attributes.contains(&"HttpOnly") && attributes.contains(&"Path=/"), "{about}: {line}");
        let same_site = attributes.contains(&"SameSite=Lax") || attributes.contains(&"SameSite=Strict");
        assert!(same_site, "{about}: {line}");
        assert_eq!(attributes.contains(&"Secure"), https, "{about}: {line}");
        assert!(!attributes.iter().any(|one| one.to_ascii_lowercase().starts_with("domain")), "{about}: {line}");
        if base == "porten_staff" && !value.is_empty() {
            assert!(attributes.contains(&"SameSite=Strict"), "{about}: {line}");
        }
        let known =
            ["HttpOnly", "Path=/", "SameSite=Lax", "SameSite=Strict", "Secure", "Max-Age=0", "Max-Age=31536000"];
        assert!(attributes.iter().all(|one| known.contains(one)), "{about}: {line}");
    }
}

/// Mistakes and commands of every kind: (method, path, headers, body).
type Odd = (Method, &'static str, &'static [(&'static str, &'static str)], &'static str);
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");
const ODD: [Odd; 20] = [
    (Method::POST, "/demo/login", &[FORM], "persona=anna"),
    (Method::POST, "/demo/login", &[FORM], "persona=rut"),
    (Method::POST, "/demo/login", &[FORM], "persona=nobody"),
    (Method::GET, "/?lang=ar", &[], ""),
    (Method::GET, "/finns-inte", &[], ""),
    (Method::GET, "/lamna", &[], ""),
    (Method::TRACE, "/", &[], ""),
    (Method::OPTIONS, "/rakna", &[("origin", "https://elsewhere.example")], ""),
    (Method::POST, "/rakna", &[FORM], "month=2026-11&adults=1"),
    (Method::POST, "/rakna", &[FORM], "month=x"),
    (Method::POST, "/rakna", &[JSON], "{}"),
    (Method::POST, "/rakna", &[FORM, ("sec-fetch-site", "cross-site")], "month=x"),
    (Method::POST, "/api/v1/estimates", &[JSON], "{"),
    (Method::POST, "/api/v1/estimates", &[JSON], "{}"),
    (Method::POST, "/api/v1/estimates", &[JSON, ("sec-fetch-site", "cross-site")], "{}"),
    (Method::POST, "/api/v1/visits", &[JSON], "{}"),
    (Method::DELETE, "/api/v1/visits/x", &[], ""),
    (Method::POST, "/health/live", &[], ""),
    (Method::POST, "/pkg/app.0123.css", &[], ""),
    (Method::POST, "/lamna", &[FORM], ""),
];

/// A built site of three files, so that static files are there to ask for.
fn with_files(stage: &Stage) -> http::Http {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    fs::create_dir(folder.path().join("pkg")).expect("a folder");
    write("pkg/app.0123.css", "a{}");
    write("pkg/app.0123.js", "1");
    write("pkg/app.0123.wasm", "wasm");
    write("favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    write("robots.txt", "x");
    write(
        "manifest.json",
        r#"{"css":"/pkg/app.0123.css","js":"/pkg/app.0123.js","wasm":"/pkg/app.0123.wasm","boot":"/pkg/app.0123.js"}"#,
    );
    let (files, assets) = http::assets::read(folder.path()).expect("a site");
    http::Http { files, assets: assets.into(), ..stage.http.clone() }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_27_every_answer_to_everybody_has_its_headers() {
    for https in [false, true] {
        let stage = Stage::with(Setting { https, ..Setting::default() }).await;
        let router = http::router(&with_files(&stage));
        for persona in ["", "anna", "rut"] {
            for (path, answer) in crawl(&stage, persona).await {
                let about = format!("{persona} {path} {}", answer.status);
                checked(&answer, &about, https);
                let public = PUBLIC.contains(&path.as_str()) && !path.starts_with("/logga-in");
                let keeping = answer.header("cache-control");
                if persona.is_empty() && answer.status == 200 && (public || keeping == "private, no-cache") {
                    assert_eq!(keeping, "private, no-cache", "{about}");
                    assert!(!path.contains("mina-sidor") && !path.contains("personal/") && !path.starts_with("/api"));
                } else {
                    assert_eq!(keeping, "no-store", "{about}");
                }
            }
            for (method, path, headers, body) in ODD {
                let mut browser = Browser::new(router.clone());
                if !persona.is_empty() {
                    browser.cookies = stage.signed_in(persona).await.cookies;
                }
                let answer = browser.send(method.clone(), path, headers, Body::from(body)).await;
                let about = format!("{persona} {method} {path} {}", answer.status);
                checked(&answer, &about, https);
                assert_eq!(answer.header("cache-control"), "no-store", "{about}");
                if path == "/lamna" && method == Method::POST {
                    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 4, "{about}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_27_files_have_their_headers_and_are_kept() {
    let stage = Stage::with(Setting { https: true, ..Setting::default() }).await;
    let mut browser = Browser::new(http::router(&with_files(&stage)));
    let year = "public, max-age=31536000, immutable";
    for (path, kind, keeping) in [
        ("/pkg/app.0123.css", "text/css; charset=utf-8", year),
        ("/pkg/app.0123.js", "text/javascript; charset=utf-8", year),
        ("/pkg/app.0123.wasm", "application/wasm", year),
        ("/favicon.svg", "image/svg+xml", "public, max-age=3600"),
        ("/robots.txt", "text/plain; charset=utf-8", "public, max-age=3600"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = browser.send(method, path, &[], Body::empty()).await;
            checked(&answer, path, true);
            assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{path}");
            assert_eq!(answer.header("cache-control"), keeping, "{path}");
        }
        let refused = browser.send(Method::DELETE, path, &[], Body::empty()).await;
        assert_eq!((refused.status, refused.header("allow")), (405, "GET, HEAD"), "{path}");
    }
    // What the site is built from, and what lies beside it, is not served.
    for path in [
        "/manifest.json",
        "/pkg",
        "/pkg/",
        "/pkg/../Cargo.toml",
        "/pkg/%2e%2e/Cargo.toml",
        "/../Cargo.toml",
        "//pkg/app.0123.css",
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_25_a_nonce_serves_once() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let mut seen = BTreeSet::new();
    // Kept pages, pages made anew and error pages.
    for path in ["/", "/rakna", "/logga-in", "/finns-inte"] {
        for _ in 0..50 {
            assert!(seen.insert(nonce(&browser.get(path).await)), "{path}");
        }
    }
    assert_eq!(seen.len(), 200);
}
