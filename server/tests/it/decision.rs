//! Decisions: drafted by the case's caseworker, published once and whole, and absent for everybody else. Drafting, reading,
//! confirmed law and faults have files of their own.

use crate::{
    pages::sound,
    support::{
        Answer, Browser, Stage,
        look::{code, text},
    },
};
use axum::{body::Body, http::Method};
use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

mod confirmation;
mod demand;
mod draft;
mod fault;
mod practice;
mod reading;

/// A case at Södra with one application of anna's, worked on by karin.
struct Case {
    case: Uuid,
    application: Uuid,
}

impl Case {
    fn page(&self) -> String {
        format!("/personal/mottagning/{}/beslut/{}", self.case, self.application)
    }

    fn api(&self) -> String {
        format!("/api/v1/cases/{}/decisions/{}", self.case, self.application)
    }
}

/// A stage without the sample's own cases, decisions and messages, so that everything counted is this test's.
async fn stage_alone() -> Stage {
    let stage = Stage::new().await;
    let tables = [
        "decision_receipt",
        "decision",
        "message_notice",
        "message",
        "casework_calculation",
        "document",
        "application",
        "casework_note",
        "casework_party",
        "casework_case",
        "account_contact",
        "audit",
        "graphile_worker._private_jobs",
    ];
    let deletes = tables.map(|table| format!("DELETE FROM {table}")).join("; ");
    // What stays for ever in the program does not stay in the way of a test.
    stage.arrange(&format!("SET session_replication_role = replica; {deletes}")).await;
    stage
}

/// What anna wrote: norm 5 220, rent 8 200, something else 1 500, wage 3 000; missing 11 920.
const ANSWERS: &str = r#"{"adults":"1","month":"2026-11","office":"sodra",
    "costs":[{"kind":"rent","amount":"8200"},{"kind":"other","amount":"1500"}],
    "incomes":[{"kind":"wage","amount":"3000","person":"adult1"}]}"#;

async fn case(stage: &Stage, number: u32) -> Case {
    let (case, application) = (stage.world.id(), stage.world.id());
    let (anna, karin) = (stage.who("anna").await, stage.who("karin").await);
    let municipality = stage.municipality.0;
    stage
        .arrange(&format!(
            "INSERT INTO casework_case (municipality_id, case_id, number, office_id, handler_id, opened_at)
             SELECT '{municipality}', '{case}', '2026-{number:05}', office_id, '{karin}', '2026-11-20T08:00:00Z'
             FROM office WHERE slug = 'sodra';
             INSERT INTO casework_party (municipality_id, case_id, person_id, role)
             VALUES ('{municipality}', '{case}', '{anna}', 'applicant');
             INSERT INTO application (municipality_id, application_id, case_id, person_id, kind, month, door, content,
                                      arrived_at)
             VALUES ('{municipality}', '{application}', '{case}', '{anna}', 'first', '2026-11-01', 'portal',
                     '{ANSWERS}', '2026-11-20T08:00:00Z')"
        ))
        .await;
    Case { case, application }
}

/// Makes somebody the second party of a case.
async fn joined(stage: &Stage, case: &Case, persona: &str) {
    let (person, municipality) = (stage.who(persona).await, stage.municipality.0);
    stage
        .arrange(&format!(
            "INSERT INTO casework_party (municipality_id, case_id, person_id, role)
             VALUES ('{municipality}', '{}', '{person}', 'partner')",
            case.case
        ))
        .await;
}

async fn wants_mail(stage: &Stage, persona: &str) {
    let (person, municipality) = (stage.who(persona).await, stage.municipality.0);
    stage
        .arrange(&format!(
            "INSERT INTO account_contact (municipality_id, person_id, way, email, language)
             VALUES ('{municipality}', '{person}', 'email', '{persona}@exempel.example', 'sv')"
        ))
        .await;
}

fn line(need: &str, asked: i64, granted: i64, outcome: &str) -> Value {
    let reason = if outcome == "granted" { "" } else { "Du har själv pengar till det här." };
    json!({ "need": need, "asked": asked, "granted": granted, "outcome": outcome, "reason": reason,
            "sections": ["12:1"] })
}

fn granted() -> Value {
    json!({ "period": "2026-11", "pay_on": "2026-11-27", "lines": [
        line("livelihood", 2220, 2220, "granted"), line("rent", 8200, 8200, "granted"), line("other", 1500, 1500, "granted") ] })
}

fn refused() -> Value {
    json!({ "period": "2026-11", "reasons": "Pengarna räcker.", "lines": [
        line("livelihood", 2220, 0, "refused"), line("rent", 8200, 0, "refused"), line("other", 1500, 0, "refused") ] })
}

fn partly() -> Value {
    json!({ "period": "2026-11", "pay_on": "2026-11-27", "lines": [
        line("livelihood", 2220, 2220, "granted"), line("rent", 8200, 3750, "partly"), line("other", 1500, 0, "refused") ] })
}

async fn put(browser: &mut Browser, path: &str, body: &Value) -> Answer {
    browser.send(Method::PUT, path, &[("content-type", "application/json")], Body::from(body.to_string())).await
}

