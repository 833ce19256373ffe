//! Sending a command twice does it once and answers the same.

use crate::support::{
    Answer, Stage,
    look::{book, booked, booking, code, text},
};
use futures::future::join_all;
use jiff::SignedDuration;
use server::jobs::{Job, tidy::Tidy};

const VISITS: &str = "SELECT count(*) FROM visit WHERE person_id IN (SELECT person_id FROM demo_persona)";

/// What must be the same when a command is sent again.
fn essence(answer: &Answer) -> (u16, String) {
    if answer.status < 400 {
        return (answer.status, answer.text.clone());
    }
    // A problem document names its own request.
    let mut body = answer.json();
    body["reference"] = "".into();
    (answer.status, body.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_and_command_answer_the_same_and_book_once() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let mut command = booking(&stage.slot("2026-11-24").await);
    command["needs"] = " Rullstol ".into();
    let first = anna.command("/api/v1/visits", "key-1", &command).await;
    assert_eq!(first.status, 201, "{}", first.text);
    stage.clock.pass(SignedDuration::from_mins(10));
    for _ in 0..3 {
        let again = anna.command("/api/v1/visits", "key-1", &command).await;
        assert_eq!((again.status, &again.text), (201, &first.text), "byte for byte");
    }
    assert_eq!(stage.number(VISITS).await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'visit.book'").await, 1);
    // The same person in another session is the same person.
    let again = stage.signed_in("anna").await.command("/api/v1/visits", "key-1", &command).await;
    assert_eq!(essence(&again), essence(&first));
    // The answer given then is given now, even when the visit has been cancelled since.
    let visit = text(&first.json(), "visit_id");
    assert_eq!(anna.delete(&format!("/api/v1/visits/{visit}")).await.status, 204);
    let again = anna.command("/api/v1/visits", "key-1", &command).await;
    assert_eq!(essence(&again), essence(&first));
    assert_eq!(stage.number("SELECT count(*) FROM visit_seat").await, 4, "only the first day's");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_with_another_command_is_refused() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let (slot, other) = (stage.slot("2026-11-24").await, stage.slot("2026-11-25").await);
    booked(&mut anna, "key", &slot).await;
    let mut details = booking(&slot);
    details["interpreter"] = true.into();
    for command in [booking(&other), details] {
        let refused = anna.command("/api/v1/visits", "key", &command).await;
        assert_eq!((refused.status, code(&refused).as_str()), (422, "idempotency_key_reused"));
    }
    assert_eq!(stage.number(VISITS).await, 1);
    let another = book(&mut anna, "key-2", &other).await;
    assert_eq!(another.status, 201, "another key is another act");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_are_one_visit_and_one_answer() {
    let stage = Stage::new().await;
    let anna = stage.signed_in("anna").await;
    let slot = stage.slot("2026-11-24").await;
    for round in 0..5 {
        let key = format!("round-{round}");
        let sends = (0..10).map(|_| {
            let (mut browser, slot, key) = (anna.clone(), slot.clone(), key.clone());
            tokio::spawn(async move { book(&mut browser, &key, &slot).await })
        });
        let answers: Vec<Answer> = join_all(sends).await.into_iter().map(|answer| answer.expect("an answer")).collect();
        assert_eq!(answers[0].status, 201, "{}", answers[0].text);
        for answer in &answers {
            assert_eq!(essence(answer), essence(&answers[0]));
        }
        assert_eq!(stage.number(VISITS).await, round + 1);
        let visit = text(&answers[0].json(), "visit_id");
        assert_eq!(anna.clone().delete(&format!("/api/v1/visits/{visit}")).await.status, 204);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_with_different_commands_are_one_visit() {
    let stage = Stage::new().await;
    let anna = stage.signed_in("anna").await;
    let slots = stage.slots("sodra", "2026-11-24", "2026-11-26").await;
    let sends = slots.iter().take(10).map(|slot| {
        let (mut browser, slot) = (anna.clone(), text(slot, "slot_id"));
        tokio::spawn(async move { book(&mut browser, "one", &slot).await.status })
    });
    let mut statuses: Vec<u16> = join_all(sends).await.into_iter().map(|status| status.expect("an answer")).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![422; 9]].concat());
    assert_eq!(stage.number(VISITS).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_an_answer_too() {
    let stage = Stage::new().await;
    server::demo::seed_persons(&stage.owner, &stage.world, 3).await.expect("people");
    let slot = stage.slot("2026-11-24").await;
    let mut visits = Vec::new();
    for number in 1..=3 {
        let mut person = stage.signed_in(&format!("seed-000{number}")).await;
        visits.push((booked(&mut person, "mine", &slot).await, person));
    }
    let mut anna = stage.signed_in("anna").await;
    let refused = book(&mut anna, "late", &slot).await;
    assert_eq!((refused.status, code(&refused).as_str()), (409, "slot_taken"));
    assert_eq!(stage.number(VISITS).await, 3, "of the refused act nothing is left");
    let (visit, person) = &mut visits[0];
    assert_eq!(person.delete(&format!("/api/v1/visits/{visit}")).await.status, 204);
    let again = book(&mut anna, "late", &slot).await;
    assert_eq!(essence(&again), essence(&refused), "the same key: the same answer");
    assert_eq!(book(&mut anna, "later", &slot).await.status, 201, "another key: another try");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_input_uses_up_no_key() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let slot = stage.slot("2026-11-24").await;
    let mut wrong = booking(&slot);
    wrong["needs"] = "x".repeat(501).into();
    assert_eq!(anna.command("/api/v1/visits", "key", &wrong).await.status, 422);
    assert_eq!(book(&mut anna, "key", &stage.world.id().to_string()).await.status, 404);
    assert_eq!(book(&mut anna, "key", &slot).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_its_person() {
    let stage = Stage::new().await;
    let slot = stage.slot("2026-11-24").await;
    let mut anna = stage.signed_in("anna").await;
    let mut maria = stage.signed_in("maria").await;
    let hers = book(&mut anna, "same", &slot).await;
    let theirs = book(&mut maria, "same", &slot).await;
    assert_eq!((hers.status, theirs.status), (201, 201));
    assert_ne!(hers.text, theirs.text);
    assert_eq!(stage.number(VISITS).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_required_and_short_and_visible() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let command = booking(&stage.slot("2026-11-24").await);
    let missing = anna.json("/api/v1/visits", &command).await;
    assert_eq!((missing.status, code(&missing).as_str()), (400, "idempotency_key_required"));
    for key in ["", "a b", &"x".repeat(129)] {
        assert_eq!(anna.command("/api/v1/visits", key, &command).await.status, 400, "{key:?}");
    }
    assert_eq!(stage.number(VISITS).await, 0);
    assert_eq!(anna.command("/api/v1/visits", &"x".repeat(128), &command).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_kept_seven_days() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let slot = stage.slot("2026-12-08").await;
    let first = book(&mut anna, "key", &slot).await;
    assert_eq!(first.status, 201);
    stage.clock.pass(SignedDuration::from_hours(7 * 24));
    Tidy {}.run(&stage.job_context()).await.expect("tidied");
    let mut anna = stage.signed_in("anna").await;
    assert_eq!(essence(&book(&mut anna, "key", &slot).await), essence(&first));
    stage.clock.pass(SignedDuration::from_secs(1));
    Tidy {}.run(&stage.job_context()).await.expect("tidied");
    assert_eq!(stage.number("SELECT count(*) FROM idempotency").await, 0);
    assert_eq!(code(&book(&mut anna, "key", &slot).await), "already_booked", "forgotten: a new act");
}
