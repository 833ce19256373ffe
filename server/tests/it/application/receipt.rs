//! The receipt: a day where the municipality has promised one, the number in one piece, and what "none" means.

use super::{CHECK, fill, form, leads, send, step};
use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Browser, Stage, look::text},
};
use serde_json::json;

async fn sent_by_rest(browser: &mut Browser, key: &str, way: &str) -> String {
    let mut command = form("2026-11");
    command["way"] = way.into();
    command["phone"] = "070 000 00 00".into();
    let sent = browser.command("/api/v1/applications", key, &command).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    text(&sent.json(), "application_id")
}

/// The receipt's page and the receipt message's.
async fn both(stage: &Stage, browser: &mut Browser, application: &str) -> (String, String) {
    let receipt = browser.get(&format!("/ansok/kvitto/{application}")).await;
    let message = stage.id(&format!("SELECT message_id FROM message WHERE about = '{application}'")).await;
    let message = browser.get(&format!("/mina-sidor/meddelanden/{message}")).await;
    assert_eq!((receipt.status, message.status), (200, 200));
    (receipt.text, message.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_is_the_municipalitys_promise_of_the_day_it_arrived() {
    let stage = Stage::new().await;
    let said = words("sv", "application");
    let mut anna = stage.signed_in("anna").await;
    // The sample promises five working days; it is Monday 23 November.
    let first = sent_by_rest(&mut anna, "a", "phone").await;
    let promise = "Vi hör av oss senast måndag 30 november.";
    let (receipt, message) = both(&stage, &mut anna, &first).await;
    assert!(receipt.contains(promise) && message.contains(promise), "{receipt}");
    // Nobody who wants to be left alone is told that we call.
    let silent = sent_by_rest(&mut anna, "b", "none").await;
    let (receipt, _) = both(&stage, &mut anna, &silent).await;
    assert!(!receipt.contains("Vi hör av oss") && receipt.contains("Senast måndag 30 november har vi ett första svar"));
    // From tomorrow on nothing is promised: what was promised today stays.
    stage
        .arrange("INSERT INTO application_answer_time SELECT municipality_id, '2026-11-24', NULL FROM municipality")
        .await;
    assert!(both(&stage, &mut anna, &first).await.0.contains(promise));
    stage.clock.set("2026-11-23T23:00:00Z");
    let mut anna = stage.signed_in("anna").await;
    let later = sent_by_rest(&mut anna, "c", "phone").await;
    let (receipt, message) = both(&stage, &mut anna, &later).await;
    let no_day = word(&said, "receipt.no_day").split("{{").next().expect("words").to_owned();
    assert!(receipt.contains(&no_day), "{receipt}");
    for page in [&receipt, &message] {
        assert!(!page.contains("senast") && !page.contains("Senast"), "no day is made up: {page}");
    }
    // A municipality that has said nothing.
    stage.arrange("DELETE FROM application_answer_time").await;
    assert!(both(&stage, &mut anna, &first).await.0.contains(&no_day));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desks_paper_names_the_day_and_every_language_has_one() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let mut anna = speaking(stage.signed_in("anna").await, language).await;
        let id = sent_by_rest(&mut anna, language, "phone").await;
        let page = sound(&anna.get(&format!("/ansok/kvitto/{id}")).await, language);
        assert!(page.all("li").any(|item| item.text.contains("30")), "{language}");
        let mut rut = speaking(stage.signed_in("rut").await, language).await;
        let key = rut.get("/personal/reception/ansokan").await.hidden("idempotency_key");
        let paper = rut.post("/personal/reception/ansokan", &[("idempotency_key", &key), ("name", "Sara Ny")]).await;
        let page = sound(&paper, language);
        assert!(page.all("p").any(|line| line.text.contains("30")), "{language}: {}", paper.text);
        assert!(page.with_class("case-number").count() >= 2, "{language}: the number in one piece");
    }
    let mut karin = stage.signed_in("karin").await;
    assert!(karin.get("/personal/mottagning").await.page().with_class("case-number").count() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_never_broken_at_its_hyphen() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let id = sent_by_rest(&mut anna, "a", "none").await;
    let number = text(&anna.get(&format!("/api/v1/applications/{id}")).await.json(), "number");
    for path in [format!("/ansok/kvitto/{id}"), "/mina-sidor/ansokan".to_owned(), format!("/mina-sidor/ansokan/{id}")] {
        let page = anna.get(&path).await.page();
        let whole: Vec<_> = page.with_class("case-number").collect();
        assert!(!whole.is_empty(), "{path}");
        assert!(whole.iter().all(|part| part.text == number && part.get("dir") == Some("ltr")), "{path}: {whole:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn none_is_an_answer_and_no_answer_is_not() {
    let stage = Stage::new().await;
    let said = words("sv", "application");
    let (none, unanswered) = (word(&said, "none"), word(&said, "no_answer"));
    let mut anna = stage.signed_in("anna").await;
    let answer = async |browser: &mut Browser, term: &str| {
        let check = browser.get(CHECK).await;
        let page = check.page();
        let row = page
            .with_class("facts-row")
            .find(|row| page.inside(row).any(|inner| inner.name == "dt" && inner.text == term));
        let row = row.unwrap_or_else(|| panic!("no {term}: {}", check.text));
        page.inside(row).find(|inner| inner.name == "dd").expect("an answer").text.clone()
    };
    for path in ["incomes.short", "costs.short"] {
        assert_eq!(answer(&mut anna, word(&said, path)).await, unanswered, "{path}: not asked yet");
    }
    // Going on without any is the answer that there are none.
    leads(
        &step(&mut anna, "/ansok/inkomster", &[("income.0.kind", ""), ("income.0.amount", "")]).await,
        "/ansok/kostnader",
    );
    leads(&step(&mut anna, "/ansok/kostnader", &[]).await, "/ansok/behov");
    for path in ["incomes.short", "costs.short"] {
        assert_eq!(answer(&mut anna, word(&said, path)).await, none, "{path}");
    }
    fill(&mut anna).await;
    assert!(anna.get(CHECK).await.text.contains("9\u{a0}000\u{a0}kr"));
    let receipt = send(&mut anna).await;
    let id = receipt.rsplit('/').next().expect("an id");
    let sent = anna.get(&format!("/api/v1/applications/{id}")).await.json();
    assert_eq!((&sent["content"]["no_incomes"], &sent["content"]["no_costs"]), (&json!(false), &json!(false)));
}
