//! Confirming who somebody is: by her receipt and her ID paper, without learning whether a case was there before.

use super::{
    person::{apply, confirmed},
    queue::{WALK_INS, desk_at_norra, register},
};
use crate::{
    pages::{LANGUAGES, faults, sound, speaking},
    support::{Answer, Browser, Setting, Stage, look::text},
};
use futures::future::join_all;
use serde_json::json;
use std::collections::BTreeSet;

const IDENTITY: &str = "/personal/reception/identitet";
/// Of the published test series.
const NUMBER: &str = "19121212-1212";

/// Somebody new at the desk who applies: the number on her receipt and who she is.
async fn guest(stage: &Stage, desk: &mut Browser, name: &str) -> (String, String) {
    let key = stage.world.id().to_string();
    let ticket = register(desk, &key, json!({ "name": name })).await;
    let taken = apply(desk, &ticket, &key, json!({})).await;
    assert_eq!(taken.status, 201, "{}", taken.text);
    let person = stage.id(&format!("SELECT person_id FROM person WHERE display_name = '{name}'")).await;
    (text(&taken.json(), "number"), person.to_string())
}

async fn find(desk: &mut Browser, case_number: &str) -> Answer {
    desk.post(IDENTITY, &[("case_number", case_number)]).await
}

/// Both steps.
async fn confirm(desk: &mut Browser, case_number: &str, number: &str) -> Answer {
    let page = find(desk, case_number).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let key = page.hidden("idempotency_key");
    let fields = [
        ("step", "confirm"),
        ("idempotency_key", key.as_str()),
        ("case_number", case_number),
        ("personal_number", number),
    ];
    desk.post(IDENTITY, &fields).await
}

