//! What a municipality settles for itself: dated, only added to, by its administrator alone; whatever calculates follows.

use crate::{
    norm_api::example,
    norm_pages::says_no,
    pages::{LANGUAGES, faults, sound, speaking, word, words},
    support::{Answer, Browser, Stage, look::code},
};
use futures::future::join_all;
use serde_json::{Value, json};
use server::{
    account::{Directory, SharedDirectory},
    http, startup,
};
use std::collections::BTreeSet;

const PAGE: &str = "/personal/installningar/norm";
const API: &str = "/api/v1/norms/practice";

/// A rent ceiling for everybody from a month.
fn practice(version: i64, from: &str, rent: u32) -> Value {
    json!({ "version": version, "valid_from": from, "checked_on": "2026-11-20", "source": "Riktlinjer 2026",
            "content": { "ceilings": [{ "kind": "rent", "amounts": [rent] }] } })
}

async fn saved(admin: &mut Browser, key: &str, version: i64, from: &str, rent: u32) {
    let answer = admin.command(API, key, &practice(version, from, rent)).await;
    assert_eq!((answer.status, answer.json()), (201, json!({ "version": version + 1 })), "{}", answer.text);
}

/// What is counted of a rent of 9 000 in that month.
async fn counted(browser: &mut Browser, month: &str) -> i64 {
    let body = json!({ "month": month, "household": { "adults": 1 }, "costs": [{ "kind": "rent", "amount": 9000 }] });
    browser.json("/api/v1/estimates", &body).await.json()["costs_total"].as_i64().expect("an amount")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_month_has_the_practice_of_its_time_and_another_municipality_its_own() {
    let stage = Stage::new().await;
    stage.with_another_municipality().await;
    let mut admin = stage.signed_in("admin").await;
    let (mut here, mut there) = (stage.browser(), stage.browser().at("andra.example"));
    assert_eq!(counted(&mut here, "2026-11").await, 9000, "nothing is shipped");

    saved(&mut admin, "a", 0, "2026-01", 7000).await;
    saved(&mut admin, "b", 1, "2026-12", 8000).await;
    // The same month again: the newer row replaces it, and both stay.
    saved(&mut admin, "c", 2, "2026-12", 8100).await;
    for (month, expected) in [("2025-12", 9000), ("2026-01", 7000), ("2026-11", 7000), ("2026-12", 8100)] {
        assert_eq!(counted(&mut here, month).await, expected, "{month}");
        assert_eq!(counted(&mut there, month).await, 9000, "{month}, the other municipality");
    }
    assert_eq!(stage.number("SELECT count(*) FROM norm_practice").await, 3);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'norm.settle'").await, 3);

    // Open to all, with since when and where it stands.
    let told = here.get(&format!("{API}?month=2026-12")).await.json();
    assert_eq!(told["content"]["ceilings"], json!([{ "kind": "rent", "amounts": [8100] }]));
    assert_eq!(
        told["settled"],
        json!({ "valid_from": "2026-12", "checked_on": "2026-11-20", "source": "Riktlinjer 2026" })
    );
    assert_eq!(here.get(API).await.json()["month"], "2026-11", "the present month");
    let none = there.get(API).await.json();
    assert_eq!((&none["settled"], &none["content"]["ceilings"]), (&Value::Null, &json!([])));
    let odd = here.get(&format!("{API}?month=2026-13")).await;
    assert_eq!((odd.status, &odd.json()["errors"]), (422, &json!([{ "pointer": "/month", "code": "not_a_month" }])));

    // What another process settles is there when the directory is read anew; an older reading changes nothing back.
    let older = Directory::read(&stage.db).await.expect("the directory");
    stage
        .arrange(
            "INSERT INTO norm_practice
             SELECT municipality_id, gen_random_uuid(), 4, '2026-11-01', content, checked_on, source, saved_by, saved_at
             FROM norm_practice WHERE version = 2",
        )
        .await;
    assert_eq!(counted(&mut here, "2026-11").await, 7000);
    stage.http.directory.replace(Directory::read(&stage.db).await.expect("the directory"));
    assert_eq!(counted(&mut here, "2026-11").await, 8000);
    stage.http.directory.replace(older);
    assert_eq!(counted(&mut here, "2026-11").await, 8000);

    // Whoever asks what applies asks no database.
    stage.arrange("ALTER TABLE norm_practice RENAME TO elsewhere").await;
    let told = here.get(&format!("{API}?month=2026-12")).await.json();
    assert_eq!((&told["version"], &told["settled"]["source"]), (&json!(3), &json!("Riktlinjer 2026")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_stops_its_own_municipality_only_and_nothing_is_guessed() {
    let stage = Stage::new().await;
    stage.with_another_municipality().await;
    let mut admin = stage.signed_in("admin").await;
    saved(&mut admin, "a", 0, "2026-11", 7000).await;
    stage
        .arrange(
            "INSERT INTO norm_practice
             SELECT municipality_id, gen_random_uuid(), 2, valid_from, '{\"surplus_rolls\": \"x\"}'::jsonb, checked_on,
                    source, saved_by, saved_at
             FROM norm_practice",
        )
        .await;
    // A program that runs goes on with what it could read last.
    let read = Directory::read(&stage.db).await.expect("the others'");
    assert!(!stage.http.directory.replace(read.clone()), "nothing is different");
    let (mut here, mut there) = (stage.browser(), stage.browser().at("andra.example"));
    assert_eq!((counted(&mut here, "2026-11").await, counted(&mut there, "2026-11").await), (7000, 9000));

    // One that starts now has nothing to calculate with there, and says so.
    let mut http = stage.http.clone();
    http.directory = SharedDirectory::new(read);
    http.backend = startup::backend(&stage.db, &stage.world, &http.directory, &stage.storage).expect("the backend");
    let router = http::router(&http);
    let (mut here, mut there) = (Browser::new(router.clone()), Browser::new(router).at("andra.example"));
    let asked = here.json("/api/v1/estimates", &json!({ "month": "2026-11", "household": { "adults": 1 } })).await;
    assert_eq!((asked.status, code(&asked).as_str()), (503, "unavailable"));
    for path in ["/rakna", API] {
        assert_eq!(here.get(path).await.status, 503, "{path}");
        assert_eq!(there.get(path).await.status, 200, "{path}");
    }
    assert_eq!(here.get("/kontakt").await.status, 200);
    assert_eq!(counted(&mut there, "2026-11").await, 9000);

    // Put right it is there. That it could not be saved today is nothing against it.
    stage.arrange("UPDATE norm_practice SET content = '{\"surplus_rolls\": 99}' WHERE version = 2").await;
    assert!(http.directory.replace(Directory::read(&stage.db).await.expect("the directory")));
    assert_eq!(counted(&mut here, "2026-11").await, 9000);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_administrator_settles_and_sees_the_settings() {
    let stage = Stage::new().await;
    let command = practice(0, "2026-11", 7000);
    for persona in ["anna", "rut", "joel", "karin", "nils"] {
        let mut browser = stage.signed_in(persona).await;
        assert_eq!(code(&browser.command(API, "a", &command).await), "not_found", "{persona}");
        let applicant = persona == "anna";
        for page in ["/personal/installningar", PAGE] {
            let answer = browser.get(page).await;
            // An applicant is not signed in as staff at all.
            assert_eq!(answer.status, if applicant { 303 } else { 404 }, "{persona} {page}");
            assert!(!browser.get("/personal").await.text.contains("installningar"), "{persona}");
        }
    }
    assert_eq!(code(&stage.browser().command(API, "a", &command).await), "sign_in_required");
    assert_eq!(stage.number("SELECT count(*) FROM norm_practice").await, 0);

    // Signing in leads to the settings, and the way there is on every page.
    let mut admin = stage.signed_in("admin").await;
    let there = admin.get("/personal").await;
    assert_eq!((there.status, there.header("location")), (303, "/personal/installningar"));
    for (language, _) in LANGUAGES {
        let mut admin = speaking(admin.clone(), language).await;
        for path in ["/personal/installningar", PAGE] {
            let page = sound(&admin.get(path).await, language);
            assert!(page.all("a").any(|link| link.get("href") == Some("/personal/installningar")), "{path}");
        }
        let index = admin.get("/personal/installningar").await.page();
        assert!(index.all("a").any(|link| link.get("href") == Some(PAGE)));
        for way in ["/personal/mottagning", "/personal/reception"] {
            assert_eq!(admin.get(way).await.status, 404, "no person, no case");
        }
    }
}

/// What a browser would send for the form, with some of it changed; and sends it.
async fn send(browser: &mut Browser, shown: &Answer, changes: &[(&str, &str)]) -> Answer {
    let page = shown.page();
    let mut fields = page.controls(page.form(PAGE));
    for (name, value) in changes {
        let held = fields.iter_mut().find(|(field, _)| field == name).unwrap_or_else(|| panic!("no field {name}"));
        (*value).clone_into(&mut held.1);
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(PAGE, &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_saves_shows_what_applies_and_comes_back_with_everything_that_is_wrong() {
    let stage = Stage::new().await;
    for (place, (language, _)) in LANGUAGES.into_iter().enumerate() {
        let mut admin = speaking(stage.signed_in("admin").await, language).await;
        let shown = admin.get(PAGE).await;
        let rent = (7000 + place).to_string();
        let wrong = [
            ("ceiling.rent.1", "7000"),
            ("ceiling.rent.2", "dyrt"),
            ("one_of_couple.of", "2"),
            ("one_of_couple.out_of", "1"),
            ("surplus_rolls", "99"),
            ("checked_on", "2026-11-24"),
        ];
        let refused = send(&mut admin, &shown, &wrong).await;
        assert_eq!(refused.status, 422);
        let page = sound(&refused, language);
        let common = words(language, "common");
        let text = |key: &str| word(&common["field"], key).to_owned();
        let named: BTreeSet<(String, String)> = faults(&page).into_iter().collect();
        let expected = [
            ("ceiling.rent.2", "not_an_amount"),
            ("one_of_couple.of", "out_of_range"),
            ("surplus_rolls", "out_of_range"),
            ("checked_on", "out_of_range"),
            ("source", "required"),
        ];
        for (field, code) in expected {
            let found = named.iter().any(|(id, said)| id.contains(field) && said.contains(&text(code)));
            assert!(found, "{language} {field}: {named:?}");
        }
        assert_eq!(named.len(), expected.len(), "{named:?}");

        let right = [
            ("ceiling.rent.1", rent.as_str()),
            ("ceiling.rent.2", "8 200 kr"),
            ("one_of_couple.of", "1"),
            ("one_of_couple.out_of", "2"),
            ("surplus_rolls", "3"),
            ("checked_on", "2026-11-20"),
            ("source", "Riktlinjer 2026"),
        ];
        let fine = send(&mut admin, &refused, &right).await;
        assert_eq!((fine.status, fine.header("location")), (303, "/personal/installningar/norm?sparad"));
        let after = admin.get("/personal/installningar/norm?sparad").await;
        let page = sound(&after, language);
        let texts = words(language, "settings");
        let main = &page.only("main").text;
        assert!(main.contains(word(&texts["norm"], "saved")) && main.contains("Riktlinjer 2026"), "{main}");
        assert_eq!(says_no(main), None);
        let shown: Vec<(String, String)> = page.controls(page.form(PAGE));
        for (name, value) in [("ceiling.rent.1", rent.as_str()), ("ceiling.rent.2", "8200"), ("ceiling.rent.3", "")] {
            assert!(shown.contains(&(name.to_owned(), value.to_owned())), "{name} {value}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sent_twice_it_is_one_version_and_of_two_at_once_one_is_told_of_the_other() {
    let stage = Stage::new().await;
    let admin = stage.signed_in("admin").await;
    let sends = (0..5).map(|_| {
        let mut admin = admin.clone();
        tokio::spawn(async move { admin.command(API, "same", &practice(0, "2026-11", 7000)).await })
    });
    for answer in join_all(sends).await {
        let answer = answer.expect("sent");
        assert_eq!((answer.status, answer.json()), (201, json!({ "version": 1 })));
    }
    assert_eq!(stage.number("SELECT count(*) FROM norm_practice").await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'norm.settle'").await, 1);

    // Two windows over the same version, each with its own key.
    let sends = (0..4).map(|number| {
        let mut admin = admin.clone();
        tokio::spawn(async move {
            let command = practice(1, "2026-11", 7001 + number);
            admin.command(API, &format!("window {number}").replace(' ', "-"), &command).await
        })
    });
    let mut codes: Vec<u16> = join_all(sends).await.into_iter().map(|answer| answer.expect("sent").status).collect();
    codes.sort_unstable();
    assert_eq!(codes, [201, 409, 409, 409]);
    assert_eq!(stage.number("SELECT count(*) FROM norm_practice").await, 2);

    // In the form the other's version is shown, what was typed stays, and sending it again is then meant.
    let mut admin = admin;
    let shown = admin.get(PAGE).await;
    saved(&mut admin, "between", 2, "2026-11", 7777).await;
    let typed = [("ceiling.rent.1", "6500"), ("checked_on", "2026-11-20"), ("source", "Min")];
    let refused = send(&mut admin, &shown, &typed).await;
    assert_eq!(refused.status, 409);
    let page = sound(&refused, "sv");
    assert!(page.only("main").text.contains("7\u{a0}777"), "{}", page.only("main").text);
    assert!(page.controls(page.form(PAGE)).contains(&("ceiling.rent.1".to_owned(), "6500".to_owned())));
    assert_eq!(send(&mut admin, &refused, &[]).await.status, 303);
    assert_eq!(counted(&mut admin, "2026-11").await, 6500);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_saved_is_named_with_its_place() {
    let stage = Stage::new().await;
    let mut admin = stage.signed_in("admin").await;
    let mut command = practice(0, "1999-12", 0);
    command["content"]["surplus_rolls"] = json!(13);
    let ceilings = command["content"]["ceilings"].as_array_mut().expect("ceilings");
    ceilings.push(json!({ "kind": "leisure", "amounts": [1] }));
    command["checked_on"] = json!("2026-11-24");
    command["source"] = json!(" ");
    let answer = admin.command(API, "a", &command).await;
    let fault = |pointer: &str, code: &str| json!({ "pointer": pointer, "code": code });
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.json()["errors"],
        json!([
            fault("/valid_from", "out_of_range"),
            fault("/content/surplus_rolls", "out_of_range"),
            fault("/content/ceilings/0/amounts/0", "out_of_range"),
            fault("/content/ceilings/1/kind", "does_not_fit"),
            fault("/checked_on", "out_of_range"),
            fault("/source", "required"),
        ])
    );
    for (field, odd) in [("content", json!({ "x": 1 })), ("valid_from", json!("2026-13")), ("version", json!("x"))] {
        let mut command = practice(0, "2026-11", 7000);
        command[field] = odd;
        assert_eq!(admin.command(API, "b", &command).await.status, 422, "{field}");
    }
    let mut command = practice(0, "2026-11", 7000);
    command["content"]["one_of_couple"] = json!({ "of": 0, "out_of": 2 });
    command["checked_on"] = json!("1999-12-31");
    command["source"] = json!("Rikt\u{7}linjer");
    assert_eq!(
        admin.command(API, "c", &command).await.json()["errors"],
        json!([
            fault("/content/one_of_couple", "out_of_range"),
            fault("/checked_on", "out_of_range"),
            fault("/source", "malformed"),
        ])
    );
    for version in [i64::MAX, i64::MIN, -1] {
        let answer = admin.command(API, &format!("over{version}"), &practice(version, "2026-11", 7000)).await;
        assert_eq!((answer.status, code(&answer).as_str()), (409, "version_conflict"), "{version}");
    }
    assert_eq!(admin.json(API, &practice(0, "2026-11", 7000)).await.status, 400, "no key");
    assert_eq!(stage.number("SELECT count(*) FROM norm_practice").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_the_live_estimate_follow_at_once() {
    let stage = Stage::new().await;
    let mut anybody = stage.browser();
    let fields = [("month", "2026-11"), ("adults", "1"), ("cost.rent", "9000")];
    let props = |answer: &Answer| {
        let island = answer.page();
        let island = island.all("leptos-island").next().expect("the island");
        let props: Value = serde_json::from_str(island.get("data-props").expect("props")).expect("JSON");
        props["practices"].clone()
    };
    // Kept for everybody, for a minute.
    assert_eq!(props(&anybody.get("/rakna").await), json!([]));
    assert!(anybody.post("/rakna", &fields).await.text.contains("14\u{a0}220"));
    let mut admin = stage.signed_in("admin").await;
    saved(&mut admin, "a", 0, "2026-11", 7000).await;
    let after = anybody.get("/rakna").await;
    let practices: domain::norm::Practices = serde_json::from_value(props(&after)).expect("practices");
    let november = "2026-11".parse().expect("a month");
    assert_eq!(practices.of(november).ceilings[0].amounts, [7000]);
    let answer = anybody.post("/rakna", &fields).await;
    assert!(answer.text.contains("12\u{a0}220"), "{}", answer.text);
    let texts = words("sv", "norm");
    assert!(answer.page().only("main").text.contains(word(&texts["notice"], "cost_above_ceiling")));
    assert_eq!(says_no(&answer.page().only("main").text), None);
    // Other figures are as they were.
    let whole = anybody.json("/api/v1/estimates", &example()).await;
    assert_eq!(whole.status, 200);
}
