//! Rows 22, 23 and 30: nothing changes at another site's wish, nothing changes by looking, and no way back leads away.

use crate::{
    failure::problem,
    norm_api::example,
    pages::{APPLICANT, LANGUAGES, PUBLIC, STAFF, sound, speaking},
    support::{Answer, Browser, Setting, Stage, look::booked},
};
use axum::{
    body::{Body, Bytes},
    http::Method,
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Every form there is, by the pattern of its address.
const FORMS: [&str; 27] = [
    "/ansok/behov",
    "/ansok/ga-ut",
    "/ansok/handlingar",
    "/ansok/hushall",
    "/ansok/inkomster",
    "/ansok/kod",
    "/ansok/kontakt",
    "/ansok/konto",
    "/ansok/kontrollera",
    "/ansok/kostnader",
    "/ansok/situation",
    "/ansok/utan-inloggning",
    "/demo/login",
    "/dokument-du-behover",
    "/lamna",
    "/logga-ut",
    "/mina-sidor/besok/boka",
    "/mina-sidor/besok/boka/bekrafta",
    "/mina-sidor/besok/boka/uppgifter",
    "/mina-sidor/besok/{visit_id}/avboka",
    "/personal/installningar/handlingar",
    "/personal/installningar/norm",
    "/personal/reception",
    "/personal/reception/ansokan",
    "/personal/reception/identitet",
    "/personal/reception/kalla",
    "/rakna",
];

/// Rows and a checksum of every table, without what looking may change: the audit log and when a session was seen.
pub async fn fingerprint(stage: &Stage) -> BTreeMap<String, String> {
    let mut root = stage.root().await;
    let tables = sqlx::query(
        "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
         WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
    )
    .fetch_all(&mut root)
    .await
    .expect("tables");
    let mut found = BTreeMap::new();
    for table in tables {
        let name: String = table.get("name");
        if name == "public.audit" {
            continue;
        }
        let row = if name == "public.session" { "(to_jsonb(t) - 'seen_at')::text" } else { "t::text" };
        let sql =
            format!("SELECT count(*) || ' ' || coalesce(md5(string_agg({row}, '|' ORDER BY {row})), '') FROM {name} t");
        let sum: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut root).await.expect("a checksum");
        found.insert(name, sum);
    }
    assert!(found.len() > 10, "{found:?}");
    found
}

/// The OpenAPI document's (method, path) pairs.
fn described() -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(&server::http::api::document()).expect("JSON");
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for name in operations.as_object().expect("operations").keys() {
            if let Ok(method) = name.to_uppercase().parse::<Method>()
                && ["get", "post", "put", "patch", "delete"].contains(&name.as_str())
            {
                found.push((method, path.clone()));
            }
        }
    }
    found
}

/// An address with this id in the place of each name.
fn filled(path: &str, id: &str) -> String {
    let parts: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect();
    parts.join("/")
}

/// Every route that changes something, with an own visit in its place.
fn changing(visit: &str) -> Vec<(Method, String)> {
    let forms = FORMS.iter().map(|path| (Method::POST, (*path).to_owned()));
    let commands = described().into_iter().filter(|(method, _)| *method != Method::GET);
    let all: Vec<_> = forms.chain(commands).map(|(method, path)| (method, filled(&path, visit))).collect();
    assert!(all.len() >= 11 && all.iter().all(|(_, path)| !path.contains('{')), "{all:?}");
    all
}

/// A sensible body for a route, so that it would do something if it were let through.
fn body(path: &str, slot: &str) -> (&'static str, String) {
    if path.starts_with("/api/") {
        let command = if path.ends_with("/estimates") {
            example().to_string()
        } else if path.ends_with("/compare") {
            serde_json::json!({ "estimate": example(), "changes": [] }).to_string()
        } else {
            format!("{{\"slot_id\": \"{slot}\", \"kind\": \"first_visit\"}}")
        };
        return ("application/json", command);
    }
    let form = match path {
        "/demo/login" => "persona=maria".to_owned(),
        "/rakna" => "month=2026-11&adults=1".to_owned(),
        _ => format!("slot_id={slot}&version=0&idempotency_key=k&needs=x&interpreter=no"),
    };
    ("application/x-www-form-urlencoded", form)
}

