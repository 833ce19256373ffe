//! Row 57: who need not know cannot know. Every route that names a thing is tried with every id there is, by people whom
//! it is none of: what exists and what does not answer alike, byte for byte apart from the reference.

use crate::support::{Answer, Browser, Setting, Stage};
use axum::{body::Body, http::Method};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Pages and forms that name things, by pattern; what REST has is read from its description.
const PAGES: [(&str, &str); 24] = [
    ("GET", "/ansok/kvitto/{}"),
    ("GET", "/ansok/handlingar/{}/fil"),
    ("POST", "/ansok/handlingar/{}/ta-bort"),
    ("GET", "/mina-sidor/ansokan/{}"),
    ("GET", "/mina-sidor/handlingar/{}"),
    ("GET", "/mina-sidor/handlingar/{}/fil"),
    ("GET", "/mina-sidor/meddelanden/{}"),
    ("POST", "/mina-sidor/meddelanden/{}"),
    ("GET", "/mina-sidor/beslut/{}"),
    ("POST", "/mina-sidor/beslut/{}/oppna"),
    ("GET", "/mina-sidor/besok/{}/avboka"),
    ("POST", "/mina-sidor/besok/{}/avboka"),
    ("GET", "/personal/handling/{}/fil"),
    ("GET", "/personal/mottagning/{}"),
    ("POST", "/personal/mottagning/{}/ta"),
    ("POST", "/personal/mottagning/{}/lamna"),
    ("POST", "/personal/mottagning/{}/anteckningar"),
    ("GET", "/personal/mottagning/{}/berakning/{}"),
    ("POST", "/personal/mottagning/{}/berakning/{}"),
    ("GET", "/personal/mottagning/{}/beslut/{}"),
    ("POST", "/personal/mottagning/{}/beslut/{}"),
    ("GET", "/personal/mottagning/{}/beslut/{}/granska"),
    ("POST", "/personal/mottagning/{}/beslut/{}/granska"),
    ("POST", "/personal/reception/{}/klar"),
];

/// Every route with a gap for an id: (method, pattern with `{}`).
fn routes() -> Vec<(Method, String)> {
    let mut found: Vec<(Method, String)> =
        PAGES.iter().map(|(method, path)| (method.parse().expect("a method"), (*path).to_owned())).collect();
    let document: Value = serde_json::from_str(&server::http::api::document()).expect("JSON");
    for (path, item) in document["paths"].as_object().expect("paths") {
        // What is open to all names no person.
        if !path.contains("_id}") {
            continue;
        }
        let gap = |part: &str| if part.ends_with("_id}") { "{}".to_owned() } else { part.to_owned() };
        let below = path.trim_start_matches("/api/v1");
        let pattern = format!("/api/v1{}", below.split('/').map(gap).collect::<Vec<_>>().join("/"));
        for method in item.as_object().expect("methods").keys() {
            found.push((method.to_uppercase().parse().expect("a method"), pattern.clone()));
        }
    }
    found
}

