//! Casework: the case and its notes, and that nobody else finds any of it. The list, who works on a case, the figures, the
//! numbers, and joining cases have files of their own.

use crate::{
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Answer, Browser, Setting, Stage, look::code},
};
use axum::{body::Body, http::Method};
use domain::{
    Actor,
    application::{Application, ApplicationForm, CostRow, Door, IncomeRow},
    id::{OfficeId, PersonId},
};
use jiff::{SignedDuration, civil::Date, tz::TimeZone};
use serde_json::{Value, json};
use server::application;
use std::collections::BTreeSet;
use uuid::Uuid;

mod figures;
mod guest;
mod handler;
mod intake;
mod join;
mod reach;
mod series;
mod told;

const LIST: &str = "/personal/mottagning";
/// With the sample's cases.
const THREAD: Setting = Setting { demo: true, https: false, pool: 8, thread: true };

async fn stage() -> Stage {
    Stage::with(THREAD).await
}

fn zone() -> TimeZone {
    TimeZone::get("Europe/Stockholm").expect("a zone")
}

async fn office(stage: &Stage, slug: &str) -> OfficeId {
    OfficeId(stage.id(&format!("SELECT office_id FROM office WHERE slug = '{slug}'")).await)
}

/// A new person nobody knows yet.
async fn somebody(stage: &Stage) -> PersonId {
    let person = stage.world.id();
    stage
        .arrange(&format!(
            "INSERT INTO person (municipality_id, person_id, display_name) VALUES ('{}', '{person}', 'Ny Person')",
            stage.municipality
        ))
        .await;
    PersonId(person)
}

fn form(month: Date) -> ApplicationForm {
    let cost = |kind: &str, amount: &str| CostRow { kind: kind.into(), amount: amount.into() };
    ApplicationForm {
        adults: "1".into(),
        month: month.strftime("%Y-%m").to_string(),
        need: "Jag behöver <hjälp>".into(),
        costs: vec![cost("rent", "8200"), cost("electricity", "400")],
        incomes: vec![IncomeRow {
            kind: "wage".into(),
            amount: "9000".into(),
            person: "adult1".into(),
            ..IncomeRow::default()
        }],
        ..ApplicationForm::default()
    }
}

/// An application that arrives now.
async fn applied(stage: &Stage, person: PersonId, slug: &str, month: &str) -> Application {
    let (actor, office): (Actor, OfficeId) = (stage.system(), office(stage, slug).await);
    let month: Date = format!("{month}-01").parse().expect("a month");
    let mut tx = stage.db.begin(&actor).await.expect("a transaction");
    let registered = application::register(
        &mut tx,
        &actor,
        &stage.world,
        &zone(),
        person,
        office,
        Door::Portal,
        month,
        &form(month),
    )
    .await
    .expect("registered");
    tx.commit().await.expect("committed");
    registered
}

async fn put(browser: &mut Browser, path: &str, body: &Value) -> Answer {
    let json = [("content-type", "application/json")];
    browser.send(Method::PUT, path, &json, Body::from(body.to_string())).await
}

async fn audited(stage: &Stage, action: &str) -> i64 {
    stage.number(&format!("SELECT count(*) FROM audit WHERE action = '{action}'")).await
}

