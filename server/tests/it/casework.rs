//! Casework: the list of an office, the case, who works on it, the figures side by side, notes; and that nobody else finds
//! any of it.

use crate::support::{
    Answer, Browser, Setting, Stage,
    look::{code, text},
};
use axum::{body::Body, http::Method};
use domain::{
    Actor,
    application::{Application, ApplicationForm, CostRow, Door, IncomeRow},
    id::{OfficeId, PersonId},
};
use futures::future::join_all;
use jiff::{civil::Date, tz::TimeZone};
use serde_json::{Value, json};
use server::{application, casework};
use std::{collections::BTreeSet, sync::Arc};
use tokio::sync::Barrier;
use uuid::Uuid;

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
        incomes: vec![IncomeRow { kind: "wage".into(), amount: "9000".into(), person: "adult1".into() }],
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

/// Makes caseworkers at Södra who can sign in.
async fn colleagues(stage: &Stage, count: usize) -> Vec<Browser> {
    let mut signed_in = Vec::new();
    for number in 0..count {
        let staff = stage.world.id();
        stage
            .arrange(&format!(
                "INSERT INTO staff (municipality_id, staff_id, office_id, display_name, roles)
                 SELECT municipality_id, '{staff}', office_id, 'Kollega {number}', '{{caseworker}}' FROM office WHERE slug = 'sodra';
                 INSERT INTO demo_persona (municipality_id, persona, position, staff_id)
                 VALUES ('{}', 'kollega-{number}', {number}, '{staff}')",
                stage.municipality
            ))
            .await;
        signed_in.push(stage.signed_in(&format!("kollega-{number}")).await);
    }
    signed_in
}

