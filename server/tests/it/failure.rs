//! When it does not work: a page in the reader's language or a problem document, never a word from inside, and a
//! reference that leads to the log line.

use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Answer, Browser, Setting, Stage, database, look::booked},
};
use app::norm::port::NormPort;
use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method},
};
use domain::{
    Actor, Fault,
    norm::{
        CompareRequest, Comparison, Estimate, EstimateRequest, LocalPractice, Month, NormTables, NormView,
        PracticeHistory, PracticeView, Practices, SavePractice,
    },
};
use serde_json::{Value, json};
use server::http;
use std::{
    io,
    sync::{Arc, Mutex},
};

/// Words that only we use.
const INTERNAL: [&str; 21] = [
    "sqlx",
    "relation",
    "panicked",
    "SELECT ",
    "INSERT ",
    "sqlstate",
    "porten_app",
    "porten_owner",
    "postgres",
    "porten.municipality",
    "visit_slot",
    "visit_seat",
    "token_hash",
    "constraint",
    "violates",
    "deserialize",
    "serde",
    "axum",
    "PoolClosed",
    ".rs:",
    "at line",
];

pub fn no_internals(answer: &Answer) {
    for word in INTERNAL {
        assert!(!answer.text.contains(word), "{word} in {}", answer.text);
    }
}

/// An error page: whole, quiet about the inside, and it says what happened and where to call.
fn error_page(answer: &Answer, language: &str, status: u16, heading: &str) {
    assert_eq!(answer.status, status, "{heading}: {:.300}", answer.text);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{heading}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let page = sound(answer, language);
    let common = words(language, "common");
    assert_eq!(page.only("h1").text, word(&common, &format!("error.{heading}")), "{language} {status}");
    let main = &page.only("main").text;
    assert!(main.contains("08-465 004 00"), "{language} {status}: the telephone");
    assert!(page.with_class("urgent-link").next().is_some(), "{language} {status}: the urgent strip");
    let before = word(&common, "error.reference").split("{{").next().expect("words").trim();
    assert_eq!(main.contains(before), status >= 500, "{language} {status}: a number to tell us, if it is our fault");
    no_internals(answer);
}

/// A problem document as the contract writes it; gives it.
pub fn problem(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status, status, "{code}: {:.300}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json", "{code}: {:.300}", answer.text);
    let problem = answer.json();
    let keys: Vec<_> = problem.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "errors", "reference", "status", "title", "type"], "{problem}");
    assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(status.into()), Some(code)), "{problem}");
    assert_eq!(problem["type"], "about:blank");
    assert!(problem["title"].as_str().is_some_and(|title| !title.is_empty()));
    reference_of(problem["reference"].as_str().expect("a reference"));
    assert!(problem["errors"].is_array());
    no_internals(answer);
    problem
}

