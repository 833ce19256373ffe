//! The house stands: pages, sign-in, booking and the desk, from page to database.

use crate::support::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_booked_in_three_steps_seen_at_the_desk_and_cancelled() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;

    let slots = anna.get("/mina-sidor/besok/boka?kontor=sodra").await;
    assert_eq!(slots.status, 200, "{}", slots.text);
    let slot = slots.text.split("value=\"").filter_map(|part| part.split('"').next()).find(|value| value.len() == 36);
    let slot = slot.expect("a time to choose").to_owned();
    let version = slots.hidden("version");
    let chosen = anna.post("/mina-sidor/besok/boka", &[("slot_id", &slot), ("version", &version)]).await;
    assert_eq!((chosen.status, chosen.header("location")), (303, "/mina-sidor/besok/boka/uppgifter"));

    let details = anna.get("/mina-sidor/besok/boka/uppgifter").await;
    let version = details.hidden("version");
    let fields = [("version", version.as_str()), ("interpreter", "yes"), ("language", "ar"), ("needs", "Rullstol")];
    let saved = anna.post("/mina-sidor/besok/boka/uppgifter", &fields).await;
    assert_eq!((saved.status, saved.header("location")), (303, "/mina-sidor/besok/boka/bekrafta"), "{}", saved.text);

    let confirm = anna.get("/mina-sidor/besok/boka/bekrafta").await;
    let key = confirm.hidden("idempotency_key");
    let version = confirm.hidden("version");
    let fields = [("idempotency_key", key.as_str()), ("slot_id", slot.as_str()), ("version", version.as_str())];
    for _ in 0..2 {
        let booked = anna.post("/mina-sidor/besok/boka/bekrafta", &fields).await;
        assert_eq!((booked.status, booked.header("location")), (303, "/mina-sidor/besok?bokad"), "{}", booked.text);
    }
    let visits = anna.get("/api/v1/visits").await.json();
    assert_eq!(visits["items"].as_array().map(Vec::len), Some(1), "{visits}");
    let visit = &visits["items"][0];
    assert_eq!(visit["needs"], "Rullstol");

    let mut rut = stage.signed_in("rut").await;
    let desk = rut.get("/personal/reception").await;
    assert_eq!(desk.status, 200);
    assert!(desk.text.contains(&visit["number"].to_string()), "{}", desk.text);
    assert!(!desk.text.contains("Anna"), "the desk sees no name");

    let address = format!("/mina-sidor/besok/{}/avboka", visit["visit_id"].as_str().expect("an id"));
    assert_eq!(anna.get(&address).await.status, 200);
    assert_eq!(anna.post(&address, &[]).await.header("location"), "/mina-sidor/besok?avbokad");
    let visits = anna.get("/api/v1/visits").await.json();
    assert_eq!(visits["items"][0]["status"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_estimate_answers_by_form() {
    let stage = Stage::new().await;
    let mut anybody = stage.browser();
    let fields = [
        ("month", "2026-11"),
        ("adults", "1"),
        ("child_rows", "2"),
        ("child.0.age", "4"),
        ("child.0.lunch_away", "true"),
        ("child.1.age", "9"),
        ("cost.rent", "8 200"),
        ("cost.electricity", "400"),
        ("cost.home_insurance", "150"),
        ("income.wage", "9000"),
        ("income.child_benefit", "2650"),
        ("income.housing_allowance", "3400"),
    ];
    let answer = anybody.post("/rakna", &fields).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("5\u{a0}970"), "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
}
