//! The kept pages: once for everybody, never for somebody.

use crate::{
    pages::{LANGUAGES, PUBLIC, sound, speaking},
    support::{Answer, Browser, Stage},
};
use axum::{body::Body, http::Method};
use server::{db::Db, http};
use std::io::Read;

/// Renames an office behind the server's back: a page that shows the old name was kept.
async fn rename(stage: &Stage, name: &str) {
    stage.arrange(&format!("UPDATE office SET name = '{name}' WHERE slug = 'norra'")).await;
}

async fn get(browser: &mut Browser, path: &str, encodings: &str) -> Answer {
    browser.send(Method::GET, path, &[("accept-encoding", encodings)], Body::empty()).await
}

/// The plain text of an answer, whatever it was packed with.
fn unpacked(answer: &Answer) -> String {
    let mut plain = Vec::new();
    match answer.header("content-encoding") {
        "br" => brotli::BrotliDecompress(&mut &answer.bytes[..], &mut plain).expect("brotli"),
        "gzip" => drop(flate2::read::GzDecoder::new(&answer.bytes[..]).read_to_end(&mut plain).expect("gzip")),
        "" => plain.clone_from(&answer.bytes),
        other => panic!("{other}"),
    }
    String::from_utf8(plain).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_for_everybody_is_made_once_in_each_language() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        assert!(browser.get("/kontakt").await.text.contains("Norra"), "{language}");
    }
    rename(&stage, "Omdöpt").await;
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        let kept = browser.get("/kontakt").await;
        assert!(kept.text.contains("Norra") && !kept.text.contains("Omdöpt"), "{language}: from the cache");
        assert_eq!(kept.header("vary"), "accept-encoding, cookie");
        assert_eq!(kept.header("cache-control"), "private, no-cache");
        sound(&kept, language);
    }
    stage.http.cache.clear();
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        let fresh = browser.get("/kontakt").await;
        assert!(fresh.text.contains("Omdöpt"), "{language}: made anew");
        sound(&fresh, language);
    }
    // The next minute begins afresh: pages name dates and telephone numbers.
    rename(&stage, "Tredje").await;
    stage.clock.set("2026-11-23T08:00:59Z");
    assert!(stage.browser().get("/kontakt").await.text.contains("Omdöpt"));
    stage.clock.set("2026-11-23T08:01:00Z");
    assert!(stage.browser().get("/kontakt").await.text.contains("Tredje"), "a new minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signed_in_is_never_kept_nor_given_a_kept_page() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let mut rut = stage.signed_in("rut").await;
    let sign_out = |answer: &Answer| answer.page().all("form").any(|form| form.get("action") == Some("/logga-ut"));
    for path in PUBLIC {
        for browser in [&mut anna, &mut rut] {
            let own = browser.get(path).await;
            assert!(sign_out(&own), "{path}: rendered for her");
            assert_eq!(own.header("cache-control"), "no-store", "{path}");
            assert_eq!(own.header("content-encoding"), "", "{path}");
        }
        // Nothing of theirs is left for others.
        let other = stage.browser().get(path).await;
        assert!(!sign_out(&other) && !other.text.contains("Rut") || path.starts_with("/logga-in"), "{path}");
        assert!(sign_out(&anna.get(path).await), "{path}: nor is she given the page for everybody");
    }
    rename(&stage, "Omdöpt").await;
    assert!(stage.browser().get("/kontakt").await.text.contains("Norra"));
    for browser in [&mut anna, &mut rut] {
        assert!(browser.get("/kontakt").await.text.contains("Omdöpt"), "made anew");
    }
    // A cookie that opens nothing still keeps one away from the kept pages.
    let mut stranger = stage.browser();
    stranger.cookies.insert("porten".to_owned(), "0".repeat(64));
    assert!(stranger.get("/kontakt").await.text.contains("Omdöpt"));
    assert!(stage.browser().get("/kontakt").await.text.contains("Norra"), "and leaves nothing in it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_page_reads_the_same_however_it_is_packed() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    for path in ["/", "/rakna", "/kontakt"] {
        let first = get(&mut browser, path, "").await;
        let plain = get(&mut browser, path, "identity").await;
        assert_eq!((plain.header("content-encoding"), &plain.bytes), ("", &first.bytes), "{path}");
        for (asked, packed) in [
            ("br", "br"),
            ("gzip", "gzip"),
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1.0, br;q=0", "gzip"),
            ("BR", "br"),
            ("br;q=0, gzip; q=0", ""),
            ("deflate", ""),
            ("brotli, gzipped", ""),
        ] {
            let answer = get(&mut browser, path, asked).await;
            assert_eq!(answer.header("content-encoding"), packed, "{path} {asked}");
            assert_eq!(unpacked(&answer), plain.text, "{path} {asked}");
            assert!(packed.is_empty() || answer.bytes.len() * 2 < plain.bytes.len(), "{path} {asked}: smaller");
        }
    }
    // The first reader gets it packed too.
    stage.http.cache.clear();
    let first = get(&mut browser, "/kontakt", "br").await;
    assert_eq!(first.header("content-encoding"), "br");
    assert!(unpacked(&first).contains("Norra"));
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_the_head_leaves_no_empty_page() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    for _ in 0..2 {
        let head = browser.send(Method::HEAD, "/kontakt", &[], Body::empty()).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
    }
    assert!(browser.get("/kontakt").await.text.contains("Norra"));
    let head = browser.send(Method::HEAD, "/kontakt", &[], Body::empty()).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_queries_and_errors_are_never_kept() {
    let stage = Stage::new().await;
    let mut browser = stage.browser();
    let fields = [("month", "2026-11"), ("adults", "1"), ("cost.rent", "7654")];
    let own = browser.post("/rakna", &fields).await;
    assert!(own.text.contains("7654") && own.status == 200);
    assert_eq!((own.header("cache-control"), own.header("content-encoding")), ("no-store", ""));
    for _ in 0..2 {
        let shown = stage.browser().get("/rakna").await;
        assert!(!shown.text.contains("7654"), "somebody's figures");
    }
    let other = stage.browser().post("/rakna", &[("month", "2026-11"), ("adults", "1"), ("cost.rent", "1111")]).await;
    assert!(!other.text.contains("7654") && other.text.contains("1111"));
    // With a query the page is made anew: it may stand in the page.
    let asked = browser.get("/kontakt?x=first").await;
    assert!(asked.text.contains("x=first"));
    assert!(!browser.get("/kontakt").await.text.contains("x=first"));
    assert!(browser.get("/kontakt?x=second").await.text.contains("x=second"));
    for _ in 0..2 {
        let missing = browser.get("/finns-inte").await;
        assert_eq!((missing.status, missing.header("cache-control")), (404, "no-store"));
    }
    assert_eq!(browser.get("/logga-in").await.header("cache-control"), "no-store");
    let utloggad = browser.get("/logga-in?utloggad").await;
    assert_ne!(utloggad.text, browser.get("/logga-in").await.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_municipality_has_its_own_pages() {
    let stage = Stage::new().await;
    stage.with_another_municipality().await;
    let mut here = stage.browser();
    let mut there = stage.browser();
    there.host = "ANDRA.example:443".to_owned();
    for _ in 0..2 {
        let (own, other) = (here.get("/kontakt").await, there.get("/kontakt").await);
        assert!(own.text.contains("Exempelstad") && own.text.contains("Norra"));
        assert!(other.text.contains("Andrastad") && other.text.contains("08-465 004 77"), "{}", other.status);
        assert!(!other.text.contains("Exempelstad") && !other.text.contains("Norra"));
    }
}

/// A second program beside the stage's, with the same cache and a database that nobody serves.
fn cut_off(stage: &Stage) -> Browser {
    let nowhere = tempfile::tempdir().expect("a folder");
    let mut http = stage.http.clone();
    http.db = Db::new(stage.app.clone().socket(nowhere.path()), 2);
    http.backend =
        server::startup::backend(&http.db, &stage.world, &http.directory, &http.storage).expect("the backend");
    Browser::new(http::router(&http))
}

#[tokio::test(flavor = "multi_thread")]
async fn telephone_numbers_outlive_the_database() {
    let stage = Stage::new().await;
    let mut cut_off = cut_off(&stage);
    let short = cut_off.get("/akut").await;
    assert_eq!((short.status, short.header("cache-control")), (200, "no-store"));
    sound(&short, "sv");
    for number in ["08-465 004 00", "08-465 004 99", "112"] {
        assert!(short.text.contains(number), "{number}");
    }
    // The short page was not kept: with the database the offices are there again, and then they stay.
    assert!(stage.browser().get("/akut").await.text.contains("08-465 004 20"));
    assert!(cut_off.get("/akut").await.text.contains("08-465 004 20"));
    assert_eq!(cut_off.get("/kontakt").await.status, 503);
    stage.browser().get("/kontakt").await;
    assert_eq!(cut_off.get("/kontakt").await.status, 200);
    // The pool closed under a running program.
    stage.http.cache.clear();
    stage.db.close().await;
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        let page = browser.get("/akut").await;
        assert!(page.status == 200 && page.text.contains("08-465 004 99"), "{language}");
    }
}
