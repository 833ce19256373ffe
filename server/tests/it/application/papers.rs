//! The slots of an application: only the papers it needs, each sent, said to come later, or left; none ever stops it.

use super::{CHECK, LANGUAGES, count, fill, send, sound, speaking};
use crate::support::{Answer, Browser, Stage, look::code};
use axum::{body::Body, http::Method};
use domain::{Actor, document::PaperKind, id::MunicipalityId};
use jiff::SignedDuration;
use serde_json::{Value, json};

const DRAFT: &str = "/ansok/handlingar";
const STEP: &str = "/ansok/papper";
const MINE: &str = "/mina-sidor/handlingar";
const SETTINGS: &str = "/personal/installningar/handlingar";
const BOUNDARY: &str = "----porten-papers";

/// One part of a form as a browser sends it.
enum Part<'a> {
    Field(&'a str, &'a str),
    /// Name and content; both empty as a browser sends a control nobody used.
    File(&'a str, &'a str),
}

async fn form(browser: &mut Browser, path: &str, key: &str, parts: &[Part<'_>]) -> Answer {
    let mut pieces = Vec::new();
    for part in [Part::Field("idempotency_key", key)].iter().chain(parts) {
        pieces.push(match part {
            Part::Field(name, text) => {
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
            }
            Part::File(name, content) => format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n{content}\r\n"
            ),
        });
    }
    pieces.push(format!("--{BOUNDARY}--\r\n"));
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("content-type", kind.as_str()), ("idempotency-key", key)];
    browser.send(Method::POST, path, &headers, Body::from(pieces.concat())).await
}

/// The lines of the list of slots.
fn lines(answer: &Answer) -> Vec<String> {
    let page = answer.page();
    let list = page.with_class("paper-slots").next().expect("a list of slots");
    page.inside(list).filter(|inner| inner.name == "li").map(|item| item.text.clone()).collect()
}

fn has(lines: &[String], line: &str) -> bool {
    lines.iter().any(|one| one == line)
}

