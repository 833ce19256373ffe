//! Fault 17: what is sent twice is done once, in every room where somebody presses a button that counts: the same key
//! several times at once, the browser's back button, two windows. Applications and tickets have theirs in their own files.

use crate::support::{
    Answer, Setting, Stage,
    look::{booking, text},
};
use futures::future::join_all;
use std::collections::BTreeSet;

const CONFIRM: &str = "/mina-sidor/besok/boka/bekrafta";

/// The same form several times at once.
async fn at_once(stage: &Stage, persona: &str, path: &str, fields: &[(&str, &str)]) -> Vec<Answer> {
    let browser = stage.signed_in(persona).await;
    let sends = (0..5).map(|_| {
        let (mut browser, path) = (browser.clone(), path.to_owned());
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        tokio::spawn(async move {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.post(&path, &fields).await
        })
    });
    join_all(sends).await.into_iter().map(|answer| answer.expect("sent")).collect()
}

fn places(answers: &[Answer]) -> BTreeSet<(u16, String)> {
    answers.iter().map(|answer| (answer.status, answer.header("location").to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fault_17_a_visit_is_booked_once() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let slot = stage.slot("2026-11-24").await;
    anna.post("/mina-sidor/besok/boka", &[("slot_id", &slot), ("version", "0")]).await;
    // Two windows stand at the last step.
    let (here, there) = (anna.get(CONFIRM).await, anna.get(CONFIRM).await);
    let version = here.hidden("version");
    let key = here.hidden("idempotency_key");
    let fields = [("idempotency_key", key.as_str()), ("slot_id", slot.as_str()), ("version", version.as_str())];
    let once = BTreeSet::from([(303, "/mina-sidor/besok?bokad".to_owned())]);
    assert_eq!(places(&at_once(&stage, "anna", CONFIRM, &fields).await), once);
    // Back, and pressed again; and the other window with its own key.
    let again = anna.post(CONFIRM, &fields).await;
    let other = there.hidden("idempotency_key");
    assert_ne!(other, key);
    let other = [("idempotency_key", other.as_str()), ("slot_id", slot.as_str()), ("version", version.as_str())];
    let window = anna.post(CONFIRM, &other).await;
    assert_eq!(places(&[again, window]), once);
    let booked = format!("SELECT count(*) FROM visit WHERE slot_id = '{slot}' AND status = 'booked'");
    assert_eq!(stage.number(&booked).await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'visit.book'").await, 1);

    // By REST the same key several times at once has one answer.
    let next = stage.slot("2026-11-25").await;
    let sends = (0..5).map(|_| {
        let (mut browser, next) = (anna.clone(), next.clone());
        tokio::spawn(async move { browser.command("/api/v1/visits", "same", &booking(&next)).await })
    });
    let answers = join_all(sends).await.into_iter().map(|answer| answer.expect("sent"));
    let visits: BTreeSet<(u16, String)> =
        answers.map(|answer| (answer.status, text(&answer.json(), "visit_id"))).collect();
    assert_eq!(visits.len(), 1, "{visits:?}");
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'visit.book'").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fault_17_a_decision_is_received_once_and_a_receipt_read_once() {
    let stage = Stage::with(Setting { thread: true, ..Setting::default() }).await;
    // The sample's decision that Maria has not opened.
    let decision = stage
        .id("SELECT about FROM message WHERE kind = 'decision' AND read_at IS NULL
             AND person_id = (SELECT person_id FROM demo_persona WHERE persona = 'maria')")
        .await;
    let page = format!("/mina-sidor/beslut/{decision}");
    let open = format!("{page}/oppna");
    let mut maria = stage.signed_in("maria").await;
    let (here, there) = (maria.get(&page).await, maria.get(&page).await);
    let key = here.hidden("idempotency_key");
    let once = BTreeSet::from([(303, page.clone())]);
    assert_eq!(places(&at_once(&stage, "maria", &open, &[("idempotency_key", &key)]).await), once);
    let receipt = format!("SELECT count(*) FROM decision_receipt WHERE decision_id = '{decision}'");
    let day = format!(
        "SELECT extract(epoch FROM received_at)::bigint FROM decision_receipt WHERE decision_id = '{decision}'"
    );
    let (received, rows) = (stage.number(&day).await, "SELECT count(*) FROM audit WHERE action = 'decision.open'");
    assert_eq!((stage.number(&receipt).await, stage.number(rows).await), (1, 1));
    // Days later: the old page pressed again, and the other window. What was received stays received that day.
    stage.clock.pass(jiff::SignedDuration::from_hours(72));
    let mut maria = stage.signed_in("maria").await;
    let other = there.hidden("idempotency_key");
    for key in [&key, &other] {
        assert_eq!(places(&[maria.post(&open, &[("idempotency_key", key)]).await]), once);
    }
    assert_eq!((stage.number(&receipt).await, stage.number(&day).await), (1, received));
    assert_eq!(stage.number(rows).await, 1);

    // A message marked several times at once was read once, and the first time counts.
    let message = stage
        .id("SELECT message_id FROM message WHERE kind = 'application_received' AND read_at IS NULL
             AND person_id = (SELECT person_id FROM demo_persona WHERE persona = 'maria') ORDER BY sent_at LIMIT 1")
        .await;
    let path = format!("/mina-sidor/meddelanden/{message}");
    let marked = at_once(&stage, "maria", &path, &[]).await;
    assert!(marked.iter().all(|answer| answer.status == 303), "{marked:?}");
    let read = format!("SELECT extract(epoch FROM read_at)::bigint FROM message WHERE message_id = '{message}'");
    let first = stage.number(&read).await;
    stage.clock.pass(jiff::SignedDuration::from_mins(5));
    assert_eq!(maria.post(&path, &[]).await.status, 303);
    assert_eq!(stage.number(&read).await, first);
}
