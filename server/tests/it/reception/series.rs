//! The end of three digits, and one ticket for one visitor however often and wherever she is seen to come.

use super::queue::{WALK_INS, no_deadlock, number, register};
use crate::support::{
    Answer, Browser, Setting, Stage,
    look::{booked, text},
};
use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const BOARD: &str = "/personal/reception";

async fn sixteen() -> Stage {
    Stage::with(Setting { pool: 16, ..Setting::default() }).await
}

/// All but the last free numbers of three digits are given out today at Södra.
async fn given_up_to(stage: &Stage, last: i32) {
    stage
        .arrange(&format!(
            "INSERT INTO reception_number SELECT municipality_id, office_id, '2026-11-23', number
             FROM office, generate_series(100, {last}) number WHERE slug = 'sodra' ON CONFLICT DO NOTHING"
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_999_the_series_goes_on_and_no_number_is_given_twice() {
    let stage = sixteen().await;
    given_up_to(&stage, 994).await;
    let desks = [stage.signed_in("rut").await, stage.signed_in("joel").await];
    let sends = (0..20).map(|place| {
        let mut desk = desks[place % 2].clone();
        tokio::spawn(async move { number(&register(&mut desk, &format!("k-{place}"), json!({})).await) })
    });
    let given: Vec<i64> = join_all(sends).await.into_iter().map(|number| number.expect("sent")).collect();
    assert_eq!(given.iter().copied().collect::<BTreeSet<_>>(), (995..1015).collect(), "{given:?}");
    // Who books for today meanwhile has a number too, and it is nobody else's.
    let mut anna = stage.signed_in("anna").await;
    let slot = stage.slots("sodra", "2026-11-23", "2026-11-23").await.pop().expect("a slot");
    let visit = booked(&mut anna, "k", &text(&slot, "slot_id")).await;
    let mut rut = stage.signed_in("rut").await;
    let came = number(&register(&mut rut, "anna", json!({ "visit_id": visit })).await);
    assert!(came > 999 && !given.contains(&came), "{came}");
    // The screen and the board show four digits like three.
    assert_eq!(rut.get(BOARD).await.status, 200);
    let called = rut.command(&format!("{WALK_INS}/call-next"), "c", &json!({})).await;
    assert_eq!(called.status, 200);
    // A short number that is given back is the next.
    stage.arrange("DELETE FROM reception_number WHERE number = 300 AND day = '2026-11-23'").await;
    assert_eq!(number(&register(&mut rut, "back", json!({})).await), 300);
    no_deadlock(&stage).await;
}

/// Several desks see the visitor come at once, and she is registered again with other keys.
async fn seen_at_once(stage: &Stage, visit: &str) -> BTreeSet<String> {
    let desks = [stage.signed_in("rut").await, stage.signed_in("joel").await];
    let sends = (0..8).map(|place| {
        let (mut desk, visit) = (desks[place % 2].clone(), visit.to_owned());
        tokio::spawn(async move {
            text(&register(&mut desk, &format!("{place}-{visit}"), json!({ "visit_id": visit })).await, "ticket_id")
        })
    });
    join_all(sends).await.into_iter().map(|ticket| ticket.expect("sent")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_booked_visitor_has_one_ticket_however_many_see_her_come() {
    let stage = sixteen().await;
    let slot = text(&stage.slots("sodra", "2026-11-23", "2026-11-23").await.pop().expect("a slot"), "slot_id");
    let mut anna = stage.signed_in("anna").await;
    let visit = booked(&mut anna, "k", &slot).await;
    assert_eq!(seen_at_once(&stage, &visit).await.len(), 1, "one ticket");
    // Her number may be somebody else's, from before numbers were of one series: then she gets another, once.
    let mut maria = stage.signed_in("maria").await;
    let visit = booked(&mut maria, "k", &slot).await;
    stage
        .arrange(&format!(
            "INSERT INTO reception_ticket (municipality_id, ticket_id, office_id, day, number, status, registered_by, registered_at)
             SELECT municipality_id, gen_random_uuid(), office_id, day, number, 'waiting',
                    (SELECT staff_id FROM demo_persona WHERE persona = 'rut'), '2026-11-23T07:00:00Z'
             FROM visit WHERE visit_id = '{visit}'"
        ))
        .await;
    let before = stage.number("SELECT count(*) FROM reception_number").await;
    assert_eq!(seen_at_once(&stage, &visit).await.len(), 1, "one ticket");
    assert_eq!(stage.number("SELECT count(*) FROM reception_number").await, before + 1, "and one number");
    assert_eq!(stage.number("SELECT count(*) FROM reception_ticket").await, 3);
    no_deadlock(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_17_a_ticket_asked_for_several_times_at_once_is_one() {
    let stage = sixteen().await;
    let rut = stage.signed_in("rut").await;
    let sends = (0..6).map(|_| {
        let mut desk = rut.clone();
        tokio::spawn(async move { desk.command(WALK_INS, "same", &json!({ "name": "Sara" })).await })
    });
    let answers: Vec<(u16, Value)> = join_all(sends)
        .await
        .into_iter()
        .map(|answer| answer.expect("sent"))
        .map(|answer: Answer| (answer.status, answer.json()))
        .collect();
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == 201), "{answers:?}");
    let sara = "SELECT count(*) FROM person WHERE display_name = 'Sara'";
    assert_eq!((stage.number("SELECT count(*) FROM reception_ticket").await, stage.number(sara).await), (1, 1));

    // The browser's back button: the old page with its old key, pressed again.
    let mut desk: Browser = rut.clone();
    let key = desk.get(BOARD).await.hidden("idempotency_key");
    let press = async |desk: &mut Browser| desk.post(BOARD, &[("idempotency_key", &key), ("who", "")]).await;
    let (first, again) = (press(&mut desk).await, press(&mut desk).await);
    assert_eq!((first.status, first.header("location")), (303, again.header("location")));
    // Another window has another key: that is another person who has come.
    let key = desk.get(BOARD).await.hidden("idempotency_key");
    let other = desk.post(BOARD, &[("idempotency_key", &key), ("who", "")]).await;
    assert_ne!(other.header("location"), first.header("location"));
    assert_eq!(stage.number("SELECT count(*) FROM reception_ticket").await, 3);
    // Calling: several presses of one button call one.
    let calls = (0..4).map(|_| {
        let mut desk = rut.clone();
        tokio::spawn(async move { desk.command(&format!("{WALK_INS}/call-next"), "c", &json!({})).await.json() })
    });
    let called: BTreeSet<String> =
        join_all(calls).await.into_iter().map(|ticket| text(&ticket.expect("sent"), "ticket_id")).collect();
    assert_eq!(called.len(), 1);
    assert_eq!(stage.number("SELECT count(*) FROM reception_ticket WHERE status = 'called'").await, 1);
    no_deadlock(&stage).await;
}
