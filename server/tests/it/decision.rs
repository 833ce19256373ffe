//! Decisions: drafted by the case's caseworker, published once and whole, read by each party alone with a last day of her
//! own; before opening, good and bad news look alike.

use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{
        Answer, Browser, Stage,
        cutter::{Cut, Cutter},
        look::{code, text},
    },
};
use axum::{body::Body, http::Method};
use domain::{id::PersonId, message::MessageKind};
use futures::future::join_all;
use serde_json::{Value, json};
use server::{
    db::Db,
    http::{self, Http},
    message, startup,
};
use std::collections::BTreeSet;
use uuid::Uuid;

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

/// Opens it by the page's own form.
async fn opened(browser: &mut Browser, decision: &str) -> Answer {
    let before = browser.get(&page(decision)).await;
    let key = before.hidden("idempotency_key");
    let answer = browser.post(&format!("{}/oppna", page(decision)), &[("idempotency_key", &key)]).await;
    assert_eq!((answer.status, answer.header("location")), (303, page(decision).as_str()), "{}", answer.text);
    browser.get(&page(decision)).await
}

/// The text with every id in it made the same.
fn nameless(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_id = |at: usize| {
        letters.get(at..at + 36).is_some_and(|part| {
            part.iter().enumerate().all(|(place, letter)| match place {
                8 | 13 | 18 | 23 => *letter == '-',
                _ => letter.is_ascii_hexdigit(),
            })
        })
    };
    let (mut out, mut at) = (String::new(), 0);
    while at < letters.len() {
        if is_id(at) {
            out.push_str("ID");
            at += 36;
        } else {
            out.push(letters[at]);
            at += 1;
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn before_opening_good_and_bad_news_are_the_same_page() {
    let stage = stage_alone().await;
    let mut karin = stage.signed_in("karin").await;
    let mut pages = Vec::new();
    let mut answers = Vec::new();
    for (number, content) in [(1, granted()), (2, refused()), (3, partly())] {
        let case = case(&stage, number).await;
        let decision = decided(&mut karin, &case, &content).await;
        let mut anna = stage.signed_in("anna").await;
        let answer = anna.get(&page(&decision)).await;
        assert_eq!(answer.status, 200);
        let said = sound(&answer, "sv");
        assert_eq!(said.only("title").text, "Beslut");
        let lead = "Du har ett beslut att läsa. När du öppnar det räknas det som att du har fått det. \
                    Du kan alltid få hjälp att förstå det.";
        assert!(answer.text.contains(lead));
        for secret in ["november", "8\u{a0}200", "8200", "11\u{a0}920", "kronor", "12 kap", "verklaga", "Karin"] {
            assert!(!answer.text.contains(secret), "{secret} in {}", answer.text);
        }
        let headers: BTreeSet<(String, usize)> =
            answer.headers.iter().map(|(name, value)| (name.to_string(), value.len())).collect();
        pages.push((nameless(&answer.text), headers, answer.bytes.len()));
        let api = anna.get(&format!("/api/v1/decisions/{decision}")).await;
        assert_eq!(api.json(), json!({ "decision_id": decision, "opened": false }));
        answers.push(nameless(&api.text));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
    assert_eq!(answers[0], answers[1]);
    let mut anna = stage.signed_in("anna").await;
    let list = anna.get("/mina-sidor/beslut").await;
    sound(&list, "sv");
    for secret in ["november", "kronor", "8200"] {
        assert!(!list.text.contains(secret), "{secret}");
    }
    for item in anna.get("/api/v1/decisions").await.json()["items"].as_array().expect("items") {
        assert_eq!(item.as_object().expect("an object").len(), 2, "{item}");
        assert_eq!(item["opened"], false);
    }
    assert_eq!(stage.number("SELECT count(*) FROM decision_receipt").await, 0, "looking is not receiving");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_partners_have_each_a_receipt_and_a_last_day_of_her_own() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    joined(&stage, &case, "maria").await;
    let mut karin = stage.signed_in("karin").await;
    let decision = decided(&mut karin, &case, &partly()).await;
    assert_eq!(stage.number("SELECT count(*) FROM message WHERE kind = 'decision'").await, 2);
    let path = format!("/api/v1/decisions/{decision}");

    // Monday 23 November: Monday 14 December.
    let mut anna = stage.signed_in("anna").await;
    let first = opened(&mut anna, &decision).await;
    assert!(first.text.contains("måndag 14 december"), "{}", first.text);
    assert_eq!(anna.get(&path).await.json()["decision"]["receipt"]["last_day"], "2026-12-14");
    let mut maria = stage.signed_in("maria").await;
    assert_eq!(maria.get(&path).await.json()["opened"], false, "one partner's opening is not the other's");
    assert_eq!(stage.number("SELECT count(*) FROM message WHERE read_at IS NOT NULL").await, 1);

    // Half past midnight in Stockholm on 3 December: Christmas Eve, a Thursday, then the holidays and the weekend.
    stage.clock.set("2026-12-02T23:30:00Z");
    let mut maria = stage.signed_in("maria").await;
    let second = maria.command(&format!("{path}/open"), "mine", &json!({})).await;
    assert_eq!(second.status, 200, "{}", second.text);
    assert_eq!(second.json()["decision"]["receipt"]["last_day"], "2026-12-28");

    // Opening again, another day and in other ways, changes nothing.
    stage.clock.set("2026-12-10T08:00:00Z");
    for (name, last) in [("anna", "2026-12-14"), ("maria", "2026-12-28")] {
        let mut person = stage.signed_in(name).await;
        for key in ["again", "once-more"] {
            let answer = person.command(&format!("{path}/open"), key, &json!({})).await;
            assert_eq!(answer.json()["decision"]["receipt"]["last_day"], last, "{name}");
        }
        let answer = person.post(&format!("{}/oppna", page(&decision)), &[("idempotency_key", "page")]).await;
        assert_eq!(answer.status, 303);
    }
    assert_eq!(stage.number("SELECT count(*) FROM decision_receipt").await, 2);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'decision.open'").await, 2);
    assert_eq!(stage.number("SELECT count(*) FROM message WHERE read_at IS NOT NULL").await, 2);

    // Too late for anna: said, and never blocked.
    stage.clock.set("2026-12-15T08:00:00Z");
    let late = words("sv", "decision");
    let mut anna = stage.signed_in("anna").await;
    assert!(anna.get(&page(&decision)).await.text.contains(word(&late, "appeal.late")));
    let mut maria = stage.signed_in("maria").await;
    assert!(!maria.get(&page(&decision)).await.text.contains(word(&late, "appeal.late")));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_openings_at_once_are_one_receipt() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let decision = decided(&mut karin, &case, &granted()).await;
    let anna = stage.signed_in("anna").await;
    let sends = (0..10).map(|number| {
        let (mut browser, path) = (anna.clone(), format!("/api/v1/decisions/{decision}/open"));
        tokio::spawn(async move { browser.command(&path, &format!("k{number}"), &json!({})).await })
    });
    for answer in join_all(sends).await {
        assert_eq!(answer.expect("an answer").status, 200);
    }
    assert_eq!(stage.number("SELECT count(*) FROM decision_receipt").await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'decision.open'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_paper_is_whole_in_three_languages() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut content = partly();
    content["lines"][2]["sections"] = json!(["12:2"]);
    content["reasons"] = "Vi har räknat med din lön.".into();
    let mut karin = stage.signed_in("karin").await;
    let decision = decided(&mut karin, &case, &content).await;
    for (language, _) in LANGUAGES {
        let mut anna = speaking(stage.signed_in("anna").await, language).await;
        sound(&anna.get("/mina-sidor/beslut").await, language);
        // Opened once; after that it is simply there.
        let answer =
            if language == "sv" { opened(&mut anna, &decision).await } else { anna.get(&page(&decision)).await };
        let page = sound(&answer, language);
        let texts = words(language, "decision");
        assert_eq!(page.only("title").text, word(&texts, "title"), "neutral");
        let headings: Vec<&str> = page.all("h2").map(|heading| heading.text.as_str()).collect();
        for key in ["lines.title", "reasons.title", "calculation.title", "made.title", "appeal.title", "now.title"] {
            assert!(headings.contains(&word(&texts, key)), "{language}: {key} in {headings:?}");
        }
        for said in [
            "Vi har räknat med din lön.",
            "Du har själv pengar till det här.",
            "Karin",
            "Södra",
            "12 kap. 1 § socialtjänstlagen (2025:400)",
            "12 kap. 2 § socialtjänstlagen (2025:400)",
        ] {
            assert!(page.only("main").text.contains(said), "{language}: {said}");
        }
        assert!(page.only("main").text.contains(word(&texts, "appeal.review_title")), "{language}");
        assert!(page.all("time").any(|time| time.get("datetime") == Some("2026-12-14")), "{language}");
    }
    let mut anna = stage.signed_in("anna").await;
    let answer = anna.get(&page(&decision)).await;
    let read = answer.page();
    assert_eq!(read.only("h1").text, "Du får 5\u{a0}970 kronor för november, men inte allt du sökte");
    let main = &read.only("main").text;
    for said in [
        "Pengarna kommer den 27 november.",
        "Du får 3\u{a0}750 av de 8\u{a0}200 kronor som du sökte.",
        "Ditt överklagande ska ha kommit till oss senast måndag 14 december.",
        "3\u{a0}940",
        "1\u{a0}280",
    ] {
        assert!(main.contains(said), "{said}: {main}");
    }
    // The same by REST.
    let json = anna.get(&format!("/api/v1/decisions/{decision}")).await.json();
    let paper = &json["decision"];
    assert_eq!((&paper["outcome"], &paper["amount"]), (&json!("partly"), &json!(5970)));
    assert_eq!(paper["content"]["lines"][1]["appeal_route"], "administrative_court");
    assert_eq!(paper["content"]["lines"][2]["appeal_route"], "legality_review");
    assert_eq!(paper["calculation"]["support"], 11_920);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_granted_decision_has_no_now_and_a_refused_one_always_has() {
    let stage = stage_alone().await;
    let mut karin = stage.signed_in("karin").await;
    for (number, content, refusal) in [(1, granted(), false), (2, refused(), true)] {
        let case = case(&stage, number).await;
        let decision = decided(&mut karin, &case, &content).await;
        let mut anna = stage.signed_in("anna").await;
        let answer = opened(&mut anna, &decision).await;
        assert_eq!(answer.page().ids().contains("nu"), refusal);
        assert!(answer.page().ids().contains("overklaga"), "how to appeal stands beside every decision");
        for way in ["/kontakt", "/ansok", "/akut"] {
            let offered =
                answer.page().all("a").any(|link| link.get("href") == Some(way) && link.get("class") == Some("choice"));
            assert_eq!(offered, refusal, "{way}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn karin_drafts_reviews_and_publishes_by_the_pages() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    for (language, _) in LANGUAGES {
        let mut karin = speaking(stage.signed_in("karin").await, language).await;
        sound(&karin.get(&case.page()).await, language);
    }
    let mut karin = stage.signed_in("karin").await;
    let form = karin.get(&case.page()).await;
    let page = form.page();
    let mut fields = page.controls(page.form(&case.page()));
    let value = |fields: &[(String, String)], name: &str| {
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    // One line for livelihood and one for each cost; what is missing, after the wage.
    let proposed: Vec<(String, String, String)> = (0..3)
        .map(|place| {
            let of = |field: &str| value(&fields, &format!("lines.{place}.{field}"));
            (of("need"), of("granted"), of("outcome"))
        })
        .collect();
    let expected = [("livelihood", "2220"), ("rent", "8200"), ("other", "1500")]
        .map(|(need, amount)| (need.to_owned(), amount.to_owned(), "granted".to_owned()));
    assert_eq!(proposed, expected);
    assert_eq!(value(&fields, "lines.0.sections"), "12:1");

    // What cannot be read comes back with everything typed.
    let set =
        |fields: &mut Vec<(String, String)>, name: &str, to: &str| match fields.iter_mut().find(|(key, _)| key == name)
        {
            Some((_, value)) => to.clone_into(value),
            None => fields.push((name.to_owned(), to.to_owned())),
        };
    set(&mut fields, "lines.2.granted", "ingenting");
    set(&mut fields, "lines.2.reason", "Cykeln ingår i normen.");
    set(&mut fields, "action", "review");
    let send = |fields: &[(String, String)]| fields.iter().map(|(k, v)| (k.clone(), v.clone())).collect::<Vec<_>>();
    let post = async |karin: &mut Browser, path: &str, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        karin.post(path, &fields).await
    };
    let wrong = post(&mut karin, &case.page(), send(&fields)).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    let faults = crate::pages::faults(&sound(&wrong, "sv"));
    assert_eq!(faults.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["f-lines.2.granted"]);
    assert!(wrong.text.contains("ingenting") && wrong.text.contains("Cykeln ingår i normen."));

    // A draft may be unfinished: it is saved, and the review says what is missing.
    set(&mut fields, "lines.2.granted", "0");
    set(&mut fields, "lines.2.reason", "");
    let to_review = post(&mut karin, &case.page(), send(&fields)).await;
    let review = format!("{}/granska", case.page());
    assert_eq!((to_review.status, to_review.header("location")), (303, review.as_str()), "{}", to_review.text);
    let preview = karin.get(&review).await;
    sound(&preview, "sv");
    assert!(!preview.text.contains("idempotency_key"), "no button while something stands in the way");
    assert!(preview.text.contains("Utfallet stämmer inte med beloppen"), "{}", preview.text);

    set(&mut fields, "version", "1");
    set(&mut fields, "lines.2.outcome", "refused");
    set(&mut fields, "lines.2.reason", "Cykeln ingår i normen.");
    set(&mut fields, "pay_on", "2026-11-27");
    assert_eq!(post(&mut karin, &case.page(), send(&fields)).await.status, 303);
    for (language, _) in LANGUAGES {
        let mut karin = speaking(stage.signed_in("karin").await, language).await;
        sound(&karin.get(&review).await, language);
    }
    let preview = karin.get(&review).await;
    let shown = sound(&preview, "sv").only("main").text.clone();
    assert!(shown.contains("Du får 10\u{a0}420 kronor för november"), "{shown}");
    let (key, version) = (preview.hidden("idempotency_key"), preview.hidden("version"));
    let done = karin.post(&review, &[("idempotency_key", &key), ("version", &version)]).await;
    let there = format!("{}?publicerat", case.page());
    assert_eq!((done.status, done.header("location")), (303, there.as_str()), "{}", done.text);
    // Pressed twice: the same act.
    let again = karin.post(&review, &[("idempotency_key", &key), ("version", &version)]).await;
    assert_eq!((again.status, again.header("location")), (303, there.as_str()));
    let after = karin.get(&there).await;
    assert!(sound(&after, "sv").only("main").text.contains("Beslutet är publicerat"));
    assert_eq!(post(&mut karin, &case.page(), send(&fields)).await.status, 409, "it never changes again");

    // What karin saw is what anna reads.
    let mut anna = stage.signed_in("anna").await;
    let list = anna.get("/api/v1/decisions").await.json();
    let decision = text(&list["items"][0], "decision_id");
    let read = opened(&mut anna, &decision).await.page().only("main").text.clone();
    for said in ["Du får 10\u{a0}420 kronor för november", "Cykeln ingår i normen.", "Du får inte de 1\u{a0}500 kronor"]
    {
        assert!(read.contains(said) && shown.contains(said), "{said}");
    }
    for action in ["decision.read", "decision.save", "decision.publish", "decision.open"] {
        let rows = stage.number(&format!("SELECT count(*) FROM audit WHERE action = '{action}'")).await;
        assert!(rows > 0, "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_over_a_newer_version_shows_both() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let form = karin.get(&case.page()).await;
    let page = form.page();
    let mut fields = page.controls(page.form(&case.page()));
    assert_eq!(saved(&mut karin, &case, 0, &refused()).await, 1);
    for (name, value) in &mut fields {
        if name == "reasons" {
            "Mitt eget skäl".clone_into(value);
        }
    }
    let sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let refused_save = karin.post(&case.page(), &sent).await;
    assert_eq!(refused_save.status, 409);
    let shown = sound(&refused_save, "sv");
    assert!(shown.with_class("error-summary").next().expect("a summary").text.contains("Pengarna räcker."));
    assert!(refused_save.text.contains("Mitt eget skäl"));
    assert_eq!(refused_save.hidden("version"), "1", "sending it again is then meant");
    let overtaken = put(&mut karin, &case.api(), &json!({ "version": 0, "content": granted() })).await;
    assert_eq!((overtaken.status, code(&overtaken).as_str()), (409, "version_conflict"));
    let unseen = publish(&mut karin, &case, "k", 0).await;
    assert_eq!((unseen.status, code(&unseen).as_str()), (409, "version_conflict"));
    // The same again, as a double click does, succeeds and changes nothing.
    assert_eq!(saved(&mut karin, &case, 0, &refused()).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn outcome_amount_reason_and_section_must_agree() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let wrong = json!({ "period": "2026-11", "pay_on": "2026-11-20", "lines": [
        { "need": "livelihood", "asked": 2220, "granted": 2000, "outcome": "granted", "sections": ["12:1"] },
        { "need": "rent", "asked": 8200, "granted": 0, "outcome": "partly", "reason": " ", "sections": [] },
        { "need": "other", "asked": 1500, "granted": 0, "outcome": "refused", "reason": "Nej", "sections": ["12:1", "12:2"] },
    ] });
    let version = saved(&mut karin, &case, 0, &wrong).await;
    let answer = publish(&mut karin, &case, "k", version).await;
    assert_eq!((answer.status, code(&answer).as_str()), (422, "invalid"), "{}", answer.text);
    let answered = answer.json();
    let faults: BTreeSet<(String, String)> = answered["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|fault| (text(fault, "pointer"), text(fault, "code")))
        .collect();
    let expected: BTreeSet<(String, String)> = [
        ("/lines/0/outcome", "does_not_fit"),
        ("/lines/1/outcome", "does_not_fit"),
        ("/lines/1/reason", "required"),
        ("/lines/1/sections", "required"),
        ("/lines/2/sections", "does_not_fit"),
        ("/pay_on", "out_of_range"),
    ]
    .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
    .into();
    assert_eq!(faults, expected, "all at once");
    // What could not even be shown is no draft.
    for (at, value, code) in [
        ("/content/lines/0/granted", json!(-1), "out_of_range"),
        ("/content/lines/0/granted", json!("mycket"), "malformed"),
        ("/content/lines/0/need", json!("yacht"), "unknown_choice"),
        ("/content/lines/0/outcome", json!("perhaps"), "unknown_choice"),
        ("/content/lines/0/sections", json!(["4:1"]), "unknown_choice"),
        ("/content/lines/0/reason", json!("x".repeat(4001)), "too_long"),
        ("/content/period", json!("2026-10"), "does_not_fit"),
    ] {
        let mut command = json!({ "version": version, "content": granted() });
        *command.pointer_mut(at).expect("a place") = value;
        let answer = put(&mut karin, &case.api(), &command).await;
        assert_eq!(answer.status, 422, "{at}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["code"], code, "{at}: {}", answer.text);
    }
    assert_eq!(stage.number("SELECT count(*) FROM decision WHERE status = 'published'").await, 0);
    assert_eq!(stage.number("SELECT count(*) FROM message").await, 0);
    // The same key, once it has been put right: a fault uses up no key.
    let version = saved(&mut karin, &case, version, &granted()).await;
    assert_eq!(publish(&mut karin, &case, "k", version).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_by_the_changed_sections_waits_for_their_confirmation() {
    let stage = stage_alone().await;
    let mut karin = stage.signed_in("karin").await;
    for (place, section) in (1..).zip(["12:3", "12:4", "12:5"]) {
        let case = case(&stage, place).await;
        let mut content = partly();
        content["lines"][2]["sections"] = json!(["12:1", section]);
        let version = saved(&mut karin, &case, 0, &content).await;
        let key = format!("publish-{place}");
        let refused = publish(&mut karin, &case, &key, version).await;
        assert_eq!((refused.status, code(&refused).as_str()), (409, "law_not_confirmed"), "{section}");
        let preview = karin.get(&format!("{}/granska", case.page())).await;
        assert!(!preview.text.contains("idempotency_key"), "no button");
        let by_page = karin
            .post(
                &format!("{}/granska", case.page()),
                &[("idempotency_key", &format!("page-{place}")), ("version", &version.to_string())],
            )
            .await;
        assert_eq!(by_page.status, 409);
        assert_eq!(stage.number("SELECT count(*) FROM message").await, i64::from(place - 1));
        // Another section, or another day's row of the same, confirms nothing here.
        let (municipality, who) = (stage.municipality.0, stage.who("karin").await);
        let confirm = async |section: &str, from: &str| {
            stage
                .arrange(&format!(
                    "INSERT INTO decision_law_confirmation VALUES
                     ('{municipality}', '{section}', '{from}', '{who}', '2026-11-23T08:00:00Z')"
                ))
                .await;
        };
        confirm(section, "2025-07-01").await;
        assert_eq!(publish(&mut karin, &case, &key, version).await.status, 409);
        confirm(section, "2026-07-01").await;
        // The same key: what can be put right is not remembered as the answer.
        assert_eq!(publish(&mut karin, &case, &key, version).await.status, 200, "{section}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_granted_may_cite_a_section_not_confirmed_and_old_days_had_another_text() {
    let stage = stage_alone().await;
    let mut karin = stage.signed_in("karin").await;
    let case_one = case(&stage, 1).await;
    let mut content = granted();
    content["lines"][0]["sections"] = json!(["12:1", "12:3"]);
    decided(&mut karin, &case_one, &content).await;
    // On the last day of the old wording the refusal needs no confirmation.
    stage.clock.set("2026-06-30T08:00:00Z");
    let mut karin = stage.signed_in("karin").await;
    let case_two = case(&stage, 2).await;
    let mut content = partly();
    content["lines"][2]["sections"] = json!(["12:3"]);
    decided(&mut karin, &case_two, &content).await;
    // Before the act there is nothing to cite.
    stage.clock.set("2025-06-30T08:00:00Z");
    let mut karin = stage.signed_in("karin").await;
    let case_three = case(&stage, 3).await;
    let answer = put(&mut karin, &case_three.api(), &json!({ "version": 0, "content": refused() })).await;
    assert_eq!((answer.status, code(&answer).as_str()), (422, "invalid"));
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

/// What a publishing leaves behind, with two parties who both want mail.
const TRACES: [(&str, i64); 6] = [
    ("SELECT count(*) FROM decision WHERE status = 'published' AND calculation IS NOT NULL", 1),
    ("SELECT count(*) FROM message WHERE kind = 'decision'", 2),
    ("SELECT count(*) FROM message_notice WHERE status = 'waiting'", 2),
    (
        "SELECT count(*) FROM graphile_worker._private_jobs job
         JOIN graphile_worker._private_tasks task ON task.id = job.task_id WHERE task.identifier = 'message:notice'",
        2,
    ),
    ("SELECT count(*) FROM audit WHERE action = 'decision.publish'", 1),
    ("SELECT count(*) FROM idempotency WHERE operation = 'decision.publish' AND outcome IS NOT NULL", 1),
];

/// Whether all of the traces are there; that some are and some are not is the fault this looks for.
async fn all_or_none(stage: &Stage, traces: &[(&str, i64)], about: &str) -> bool {
    let mut found = Vec::new();
    for (sql, _) in traces {
        found.push(stage.number(sql).await);
    }
    let all: Vec<i64> = traces.iter().map(|(_, whole)| *whole).collect();
    assert!(found == all || found.iter().all(|count| *count == 0), "{about}: half done: {found:?}");
    found == all
}

/// The same program with the same sessions, whose use cases reach the database through a line that breaks.
async fn breaking(stage: &Stage, browser: &Browser, cut: Cut) -> (Browser, Cutter) {
    let cutter = Cutter::start(&stage.app, cut).await;
    let db = Db::new(cutter.through(&stage.app), 1);
    let directory = &stage.http.directory;
    let backend = startup::backend(&db, &stage.world, directory, &stage.storage).expect("the backend");
    let mut through = Browser::new(http::router(&Http { backend, ..stage.http.clone() }));
    through.cookies = browser.cookies.clone();
    (through, cutter)
}

/// Fault 9: killed at any statement of publishing, everything is there or nothing is.
#[tokio::test(flavor = "multi_thread")]
async fn fault_9_publishing_killed_at_any_statement_is_all_or_none() {
    for before in [true, false] {
        let stage = stage_alone().await;
        let case = case(&stage, 1).await;
        joined(&stage, &case, "maria").await;
        wants_mail(&stage, "anna").await;
        wants_mail(&stage, "maria").await;
        let mut karin = stage.signed_in("karin").await;
        let version = saved(&mut karin, &case, 0, &partly()).await;
        let (mut statement, mut wholes) = (0, 0);
        loop {
            statement += 1;
            let cut = if before { Cut::Before(statement) } else { Cut::After(statement) };
            let (mut browser, cutter) = breaking(&stage, &karin, cut).await;
            // The same key all the time: whoever hears nothing asks again.
            let answer = publish(&mut browser, &case, "the-key", version).await;
            let whole = all_or_none(&stage, &TRACES, &format!("{cut:?}: {}", answer.text)).await;
            wholes += usize::from(whole);
            if answer.status == 200 {
                assert!(whole, "{cut:?}: acknowledged and not done");
                assert!(cutter.seen() < statement, "{cut:?}: nothing was cut");
                break;
            }
            assert_eq!((answer.status, code(&answer).as_str()), (503, "unavailable"), "{cut:?}: {}", answer.text);
            assert!(statement < 200, "it ends");
        }
        // Begin, settings, key, reads, two locks, publish, parties, twice message + contact + notice + job, audit, answer,
        // commit: 25 when this was written. None was left out.
        assert!(statement > 20, "{statement} tries");
        // Cut before, only the last try is whole. Cut after, the commit was carried out and not heard of: the next try
        // gets the answer of that one.
        assert_eq!(wholes, if before { 1 } else { 2 });
        assert!(all_or_none(&stage, &TRACES, "in the end").await);
        let late = publish(&mut karin, &case, "another-key", version).await;
        assert_eq!(code(&late), "already_published");
    }
}

/// The line that breaks finds what is not one transaction: two messages posted each by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_line_shows_what_is_half_done() {
    let stage = stage_alone().await;
    let anna = PersonId(stage.who("anna").await);
    let mut left = BTreeSet::new();
    for statement in 1..100 {
        let cutter = Cutter::start(&stage.app, Cut::Before(statement)).await;
        let db = Db::new(cutter.through(&stage.app), 1);
        let post = async || {
            let mut tx = db.begin(&stage.system()).await?;
            let about = stage.world.id();
            message::post(&mut tx, &stage.system(), &stage.world, anna, MessageKind::Decision, about).await?;
            tx.commit().await?;
            Ok::<(), server::error::Error>(())
        };
        let done = post().await.is_ok() && post().await.is_ok();
        left.insert(stage.number("SELECT count(*) FROM message").await);
        stage.arrange("DELETE FROM message_notice; DELETE FROM message").await;
        if done {
            assert_eq!(left, BTreeSet::from([0, 1, 2]), "one of two is what a half-done act looks like");
            return;
        }
    }
    panic!("it ends");
}

/// The same for opening: no receipt without its audit row, and the message is read exactly when the decision is received.
#[tokio::test(flavor = "multi_thread")]
async fn fault_9_opening_killed_at_any_statement_is_all_or_none() {
    const OPENED: [(&str, i64); 3] = [
        ("SELECT count(*) FROM decision_receipt", 1),
        ("SELECT count(*) FROM message WHERE read_at IS NOT NULL", 1),
        ("SELECT count(*) FROM audit WHERE action = 'decision.open'", 1),
    ];
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let decision = decided(&mut karin, &case, &granted()).await;
    let anna = stage.signed_in("anna").await;
    let path = format!("/api/v1/decisions/{decision}/open");
    for statement in 1..100 {
        let (mut browser, cutter) = breaking(&stage, &anna, Cut::Before(statement)).await;
        let answer = browser.command(&path, "k", &json!({})).await;
        let whole = all_or_none(&stage, &OPENED, &format!("{statement}: {}", answer.text)).await;
        if answer.status == 200 {
            assert!(whole && cutter.seen() < statement && statement > 5, "{statement}");
            return;
        }
        assert_eq!(answer.status, 503, "{statement}: {}", answer.text);
    }
    panic!("it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_saved_since_the_preview_are_not_published_unseen() {
    let stage = stage_alone().await;
    let case = case(&stage, 1).await;
    let mut karin = stage.signed_in("karin").await;
    let version = saved(&mut karin, &case, 0, &granted()).await;
    // A colleague verifies the figures, here without changing any.
    let rest = format!("/api/v1/cases/{}/calculations/{}", case.case, case.application);
    let request = karin.get(&rest).await.json()["stated"]["request"].clone();
    let verified = put(&mut karin, &rest, &json!({ "version": 0, "request": request, "deviations": {} })).await;
    assert_eq!(verified.status, 200, "{}", verified.text);
    let unseen = publish(&mut karin, &case, "a", version).await;
    assert_eq!((unseen.status, code(&unseen).as_str()), (409, "version_conflict"));
    let path = format!("{}/publish", case.api());
    let seen = karin.command(&path, "b", &json!({ "version": version, "figures": 1 })).await;
    assert_eq!(seen.status, 200, "{}", seen.text);
}