/// What a browser would send for a form, with some of it changed; and sends it.
async fn send(browser: &mut Browser, shown: &Answer, action: &str, changes: &[(&str, &str)]) -> Answer {
    let page = shown.page();
    let mut fields = page.controls(page.form(action));
    for (name, value) in changes {
        match fields.iter_mut().find(|(field, _)| field == name) {
            Some((_, held)) => (*value).clone_into(held),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(action, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_case_shows_everything_in_it_and_every_open_is_recorded_with_its_reason() {
    let stage = stage().await;
    let maria = stage.who("maria").await;
    let case = stage.id(&format!("SELECT case_id FROM casework_party WHERE person_id = '{maria}'")).await;
    let application =
        stage.id(&format!("SELECT application_id FROM application WHERE case_id = '{case}' ORDER BY arrived_at")).await;
    let (object, document) = (stage.world.id(), stage.world.id());
    stage
        .arrange(&format!(
            "INSERT INTO storage_object VALUES ('{m}', '{object}', 'committed', now());
             INSERT INTO document (municipality_id, document_id, person_id, application_id, object_id, name, media_type,
                                   size, sha256, format, uploaded_at)
             VALUES ('{m}', '{document}', '{maria}', '{application}', '{object}', 'hyra.pdf', 'application/pdf', 2048,
                     sha256(''), 1, now())",
            m = stage.municipality,
        ))
        .await;
    let slot = stage.slot("2026-11-24").await;
    let mut herself = stage.signed_in("maria").await;
    crate::support::look::booked(&mut herself, "k", &slot).await;

    let mut karin = stage.signed_in("karin").await;
    let page = karin.get(&format!("{LIST}/{case}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    for shown in [
        "Maria",
        "Nian behöver också en cykel",
        "8\u{a0}200\u{a0}kr",
        "hyra.pdf",
        &format!("/personal/handling/{document}/fil"),
        &format!("{LIST}/{case}/berakning/{application}"),
        "tisdag 24 november 09.00",
        "Delvis bifall",
        "Hon lämnar elfakturan",
        "Du arbetar med ärendet",
        "Barn 2",
        "9 år",
    ] {
        assert!(page.text.contains(shown), "{shown}");
    }
    assert!(!page.page().only("title").text.contains("Maria"));
    let rest = karin.get(&format!("/api/v1/cases/{case}")).await;
    assert_eq!(rest.status, 200, "{}", rest.text);
    let view = rest.json();
    assert_eq!(view["applications"].as_array().map(Vec::len), Some(2));
    assert_eq!(view["decisions"].as_array().map(Vec::len), Some(2));
    assert_eq!(view["applications"][1]["papers"][0]["name"], "hyra.pdf");
    assert_eq!(view["handler"]["name"], "Karin");
    let reasons = format!(
        "SELECT count(*) FROM audit WHERE action = 'casework.read' AND reason = 'handler' AND object_ids = ARRAY['{case}', '{maria}']::uuid[]"
    );
    assert_eq!(stage.number(&reasons).await, 2, "each open is a row of its own");
    // Her colleague beside her: he sees that it is hers, and why he looked is his role.
    let mut joel = stage.signed_in("joel").await;
    let his = joel.get(&format!("{LIST}/{case}")).await;
    assert!(his.text.contains("Karin\u{2069} arbetar med ärendet") && !his.text.contains(&format!("{case}/ta\"")));
    assert_eq!(
        stage.number("SELECT count(*) FROM audit WHERE action = 'casework.read' AND reason = 'on_call'").await,
        1
    );
    for language in ["en", "ar"] {
        joel.cookies.insert("porten_lang".into(), language.into());
        for path in [LIST.to_owned(), format!("{LIST}/{case}"), format!("{LIST}/{case}/berakning/{application}")] {
            let page = joel.get(&path).await;
            assert_eq!(page.status, 200, "{language} {path}");
            page.page();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_without_a_time_stands_in_the_case() {
    let stage = stage().await;
    let maria = stage.who("maria").await;
    let case = stage.id(&format!("SELECT case_id FROM casework_party WHERE person_id = '{maria}'")).await;
    let mut rut = stage.signed_in("rut").await;
    let walk_ins = "/api/v1/walk-ins";
    // Maria comes and is served, and comes again; others, and just numbers, are no part of her case.
    for (key, command) in
        [("a", json!({ "person_id": maria })), ("b", json!({ "name": "Någon Annan" })), ("c", json!({}))]
    {
        assert_eq!(rut.command(walk_ins, key, &command).await.status, 201);
    }
    let first = stage.id(&format!("SELECT ticket_id FROM reception_ticket WHERE person_id = '{maria}'")).await;
    for act in ["call", "done"] {
        stage.clock.pass(SignedDuration::from_mins(10));
        assert_eq!(rut.command(&format!("{walk_ins}/{first}/{act}"), act, &json!({})).await.status, 200, "{act}");
    }
    assert_eq!(rut.command(walk_ins, "d", &json!({ "person_id": maria })).await.status, 201);
    // What she did at another office stays there.
    stage
        .arrange(&format!(
            "INSERT INTO reception_ticket (municipality_id, ticket_id, office_id, day, number, person_id, status,
                                           registered_by, registered_at)
             SELECT municipality_id, '{}', office_id, current_date, 900, '{maria}', 'waiting', '{}', now()
             FROM office WHERE slug = 'norra'",
            stage.world.id(),
            stage.who("nils").await,
        ))
        .await;

    let mut karin = stage.signed_in("karin").await;
    let rest = karin.get(&format!("/api/v1/cases/{case}")).await;
    assert_eq!(rest.status, 200, "{}", rest.text);
    let view = rest.json();
    let found = view["walk_ins"].as_array().expect("walk-ins");
    let stands: Vec<_> = found
        .iter()
        .map(|one| (one["status"].as_str(), one["done_at"].is_string(), one["office_name"].as_str()))
        .collect();
    assert_eq!(stands, [(Some("done"), true, Some("Södra")), (Some("waiting"), false, Some("Södra"))]);
    let names: BTreeSet<&str> = found[0].as_object().expect("an object").keys().map(String::as_str).collect();
    let shown = ["ticket_id", "office_name", "status", "registered_at", "called_at", "done_at"];
    assert_eq!(names, shown.into(), "when, and no reason");
    for (language, _) in LANGUAGES {
        let mut karin = speaking(karin.clone(), language).await;
        let page = karin.get(&format!("{LIST}/{case}")).await;
        let words = words(language, "casework");
        let table = sound(&page, language);
        let cells: Vec<&str> = table.all("td").map(|cell| cell.text.trim()).collect();
        let done = word(&words, "walk_ins.done").replace("{{ time }}", "");
        assert!(cells.contains(&word(&words, "walk_ins.waiting")), "{language}: {cells:?}");
        assert!(cells.iter().any(|cell| cell.starts_with(&done)), "{language}: {cells:?}");
        assert_eq!(table.by_id("utan-tid").text.trim(), word(&words, "walk_ins.heading"));
    }
    let reads = "SELECT count(*) FROM audit WHERE action = 'casework.read'";
    assert_eq!(stage.number(reads).await, 1 + i64::try_from(LANGUAGES.len()).expect("a few"), "one row each");
    let other = stage.id("SELECT case_id FROM application WHERE door = 'guest' AND person_id IN (SELECT person_id FROM demo_persona)").await;
    let quiet = karin.get(&format!("{LIST}/{other}")).await;
    assert!(quiet.status == 200 && !quiet.text.contains("utan-tid"), "who was not here has no list of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_are_added_once_and_never_lost() {
    let stage = stage().await;
    let case = applied(&stage, somebody(&stage).await, "sodra", "2026-11").await.case_id;
    let (page, path) = (format!("{LIST}/{case}"), format!("{LIST}/{case}/anteckningar"));
    let notes = format!("SELECT count(*) FROM casework_note WHERE case_id = '{case}'");
    let mut karin = stage.signed_in("karin").await;
    let shown = karin.get(&page).await;
    let blank = send(&mut karin, &shown, &path, &[("text", "  \n ")]).await;
    assert_eq!(blank.status, 422);
    assert_eq!(blank.page().by_id("f-text").get("aria-invalid"), Some("true"));
    let long = "å".repeat(10_001);
    let refused = send(&mut karin, &shown, &path, &[("text", &long)]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains(&long), "what was typed stays");
    assert_eq!(stage.number(&notes).await, 0);
    let typed = [("text", "Ringde <b>honom</b>\r\nåterkommer")];
    for _ in 0..2 {
        let done = send(&mut karin, &shown, &path, &typed).await;
        assert_eq!((done.status, done.header("location")), (303, format!("{page}#anteckningar").as_str()));
    }
    assert_eq!(stage.number(&notes).await, 1, "a double click is one note");
    assert_eq!(audited(&stage, "casework.note").await, 1);
    let changed = send(&mut karin, &shown, &path, &[("text", "Något annat")]).await;
    assert_eq!(changed.status, 422, "the key was used");
    assert!(changed.text.contains("Något annat"));
    let note = karin.command(&format!("/api/v1/cases/{case}/notes"), "n", &json!({ "text": "Två" })).await;
    assert_eq!((note.status, note.json()["author"].clone()), (201, json!("Karin")), "{}", note.text);
    let shown = karin.get(&page).await;
    assert!(shown.text.contains("Ringde &lt;b&gt;honom") && shown.text.contains("Två"));
    for change in ["UPDATE casework_note SET text = 'x'", "DELETE FROM casework_note"] {
        let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
        let refused = sqlx::query(sqlx::AssertSqlSafe(change.to_owned())).execute(&mut *tx).await;
        let code = refused
            .expect_err(change)
            .into_database_error()
            .and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        assert_eq!(code.as_deref(), Some("42501"), "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_of_another_office_is_as_absent_for_everybody_and_every_door() {
    let stage = stage().await;
    let theirs = stage.number("SELECT count(*) FROM application JOIN casework_case USING (municipality_id, case_id) JOIN office USING (municipality_id, office_id) WHERE slug = 'sodra'").await;
    assert_eq!(theirs, 4);
    let mut root = stage.root().await;
    let mut pairs: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT case_id, application_id FROM application JOIN casework_case USING (municipality_id, case_id)
         JOIN office USING (municipality_id, office_id) WHERE slug = 'sodra'",
    )
    .fetch_all(&mut root)
    .await
    .expect("cases");
    let nils_own: (Uuid, Uuid) = sqlx::query_as(
        "SELECT case_id, application_id FROM application JOIN casework_case USING (municipality_id, case_id)
         JOIN office USING (municipality_id, office_id) WHERE slug = 'norra'",
    )
    .fetch_one(&mut root)
    .await
    .expect("a case");
    // One that does not exist, and one that does with an application of another office.
    pairs.push((stage.world.id(), stage.world.id()));
    pairs.push((nils_own.0, pairs[0].1));
    let before = stage.number("SELECT count(*) FROM audit WHERE action LIKE 'casework.%'").await;
    let figures = json!({ "version": 0, "request": {}, "deviations": {} });
    for (who, own) in [("nils", true), ("rut", false), ("anna", false)] {
        let mut browser = stage.signed_in(who).await;
        let mut answers = BTreeSet::new();
        for (place, (case, application)) in pairs.iter().enumerate() {
            let (page, rest) = (format!("{LIST}/{case}"), format!("/api/v1/cases/{case}"));
            let calculation = format!("{rest}/calculations/{application}");
            let mut got = vec![browser.get(&calculation).await, put(&mut browser, &calculation, &figures).await];
            let mut pages = vec![browser.get(&format!("{page}/berakning/{application}")).await];
            pages.push(browser.post(&format!("{page}/berakning/{application}"), &[("version", "0")]).await);
            if !(own && *case == nils_own.0) {
                got.push(browser.get(&rest).await);
                got.push(browser.command(&format!("{rest}/take"), &format!("t{place}"), &json!({})).await);
                got.push(
                    browser.command(&format!("{rest}/notes"), &format!("n{place}"), &json!({ "text": "x" })).await,
                );
                got.push(browser.command(&format!("{rest}/notes"), &format!("e{place}"), &json!({ "text": "" })).await);
                for path in ["", "/ta", "/lamna", "/anteckningar"] {
                    pages.push(browser.get(&format!("{page}{path}")).await);
                }
                for path in ["/ta", "/lamna", "/anteckningar"] {
                    let key = format!("p{place}{path}");
                    pages.push(
                        browser.post(&format!("{page}{path}"), &[("idempotency_key", &key), ("text", "x")]).await,
                    );
                }
            }
            for answer in got {
                let mut body = answer.json();
                body["reference"] = "".into();
                answers.insert((answer.status, body.to_string()));
            }
            let expected = if who == "anna" { 303 } else { 404 };
            for answer in pages {
                assert_eq!(answer.status, expected, "{who} {case}");
            }
        }
        assert_eq!(answers.len(), 1, "{who}: {answers:?}");
        assert_eq!(answers.first().map(|(status, _)| *status), Some(404));
        let list = browser.get("/api/v1/cases").await;
        assert_eq!(list.status, if own { 200 } else { 404 }, "{who}");
        assert!(pairs[..4].iter().all(|(case, _)| !list.text.contains(&case.to_string())));
        assert_eq!(
            browser.get(LIST).await.status,
            if own {
                200
            } else if who == "rut" {
                404
            } else {
                303
            },
            "{who}"
        );
        if own {
            assert_eq!(browser.get(&format!("{LIST}/{}", nils_own.0)).await.status, 200);
        }
    }
    assert_eq!(code(&stage.browser().get("/api/v1/cases").await), "sign_in_required");
    assert_eq!(code(&stage.browser().get(&format!("/api/v1/cases/{}", pairs[0].0)).await), "sign_in_required");
    let after = stage.number("SELECT count(*) FROM audit WHERE action LIKE 'casework.%'").await;
    assert_eq!(after - before, 2, "nils' own list and case, nothing else was read");
    assert_eq!(stage.number("SELECT count(*) FROM casework_note").await, 1, "the sample's");
}