fn reference_of(text: &str) -> &str {
    let fine = text.len() == 9
        && text.bytes().enumerate().all(|(place, byte)| {
            if place == 4 { byte == b'-' } else { b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ".contains(&byte) }
        });
    assert!(fine, "a reference: {text}");
    text
}

/// The reference on an error page.
fn reference_on(answer: &Answer) -> String {
    let main = answer.page().only("main").text.clone();
    // Isolated from the text around it, because it runs from left to right in every language.
    let found = main.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    found
        .filter(|word| word.len() == 9 && word.as_bytes().get(4) == Some(&b'-'))
        .find(|word| word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-'))
        .map_or_else(|| panic!("no reference: {main}"), str::to_owned)
}

async fn form(browser: &mut Browser, path: &str, body: impl Into<Body>) -> Answer {
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    browser.send(Method::POST, path, &kind, body.into()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_requests_get_a_page_in_three_languages() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let mut anybody = speaking(stage.browser(), language).await;
        for path in ["/finns-inte", "/rakna/", "/mina-sidorna", "/%00", "/%FF", "/apiary", "/api%2Fv1"] {
            error_page(&anybody.get(path).await, language, 404, "not_found");
        }
        let unallowed = anybody.get("/lamna").await;
        error_page(&unallowed, language, 405, "not_found");
        assert_eq!(unallowed.header("allow"), "POST");
        let unallowed = form(&mut anybody, "/kontakt", "a=b").await;
        error_page(&unallowed, language, 405, "not_found");
        assert_eq!(unallowed.header("allow"), "GET,HEAD");
        for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE, Method::OPTIONS] {
            error_page(&anybody.send(method, "/rakna", &[], Body::empty()).await, language, 405, "not_found");
        }
        error_page(&form(&mut anybody, "/rakna", "x".repeat(70_000)).await, language, 413, "too_large");
        let json = [("content-type", "application/json")];
        let wrong_kind = anybody.send(Method::POST, "/rakna", &json, Body::from("{}")).await;
        error_page(&wrong_kind, language, 415, "invalid");
        error_page(&form(&mut anybody, "/demo/login", "till=x").await, language, 422, "invalid");
        error_page(&form(&mut anybody, "/demo/login", "persona=nobody").await, language, 404, "not_found");
        let foreign = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
        let refused = anybody.send(Method::POST, "/rakna", &foreign, Body::from("a=b")).await;
        error_page(&refused, language, 403, "cross_site");

        let mut anna = speaking(stage.signed_in("anna").await, language).await;
        let field = [("version", "x")];
        error_page(&anna.post("/mina-sidor/besok/boka/uppgifter", &field).await, language, 422, "invalid");
        let field = [("idempotency_key", ""), ("slot_id", "00000000-0000-7000-8000-000000000000")];
        error_page(&anna.post("/mina-sidor/besok/boka/bekrafta", &field).await, language, 422, "invalid");
        for path in ["/mina-sidor/besok/x/avboka", "/mina-sidor/finns-inte", "/mina-sidor/"] {
            error_page(&anna.get(path).await, language, 404, "not_found");
        }
        error_page(&anna.get("/mina-sidor/besok/%FF/avboka").await, language, 400, "invalid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_gets_a_page_in_three_languages() {
    let stage = Stage::new().await;
    server::demo::seed_persons(&stage.owner, &stage.world, 3).await.expect("people");
    let (slot, another) = (stage.slot("2026-11-24").await, stage.slot("2026-11-25").await);
    let mut anna = stage.signed_in("anna").await;
    let version = anna.get("/mina-sidor/besok/boka").await.hidden("version");
    let chosen = anna.post("/mina-sidor/besok/boka", &[("slot_id", &slot), ("version", &version)]).await;
    assert_eq!(chosen.status, 303);
    for number in 1..=3 {
        let mut other = stage.signed_in(&format!("seed-000{number}")).await;
        booked(&mut other, "key", &slot).await;
    }
    for (language, _) in LANGUAGES {
        let mut anna = speaking(anna.clone(), language).await;
        let common = words(language, "common");
        // Somebody saved in between: said so, with what was typed still there.
        let details = "/mina-sidor/besok/boka/uppgifter";
        let late = anna.post(details, &[("version", "99"), ("needs", "Rullstol & \"ro\"")]).await;
        assert_eq!((late.status, late.header("cache-control")), (409, "no-store"));
        let page = sound(&late, language);
        let said = &page.with_class("error-summary").next().expect("a summary").text;
        assert!(said.contains(word(&common, "conflict.version_conflict")), "{language}: {said}");
        let kept = page.controls(page.form(details));
        assert!(kept.contains(&("needs".to_owned(), "Rullstol & \"ro\"".to_owned())), "{kept:?}");
        no_internals(&late);
        let late = anna.post("/mina-sidor/besok/boka", &[("version", "99"), ("slot_id", &another)]).await;
        assert_eq!(late.status, 409);
        let faults = crate::pages::faults(&sound(&late, language));
        assert_eq!(faults, [("f-slot_id".to_owned(), word(&common, "conflict.version_conflict").to_owned())]);
        // Somebody took the last seat: the times again, with what happened.
        let key = format!("taken-{language}");
        let confirm = "/mina-sidor/besok/boka/bekrafta";
        let version = anna.get(confirm).await.hidden("version");
        let fields = |version| [("idempotency_key", key.as_str()), ("slot_id", slot.as_str()), ("version", version)];
        // What she confirms is not what is saved any more.
        let changed = anna.post(confirm, &fields("99")).await;
        assert_eq!(changed.status, 409);
        let page = sound(&changed, language);
        let said = &page.with_class("error-summary").next().expect("a summary").text;
        assert!(said.contains(word(&words(language, "visit"), "confirm.changed")), "{language}: {said}");
        let taken = anna.post(confirm, &fields(&version)).await;
        assert_eq!(taken.status, 409);
        let page = sound(&taken, language);
        let faults = crate::pages::faults(&page);
        assert_eq!(faults, [("f-slot_id".to_owned(), word(&common, "conflict.slot_taken").to_owned())]);
        no_internals(&taken);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_fault_gets_a_page_and_a_problem() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let mut rut = stage.signed_in("rut").await;
    let mut owner = database::connect(&stage.owner).await;
    sqlx::raw_sql("ALTER TABLE office RENAME TO elsewhere").execute(&mut owner).await.expect("as owner");
    for (language, _) in LANGUAGES {
        let mut anybody = speaking(stage.browser(), language).await;
        error_page(&anybody.get("/kontakt").await, language, 500, "internal");
        let mut anna = speaking(anna.clone(), language).await;
        error_page(&anna.get("/mina-sidor/besok/boka").await, language, 500, "internal");
    }
    problem(&stage.browser().get("/api/v1/offices").await, 500, "internal");
    problem(&rut.get("/api/v1/desk/today").await, 500, "internal");
    let command = json!({ "slot_id": stage.world.id(), "kind": "first_visit" });
    problem(&anna.command("/api/v1/visits", "key", &command).await, 500, "internal");
    // What needs no office works on.
    assert_eq!(stage.browser().get("/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_every_page_says_so_and_what_needs_none_works() {
    let stage = Stage::new().await;
    let anna = stage.signed_in("anna").await;
    let mut rut = stage.signed_in("rut").await;
    stage.db.close().await;
    for (language, _) in LANGUAGES {
        let mut anybody = speaking(stage.browser(), language).await;
        let kontakt = anybody.get("/kontakt").await;
        error_page(&kontakt, language, 503, "unavailable");
        assert_eq!(kontakt.header("retry-after"), "5");
        error_page(&anybody.post("/demo/login", &[("persona", "anna")]).await, language, 503, "unavailable");
        let mut anna = speaking(anna.clone(), language).await;
        for path in ["/mina-sidor", "/mina-sidor/besok", "/mina-sidor/besok/boka/uppgifter"] {
            error_page(&anna.get(path).await, language, 503, "unavailable");
        }
        for path in ["/", "/rakna", "/akut", "/tillganglighet", "/personuppgifter", "/logga-in"] {
            for browser in [&mut anybody, &mut anna] {
                let answer = browser.get(path).await;
                assert_eq!(answer.status, 200, "{path} in {language} {:?}", browser.cookies);
                sound(&answer, language);
            }
        }
        let calculated = anna.post("/rakna", &[("month", "2026-11"), ("cost.rent", "8200")]).await;
        assert_eq!(calculated.status, 200, "{language}");
        let mut shared = anna.clone();
        let signed_out = shared.post("/logga-ut", &[]).await;
        error_page(&signed_out, language, 503, "unavailable");
        assert!(!shared.cookies.contains_key("porten"), "the browser forgets all the same");
        let left = anna.post("/lamna", &[]).await;
        assert_eq!((left.status, left.header("location")), (303, "/ny-flik"));
        assert!(left.header("clear-site-data").contains("\"cache\""), "{:?}", left.headers);
        assert!(!anna.cookies.contains_key("porten"), "the cookie goes all the same");
    }
    problem(&stage.browser().get("/api/v1/offices").await, 503, "unavailable");
    problem(&rut.get("/api/v1/desk/today").await, 503, "unavailable");
    assert_eq!(stage.browser().get("/api/v1/norms/2026").await.status, 200);
    let ready = stage.browser().get("/health/ready").await;
    assert_eq!((ready.status, ready.json()["checks"]["database"]["status"].as_str()), (503, Some("failing")));
    assert_eq!(stage.browser().get("/health/live").await.status, 200);
}

/// A server that nobody listens behind: connecting fails, and no request waits long for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_database_is_told_from_our_own_fault() {
    let stage = Stage::new().await;
    let nowhere = tempfile::tempdir().expect("a folder");
    let mut http = stage.http.clone();
    http.db = server::db::Db::new(stage.app.clone().socket(nowhere.path()), 2);
    http.backend =
        server::startup::backend(&http.db, &stage.world, &http.directory, &http.storage).expect("the backend");
    let mut browser = Browser::new(http::router(&http));
    problem(&browser.get("/api/v1/offices").await, 503, "unavailable");
    error_page(&browser.get("/kontakt").await, "sv", 503, "unavailable");
    // The short list of telephone numbers is there.
    let akut = browser.get("/akut").await;
    assert_eq!((akut.status, akut.header("cache-control")), (200, "no-store"));
    for number in ["08-465 004 00", "08-465 004 99", "112"] {
        assert!(akut.text.contains(number), "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_get_problem_documents_for_unknown_addresses_and_methods() {
    let stage = Stage::new().await;
    let mut anybody = stage.browser();
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/norms/2026",
        "/api/v1/finns-inte",
        "/api/v1/offices/sodra",
        "/api/v1/offices/x/slots/y",
        "/api/%FF",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            problem(&anybody.send(method, path, &[], Body::empty()).await, 404, "not_found");
        }
    }
    for (method, path, allow) in [
        (Method::DELETE, "/api/v1/estimates", "POST"),
        (Method::GET, "/api/v1/estimates", "POST"),
        (Method::POST, "/api/v1/norms/2026", "GET,HEAD"),
        (Method::PUT, "/api/v1/visits", "GET,HEAD,POST"),
        (Method::GET, "/api/v1/visits/x", "DELETE"),
        (Method::POST, "/api/v1/openapi.json", "GET,HEAD"),
        (Method::TRACE, "/api/v1/norms/2026", "GET,HEAD"),
    ] {
        let answer = anybody.send(method, path, &[], Body::empty()).await;
        problem(&answer, 405, "method_not_allowed");
        assert_eq!(answer.header("allow"), allow, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_json_is_refused_by_its_kind() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let kind = ("content-type", "application/json");
    let key = ("idempotency-key", "key");
    for (path, headers, name) in
        [("/api/v1/estimates", &[kind][..], "month"), ("/api/v1/visits", &[kind, key], "needs")]
    {
        let lone_surrogate = format!("{{\"{name}\": \"\\ud800\"}}");
        let bodies =
            ["", "{", "nonsense", "{} {}", "{\"month\": \"2026-11\",}", "\u{0}", "[1", "{'month': 1}", &lone_surrogate];
        for body in bodies {
            let answer = anna.send(Method::POST, path, headers, Body::from(body.to_owned())).await;
            let problem = problem(&answer, 400, "malformed");
            assert_eq!(problem["errors"], json!([]), "{body}");
        }
        let not_utf8 = [b"{\"", name.as_bytes(), b"\": \"\xff\"}"].concat();
        let not_utf8 = anna.send(Method::POST, path, headers, Body::from(not_utf8)).await;
        problem(&not_utf8, 400, "malformed");
        let large = format!("{{\"month\": \"{}\"}}", "x".repeat(70_000));
        problem(&anna.send(Method::POST, path, headers, Body::from(large)).await, 413, "too_large");
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", ""]
        {
            let headers = [("content-type", kind), key];
            let answer = anna.send(Method::POST, path, &headers, Body::from("{}")).await;
            problem(&answer, 415, "unsupported_media_type");
        }
        let with_charset = [("content-type", "Application/JSON; charset=utf-8"), key];
        let answer = anna.send(Method::POST, path, &with_charset, Body::from("[]")).await;
        problem(&answer, 422, "invalid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_of_the_wrong_shape_is_told_where() {
    let stage = Stage::new().await;
    let mut anybody = stage.browser();
    let mut anna = stage.signed_in("anna").await;
    let slot = stage.slot("2026-11-24").await;
    for (body, errors) in [
        (json!({ "slot_id": 7, "kind": "first_visit" }), json!([{ "pointer": "/slot_id", "code": "malformed" }])),
        (json!({ "slot_id": "x", "kind": "first_visit" }), json!([{ "pointer": "/slot_id", "code": "malformed" }])),
        (json!({ "kind": "first_visit" }), json!([{ "pointer": "/slot_id", "code": "required" }])),
        (json!({ "slot_id": slot, "kind": "party" }), json!([{ "pointer": "/kind", "code": "unknown_choice" }])),
        (
            json!({ "slot_id": slot, "kind": "first_visit", "status": "cancelled" }),
            json!([{ "pointer": "/status", "code": "unknown_field" }]),
        ),
        (
            json!({ "slot_id": slot, "kind": "first_visit", "municipality_id": slot }),
            json!([{ "pointer": "/municipality_id", "code": "unknown_field" }]),
        ),
        (
            json!({ "slot_id": slot, "kind": "first_visit", "interpreter": "yes" }),
            json!([{ "pointer": "/interpreter", "code": "malformed" }]),
        ),
        (
            json!({ "slot_id": slot, "kind": "first_visit", "needs": "x".repeat(501) }),
            json!([{ "pointer": "/needs", "code": "too_long" }]),
        ),
        (
            json!({ "slot_id": slot, "kind": "first_visit", "needs": "a\u{0}b" }),
            json!([{ "pointer": "/needs", "code": "malformed" }]),
        ),
    ] {
        let problem = problem(&anna.command("/api/v1/visits", "key", &body).await, 422, "invalid");
        assert_eq!(problem["errors"], errors, "{body}");
    }
    for key in ["", "a b", "å", &"x".repeat(129)] {
        let body = json!({ "slot_id": slot, "kind": "first_visit" });
        problem(&anna.command("/api/v1/visits", key, &body).await, 400, "idempotency_key_required");
    }
    problem(
        &anna.json("/api/v1/visits", &json!({ "slot_id": slot, "kind": "first_visit" })).await,
        400,
        "idempotency_key_required",
    );
    for path in ["/api/v1/visits", "/api/v1/desk/today"] {
        problem(&anybody.get(path).await, 401, "sign_in_required");
    }
    problem(
        &anybody.command("/api/v1/visits", "key", &json!({ "slot_id": slot, "kind": "first_visit" })).await,
        401,
        "sign_in_required",
    );
    problem(&anybody.delete(&format!("/api/v1/visits/{slot}")).await, 401, "sign_in_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_an_address_is_checked_too() {
    let stage = Stage::new().await;
    let mut anybody = stage.browser();
    let mut anna = stage.signed_in("anna").await;
    for (query, errors) in [
        (
            "",
            json!([{ "pointer": "/from", "code": "required" }, { "pointer": "/to", "code": "required" }, { "pointer": "/kind", "code": "required" }]),
        ),
        (
            "?from=x&to=2026-13-01&kind=party",
            json!([{ "pointer": "/from", "code": "not_a_date" }, { "pointer": "/to", "code": "not_a_date" }, { "pointer": "/kind", "code": "unknown_choice" }]),
        ),
        ("?from=2026-12-01&to=2026-11-30&kind=first_visit", json!([{ "pointer": "/to", "code": "not_a_date" }])),
        ("?from=2026-11-23&to=2027-01-24&kind=first_visit", json!([{ "pointer": "/to", "code": "not_a_date" }])),
    ] {
        let answer = anybody.get(&format!("/api/v1/offices/sodra/slots{query}")).await;
        assert_eq!(problem(&answer, 422, "invalid")["errors"], errors, "{query}");
    }
    // The ends of time are no reason to fall over.
    for query in
        ["?from=9999-12-31&to=9999-12-31", "?from=-009999-01-01&to=-009999-01-02", "?from=0000-01-01&to=0000-01-01"]
    {
        let answer = anybody.get(&format!("/api/v1/offices/sodra/slots{query}&kind=first_visit")).await;
        assert!(matches!(answer.status, 200 | 422), "{query}: {}", answer.text);
    }
    problem(
        &anybody.get("/api/v1/offices/finns-inte/slots?from=2026-11-23&to=2026-11-24&kind=first_visit").await,
        404,
        "not_found",
    );
    for (query, pointer) in [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=x", "/limit"),
        ("limit=-1", "/limit"),
        ("after=x", "/after"),
    ] {
        let problem = problem(&anna.get(&format!("/api/v1/visits?{query}")).await, 422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{query}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn absent_and_forbidden_are_the_same() {
    let stage = Stage::new().await;
    let mut maria = stage.signed_in("maria").await;
    let hers = booked(&mut maria, "key", &stage.slot("2026-11-24").await).await;
    let none = stage.world.id().to_string();
    let mut anna = stage.signed_in("anna").await;
    let mut nils = stage.signed_in("nils").await;
    let mut rut = stage.signed_in("rut").await;
    let same = |forbidden: Answer, absent: Answer, own: [&str; 2]| {
        assert_eq!(forbidden.status, 404, "{}", forbidden.text);
        assert_eq!(absent.status, 404);
        let plain = |answer: &Answer, own: &str| {
            let mut text = answer.text.replace(own, "…");
            if let Ok(Value::Object(problem)) = serde_json::from_str(&answer.text) {
                text = text.replace(problem["reference"].as_str().expect("a reference"), "…");
            }
            text
        };
        assert_eq!(plain(&forbidden, own[0]), plain(&absent, own[1]));
        let headers = |headers: &HeaderMap| {
            let mut headers = headers.clone();
            headers.remove("content-security-policy");
            // The reference has one length, an address in the page its own.
            headers.remove("content-length");
            headers
        };
        assert_eq!(headers(&forbidden.headers), headers(&absent.headers));
    };
    for visit in [none.as_str(), "x"] {
        let api = |id: &str| format!("/api/v1/visits/{id}");
        let page = |id: &str| format!("/mina-sidor/besok/{id}/avboka");
        same(anna.delete(&api(&hers)).await, anna.delete(&api(visit)).await, [&hers, visit]);
        let page = (page(&hers), page(visit));
        same(anna.get(&page.0).await, anna.get(&page.1).await, [&page.0, &page.1]);
        same(anna.post(&page.0, &[]).await, anna.post(&page.1, &[]).await, [&page.0, &page.1]);
    }
    // An applicant names somebody else.
    let person = stage.who("maria").await.to_string();
    let list = |id: &str| format!("/api/v1/visits?person_id={id}");
    same(anna.get(&list(&person)).await, anna.get(&list(&none)).await, [&person, &none]);
    let book = |id: &str| json!({ "slot_id": none, "kind": "first_visit", "person_id": id });
    same(
        anna.command("/api/v1/visits", "a", &book(&person)).await,
        anna.command("/api/v1/visits", "b", &book(&none)).await,
        ["§", "§"],
    );
    // A caseworker at the desk's list, an applicant at it, against a thing that is not there.
    same(nils.get("/api/v1/desk/today").await, nils.get("/api/v1/desk/nothing").await, ["§", "§"]);
    same(anna.get("/api/v1/desk/today").await, anna.get("/api/v1/desk/nothing").await, ["§", "§"]);
    let pages = ["/personal/reception", "/personal/finns-inte"];
    same(nils.get(pages[0]).await, nils.get(pages[1]).await, pages);
    // Staff ask about nobody.
    same(rut.get(&list(&none)).await, rut.get(&list("x")).await, [&none, "x"]);
    assert_eq!(maria.get("/api/v1/visits").await.json()["items"][0]["status"], "booked", "nothing happened to it");
}

/// A norm that falls over, with something secret on its lips.
struct Stumbling;

#[async_trait]
impl NormPort for Stumbling {
    fn estimate(&self, _: &Actor, _: &EstimateRequest) -> Result<Estimate, Fault> {
        panic!("19001332-0000 has a secret")
    }

    fn estimate_as(&self, _: &Actor, _: &EstimateRequest, _: &LocalPractice) -> Result<Estimate, Fault> {
        panic!("19001332-0000 has a secret")
    }

    fn practice(&self, _: &Actor, _: Month) -> Result<PracticeView, Fault> {
        panic!("19001332-0000 has a secret")
    }

    fn practices(&self, _: &Actor, _: Month, _: Month) -> Result<Practices, Fault> {
        panic!("19001332-0000 has a secret")
    }

    async fn practice_history(&self, _: &Actor) -> Result<PracticeHistory, Fault> {
        panic!("19001332-0000 has a secret")
    }

    async fn save_practice(&self, _: &Actor, _: &str, _: SavePractice) -> Result<i64, Fault> {
        panic!("19001332-0000 has a secret")
    }

    fn compare(&self, _: &Actor, _: &CompareRequest) -> Result<Comparison, Fault> {
        panic!("19001332-0000 has a secret")
    }

    fn norm(&self, _: &Actor, _: i16) -> Result<NormView, Fault> {
        panic!("19001332-0000 has a secret")
    }

    fn tables(&self, _: &Actor, _: i16, _: i16) -> NormTables {
        panic!("19001332-0000 has a secret")
    }
}

fn stumbling(stage: &Stage) -> Router {
    let mut http = stage.http.clone();
    http.backend.norm = Arc::new(Stumbling);
    http::router(&http)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_costs_one_answer_and_shows_nothing() {
    let stage = Stage::with(Setting { https: true, ..Setting::default() }).await;
    let router = stumbling(&stage);
    for (language, _) in LANGUAGES {
        let mut browser = speaking(Browser::new(router.clone()), language).await;
        for answer in [browser.get("/rakna").await, browser.post("/rakna", &[("month", "2026-11")]).await] {
            error_page(&answer, language, 500, "internal");
            assert!(!answer.text.contains("1212"), "{}", answer.text);
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(answer.header("content-security-policy").contains("default-src 'none'"));
            assert!(answer.header("strict-transport-security").contains("max-age=31536000"));
        }
    }
    let mut browser = Browser::new(router);
    let answer = browser.get("/api/v1/norms/2026").await;
    problem(&answer, 500, "internal");
    assert!(!answer.text.contains("1212"));
    problem(&browser.json("/api/v1/estimates", &json!({})).await, 500, "internal");
    // The process goes on.
    assert_eq!(browser.get("/kontakt").await.status, 200);
}

/// What is logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.0.lock().expect("the log"));
        String::from_utf8(bytes).expect("text").lines().map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// On one thread: the log belongs to the thread.
#[tokio::test]
async fn the_reference_leads_to_the_log_which_names_nobody() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let mut owner = database::connect(&stage.owner).await;
    sqlx::raw_sql("ALTER TABLE office RENAME TO elsewhere").execute(&mut owner).await.expect("as owner");
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _logging = tracing::subscriber::set_default(lines);

    let secret = "hemligt-19001332-0000";
    let page = anna.get(&format!("/kontakt?namn={secret}")).await;
    assert_eq!(page.status, 500);
    let reference = reference_on(&page);
    let logged = log.lines();
    let about: Vec<_> = logged.iter().filter(|line| line.contains(&reference)).collect();
    assert!(about.iter().any(|line| line.contains("ERROR") && line.contains("sqlstate 42P01")), "{logged:?}");
    assert!(
        about.iter().any(|line| line.contains("answered") && line.contains("status=500") && line.contains("/kontakt")),
        "{logged:?}"
    );

    let answer = stage.browser().get("/api/v1/offices").await;
    let reference = problem(&answer, 500, "internal")["reference"].as_str().expect("a reference").to_owned();
    assert_ne!(reference, reference_on(&page));
    let logged = [logged, log.lines()].concat();
    assert!(logged.iter().any(|line| line.contains(&reference) && line.contains("ERROR")), "{logged:?}");

    // Nothing about the person: no name, no cookie, no query, no id, no typed text.
    anna.get(&format!("/finns-inte/{secret}")).await;
    anna.post("/rakna", &[("cost.rent", secret)]).await;
    anna.post("/demo/login", &[("persona", secret)]).await;
    anna.delete(&format!("/api/v1/visits/{secret}")).await;
    let broken = json!({ "slot_id": secret, "kind": "first_visit" });
    anna.command("/api/v1/visits", secret, &broken).await;
    let person = stage.who("anna").await.to_string();
    let logged = [logged, log.lines()].concat();
    assert!(logged.len() >= 8, "{logged:?}");
    for line in logged {
        for telling in [secret, "19121212", "Anna", "anna", person.as_str(), anna.cookies["porten"].as_str()] {
            assert!(!line.contains(telling), "{telling} in {line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_host_is_a_bare_404() {
    let stage = Stage::new().await;
    // With a second municipality the host must be known.
    stage
        .arrange(
            "INSERT INTO municipality SELECT gen_random_uuid(), 'Andrastad', time_zone, phone, phone_opens, phone_closes,
                                             urgent_phone, email FROM municipality",
        )
        .await;
    let directory = server::account::Directory::read(&stage.db).await.expect("the directory");
    stage.http.directory.replace(directory);
    let mut browser = stage.browser();
    assert_eq!(browser.get("/").await.status, 200);
    browser.host = "elsewhere.example".to_owned();
    let page = browser.get("/").await;
    assert_eq!((page.status, page.text.as_str()), (404, ""));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    problem(&browser.get("/api/v1/norms/2026").await, 404, "not_found");
    assert_eq!(browser.get("/health/live").await.status, 200);
}