/// Sends a body that notes when somebody begins to read it.
async fn send(
    browser: &mut Browser,
    method: &Method,
    path: &str,
    headers: &[(&str, &str)],
    slot: &str,
) -> (Answer, bool) {
    let (kind, text) = body(path, slot);
    let touched = Arc::new(AtomicBool::new(false));
    let note = touched.clone();
    let mut rest = Some(Bytes::from(text));
    let stream = futures::stream::poll_fn(move |_| {
        note.store(true, Ordering::SeqCst);
        std::task::Poll::Ready(rest.take().map(Ok::<_, Infallible>))
    });
    let mut all = vec![("content-type", kind), ("idempotency-key", "key")];
    all.extend(headers);
    let answer = browser.send(method.clone(), path, &all, Body::from_stream(stream)).await;
    (answer, touched.load(Ordering::SeqCst))
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_22_nothing_changes_at_another_sites_wish() {
    let stage = Stage::new().await;
    let slot = stage.slot("2026-11-24").await;
    let mut anna = stage.signed_in("anna").await;
    let visit = booked(&mut anna, "before", &stage.slot("2026-11-25").await).await;
    let mut rut = stage.signed_in("rut").await;
    let mut nobody = stage.browser();
    let before = fingerprint(&stage).await;
    let cookies = anna.cookies.clone();
    let foreign: [&[(&str, &str)]; 9] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:3000")],
        &[("origin", "https://elsewhere.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:3001")],
        &[("origin", "http://127.0.0.1:3000.elsewhere.example")],
        &[("origin", "")],
    ];
    for (method, path) in changing(&visit) {
        for headers in foreign {
            for browser in [&mut anna, &mut rut, &mut nobody] {
                let (answer, touched) = send(browser, &method, &path, headers, &slot).await;
                assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
                assert!(!touched, "{method} {path}: the body was read");
                assert_eq!(answer.headers.get("set-cookie"), None, "{method} {path}");
                if path.starts_with("/api/") {
                    problem(&answer, 403, "cross_site");
                } else {
                    sound(&answer, "sv");
                }
            }
        }
    }
    assert_eq!(fingerprint(&stage).await, before);
    assert_eq!(anna.cookies, cookies);
    // The page is in the reader's language.
    for (language, _) in LANGUAGES {
        let mut browser = speaking(stage.browser(), language).await;
        let (answer, _) = send(&mut browser, &Method::POST, "/rakna", foreign[0], &slot).await;
        sound(&answer, language);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_22_own_forms_and_other_programs_pass() {
    let stage = Stage::new().await;
    let slot = stage.slot("2026-11-24").await;
    let own: [&[(&str, &str)]; 5] = [
        &[],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://127.0.0.1:3000")],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:3000")],
    ];
    let none = stage.world.id().to_string();
    for headers in own {
        for (method, path) in changing(&none) {
            let mut anna = stage.signed_in("anna").await;
            let (answer, _) = send(&mut anna, &method, &path, headers, &slot).await;
            assert_ne!(answer.status, 403, "{method} {path} {headers:?}");
            assert!(answer.status < 500, "{method} {path} {headers:?}: {}", answer.status);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_22_the_list_of_forms_is_complete() {
    let stage = Stage::new().await;
    let mut seen = BTreeSet::new();
    for persona in ["anna", "rut", "admin", ""] {
        for (path, answer) in crawl(&stage, persona).await {
            if !answer.header("content-type").starts_with("text/html") {
                continue;
            }
            let page = answer.page();
            for form in page.all("form").filter(|form| form.get("method") == Some("post")) {
                let action = form.get("action").unwrap_or_else(|| panic!("{path}: a form without an address"));
                seen.insert(pattern(action));
            }
        }
    }
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), FORMS);
}

/// An address with a name in the place of each id.
fn pattern(path: &str) -> String {
    let parts: Vec<_> = path.split('/').map(|part| if part.len() == 36 { "{visit_id}" } else { part }).collect();
    parts.join("/")
}

/// Everything a persona can open: known addresses, REST, and all links on all pages.
pub async fn crawl(stage: &Stage, persona: &str) -> BTreeMap<String, Answer> {
    explore(stage, persona, &mut visitor(stage, persona).await).await
}

/// The browser of a persona; of somebody who applies without e-ID (`guest`); of nobody.
async fn visitor(stage: &Stage, persona: &str) -> Browser {
    match persona {
        "" => stage.browser(),
        "guest" => {
            let mut browser = stage.browser();
            assert_eq!(browser.post("/ansok/utan-inloggning", &[]).await.status, 200);
            browser
        }
        persona => stage.signed_in(persona).await,
    }
}

async fn explore(stage: &Stage, persona: &str, browser: &mut Browser) -> BTreeMap<String, Answer> {
    if persona == "anna" {
        // Something to see: a visit, and a booking on its way.
        booked(browser, "crawl", &stage.slot("2026-11-25").await).await;
        let slot = stage.slot("2026-11-26").await;
        let version = browser.get("/mina-sidor/besok/boka").await.hidden("version");
        browser.post("/mina-sidor/besok/boka", &[("slot_id", &slot), ("version", &version)]).await;
    }
    let slots = "/api/v1/offices/sodra/slots?from=2026-11-23&to=2026-12-06&kind=first_visit";
    let more = [
        "/mina-sidor/besok/boka/bekrafta",
        "/ansok",
        "/ansok/hushall",
        "/ansok/situation",
        "/ansok/inkomster",
        "/ansok/kostnader",
        "/ansok/behov",
        "/ansok/konto",
        "/ansok/papper",
        "/ansok/kontrollera",
        "/ny-flik",
        "/health/live",
        "/health/ready",
        "/api/v1/openapi.json",
        slots,
        "/finns-inte",
    ];
    let rest = described().into_iter().filter(|(method, path)| *method == Method::GET && !path.contains("slots"));
    let named = |path: String| path.replace("{year}", "2026").replace("{office}", "sodra");
    // What needs an id is reached by its links, where there are any.
    let mut ahead: Vec<String> = rest.map(|(_, path)| named(path)).filter(|path| !path.contains('{')).collect();
    ahead.extend(PUBLIC.iter().chain(&APPLICANT).chain(&STAFF).chain(&more).map(|path| (*path).to_owned()));
    assert!(ahead.iter().all(|path| !path.contains('{')), "{ahead:?}");
    let mut found: BTreeMap<String, Answer> = BTreeMap::new();
    while let Some(path) = ahead.pop() {
        // Language links lead to the same pages again.
        if found.contains_key(&path) || path.contains("lang=en") || path.contains("lang=ar") {
            continue;
        }
        let answer = browser.get(&path).await;
        let mut next = Vec::new();
        if answer.status == 303 {
            next.push(answer.header("location").to_owned());
        } else if answer.header("content-type").starts_with("text/html") {
            let page = answer.page();
            next.extend(page.all("a").filter_map(|link| link.get("href")).map(str::to_owned));
        }
        found.insert(path, answer);
        assert!(found.len() < 400, "the pages come to an end");
        let next = next.into_iter().map(|path| path.split('#').next().unwrap_or_default().to_owned());
        ahead.extend(next.filter(|path| path.starts_with('/')));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_23_looking_changes_nothing() {
    let stage = Stage::with(Setting { thread: true, ..Setting::default() }).await;
    // First so that what the crawl prepares is there; then once more, with nothing left to prepare.
    for persona in ["anna", "maria", "guest", "rut", "joel", "karin", "nils", ""] {
        let mut browser = visitor(&stage, persona).await;
        let found = explore(&stage, persona, &mut browser).await;
        let paths: Vec<_> = found.keys().cloned().collect();
        assert!(paths.len() > 20, "{paths:?}");
        let before = fingerprint(&stage).await;
        for path in &paths {
            for method in [Method::GET, Method::HEAD] {
                let answer = browser.send(method.clone(), path, &[], Body::empty()).await;
                assert!(answer.status < 500, "{persona} {method} {path}: {}", answer.status);
                assert_eq!(answer.status, found[path].status, "{persona} {method} {path}");
            }
        }
        let after = fingerprint(&stage).await;
        assert_eq!(after, before, "{persona}");
    }
    // Figures that came along from the estimate wait for a yes.
    for persona in ["anna", "guest", ""] {
        let mut browser = visitor(&stage, "").await;
        browser.post("/ansok/fran-raknaren", &[("month", "2026-11"), ("adults", "1")]).await;
        assert!(browser.cookies.contains_key("porten_carry"), "{persona}");
        let carry = browser.cookies["porten_carry"].clone();
        let mut browser = visitor(&stage, persona).await;
        browser.cookies.insert("porten_carry".to_owned(), carry);
        let before = fingerprint(&stage).await;
        for path in ["/ansok", "/ansok/kontakt", "/ansok/kostnader", "/rakna", "/ansok"] {
            for method in [Method::GET, Method::HEAD] {
                browser.send(method, path, &[], Body::empty()).await;
            }
        }
        assert_eq!(fingerprint(&stage).await, before, "{persona}");
    }
    // The comparison sees a change.
    let before = fingerprint(&stage).await;
    stage.signed_in("anna").await;
    assert_ne!(fingerprint(&stage).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_30_the_way_back_never_leads_away() {
    let stage = Stage::new().await;
    let bad = [
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "https://elsewhere.example",
        "https:elsewhere.example",
        "HTTPS://elsewhere.example",
        "javascript:alert(1)",
        "mina-sidor",
        "",
        " /mina-sidor/besok",
        "\t//elsewhere.example",
        "/mina-sidor\r\nSet-Cookie: porten=x",
        "/mina-sidor/besok\nLocation: https://elsewhere.example",
        "/mina-sidor/å",
        "@elsewhere.example",
        "/mina-sidor@elsewhere.example",
        "/mina-sidorna",
        "/logga-in?till=//elsewhere.example",
        "/rakna",
        "/personal/reception",
    ];
    for till in bad {
        let mut browser = stage.browser();
        let answer = browser.post("/demo/login", &[("persona", "anna"), ("till", till)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/mina-sidor"), "{till:?}");
        assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1, "{till:?}");
        let page = stage.browser().get(&format!("/logga-in?till={}", app::page::encode_query(till))).await;
        let hidden = page.hidden("till");
        assert!(hidden.is_empty() || (hidden.starts_with('/') && !hidden.starts_with("//")), "{till:?}: {hidden}");
        assert!(!hidden.contains('\\') && !hidden.contains('\n'), "{till:?}: {hidden}");
    }
    for till in ["/mina-sidor/besok", "/mina-sidor/besok/boka?kontor=norra&fran=2026-12-01"] {
        let answer = stage.browser().post("/demo/login", &[("persona", "anna"), ("till", till)]).await;
        assert_eq!(answer.header("location"), till);
    }
    let answer = stage.browser().post("/demo/login", &[("persona", "rut"), ("till", "/personal/reception")]).await;
    assert_eq!(answer.header("location"), "/personal/reception");
    // From the page that needed a session, through signing in, back to it.
    let mut browser = stage.browser();
    let turned_away = browser.get("/mina-sidor/besok/boka?kontor=norra&fran=2026-12-01").await;
    assert_eq!(turned_away.status, 303);
    let page = browser.get(turned_away.header("location")).await.page();
    let form = page.form("/demo/login");
    let sent = page.controls(form);
    let pairs: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.post("/demo/login", &pairs).await;
    assert_eq!(answer.header("location"), "/mina-sidor/besok/boka?kontor=norra&fran=2026-12-01");
}