/// The ids of everything at the sample's offices but the given one, and of people and cases there.
async fn ids(stage: &Stage, office: &str) -> BTreeSet<Uuid> {
    let mut root = stage.root().await;
    let sql = format!(
        "WITH foreign_case AS (SELECT case_id FROM casework_case JOIN office USING (municipality_id, office_id) WHERE slug <> '{office}')
         SELECT case_id AS id FROM foreign_case
         UNION SELECT application_id FROM application JOIN foreign_case USING (case_id)
         UNION SELECT person_id FROM casework_party JOIN foreign_case USING (case_id)
         UNION SELECT decision_id FROM decision JOIN foreign_case USING (case_id)
         UNION SELECT note_id FROM casework_note JOIN foreign_case USING (case_id)
         UNION SELECT document_id FROM document
         UNION SELECT message_id FROM message WHERE person_id IN (SELECT person_id FROM casework_party JOIN foreign_case USING (case_id))
         UNION SELECT ticket_id FROM reception_ticket
         UNION SELECT visit_id FROM visit JOIN office USING (municipality_id, office_id) WHERE slug <> '{office}'"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut root).await.expect("ids");
    rows.iter().map(|row| row.get("id")).collect()
}

/// A request as a browser or a program sends it, with something in every field that could be missing.
async fn attempt(browser: &mut Browser, method: &Method, path: &str) -> Answer {
    if path.starts_with("/api/") {
        let body = r#"{"version": 1, "text": "x", "handler": null}"#;
        let headers = [("content-type", "application/json"), ("idempotency-key", "need-to-know")];
        let body = if *method == Method::GET { Body::empty() } else { Body::from(body) };
        return browser.send(method.clone(), path, &headers, body).await;
    }
    if *method == Method::GET {
        browser.get(path).await
    } else {
        browser.post(path, &[("idempotency_key", "need-to-know"), ("version", "1"), ("text", "x")]).await
    }
}

/// What an answer tells, without its reference and the id that was asked for.
fn told(answer: &Answer, ids: &[Uuid]) -> (u16, String, String) {
    let unnamed = |text: &str| ids.iter().fold(text.to_owned(), |text, id| text.replace(&id.to_string(), "…"));
    let text = unnamed(&answer.text);
    // Two times four letters and digits, as the log line has it; and a fresh key in a form.
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('-') {
        let (before, after) = (&rest.as_bytes()[..at], &rest.as_bytes()[at + 1..]);
        let coded =
            |bytes: &[u8]| bytes.len() == 4 && bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let is = before.len() >= 4 && after.len() >= 4 && coded(&before[before.len() - 4..]) && coded(&after[..4]);
        plain.push_str(if is { &rest[..at - 4] } else { &rest[..=at] });
        rest = if is { &rest[at + 5..] } else { &rest[at + 1..] };
    }
    plain.push_str(rest);
    (answer.status, unnamed(answer.header("location")), plain)
}

async fn walk(stage: &Stage, persona: &str, ids: &BTreeSet<Uuid>) {
    let mut root = stage.root().await;
    let applications: Vec<Uuid> =
        sqlx::query_scalar("SELECT application_id FROM application").fetch_all(&mut root).await.expect("applications");
    let mut browser = stage.signed_in(persona).await;
    let nothing = [stage.world.id(), stage.world.id()];
    for (method, pattern) in routes() {
        let gaps = pattern.matches("{}").count();
        let fill =
            |two: [Uuid; 2]| pattern.replacen("{}", &two[0].to_string(), 1).replacen("{}", &two[1].to_string(), 1);
        let answer = attempt(&mut browser, &method, &fill(nothing)).await;
        let expected = told(&answer, &nothing);
        assert!(answer.status < 500, "{persona} {method} {pattern}: {}", answer.text);
        for first in ids {
            // The second gap is always an application's.
            let seconds = if gaps > 1 { applications.clone() } else { vec![nothing[1]] };
            for second in seconds {
                let two = [*first, second];
                let answer = attempt(&mut browser, &method, &fill(two)).await;
                assert_eq!(told(&answer, &two), expected, "{persona} {method} {pattern} {first} {second}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_57_nils_finds_nothing_whatever_he_tries() {
    let stage = Stage::with(Setting { thread: true, ..Setting::default() }).await;
    stage.arrange(include_str!("support/every_table.sql")).await;
    let ids = ids(&stage, "norra").await;
    assert!(ids.len() >= 10, "{ids:?}");
    walk(&stage, "nils", &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_57_an_applicant_finds_nothing_of_others() {
    let stage = Stage::with(Setting { thread: true, ..Setting::default() }).await;
    // Anna, without any of the rows that every_table.sql would make hers.
    let ids = ids(&stage, "norra").await;
    walk(&stage, "anna", &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_57_the_desk_finds_no_case() {
    let stage = Stage::with(Setting { thread: true, ..Setting::default() }).await;
    let mut ids = ids(&stage, "norra").await;
    // Booked visitors and tickets are the desk's own.
    let mut root = stage.root().await;
    let own: Vec<Uuid> = sqlx::query_scalar(
        "SELECT visit_id FROM visit UNION SELECT ticket_id FROM reception_ticket UNION SELECT person_id FROM person",
    )
    .fetch_all(&mut root)
    .await
    .expect("ids");
    ids.retain(|id| !own.contains(id));
    assert!(ids.len() >= 5, "{ids:?}");
    walk(&stage, "rut", &ids).await;
}