async fn saved(karin: &mut Browser, case: &Case, version: i64, content: &Value) -> i64 {
    let answer = put(karin, &case.api(), &json!({ "version": version, "content": content })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["version"].as_i64().expect("a version")
}

async fn publish(browser: &mut Browser, case: &Case, key: &str, version: i64) -> Answer {
    browser.command(&format!("{}/publish", case.api()), key, &json!({ "version": version })).await
}

/// Saves and publishes; gives the decision's id.
async fn decided(karin: &mut Browser, case: &Case, content: &Value) -> String {
    let version = saved(karin, case, 0, content).await;
    let answer = publish(karin, case, &format!("publish-{}", case.case), version).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    text(&answer.json(), "decision_id")
}

fn page(decision: &str) -> String {
    format!("/mina-sidor/beslut/{decision}")
}

#[tokio::test(flavor = "multi_thread")]
async fn many_publishers_make_one_decision() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let version = saved(&mut karin, &case, 0, &partly()).await;
    let sends = (0..8).map(|number| {
        let (mut browser, path) = (karin.clone(), format!("{}/publish", case.api()));
        let command = json!({ "version": version });
        tokio::spawn(async move { browser.command(&path, &format!("key-{number}"), &command).await })
    });
    let answers: Vec<Answer> = join_all(sends).await.into_iter().map(|answer| answer.expect("an answer")).collect();
    let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((lost.status, code(lost).as_str()), (409, "already_published"));
    }
    assert_eq!(stage.number("SELECT count(*) FROM decision WHERE status = 'published'").await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM message").await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'decision.publish'").await, 1);
    let late = put(&mut karin, &case.api(), &json!({ "version": version + 1, "content": refused() })).await;
    assert_eq!((late.status, code(&late).as_str()), (409, "already_published"));
    // Not even the owner of the tables changes it.
    let mut root = stage.root().await;
    let changed = sqlx::query("UPDATE decision SET content = '{}'").execute(&mut root).await;
    assert!(changed.is_err(), "a published decision stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_one_who_works_on_the_case_writes_its_decision() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let version = saved(&mut karin, &case, 0, &granted()).await;
    for handler in ["NULL".to_owned(), format!("'{}'", stage.who("joel").await)] {
        stage.arrange(&format!("UPDATE casework_case SET handler_id = {handler}")).await;
        let save = put(&mut karin, &case.api(), &json!({ "version": version, "content": refused() })).await;
        assert_eq!((save.status, code(&save).as_str()), (409, "case_taken"));
        let answer = publish(&mut karin, &case, "k", version).await;
        assert_eq!((answer.status, code(&answer).as_str()), (409, "case_taken"));
        let page = karin.get(&case.page()).await;
        assert_eq!(sound(&page, "sv").all("form").filter(|form| form.get("action") == Some(&case.page())).count(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn for_everybody_else_it_does_not_exist() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let version = saved(&mut karin, &case, 0, &granted()).await;

    // A draft is nobody's to read.
    let mut anna = stage.signed_in("anna").await;
    let draft = stage.id("SELECT decision_id FROM decision").await;
    assert_eq!(anna.get(&page(&draft.to_string())).await.status, 404);
    assert_eq!(anna.get("/api/v1/decisions").await.json()["items"], json!([]));

    for name in ["nils", "rut", "joel"] {
        let mut staff = stage.signed_in(name).await;
        for path in [case.page(), format!("{}/granska", case.page()), case.api()] {
            assert_eq!(staff.get(&path).await.status, 404, "{name} {path}");
        }
        let save = put(&mut staff, &case.api(), &json!({ "version": version, "content": refused() })).await;
        assert_eq!((save.status, code(&save).as_str()), (404, "not_found"), "{name}");
        let answer = publish(&mut staff, &case, "k", version).await;
        assert_eq!((answer.status, code(&answer).as_str()), (404, "not_found"), "{name}");
        let review = format!("{}/granska", case.page());
        assert_eq!(staff.post(&review, &[("idempotency_key", "k"), ("version", "1")]).await.status, 404, "{name}");
        assert_eq!(staff.post(&case.page(), &[("version", "1")]).await.status, 404, "{name}");
        // Exactly as what is not there.
        let nowhere = Case { case: stage.world.id(), application: stage.world.id() };
        let absent = staff.get(&nowhere.api()).await;
        assert_eq!((absent.status, code(&absent).as_str()), (404, "not_found"));
        assert_eq!(code(&staff.get("/api/v1/decisions").await), "not_found", "{name}");
    }
    // The right case with somebody else's application.
    let other = self::case(&stage, 2).await;
    let mixed = Case { case: case.case, application: other.application };
    assert_eq!(karin.get(&mixed.api()).await.status, 404);

    assert_eq!(publish(&mut karin, &case, "k", version).await.status, 200);
    let decision = draft.to_string();
    let mut maria = stage.signed_in("maria").await;
    assert_eq!(maria.get(&page(&decision)).await.status, 404);
    assert_eq!(maria.post(&format!("{}/oppna", page(&decision)), &[("idempotency_key", "k")]).await.status, 404);
    assert_eq!(code(&maria.get(&format!("/api/v1/decisions/{decision}")).await), "not_found");
    let open = maria.command(&format!("/api/v1/decisions/{decision}/open"), "k", &json!({})).await;
    assert_eq!(code(&open), "not_found");
    assert_eq!(maria.get("/api/v1/decisions").await.json()["items"], json!([]));
    let mut nobody = stage.browser();
    assert_eq!(code(&nobody.get(&format!("/api/v1/decisions/{decision}")).await), "sign_in_required");
    assert_eq!(code(&nobody.get(&case.api()).await), "sign_in_required");
    assert_eq!(nobody.get(&page(&decision)).await.status, 303);
    assert_eq!(code(&anna.get(&case.api()).await), "not_found");
    assert_eq!(stage.number("SELECT count(*) FROM decision_receipt").await, 0);
}
