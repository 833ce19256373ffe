//! People at the desk: found by name or number, never a trace of a case, and an application for whoever wants one.

use super::queue::{WALK_INS, press, register};
use crate::{
    pages::{LANGUAGES, faults, sound, speaking},
    support::{
        Answer, Browser, Stage,
        look::{booked, code, text},
    },
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const APPLY: &str = "/personal/reception/ansokan";

async fn search(desk: &mut Browser, text: &str) -> Answer {
    desk.json("/api/v1/persons/search", &json!({ "search": text })).await
}

fn hits(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().expect("items").clone()
}

/// A confirmed person of that name.
pub async fn confirmed(stage: &Stage, name: &str, number: Option<&str>) -> String {
    let person = stage.world.id().to_string();
    let number = number.map_or("NULL".to_owned(), |number| format!("'{number}'"));
    stage
        .arrange(&format!(
            "INSERT INTO person (municipality_id, person_id, display_name, personal_number)
             SELECT municipality_id, '{person}', '{name}', {number} FROM municipality"
        ))
        .await;
    person
}

/// An application at the desk for a ticket.
pub async fn apply(desk: &mut Browser, ticket: &Value, key: &str, form: Value) -> Answer {
    desk.command(&format!("{WALK_INS}/{}/application", text(ticket, "ticket_id")), key, &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_confirmed_persons_and_is_recorded() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let eva = confirmed(&stage, "Eva Karin Ek", Some("191212121212")).await;
    let other = confirmed(&stage, "Eva 100%_Ek", None).await;
    register(&mut rut, "a", json!({ "name": "Eva Gäst" })).await;

    let found = hits(&search(&mut rut, "eva").await);
    let ids: BTreeSet<String> = found.iter().map(|hit| text(hit, "person_id")).collect();
    assert_eq!(ids, [eva.clone(), other.clone()].into(), "a guest only claims to be who she says");
    for hit in &found {
        let names: BTreeSet<&str> = hit.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(names, ["person_id", "name", "year_of_birth"].into());
    }
    for (text, expected) in [("KARIN", &eva), ("ek", &eva), ("1912 1212-1212", &eva), ("121212+1212", &eva)] {
        let found = hits(&search(&mut rut, text).await);
        assert!(found.iter().any(|hit| hit["person_id"] == **expected), "{text}");
    }
    assert_eq!(hits(&search(&mut rut, "arin").await).len(), 0, "words by their beginning");
    // Signs that mean something to the database are letters like others.
    for sign in ["%%", "__", "\\\\", "va"] {
        assert_eq!(hits(&search(&mut rut, sign).await).len(), 0, "{sign}");
    }
    for bad in ["", " ", "e", "121212-12", "Eva 1"] {
        assert_eq!(code(&search(&mut rut, bad).await), "invalid", "{bad:?}");
    }
    let mut root = stage.root().await;
    let rows: Vec<(Vec<uuid::Uuid>, String)> = sqlx::query_as(
        "SELECT object_ids, detail FROM audit WHERE action = 'reception.search' AND actor_kind = 'staff' ORDER BY audit_id",
    )
    .fetch_all(&mut root)
    .await
    .expect("rows");
    assert_eq!(rows.len(), 10, "each search, those that found nobody too");
    assert_eq!(rows.iter().filter(|(ids, _)| ids.is_empty()).count(), 5);
    assert!(
        rows.iter().all(|(_, detail)| !detail.to_lowercase().contains("eva") && !detail.contains("12")),
        "{rows:?}"
    );
    // Many of a name: the first twenty.
    for place in 0..25 {
        confirmed(&stage, &format!("Lo {place}"), None).await;
    }
    assert_eq!(hits(&search(&mut rut, "lo").await).len(), 20);
    // Security row 35: a name in an address is asked for nowhere.
    for path in ["/api/v1/persons?search=lo", "/api/v1/persons/search?search=lo"] {
        let answer = rut.get(path).await;
        assert!([404, 405].contains(&answer.status), "{path}: {}", answer.status);
    }
    assert_eq!(rut.command(WALK_INS, "x", &json!({ "person_id": stage.world.id() })).await.status, 404);
}

/// The text with every id and every digit made alike.
fn masked(answer: &Answer) -> (u16, String) {
    let words = answer.text.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    let words = words.map(|word| {
        let body = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
        if body.len() >= 36 && body.matches('-').count() >= 4 { word.replace(body, "ID") } else { word.to_owned() }
    });
    let text: String = words.collect();
    (answer.status, text.chars().map(|letter| if letter.is_ascii_digit() { '#' } else { letter }).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_sees_no_trace_of_a_case() {
    let stage = Stage::new().await;
    let with = confirmed(&stage, "Kim Ek", None).await;
    let without = confirmed(&stage, "Kim Ek", None).await;
    // One has a case, taken by joel an hour ago, with a caseworker and a note in it.
    let mut joel = stage.signed_in("joel").await;
    let ticket = register(&mut joel, "before", json!({ "person_id": with })).await;
    let taken = apply(&mut joel, &ticket, "before", json!({ "month": "2026-10" })).await;
    assert_eq!(taken.status, 201, "{}", taken.text);
    stage
        .arrange(
            "UPDATE casework_case SET handler_id = (SELECT staff_id FROM demo_persona WHERE persona = 'karin');
             INSERT INTO casework_note SELECT municipality_id, gen_random_uuid(), case_id, handler_id, 'Anteckning', now() FROM casework_case;
             DELETE FROM reception_ticket; DELETE FROM reception_number WHERE number < 200",
        )
        .await;
    let mut seen = Vec::new();
    for person in [&with, &without] {
        let mut rut = stage.signed_in("rut").await;
        let mut answers = vec![masked(&search(&mut rut, "Kim Ek").await)];
        let registered = rut.command(WALK_INS, &format!("r-{person}"), &json!({ "person_id": person })).await;
        let ticket = registered.json();
        answers.push(masked(&registered));
        for act in ["call", "done"] {
            let path = format!("{}/{act}", text(&ticket, "ticket_id"));
            answers.push(masked(&press(&mut rut, &path, person).await));
        }
        answers.push(masked(&rut.get(WALK_INS).await));
        let id = text(&ticket, "ticket_id");
        for path in [
            "/personal/reception".to_owned(),
            format!("/personal/reception?nummer={id}"),
            format!("/personal/reception?klar={id}"),
            format!("{APPLY}?biljett={id}"),
        ] {
            answers.push(masked(&rut.get(&path).await));
        }
        answers.push(masked(&apply(&mut rut, &ticket, person, json!({ "month": "2026-11" })).await));
        let page = rut.get(&format!("{APPLY}?biljett={id}")).await;
        let fields =
            [("biljett", id.as_str()), ("idempotency_key", &page.hidden("idempotency_key")), ("month", "2026-12")];
        answers.push(masked(&rut.post(APPLY, &fields).await));
        assert!(answers.iter().all(|(status, _)| [200, 201].contains(status)), "{answers:?}");
        seen.push(answers);
        stage.arrange("DELETE FROM reception_ticket; DELETE FROM reception_number WHERE number < 200").await;
    }
    for (with, without) in seen[0].iter().zip(&seen[1]) {
        assert_eq!(with, without);
    }
    assert_eq!(stage.number("SELECT count(*) FROM casework_case").await, 2);
    let joined = format!(
        "SELECT count(*) FROM application WHERE person_id = '{with}' AND case_id = (SELECT case_id FROM casework_party WHERE person_id = '{with}')"
    );
    assert_eq!(stage.number(&joined).await, 3, "joined to the case she has");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_wants_to_applies_today() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    // Just a number: a name is all that is asked for.
    let nobody = register(&mut rut, "a", json!({})).await;
    assert_eq!(code(&apply(&mut rut, &nobody, "none", json!({})).await), "invalid");
    let taken = apply(
        &mut rut,
        &nobody,
        "k",
        json!({ "name": " Sara Ny ", "need": "Hyran.", "way": "phone", "phone": "070-174 06 05" }),
    )
    .await;
    assert_eq!(taken.status, 201, "{}", taken.text);
    let receipt = taken.json();
    let names: BTreeSet<&str> = receipt.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["number", "arrived_at"].into());
    assert!(text(&receipt, "number").starts_with("2026-"));
    assert_eq!(text(&receipt, "arrived_at"), "2026-11-23T08:00:00Z");
    let form = json!({ "name": "Sara Ny", "need": "Hyran.", "way": "phone", "phone": "070-174 06 05" });
    let again = apply(&mut rut, &nobody, "k", form).await;
    assert_eq!((again.status, again.json()), (201, receipt), "sent twice, registered once");
    let row = "SELECT count(*) FROM application JOIN person USING (municipality_id, person_id)
               WHERE door = 'desk' AND staff_id = (SELECT staff_id FROM demo_persona WHERE persona = 'rut')
                 AND month = '2026-11-01' AND display_name = 'Sara Ny' AND identity = 'claimed' AND content->>'office' = 'sodra'";
    assert_eq!(stage.number(row).await, 1);
    let contact = "SELECT count(*) FROM account_contact JOIN person USING (municipality_id, person_id)
                   WHERE display_name = 'Sara Ny' AND way = 'phone'";
    assert_eq!(stage.number(contact).await, 1);

    // Somebody who said her name, and a booked visitor whose name the desk does not see.
    let bo = register(&mut rut, "b", json!({ "name": "Bo" })).await;
    assert_eq!(apply(&mut rut, &bo, "b", json!({})).await.status, 201);
    let mut anna = stage.signed_in("anna").await;
    let slot = stage.slots("sodra", "2026-11-23", "2026-11-23").await.pop().expect("a slot");
    let visit = booked(&mut anna, "k", &text(&slot, "slot_id")).await;
    let visitor = register(&mut rut, "c", json!({ "visit_id": visit })).await;
    let taken = apply(&mut rut, &visitor, "c", json!({})).await;
    assert!(taken.status == 201 && !taken.text.contains("Anna"), "{}", taken.text);
    let hers = anna.get("/api/v1/applications").await.json();
    assert_eq!(hers["items"].as_array().map(Vec::len), Some(1), "she finds it among her own");
    for who in ["Sara Ny", "Bo", "Anna"] {
        let messages = format!(
            "SELECT count(*) FROM message JOIN person USING (municipality_id, person_id)
             WHERE display_name = '{who}' AND kind = 'application_received'"
        );
        assert_eq!(stage.number(&messages).await, 1, "{who}: a receipt");
    }
    assert_eq!(
        stage.number("SELECT count(*) FROM audit WHERE action = 'application.submit' AND reason = 'for_person'").await,
        3
    );
    // What cannot be read is said with its place, all at once, and nothing is registered.
    let bad = json!({ "name": "X", "way": "email", "email": "nej", "month": "2020-01" });
    let refused = rut.command(&format!("{WALK_INS}/{}/application", text(&nobody, "ticket_id")), "bad", &bad).await;
    let pointers: BTreeSet<String> =
        refused.json()["errors"].as_array().expect("errors").iter().map(|error| text(error, "pointer")).collect();
    assert_eq!((refused.status, pointers), (422, ["/email".to_owned(), "/month".to_owned()].into()));
    assert_eq!(stage.number("SELECT count(*) FROM application").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_an_application_and_the_paper_to_hand_over() {
    let stage = Stage::new().await;
    for (language, _) in LANGUAGES {
        let mut rut = speaking(stage.signed_in("rut").await, language).await;
        let page = rut.get(APPLY).await;
        let key = page.hidden("idempotency_key");
        let read = sound(&page, language);
        let controls = read.controls(read.form(APPLY)).into_iter().map(|(name, _)| name);
        assert_eq!(
            controls.collect::<Vec<_>>(),
            ["idempotency_key", "name", "month", "phone", "email", "postal_address", "need"]
        );
        let fields = [
            ("idempotency_key", key.as_str()),
            ("month", "2026-11"),
            ("way", "email"),
            ("email", "nej"),
            ("need", "<b>Hyran</b>"),
        ];
        let refused = rut.post(APPLY, &fields).await;
        assert_eq!(refused.status, 422);
        let page = sound(&refused, language);
        let at: Vec<String> = faults(&page).into_iter().map(|(id, _)| id).collect();
        assert_eq!(at, ["f-name", "f-email"], "{language}");
        let kept = page.controls(page.form(APPLY));
        for (name, value) in [("email", "nej"), ("need", "<b>Hyran</b>"), ("way", "email"), ("month", "2026-11")] {
            assert!(kept.iter().any(|(key, text)| key == name && text == value), "{language} {name}: {kept:?}");
        }
        let key = refused.hidden("idempotency_key");
        let fields = [
            ("idempotency_key", key.as_str()),
            ("month", "2026-11"),
            ("name", "Sara"),
            ("way", "letter"),
            ("need", "Hyran"),
        ];
        let receipt = rut.post(APPLY, &fields).await;
        assert_eq!((receipt.status, receipt.header("cache-control")), (200, "no-store"));
        let page = sound(&receipt, language);
        let number = page.with_class("answer-amount").next().expect("the number").text.clone();
        assert!(number.starts_with("2026-"), "{number}");
        let again = rut.post(APPLY, &fields).await.page();
        assert_eq!(again.with_class("answer-amount").next().map(|one| one.text.clone()), Some(number), "loaded again");
    }
    assert_eq!(stage.number("SELECT count(*) FROM application").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_persons_receipt_names_no_case_and_her_contact_stays_hers() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let eva = confirmed(&stage, "Eva Ek", None).await;
    stage
        .arrange(&format!(
            "INSERT INTO account_contact SELECT municipality_id, person_id, 'email', 'eva@example.org', NULL, 'sv'
             FROM person WHERE person_id = '{eva}'"
        ))
        .await;
    let ticket = register(&mut rut, "a", json!({ "person_id": eva })).await;
    let form = json!({ "way": "email", "email": "mallory@example.org" });
    let taken = apply(&mut rut, &ticket, "b", form).await;
    assert_eq!(taken.status, 201, "{}", taken.text);
    assert_eq!(taken.json().as_object().expect("a receipt").keys().collect::<Vec<_>>(), ["arrived_at"]);
    let hers = "SELECT count(*) FROM account_contact WHERE email = 'eva@example.org'";
    assert_eq!(stage.number(hers).await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM account_contact WHERE email LIKE 'mallory%'").await, 0);
}

/// Whoever says her name at the desk sends nothing of hers and is told nothing about her.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_said_at_the_desk_sends_no_papers_and_gives_no_address() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let eva = confirmed(&stage, "Eva Ek", None).await;
    stage
        .arrange(&format!(
            "WITH object AS (
                 INSERT INTO storage_object SELECT municipality_id, gen_random_uuid(), 'committed', now() FROM municipality
                 RETURNING municipality_id, object_id)
             INSERT INTO document (municipality_id, document_id, person_id, object_id, name, media_type, size, sha256, format, uploaded_at)
             SELECT municipality_id, gen_random_uuid(), '{eva}', object_id, 'x.pdf', 'application/pdf', 1,
                    decode(repeat('00', 32), 'hex'), 1, now() FROM object"
        ))
        .await;
    let ticket = register(&mut rut, "a", json!({ "person_id": eva })).await;
    let form = json!({ "way": "email", "email": "mallory@example.org" });
    assert_eq!(apply(&mut rut, &ticket, "b", form).await.status, 201);
    assert_eq!(stage.number("SELECT count(*) FROM document WHERE application_id IS NULL").await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM account_contact").await, 0);
    assert_eq!(stage.number("SELECT count(*) FROM message_notice WHERE status <> 'not_wanted'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_79_the_register_is_not_gone_through_name_by_name() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    for _ in 0..60 {
        assert_eq!(search(&mut rut, "ek").await.status, 200);
    }
    let refused = search(&mut rut, "ek").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "10"));
}