/// How often it has been asked to take a file in.
async fn uploads(stage: &Stage) -> i64 {
    stage.number("SELECT count(*) FROM storage_object").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_shows_the_papers_it_needs_and_only_those() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    assert_eq!(anna.get(STEP).await.page().with_class("paper-slots").count(), 0, "nothing is known yet");
    fill(&mut anna).await;
    let shown = lines(&anna.get(STEP).await);
    for line in ["Legitimation", "Kontoutdrag", "Hyreskontrakt", "Hyresavi", "Papper på inkomster"] {
        assert!(has(&shown, &format!("{line}: inte skickat än")), "{line}: {shown:?}");
    }
    assert!(!shown.iter().any(|line| line.starts_with("Läkarintyg") || line.starts_with("Elräkning")), "{shown:?}");
    // What the form does not ask is asked here, and the list follows.
    assert_eq!(anna.post(STEP, &[("also", "ill"), ("also", "nonsense")]).await.header("location"), STEP);
    assert!(has(&lines(&anna.get(STEP).await), "Läkarintyg: inte skickat än"));
    let chosen = anna.get(STEP).await;
    assert!(chosen.text.contains("value=\"ill\" checked"), "{}", chosen.text);
    assert_eq!(anna.post(STEP, &[]).await.status, 303);
    assert!(!lines(&anna.get(STEP).await).iter().any(|line| line.starts_with("Läkarintyg")));
    for (language, _) in LANGUAGES {
        let mut anna = speaking(anna.clone(), language).await;
        for path in [STEP, DRAFT, MINE] {
            let answer = anna.get(path).await;
            sound(&answer, language);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_holds_its_files_and_what_was_said_and_the_caseworker_sees_both() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    fill(&mut anna).await;
    let page = anna.get(DRAFT).await;
    let asked = page.page();
    let papers: Vec<&str> = asked
        .all("input")
        .filter(|input| input.get("name") == Some("paper"))
        .filter_map(|input| input.get("value"))
        .collect();
    assert!(papers.contains(&"hyresavi") && papers.last() == Some(&""), "{papers:?}");
    let sent = [
        Part::Field("paper", "hyresavi"),
        Part::File("a.pdf", "%PDF-1.7 a"),
        Part::File("b.pdf", "%PDF-1.7 b"),
        Part::Field("answer.hyresavi", ""),
        Part::Field("paper", "kontoutdrag"),
        Part::File("", ""),
        Part::Field("answer.kontoutdrag", "later"),
        Part::Field("paper", "id_handling"),
        Part::File("", ""),
        Part::Field("answer.id_handling", "already"),
        Part::Field("answer.nonsense", "later"),
        Part::Field("paper", ""),
        Part::File("c.pdf", "%PDF-1.7 c"),
    ];
    let answer = form(&mut anna, DRAFT, &page.hidden("idempotency_key"), &sent).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/ansok/handlingar?mottaget"), "{}", answer.text);
    assert_eq!(uploads(&stage).await, 3, "controls nobody used begin nothing");
    let listed = anna.get("/api/v1/documents").await.json();
    let paper = |name: &str| {
        let items = listed["items"].as_array().expect("items");
        items.iter().find(|one| one["name"] == name).expect("a paper")["paper"].clone()
    };
    assert_eq!((paper("a.pdf"), paper("b.pdf"), paper("c.pdf")), (json!("hyresavi"), json!("hyresavi"), Value::Null));
    let shown = lines(&anna.get(STEP).await);
    for line in ["Hyresavi: 2 filer", "Kontoutdrag: skickas senare", "Legitimation: redan lämnat"] {
        assert!(has(&shown, line), "{line}: {shown:?}");
    }
    let draft = anna.get(DRAFT).await;
    assert!(draft.text.contains("value=\"later\" selected") && draft.text.contains("value=\"already\" selected"));
    assert_eq!(lines(&anna.get(MINE).await), shown);

    // Only an answer, and one taken back.
    let sent = [Part::Field("answer.id_handling", ""), Part::Field("paper", ""), Part::File("", "")];
    let answer = form(&mut anna, DRAFT, "second", &sent).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/ansok/handlingar?sparat"), "{}", answer.text);
    assert!(anna.get("/ansok/handlingar?sparat").await.text.contains("Dina svar är sparade."));
    let shown = lines(&anna.get(STEP).await);
    assert!(has(&shown, "Legitimation: inte skickat än") && has(&shown, "Kontoutdrag: skickas senare"), "{shown:?}");

    let receipt = send(&mut anna).await;
    let application = receipt.rsplit('/').next().expect("an id").to_owned();
    let case = stage.id(&format!("SELECT case_id FROM application WHERE application_id = '{application}'")).await;
    let mut karin = stage.signed_in("karin").await;
    let path = format!("/personal/mottagning/{case}");
    let told = lines(&karin.get(&path).await);
    assert_eq!(told, ["Hyresavi: 2 filer", "Skickas senare: kontoutdrag"]);

    // What was to come later comes, and no longer is to.
    let shelf = format!("{MINE}/{application}");
    let page = anna.get(&shelf).await;
    sound(&page, "sv");
    assert!(!page.text.contains("name=\"answer."), "what was sent is not changed");
    let sent = [Part::Field("paper", "kontoutdrag"), Part::File("d.pdf", "%PDF-1.7 d")];
    assert_eq!(form(&mut anna, &shelf, "third", &sent).await.status, 303);
    assert_eq!(lines(&karin.get(&path).await), ["Kontoutdrag: 1 fil", "Hyresavi: 2 filer"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_can_send_without_any_paper_whatever_the_municipality_asks_for() {
    let stage = Stage::new().await;
    let mut admin = stage.signed_in("admin").await;
    for paper in PaperKind::ALL {
        let saved = settle(&mut admin, paper.as_str(), &[("paper", paper.as_str())]).await;
        assert_eq!(saved.status, 303, "{}", saved.text);
    }
    let mut anna = stage.signed_in("anna").await;
    fill(&mut anna).await;
    assert!(lines(&anna.get(STEP).await).len() > 4);
    let check = anna.get(CHECK).await;
    assert!(!check.text.contains("notice--warn"), "nothing is left to do: {}", check.text);
    assert!(send(&mut anna).await.starts_with("/ansok/kvitto/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_in_two_slots_is_two_papers_and_sent_again_none_more() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let sent = || {
        [
            Part::Field("paper", "hyresavi"),
            Part::File("a.pdf", "%PDF-1.7 a"),
            Part::Field("paper", "betald_hyra"),
            Part::File("a.pdf", "%PDF-1.7 a"),
        ]
    };
    for _ in 0..2 {
        let answer = form(&mut anna, "/api/v1/documents", "key", &sent()).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let papers: Vec<Value> =
            answer.json().as_array().expect("papers").iter().map(|one| one["paper"].clone()).collect();
        assert_eq!(papers, ["hyresavi", "betald_hyra"]);
    }
    assert_eq!(count(&stage, "document").await, 2);
    let wrong =
        form(&mut anna, "/api/v1/documents", "wrong", &[Part::Field("paper", "x"), Part::File("a.pdf", "%PDF-")]).await;
    assert_eq!((wrong.status, code(&wrong).as_str()), (422, "invalid"));
    assert_eq!(wrong.json()["errors"], json!([{ "pointer": "/paper", "code": "unknown_choice" }]));
    assert_eq!(count(&stage, "document").await, 2);
    // What is wrong with a file is said at its own slot, if there is one.
    let sent = [Part::Field("paper", "hyresavi"), Part::File("a.exe", "MZ and a program")];
    let answer = form(&mut anna, DRAFT, "none", &sent).await;
    assert!(sound(&answer, "sv").by_id("f-files--error").text.contains("a.exe"), "{}", answer.text);
    fill(&mut anna).await;
    let answer = form(&mut anna, DRAFT, "exe", &sent).await;
    assert_eq!(answer.status, 422);
    let page = sound(&answer, "sv");
    assert!(page.by_id("f-files.hyresavi--error").text.contains("a.exe"), "{}", answer.text);
}

/// Saves a setting as the page sends it.
async fn settle(browser: &mut Browser, key: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("idempotency_key", key)];
    fields.extend(more);
    for (name, text) in [
        ("paper", "kontoutdrag"),
        ("asked_first", "true"),
        ("asked_renewal", "true"),
        ("checked_on", "2026-11-20"),
        ("source", "Riktlinje 4"),
    ] {
        if !fields.iter().any(|(given, _)| *given == name) {
            fields.push((name, text));
        }
    }
    browser.post(SETTINGS, &fields).await
}

async fn rule(browser: &mut Browser, paper: &str) -> Value {
    let all = browser.get("/api/v1/papers").await.json();
    all.as_array().expect("papers").iter().find(|one| one["paper"] == paper).expect("a paper").clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_administrator_settles_how_papers_are_asked_for() {
    let stage = Stage::new().await;
    let (mut admin, mut nobody) = (stage.signed_in("admin").await, stage.browser());
    let before = rule(&mut nobody, "kontoutdrag").await;
    assert_eq!((&before["checked_on"], &before["first"]["months"]), (&Value::Null, &json!(3)));
    for (language, _) in LANGUAGES {
        let mut admin = speaking(admin.clone(), language).await;
        for path in [SETTINGS.to_owned(), format!("{SETTINGS}?papper=kontoutdrag")] {
            let answer = admin.get(&path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
            sound(&answer, language);
        }
    }
    let words = [
        ("months_first", "2"),
        ("months_renewal", ""),
        ("extra_sv", "Också barnens konton."),
        ("extra_en", "The children’s too."),
    ];
    for _ in 0..2 {
        let saved = settle(&mut admin, "one", &words).await;
        assert_eq!((saved.status, saved.header("location")), (303, "/personal/installningar/handlingar?sparat"));
    }
    assert_eq!(count(&stage, "document_need").await, 1, "sent twice is saved once");
    assert_eq!(count(&stage, "audit WHERE action = 'document.settle'").await, 1);
    let after = rule(&mut nobody, "kontoutdrag").await;
    assert_eq!((&after["checked_on"], &after["first"]["months"]), (&json!("2026-11-20"), &json!(2)));
    let shown = admin.get(&format!("{SETTINGS}?papper=kontoutdrag")).await;
    assert!(shown.text.contains("Riktlinje 4") && shown.text.contains("Också barnens konton."), "{}", shown.text);
    for (language, extra) in
        [("sv", "Också barnens konton."), ("en", "The children’s too."), ("ar", "Också barnens konton.")]
    {
        let mut reader = speaking(stage.browser(), language).await;
        let told = reader.post("/dokument-du-behover", &[("occasion", "first")]).await;
        sound(&told, language);
        assert!(told.text.contains(extra), "{language}: {}", told.text);
    }
    // The newest holds, and what held before stays written.
    stage.clock.pass(SignedDuration::from_mins(1));
    let saved = settle(&mut admin, "two", &[("asked_first", "")]).await;
    assert_eq!((saved.status, saved.header("location")), (303, "/personal/installningar/handlingar?sparat"));
    assert_eq!(rule(&mut nobody, "kontoutdrag").await["first"]["asked"], false);
    assert_eq!(count(&stage, "document_need").await, 2);
    // Of another municipality nothing is said.
    let other = Actor::anonymous(MunicipalityId(stage.world.id()));
    let rules = stage.http.backend.documents.rules(&other).await.expect("rules");
    assert!(rules.iter().all(|rule| rule.checked_on.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_a_setting_is_said_and_others_have_no_such_page() {
    let stage = Stage::new().await;
    let mut admin = stage.signed_in("admin").await;
    let wrong = [("months_first", "99"), ("extra_en", "Only English"), ("checked_on", "2026-11-24"), ("source", "")];
    for (language, _) in LANGUAGES {
        let mut admin = speaking(admin.clone(), language).await;
        let answer = settle(&mut admin, "key", &wrong).await;
        assert_eq!(answer.status, 422);
        let fields: Vec<String> =
            super::faults(&sound(&answer, language)).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["f-months_first", "f-extra_sv", "f-checked_on", "f-source"], "{language}");
        assert!(answer.text.contains("Only English"), "what was typed stays");
    }
    assert_eq!(settle(&mut admin, "key", &[("paper", "x")]).await.status, 422);
    assert_eq!(settle(&mut admin, "key", &[]).await.status, 303);
    let reused = settle(&mut admin, "key", &[("source", "Another")]).await;
    assert_eq!(reused.status, 422, "a key is of one act");
    assert_eq!(admin.get(&format!("{SETTINGS}?papper=x")).await.status, 404);
    for persona in ["rut", "joel", "karin", "nils"] {
        let mut other = stage.signed_in(persona).await;
        assert_eq!(other.get(SETTINGS).await.status, 404, "{persona}");
        assert_eq!(settle(&mut other, "key", &[]).await.status, 404, "{persona}");
    }
    // Who is no staff is led to where staff sign in.
    for mut other in [stage.signed_in("anna").await, stage.browser()] {
        assert!(other.get(SETTINGS).await.header("location").starts_with("/logga-in"));
        assert!(settle(&mut other, "key", &[]).await.header("location").starts_with("/logga-in"));
    }
    assert_eq!(count(&stage, "document_need").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_told_without_keeping_anything() {
    let stage = Stage::new().await;
    let tables = ["draft", "document", "audit", "idempotency", "limit_bucket", "document_need"];
    let mut before = Vec::new();
    for table in tables {
        before.push(count(&stage, table).await);
    }
    let answers = [("occasion", "renewal"), ("adults", "2"), ("home", "rents"), ("income", "wage"), ("also", "ill")];
    for (language, lead, group) in [
        ("sv", "Du kan ansöka utan papper och skicka resten senare.", "Du och din partner, var för sig"),
        ("en", "You can apply without papers and send the rest later.", "You and your partner, each"),
        ("ar", "يمكنك تقديم الطلب بدون أوراق وإرسال الباقي لاحقاً.", "أنت وشريكك، كل على حدة"),
    ] {
        let mut browser = speaking(stage.browser(), language).await;
        let asked = browser.get("/dokument-du-behover").await;
        let page = sound(&asked, language);
        assert_eq!(page.form("/dokument-du-behover").get("method"), Some("post"));
        let told = browser.post("/dokument-du-behover", &answers).await;
        assert_eq!((told.status, told.header("cache-control")), (200, "no-store"));
        let page = sound(&told, language);
        for answer in [&asked, &told] {
            assert!(answer.text.contains(lead), "{language}");
        }
        let groups: Vec<&str> = page.all("h3").map(|title| title.text.as_str()).collect();
        assert_eq!((groups.len(), groups.first()), (3, Some(&group)), "{language}");
        let chosen = page.controls(page.form("/dokument-du-behover"));
        for (name, value) in answers {
            assert!(chosen.contains(&(name.to_owned(), value.to_owned())), "{name}={value} stays: {chosen:?}");
        }
    }
    // What was typed for the estimate goes along when somebody asks, and only then.
    let mut browser = stage.browser();
    let estimate = browser.post("/rakna", &[("month", "2026-11"), ("adults", "1"), ("cost.rent", "8200")]).await;
    assert!(estimate.text.contains("formaction=\"/dokument-du-behover\""), "{}", estimate.text);
    let figures = [("adults", "1"), ("cost.rent", "8200"), ("income.wage", ""), ("child.0.age", "4")];
    let told = browser.post("/dokument-du-behover", &figures).await;
    assert!(told.text.contains("barnens konton"), "{}", told.text);
    assert!(
        told.text.contains("Hyresavi") && !told.text.contains("Anställningsavtal eller uppsägning"),
        "{}",
        told.text
    );
    // By REST the same.
    let answer = browser.json("/api/v1/papers/needed", &json!({ "home": "rents", "occasion": "renewal" })).await;
    let papers: Vec<Value> = answer.json().as_array().expect("papers").iter().map(|one| one["paper"].clone()).collect();
    assert_eq!(papers, ["kontoutdrag", "hyresavi"]);
    assert_eq!(answer.json()[0]["months"], 1);
    let wrong = browser.json("/api/v1/papers/needed", &json!({ "home": "castle" })).await;
    assert_eq!(wrong.status, 422);
    let mut after = Vec::new();
    for table in tables {
        after.push(count(&stage, table).await);
    }
    assert_eq!(after, before, "nothing is kept");
}