fn done(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, "/personal/reception/identitet?klar"),
        "{}",
        answer.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tomas_of_the_demo_can_be_confirmed() {
    let stage = Stage::with(Setting { demo: true, https: false, pool: 8, thread: true }).await;
    let mut tomas = stage.signed_in("tomas").await;
    assert_eq!(tomas.get("/ansok").await.header("location"), "/ansok/kontakt");
    assert_eq!(tomas.get("/mina-sidor").await.header("location"), "/logga-in?till=%2Fmina-sidor", "he has no e-ID");
    let person = stage.who("tomas").await;
    let mut root = stage.root().await;
    let number: String = sqlx::query_scalar(
        "SELECT number FROM casework_case JOIN casework_party USING (municipality_id, case_id) WHERE person_id = $1",
    )
    .bind(person)
    .fetch_one(&mut root)
    .await
    .expect("his case");
    let mut rut = stage.signed_in("rut").await;
    assert!(find(&mut rut, &number).await.text.contains("Tomas Exempel"));
    done(&confirm(&mut rut, &number, NUMBER).await);
    let mut now = stage.signed_in("tomas").await;
    assert_eq!(now.get("/mina-sidor").await.status, 200, "confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_unknown_is_confirmed_as_herself() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let (case_number, person) = guest(&stage, &mut rut, "Tomas Test").await;
    for (language, _) in LANGUAGES {
        let mut rut = speaking(rut.clone(), language).await;
        sound(&rut.get(IDENTITY).await, language);
        let compare = find(&mut rut, &case_number.replace('-', " ")).await;
        assert!(sound(&compare, language).all("dd").any(|fact| fact.text.contains("Tomas Test")));
        for unknown in ["2026-99999", "x", ""] {
            let answer = find(&mut rut, unknown).await;
            assert_eq!(answer.status, 422, "{unknown}");
            assert_eq!(faults(&sound(&answer, language)).len(), 1);
        }
    }
    done(&confirm(&mut rut, &case_number, NUMBER).await);
    let page = rut.get("/personal/reception/identitet?klar").await;
    assert!(page.text.contains("Identiteten är bekräftad."));
    let row = format!(
        "SELECT count(*) FROM person WHERE person_id = '{person}' AND identity = 'confirmed' AND personal_number = '191212121212'"
    );
    assert_eq!(stage.number(&row).await, 1);
    // Then her receipt leads nowhere at the desk any more, as every other case.
    assert_eq!(find(&mut rut, &case_number).await.status, 422);
    for action in ["reception.confirm_identity", "casework.confirm_identity"] {
        assert_eq!(stage.number(&format!("SELECT count(*) FROM audit WHERE action = '{action}'")).await, 1, "{action}");
    }
    // In three languages one that found her and three that found nothing, the one before confirming and the one after.
    let looks = "SELECT count(*) FILTER (WHERE detail = '{\"found\":true}') * 100 + count(*) FROM audit WHERE action = 'reception.identity'";
    assert_eq!(stage.number(looks).await, 414, "every look, also those that find nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digit_that_does_not_fit_is_compared_once_more() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let (case_number, person) = guest(&stage, &mut rut, "Tomas Test").await;
    let refused = confirm(&mut rut, &case_number, "19850199-0000").await;
    assert_eq!(refused.status, 422);
    let page = sound(&refused, "sv");
    assert_eq!(faults(&page).len(), 1);
    let sent = page.controls(page.form(IDENTITY));
    let fields: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(fields.contains(&("seen", "19850199-0000")) && fields.contains(&("personal_number", "19850199-0000")));
    // Another number is judged anew.
    let other: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, if *name == "personal_number" { "19850199-0001" } else { *value }))
        .collect();
    assert_eq!(rut.post(IDENTITY, &other).await.status, 422);
    for (typed, status) in [("", 422), ("1234", 422)] {
        assert_eq!(confirm(&mut rut, &case_number, typed).await.status, status, "{typed}");
    }
    let claimed = format!("SELECT count(*) FROM person WHERE person_id = '{person}' AND identity = 'claimed'");
    assert_eq!(stage.number(&claimed).await, 1);
    done(&rut.post(IDENTITY, &fields).await);
    assert_eq!(stage.number(&claimed).await, 0, "she was sure");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_gets_the_application_and_the_papers_into_her_open_case() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let known = confirmed(&stage, "Maja Känd", Some("191212121212")).await;
    let ticket = register(&mut rut, "known", json!({ "person_id": known })).await;
    assert_eq!(apply(&mut rut, &ticket, "known", json!({ "month": "2026-10" })).await.status, 201);
    let (case_number, claimed) = guest(&stage, &mut rut, "Maja Gäst").await;
    stage
        .arrange(&format!(
            "INSERT INTO storage_object SELECT municipality_id, gen_random_uuid(), 'committed', now() FROM municipality;
             INSERT INTO document (municipality_id, document_id, person_id, application_id, object_id, name, media_type, size, sha256, format, uploaded_at)
             SELECT municipality_id, gen_random_uuid(), person_id, application_id, object_id, 'hyra.pdf', 'application/pdf', 1, decode(repeat('00', 32), 'hex'), 1, now()
             FROM application JOIN storage_object USING (municipality_id) WHERE person_id = '{claimed}';
             INSERT INTO account_contact SELECT municipality_id, '{claimed}', 'phone', NULL, '070', 'sv' FROM municipality;
             INSERT INTO account_resume SELECT municipality_id, decode(repeat('00', 32), 'hex'), '{claimed}', now() FROM municipality"
        ))
        .await;
    let slot = stage.slot("2026-11-25").await;
    stage
        .arrange(&format!(
            "INSERT INTO visit (municipality_id, visit_id, slot_id, person_id, office_id, day, number, status, interpreter, booked_at)
             SELECT municipality_id, gen_random_uuid(), slot_id, '{claimed}', office_id, '2026-11-25', 777, 'booked', false, now()
             FROM visit_slot WHERE slot_id = '{slot}'"
        ))
        .await;
    let (unknown_number, _) = guest(&stage, &mut rut, "Någon Annan").await;
    // The answers tell nothing apart.
    let of_unknown = confirm(&mut rut, &unknown_number, "20000101T0A0").await;
    let of_known = confirm(&mut rut, &case_number, NUMBER).await;
    done(&of_unknown);
    let said = |answer: &Answer| (answer.status, answer.text.clone(), answer.header("location").to_owned());
    assert_eq!(said(&of_known), said(&of_unknown));

    let hers = format!("(SELECT case_id FROM casework_party WHERE person_id = '{known}')");
    let applications = format!("SELECT count(*) FROM application WHERE person_id = '{known}' AND case_id = {hers}");
    assert_eq!(stage.number(&applications).await, 2);
    assert_eq!(stage.number(&format!("SELECT count(*) FROM document WHERE person_id = '{known}'")).await, 1);
    assert_eq!(stage.number(&format!("SELECT count(*) FROM account_contact WHERE person_id = '{known}'")).await, 1);
    assert_eq!(stage.number(&format!("SELECT count(*) FROM visit WHERE person_id = '{known}'")).await, 1);
    let shown = format!("SELECT count(*) FROM reception_ticket WHERE person_id = '{claimed}'");
    assert_eq!(stage.number(&shown).await, 1, "the board goes on showing what she said");
    assert_eq!(
        stage.number(&format!("SELECT count(*) FROM message WHERE person_id = '{known}'")).await,
        2,
        "a receipt for each"
    );
    assert_eq!(stage.number("SELECT count(*) FROM account_resume").await, 0, "the code opens nothing more");
    let closed = format!("SELECT count(*) FROM casework_case WHERE number = '{case_number}' AND status = 'closed'");
    assert_eq!(stage.number(&closed).await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM casework_case WHERE status = 'open'").await, 2);
    assert_eq!(stage.number("SELECT count(*) FROM person WHERE personal_number = '191212121212'").await, 1);
    assert_eq!(find(&mut rut, &case_number).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_without_a_case_keeps_the_number_on_her_receipt() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let known = confirmed(&stage, "Maja Känd", Some("191212121212")).await;
    let (case_number, claimed) = guest(&stage, &mut rut, "Maja Gäst").await;
    done(&confirm(&mut rut, &case_number, NUMBER).await);
    let hers = format!(
        "SELECT count(*) FROM casework_case JOIN casework_party USING (municipality_id, case_id)
         JOIN application USING (municipality_id, case_id)
         WHERE number = '{case_number}' AND status = 'open' AND casework_party.person_id = '{known}' AND application.person_id = '{known}'"
    );
    assert_eq!(stage.number(&hers).await, 1);
    assert_eq!(stage.number(&format!("SELECT count(*) FROM casework_party WHERE person_id = '{claimed}'")).await, 0);
}

/// Who is confirmed while she is in the queue keeps her number and the name she said; an application taken for it is the
/// known person's, and her walk-in is seen with her case.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_in_the_queue_outlives_the_confirming() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let known = confirmed(&stage, "Maja Känd", Some("191212121212")).await;
    let mut after = Vec::new();
    for (key, name, number) in [("a", "Maja Gäst", NUMBER), ("b", "Någon Annan", "20000101T0A0")] {
        let ticket = register(&mut rut, key, json!({ "name": name })).await;
        let taken = apply(&mut rut, &ticket, key, json!({ "month": "2026-10" })).await;
        done(&confirm(&mut rut, &text(&taken.json(), "number"), number).await);
        let again = apply(&mut rut, &ticket, &format!("{key}-again"), json!({ "month": "2026-11" })).await;
        assert_eq!(again.status, 201, "{}", again.text);
        after.push(again.json()["number"].clone());
    }
    assert_eq!(after[0], after[1], "known or not, the desk is told the same");
    let applications = format!("SELECT count(*) FROM application WHERE person_id = '{known}'");
    assert_eq!(stage.number(&applications).await, 2);
    assert_eq!(stage.number("SELECT count(*) FROM casework_case WHERE status = 'open'").await, 2, "one each");
    let queue = rut.get(WALK_INS).await.json();
    let names: BTreeSet<_> =
        queue["items"].as_array().expect("tickets").iter().filter_map(|ticket| ticket["name"].as_str()).collect();
    assert_eq!(names, ["Maja Gäst", "Någon Annan"].into());

    let case = stage.id(&format!("SELECT case_id FROM casework_party WHERE person_id = '{known}'")).await;
    let mut karin = stage.signed_in("karin").await;
    let shown = karin.get(&format!("/api/v1/cases/{case}")).await.json();
    assert_eq!(shown["walk_ins"].as_array().map(Vec::len), Some(1), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_confirmed_at_once_with_one_number_are_one_person() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let mut numbers = Vec::new();
    for name in ["Maja Ett", "Maja Två", "Maja Tre", "Maja Fyra"] {
        numbers.push(guest(&stage, &mut rut, name).await.0);
    }
    let sends = numbers.iter().map(|case_number| {
        let (mut desk, case_number) = (rut.clone(), case_number.clone());
        tokio::spawn(async move { confirm(&mut desk, &case_number, NUMBER).await })
    });
    for answer in join_all(sends).await {
        done(&answer.expect("sent"));
    }
    let one = "SELECT count(DISTINCT person_id) * 100 + count(DISTINCT case_id) * 10 + count(*) FROM application";
    assert_eq!(stage.number(one).await, 114, "one person, one case, four applications");
    assert_eq!(stage.number("SELECT count(*) FROM person WHERE personal_number = '191212121212'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_office_that_has_the_receipt_can_confirm() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let (case_number, _) = guest(&stage, &mut rut, "Tomas Test").await;
    let mut norra = desk_at_norra(&stage).await;
    let (foreign, absent) = (find(&mut norra, &case_number).await, find(&mut norra, "2026-99999").await);
    assert_eq!(foreign.status, 422);
    let shape = |answer: &Answer, number: &str| answer.text.replace(number, "N");
    assert_eq!(shape(&foreign, &case_number), shape(&absent, "2026-99999"));
    let fields =
        [("step", "confirm"), ("idempotency_key", "k"), ("case_number", &case_number), ("personal_number", NUMBER)];
    assert_eq!(norra.post(IDENTITY, &fields).await.status, 422);
    // A confirmed person's case is as absent, at her own office too.
    let anna = stage.who("anna").await;
    let ticket = register(&mut rut, "anna", json!({ "person_id": anna })).await;
    assert_eq!(apply(&mut rut, &ticket, "anna", json!({})).await.status, 201);
    let mut root = stage.root().await;
    let hers: String = sqlx::query_scalar(
        "SELECT number FROM casework_case JOIN casework_party USING (municipality_id, case_id) WHERE person_id = $1",
    )
    .bind(anna)
    .fetch_one(&mut root)
    .await
    .expect("her case");
    assert_eq!(shape(&find(&mut rut, &hers).await, &hers), shape(&find(&mut rut, "2026-99999").await, "2026-99999"));
    assert_eq!(stage.number("SELECT count(*) FROM person WHERE identity = 'claimed'").await, 1);
}