#[tokio::test(flavor = "multi_thread")]
async fn the_intake_list_is_of_the_own_office_oldest_first_and_each_read_is_recorded() {
    let stage = stage().await;
    let today = applied(&stage, somebody(&stage).await, "sodra", "2026-11").await;
    let mut karin = stage.signed_in("karin").await;
    let list = karin.get("/api/v1/cases").await;
    assert_eq!(list.status, 200, "{}", list.text);
    let items = list.json()["items"].as_array().expect("items").clone();
    let seen = |name: &str| items.iter().map(|item| item[name].clone()).collect::<Vec<_>>();
    assert_eq!(seen("days"), [6, 1, 0], "what maria has a decision on does not wait");
    assert_eq!(seen("identity_claimed"), [false, true, false]);
    assert_eq!(seen("door"), ["portal", "guest", "portal"]);
    assert_eq!(items[2]["application_id"], today.application_id.to_string());
    assert_eq!(
        (&items[2]["number"], &items[2]["month"], &items[2]["kind"], &items[2]["papers"], &items[2]["handler"]),
        (&json!(today.number), &json!("2026-11"), &json!("first"), &json!(0), &Value::Null)
    );
    assert!(!list.text.contains("Provperson") && !list.text.contains("Ny Person"), "no names on an open screen");
    // Midnight passes in Stockholm: a day older.
    stage.clock.set("2026-11-23T23:00:00Z");
    let mut karin = stage.signed_in("karin").await;
    let items = karin.get("/api/v1/cases").await.json()["items"].clone();
    assert_eq!(items[2]["days"], 1);
    let first = karin.get("/api/v1/cases?limit=2").await.json();
    let next = karin.get(&format!("/api/v1/cases?limit=2&after={}", text(&first, "next"))).await.json();
    assert_eq!((next["items"][0].clone(), next["next"].clone()), (items[2].clone(), Value::Null));
    for query in ["filter=others", "limit=0", "limit=x", "after=x"] {
        assert_eq!(karin.get(&format!("/api/v1/cases?{query}")).await.status, 422, "{query}");
    }

    let before = audited(&stage, "casework.intake").await;
    let page = karin.get(&format!("{LIST}?visa=alla")).await;
    assert_eq!(page.status, 200);
    assert_eq!(audited(&stage, "casework.intake").await, before, "an unchanged refresh writes no row");
    assert!(page.header("cache-control").contains("no-store"));
    let rows: Vec<String> = page.page().all("tr").map(|row| row.text.clone()).collect();
    assert_eq!(rows.len(), 4, "{rows:?}");
    assert!(rows[2].contains("2 dagar") && rows[2].contains("Ska bekräftas"), "{rows:?}");
    assert!(rows[3].contains("1 dag") && rows[3].contains("november 2026") && rows[3].contains("Ingen än"), "{rows:?}");
    let mine = karin.get(&format!("{LIST}?visa=mina")).await;
    assert!(mine.text.contains("Inga ansökningar väntar här"));
    assert_eq!(audited(&stage, "casework.intake").await, before + 1, "another filter is another read");
    assert_eq!(
        stage.number("SELECT count(*) FROM audit WHERE action = 'casework.intake' AND reason <> 'intake'").await,
        0
    );
    // Taken: hers, and no longer nobody's.
    let case = today.case_id;
    assert_eq!(karin.command(&format!("/api/v1/cases/{case}/take"), "k", &json!({})).await.status, 200);
    let count = async |karin: &mut Browser, filter: &str| {
        let list = karin.get(&format!("/api/v1/cases?filter={filter}")).await.json();
        list["items"].as_array().expect("items").len()
    };
    assert_eq!((count(&mut karin, "mine").await, count(&mut karin, "nobody").await), (1, 2));
    assert_eq!(
        stage.signed_in("joel").await.get("/api/v1/cases").await.json()["items"].as_array().map(Vec::len),
        Some(3)
    );
    let norra = stage.signed_in("nils").await.get("/api/v1/cases").await.json();
    assert_eq!(norra["items"].as_array().map(Vec::len), Some(1));
    assert!(stage.signed_in("karin").await.get("/personal").await.text.contains(LIST));
    assert!(!stage.signed_in("rut").await.get("/personal").await.text.contains(LIST));
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_take_a_case_at_once_one_gets_it_and_the_others_hear_who() {
    let stage = Stage::with(Setting { pool: 16, ..THREAD }).await;
    let case = applied(&stage, somebody(&stage).await, "sodra", "2026-11").await.case_id;
    let people = colleagues(&stage, 8).await;
    let start = Arc::new(Barrier::new(people.len()));
    let sends = people.iter().enumerate().map(|(who, browser)| {
        let (mut browser, start, case) = (browser.clone(), start.clone(), case);
        tokio::spawn(async move {
            start.wait().await;
            browser.command(&format!("/api/v1/cases/{case}/take"), &format!("k{who}"), &json!({})).await
        })
    });
    let answers: Vec<Answer> = join_all(sends).await.into_iter().map(|answer| answer.expect("sent")).collect();
    let won: Vec<usize> = (0..answers.len()).filter(|who| answers[*who].status == 200).collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    assert!(answers.iter().enumerate().all(|(who, answer)| who == won[0] || code(answer) == "case_taken"));
    assert_eq!(audited(&stage, "casework.take").await, 1);
    let name = text(&answers[won[0]].json(), "name");
    assert_eq!(name, format!("Kollega {}", won[0]));

    let (mut winner, mut loser) = (people[won[0]].clone(), people[(won[0] + 1) % 8].clone());
    let path = format!("{LIST}/{case}/ta");
    let late = loser.post(&path, &[("idempotency_key", "late")]).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains(&name), "who has it");
    assert!(late.page().with_class("error-summary").next().is_some_and(|summary| summary.text.contains(&name)));
    let again = winner.post(&path, &[("idempotency_key", "again")]).await;
    assert_eq!((again.status, again.header("location")), (303, format!("{LIST}/{case}").as_str()), "one's own");
    assert_eq!(audited(&stage, "casework.take").await, 1);
    // Not hers to give back; his is, and then it is free.
    let give = format!("{LIST}/{case}/lamna");
    assert_eq!(loser.post(&give, &[("idempotency_key", "g")]).await.status, 409);
    let shown = winner.get(&format!("{LIST}/{case}")).await;
    assert_eq!(send(&mut winner, &shown, &give, &[]).await.status, 303);
    assert_eq!(audited(&stage, "casework.release").await, 1);
    let shown = loser.get(&format!("{LIST}/{case}")).await;
    assert_eq!(send(&mut loser, &shown, &path, &[]).await.status, 303);
    assert_eq!(loser.post(&path, &[]).await.status, 422, "no key");
    let handler = loser.get(&format!("/api/v1/cases/{case}")).await.json()["handler"]["name"].clone();
    assert_eq!(handler, format!("Kollega {}", (won[0] + 1) % 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_differ_need_a_reason_and_stand_beside_the_applicants() {
    let stage = stage().await;
    let application = applied(&stage, somebody(&stage).await, "sodra", "2026-11").await;
    let path = format!("{LIST}/{}/berakning/{}", application.case_id, application.application_id);
    let mut karin = stage.signed_in("karin").await;
    let shown = karin.get(&path).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let page = shown.page();
    let sums: Vec<String> = page.all("tfoot").map(|foot| foot.text.clone()).collect();
    assert_eq!(sums.len(), 2, "both sides");
    assert_eq!(sums[0], sums[1], "nobody has changed anything");
    let sent = page.controls(page.form(&path));
    let value = |name: &str| sent.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    assert_eq!(
        (value("cost.0.amount"), value("income.0.amount"), value("version")),
        (Some("8200"), Some("9000"), Some("0"))
    );

    // Typed, without saying why: it comes back with what was typed and the fault at its row.
    let changes = [("cost.0.amount", "8 000"), ("cost.2.kind", "medicine"), ("cost.2.amount", "mycket")];
    let refused = send(&mut karin, &shown, &path, &changes).await;
    assert_eq!(refused.status, 422);
    let page = refused.page();
    for id in ["f-cost.0.reason", "f-cost.2.amount", "f-cost.2.reason"] {
        assert_eq!(page.by_id(id).get("aria-invalid"), Some("true"), "{id}");
    }
    assert_eq!(page.by_id("f-cost.1.reason").get("aria-invalid"), None);
    assert_eq!(page.by_id("f-cost.0.amount").get("value"), Some("8 000"), "what was typed stays");
    assert_eq!(stage.number("SELECT count(*) FROM casework_calculation").await, 1, "only the sample's");

    let why = [("cost.2.amount", "150"), ("cost.0.reason", "Enligt hyresavin <ny>"), ("cost.2.reason", "Kvitto visat")];
    let done = send(&mut karin, &refused, &path, &why).await;
    assert_eq!((done.status, done.header("location")), (303, format!("{path}?sparad").as_str()));
    let shown = karin.get(&format!("{path}?sparad")).await;
    let page = shown.page();
    let sums: Vec<String> = page.all("tfoot").map(|foot| foot.text.clone()).collect();
    assert_ne!(sums[0], sums[1]);
    for said in [
        "Sparade av \u{2066}Karin\u{2069}",
        "Enligt hyresavin &lt;ny&gt;",
        "Kvitto visat",
        "8\u{a0}200\u{a0}kr",
        "8\u{a0}000\u{a0}kr",
    ] {
        assert!(shown.text.contains(said), "{said}");
    }
    assert_eq!(page.by_id("f-cost.0.reason").get("value"), Some("Enligt hyresavin <ny>"));
    assert_eq!(audited(&stage, "casework.calculate").await, 1);
    assert!(audited(&stage, "casework.calculation").await >= 4, "each time they were shown");

    // REST sees the same, and the decision's room gets them.
    let rest = format!("/api/v1/cases/{}/calculations/{}", application.case_id, application.application_id);
    let view = karin.get(&rest).await.json();
    assert_eq!((&view["version"], &view["deviations"]["cost.rent"]), (&json!(1), &json!("Enligt hyresavin <ny>")));
    let (stated, verified) = (&view["stated"]["estimate"], &view["verified"]["estimate"]);
    let costs = |side: &Value| side["costs_total"].as_i64().expect("a sum");
    assert_eq!((costs(stated), costs(verified)), (8600, 8550));
    let mut tx = stage.db.begin(&stage.system()).await.expect("a transaction");
    let known = casework::verified(&mut tx, &stage.system(), application.application_id)
        .await
        .expect("figures")
        .map(|saved| saved.1);
    assert_eq!(serde_json::to_value(known).expect("JSON"), view["verified"]["request"]);
    drop(tx);
    let mut request = view["verified"]["request"].clone();
    request["incomes"][0]["amount"] = 9500.into();
    request["month"] = "2026-10".into();
    let command = json!({ "version": 1, "request": request, "deviations": {} });
    let refused = put(&mut karin, &rest, &command).await;
    assert_eq!(refused.status, 422);
    let pointers: Vec<String> =
        refused.json()["errors"].as_array().expect("errors").iter().map(|error| text(error, "pointer")).collect();
    assert_eq!(
        pointers,
        ["/request/month", "/deviations/cost.rent", "/deviations/cost.medicine", "/deviations/income.wage.adult1"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_over_a_newer_version_is_refused_with_both_shown() {
    let stage = stage().await;
    let application = applied(&stage, somebody(&stage).await, "sodra", "2026-11").await;
    let path = format!("{LIST}/{}/berakning/{}", application.case_id, application.application_id);
    let (mut karin, mut joel) = (stage.signed_in("karin").await, stage.signed_in("joel").await);
    let (hers, his) = (karin.get(&path).await, joel.get(&path).await);
    let change = |amount: &'static str, why: &'static str| [("cost.0.amount", amount), ("cost.0.reason", why)];
    assert_eq!(send(&mut karin, &hers, &path, &change("8000", "Avin")).await.status, 303);
    let refused = send(&mut joel, &his, &path, &change("7500", "Kontraktet")).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    let page = refused.page();
    let summary = page.with_class("error-summary").next().expect("a summary").text.clone();
    for said in ["Karin", "8\u{a0}000\u{a0}kr", "Avin"] {
        assert!(summary.contains(said), "what was saved: {said}: {summary}");
    }
    assert_eq!(page.by_id("f-cost.0.amount").get("value"), Some("7500"), "what he typed");
    assert_eq!(page.by_id("f-cost.0.reason").get("value"), Some("Kontraktet"));
    let saved = format!(
        "SELECT (request #>> '{{costs,0,amount}}')::bigint FROM casework_calculation WHERE application_id = '{}'",
        application.application_id
    );
    assert_eq!(stage.number(&saved).await, 8000);
    // Having read it he sends it again: now it is meant.
    assert_eq!(send(&mut joel, &refused, &path, &[]).await.status, 303);
    assert_eq!(stage.number(&saved).await, 7500);

    // By REST: the same version at once goes to one; a repeated request is the same act.
    let rest = format!("/api/v1/cases/{}/calculations/{}", application.case_id, application.application_id);
    let request = karin.get(&rest).await.json()["stated"]["request"].clone();
    let mut command = json!({ "version": 2, "request": request, "deviations": { "cost.rent": "Samtal" } });
    command["request"]["costs"][0]["amount"] = 7000.into();
    let mut other = command.clone();
    other["request"]["costs"][0]["amount"] = 7100.into();
    let (one, two) = tokio::join!(put(&mut karin, &rest, &command), put(&mut joel, &rest, &other));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text, two.text);
    let (winner, sent, loser) =
        if one.status == 200 { (&mut karin, &command, &two) } else { (&mut joel, &other, &one) };
    assert_eq!(code(loser), "version_conflict");
    let again = put(winner, &rest, sent).await;
    assert_eq!((again.status, again.json()["version"].clone()), (200, json!(3)));
    assert_eq!(audited(&stage, "casework.calculate").await, 3);
    assert_eq!(
        put(winner, &rest, &json!({ "version": 0, "request": sent["request"], "deviations": sent["deviations"] }))
            .await
            .status,
        409
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_whose_norm_is_not_known_says_so_and_can_be_verified_all_the_same() {
    let stage = stage().await;
    let application = applied(&stage, somebody(&stage).await, "sodra", "2031-01").await;
    let path = format!("{LIST}/{}/berakning/{}", application.case_id, application.application_id);
    let mut karin = stage.signed_in("karin").await;
    let shown = karin.get(&path).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(shown.text.contains("Beloppen för 2031 är inte klara"));
    assert_eq!(shown.page().all("tfoot").count(), 0, "no guess");
    assert_eq!(send(&mut karin, &shown, &path, &[("cost.0.amount", "x"), ("cost.0.reason", "y")]).await.status, 422);
    let done = send(&mut karin, &shown, &path, &[("cost.0.amount", "8000"), ("cost.0.reason", "Avin")]).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let shown = karin.get(&path).await;
    assert!(shown.text.contains("Avin") && shown.text.contains("Beloppen för 2031 är inte klara"));
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn thirty_applications_at_once_get_thirty_numbers_in_a_row() {
    let stage = Stage::with(Setting { pool: 16, ..THREAD }).await;
    let last = stage.number("SELECT last::bigint FROM casework_series WHERE year = 2026").await;
    let sodra = office(&stage, "sodra").await;
    let mut people = Vec::new();
    for _ in 0..36 {
        people.push(somebody(&stage).await);
    }
    let start = Arc::new(Barrier::new(people.len()));
    let opens = people.iter().enumerate().map(|(place, person)| {
        let (db, world, actor, start, person) =
            (stage.db.clone(), stage.world.clone(), stage.system(), start.clone(), *person);
        tokio::spawn(async move {
            start.wait().await;
            let mut tx = db.begin(&actor).await.expect("a transaction");
            let case = casework::case_for(&mut tx, &actor, &world, &zone(), person, sodra).await.expect("a case");
            // Six are undone after they had their number: it goes to the next.
            if place % 6 == 0 {
                tx.rollback().await.expect("undone");
                return None;
            }
            tx.commit().await.expect("committed");
            Some(case)
        })
    });
    let opened: Vec<_> = join_all(opens).await.into_iter().filter_map(|done| done.expect("opened")).collect();
    assert!(opened.iter().all(|case| !case.joined));
    let numbers: BTreeSet<String> = opened.iter().map(|case| case.number.clone()).collect();
    let expected: BTreeSet<String> = (last + 1..=last + 30).map(|number| format!("2026-{number:05}")).collect();
    assert_eq!(numbers, expected, "no gap, none twice");
    assert_eq!(stage.number("SELECT last::bigint FROM casework_series WHERE year = 2026").await, last + 30);
    assert_eq!(audited(&stage, "casework.open").await, stage.number("SELECT count(*) FROM casework_case").await);
    // A new year counts anew.
    stage.clock.set("2026-12-31T23:00:00Z");
    assert_eq!(applied(&stage, people[0], "sodra", "2026-12").await.number, "2027-00001");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_person_has_one_open_case_however_many_applications_come_at_once() {
    let stage = Stage::with(Setting { pool: 16, ..THREAD }).await;
    let person = somebody(&stage).await;
    let start = Arc::new(Barrier::new(8));
    let (sodra, norra) = (office(&stage, "sodra").await, office(&stage, "norra").await);
    let opens = (0..8).map(|_| {
        let (db, world, actor, start) = (stage.db.clone(), stage.world.clone(), stage.system(), start.clone());
        tokio::spawn(async move {
            start.wait().await;
            let mut tx = db.begin(&actor).await.expect("a transaction");
            let case = casework::case_for(&mut tx, &actor, &world, &zone(), person, sodra).await.expect("a case");
            tx.commit().await.expect("committed");
            case
        })
    });
    let opened: Vec<_> = join_all(opens).await.into_iter().map(|done| done.expect("opened")).collect();
    assert_eq!(opened.iter().map(|case| case.case).collect::<BTreeSet<_>>().len(), 1);
    assert_eq!(opened.iter().filter(|case| !case.joined).count(), 1);

    let actor = stage.system();
    let ask = async |person: PersonId, office: OfficeId| {
        let mut tx = stage.db.begin(&actor).await.expect("a transaction");
        let found = casework::case_for(&mut tx, &actor, &stage.world, &zone(), person, office).await;
        tx.commit().await.expect("committed");
        found
    };
    let elsewhere = ask(person, norra).await.expect("a case");
    assert_eq!((elsewhere.case, elsewhere.joined), (opened[0].case, true), "the case she has, wherever it lies");
    // A case in which she is the partner is the other's to read too: what she sends alone is her own.
    let partner = somebody(&stage).await;
    stage
        .arrange(&format!(
            "INSERT INTO casework_party VALUES ('{}', '{}', '{partner}', 'partner')",
            stage.municipality, opened[0].case
        ))
        .await;
    let hers = ask(partner, sodra).await.expect("a case");
    assert!(!hers.joined && hers.case != opened[0].case);
    // A closed case stays closed.
    stage.arrange(&format!("UPDATE casework_case SET status = 'closed' WHERE case_id = '{}'", hers.case)).await;
    assert!(!ask(partner, sodra).await.expect("a case").joined);
    let nobody = ask(PersonId(stage.world.id()), sodra).await;
    assert!(nobody.is_err(), "nobody of that id");
}
