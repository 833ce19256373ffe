//! Numbers: nobody's twice, nobody called twice, and nobody at the desk told more than a number.

use crate::support::{
    Answer, Browser, Setting, Stage,
    look::{booked, booking, code, text},
};
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::demo;
use std::collections::BTreeSet;

pub const WALK_INS: &str = "/api/v1/walk-ins";

pub async fn register(desk: &mut Browser, key: &str, command: Value) -> Value {
    let answer = desk.command(WALK_INS, key, &command).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

/// A command without a body.
pub async fn press(desk: &mut Browser, path: &str, key: &str) -> Answer {
    desk.command(&format!("{WALK_INS}/{path}"), key, &json!({})).await
}

pub fn number(ticket: &Value) -> i64 {
    ticket["number"].as_i64().unwrap_or_else(|| panic!("no number: {ticket}"))
}

async fn queue(desk: &mut Browser) -> Vec<Value> {
    let answer = desk.get(&format!("{WALK_INS}?limit=100")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().expect("items").clone()
}

pub async fn no_deadlock(stage: &Stage) {
    stage.db.close().await;
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(stage.number(sql).await, 0, "deadlocks");
}

/// A desk at norra: nils in another chair.
pub async fn desk_at_norra(stage: &Stage) -> Browser {
    let nils = stage.who("nils").await;
    stage.arrange(&format!("UPDATE staff SET roles = '{{desk}}' WHERE staff_id = '{nils}'")).await;
    stage.signed_in("nils").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_registrations_at_once_give_fifty_numbers() {
    let stage = Stage::with(Setting { pool: 16, ..Setting::default() }).await;
    let desks = [stage.signed_in("rut").await, stage.signed_in("joel").await];
    let sends = (0..50).map(|place| {
        let mut desk = desks[place % 2].clone();
        tokio::spawn(async move { register(&mut desk, &format!("key-{place}"), json!({})).await })
    });
    let tickets: Vec<Value> = join_all(sends).await.into_iter().map(|ticket| ticket.expect("sent")).collect();
    let numbers: BTreeSet<i64> = tickets.iter().map(number).collect();
    assert_eq!(numbers, (100..150).collect(), "one after the other, none twice");
    assert_eq!(stage.number("SELECT count(*) FROM reception_ticket").await, 50);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action = 'reception.register'").await, 50);
    no_deadlock(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tickets_and_todays_bookings_share_one_series() {
    let stage = Stage::with(Setting { pool: 16, ..Setting::default() }).await;
    demo::seed_persons(&stage.owner, &stage.world, 20).await.expect("people");
    // 20 seats at 13.00.
    let slots = stage.slots("sodra", "2026-11-23", "2026-11-23").await;
    let slot = slots.iter().find(|slot| slot["seats_left"] == 20).expect("the large slot");
    let slot = text(slot, "slot_id");
    let mut tasks = Vec::new();
    for place in 1..=20 {
        let mut person = stage.signed_in(&format!("seed-{place:04}")).await;
        let command = booking(&slot);
        tasks.push(tokio::spawn(async move {
            let answer = person.command("/api/v1/visits", "k", &command).await;
            assert_eq!(answer.status, 201, "{}", answer.text);
            number(&answer.json())
        }));
    }
    let rut = stage.signed_in("rut").await;
    for place in 0..40 {
        let mut rut = rut.clone();
        tasks.push(tokio::spawn(async move { number(&register(&mut rut, &format!("k-{place}"), json!({})).await) }));
    }
    let given: Vec<i64> = join_all(tasks).await.into_iter().map(|number| number.expect("sent")).collect();
    let mut once: BTreeSet<i64> = given.iter().copied().collect();
    assert_eq!(once.len(), 60, "no number twice");
    assert!(!once.iter().any(|number| [214, 371, 528, 685].contains(number)), "nor one of those booked before");
    once.extend([214, 371, 528, 685]);
    let kept = stage.number("SELECT count(*) FROM reception_number WHERE day = '2026-11-23'").await;
    assert_eq!(usize::try_from(kept).expect("a count"), once.len());
    no_deadlock(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_number_is_the_first_free_one_after_the_last() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let last_is = async |number: i32| {
        let office = "(SELECT municipality_id, office_id FROM office WHERE slug = 'sodra') office";
        stage
            .arrange(&format!(
                "INSERT INTO reception_number SELECT municipality_id, office_id, '2026-11-23', {number} FROM {office};
                 INSERT INTO reception_ticket (municipality_id, ticket_id, office_id, day, number, status, registered_by, registered_at)
                 SELECT municipality_id, gen_random_uuid(), office_id, '2026-11-23', {number}, 'waiting',
                        (SELECT staff_id FROM demo_persona WHERE persona = 'rut'), '2026-11-23T08:00:00Z'::timestamptz + {number} * interval '1 ms'
                 FROM {office}"
            ))
            .await;
    };
    assert_eq!(number(&register(&mut rut, "a", json!({})).await), 100);
    last_is(213).await;
    stage.clock.pass(SignedDuration::from_secs(10));
    assert_eq!(number(&register(&mut rut, "b", json!({})).await), 215, "214 is booked");
    stage.clock.set("2026-11-23T08:00:00.500Z");
    stage.arrange("DELETE FROM reception_ticket WHERE number = 215").await;
    last_is(999).await;
    assert_eq!(number(&register(&mut rut, "c", json!({})).await), 101, "then from the beginning, 100 being taken");
    // A new day, a new series.
    stage.clock.set("2026-11-24T08:00:00Z");
    let mut rut = stage.signed_in("rut").await;
    assert_eq!(number(&register(&mut rut, "d", json!({})).await), 100);
    assert_eq!(queue(&mut rut).await.len(), 1, "yesterday's are gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_called_by_two_desks() {
    let stage = Stage::with(Setting { pool: 16, ..Setting::default() }).await;
    let mut desks = [stage.signed_in("rut").await, stage.signed_in("joel").await];
    for place in 0..30 {
        register(&mut desks[0], &format!("k-{place}"), json!({})).await;
    }
    let sends = (0..30).map(|place| {
        let mut desk = desks[place % 2].clone();
        tokio::spawn(async move { press(&mut desk, "call-next", &format!("n-{place}")).await })
    });
    let answers: Vec<Answer> = join_all(sends).await.into_iter().map(|answer| answer.expect("sent")).collect();
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let called: BTreeSet<i64> = answers.iter().map(|answer| number(&answer.json())).collect();
    assert_eq!(called, (100..130).collect(), "thirty different ones");
    let empty = press(&mut desks[1], "call-next", "one-more").await;
    assert_eq!((empty.status, code(&empty).as_str()), (409, "nobody_waiting"));
    no_deadlock(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_waiting_is_called_first() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    for key in ["a", "b", "c"] {
        register(&mut rut, key, json!({})).await;
        stage.clock.pass(SignedDuration::from_secs(60));
    }
    let mut joel = stage.signed_in("joel").await;
    assert_eq!(number(&press(&mut joel, "call-next", "1").await.json()), 100);
    let third = text(&queue(&mut rut).await[2], "ticket_id");
    let chosen = press(&mut rut, &format!("{third}/call"), "2").await.json();
    assert_eq!((number(&chosen), text(&chosen, "status").as_str()), (102, "called"));
    assert_eq!(number(&press(&mut joel, "call-next", "3").await.json()), 101);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_has_moved_is_told() {
    let stage = Stage::new().await;
    let (mut rut, mut joel) = (stage.signed_in("rut").await, stage.signed_in("joel").await);
    let ticket = text(&register(&mut rut, "a", json!({})).await, "ticket_id");
    let refused = |answer: &Answer| assert_eq!((answer.status, code(answer).as_str()), (409, "ticket_moved"));
    refused(&press(&mut rut, &format!("{ticket}/done"), "early").await);
    assert_eq!(press(&mut rut, &format!("{ticket}/call"), "k").await.status, 200);
    refused(&press(&mut joel, &format!("{ticket}/call"), "k").await);
    // The same press again is the same act.
    assert_eq!(press(&mut rut, &format!("{ticket}/call"), "k").await.json()["status"], "called");
    assert_eq!(press(&mut joel, &format!("{ticket}/done"), "d").await.json()["status"], "done");
    refused(&press(&mut rut, &format!("{ticket}/done"), "d").await);
    refused(&press(&mut rut, &format!("{ticket}/call"), "again").await);
    let absent = press(&mut rut, &format!("{}/call", stage.world.id()), "x").await;
    assert_eq!(absent.status, 404);
    assert_eq!(press(&mut rut, "nonsense/done", "y").await.status, 404);
    let rows = stage.number("SELECT count(*) FROM audit WHERE action IN ('reception.call', 'reception.done')").await;
    assert_eq!(rows, 2, "what was done, and nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_sent_twice_is_done_once() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let first = rut.command(WALK_INS, "k", &json!({ "name": "Sara" })).await;
    let again = rut.command(WALK_INS, "k", &json!({ "name": " Sara " })).await;
    assert_eq!((first.status, first.json()), (again.status, again.json()));
    assert_eq!(code(&rut.command(WALK_INS, "k", &json!({})).await), "idempotency_key_reused");
    assert_eq!(rut.json(WALK_INS, &json!({})).await.status, 400, "no key");
    assert_eq!(stage.number("SELECT count(*) FROM reception_ticket").await, 1);
    register(&mut rut, "second", json!({})).await;
    let called = press(&mut rut, "call-next", "n").await.json();
    assert_eq!(press(&mut rut, "call-next", "n").await.json(), called, "nobody is called by a double click");
    assert_eq!(stage.number("SELECT count(*) FROM reception_ticket WHERE status = 'waiting'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booked_visitor_keeps_her_number_and_her_name_to_herself() {
    let stage = Stage::new().await;
    let mut anna = stage.signed_in("anna").await;
    let today = stage.slots("sodra", "2026-11-23", "2026-11-23").await.pop().expect("a slot");
    let visit = booked(&mut anna, "k", &text(&today, "slot_id")).await;
    let own = anna.get("/api/v1/visits").await.json()["items"][0]["number"].as_i64();
    let (mut rut, mut joel) = (stage.signed_in("rut").await, stage.signed_in("joel").await);
    let person = stage.who("anna").await.to_string();

    let ticket = register(&mut rut, "come", json!({ "visit_id": visit })).await;
    assert_eq!(ticket["number"].as_i64(), own);
    let seen_too = register(&mut joel, "come", json!({ "visit_id": visit })).await;
    assert_eq!(seen_too["ticket_id"], ticket["ticket_id"], "seen by both desks, she is one");
    assert_eq!(stage.number("SELECT count(*) FROM reception_ticket").await, 1);
    assert_eq!((&ticket["person_id"], &ticket["name"]), (&Value::Null, &Value::Null));
    assert_eq!(text(&seen_too, "person_id"), person, "who is on call may open her case");
    assert_eq!(seen_too["name"], Value::Null);
    for desk in [&mut rut, &mut joel] {
        for path in [WALK_INS, "/personal/reception"] {
            let answer = desk.get(path).await;
            assert!(!answer.text.contains("Anna"), "{path}");
        }
    }
    for path in [WALK_INS, "/personal/reception", "/api/v1/desk/today"] {
        assert!(!rut.get(path).await.text.contains(&person), "{path}");
    }
    // Not somebody else's, not another day's, not one that was given back.
    let tomorrow = booked(&mut anna, "t", &stage.slot("2026-11-24").await).await;
    let norra = stage.slots("norra", "2026-11-23", "2026-11-23").await.pop().expect("a slot");
    let elsewhere = booked(&mut anna, "n", &text(&norra, "slot_id")).await;
    let mut maria = stage.signed_in("maria").await;
    let cancelled = booked(&mut maria, "k", &text(&today, "slot_id")).await;
    assert_eq!(maria.delete(&format!("/api/v1/visits/{cancelled}")).await.status, 204);
    for (place, visit) in [tomorrow, elsewhere, cancelled, stage.world.id().to_string()].into_iter().enumerate() {
        let answer = rut.command(WALK_INS, &format!("no-{place}"), &json!({ "visit_id": visit })).await;
        assert_eq!(answer.status, 404, "{place}: {}", answer.text);
    }
    // A number given back is free, one that somebody came with is not.
    let numbers = "SELECT count(*) FROM reception_number n JOIN office USING (municipality_id, office_id)
                   WHERE slug = 'sodra' AND day = '2026-11-23'";
    assert_eq!(stage.number(numbers).await, 5, "four of the first day and anna's");
    assert_eq!(anna.delete(&format!("/api/v1/visits/{visit}")).await.status, 204);
    assert_eq!(stage.number(numbers).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_office_knows_nothing_of_another() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let ticket = text(&register(&mut rut, "a", json!({ "name": "Sara Södra" })).await, "ticket_id");
    let mut norra = desk_at_norra(&stage).await;
    assert_eq!(queue(&mut norra).await, Vec::<Value>::new());
    let page = norra.get("/personal/reception").await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("Sara") && !page.text.contains(&ticket));
    let bare = |answer: &Answer| {
        let mut body = answer.json();
        body["reference"] = "".into();
        (answer.status, body)
    };
    for act in ["call", "done", "application"] {
        let form = json!({ "name": "Sara" });
        let foreign = norra.command(&format!("{WALK_INS}/{ticket}/{act}"), &format!("f-{act}"), &form).await;
        let absent = norra.command(&format!("{WALK_INS}/{}/{act}", stage.world.id()), &format!("a-{act}"), &form).await;
        assert_eq!(foreign.status, 404, "{act}");
        assert_eq!(bare(&foreign), bare(&absent), "{act}");
    }
    let nobody = press(&mut norra, "call-next", "n").await;
    assert_eq!(code(&nobody), "nobody_waiting");
    assert_eq!(norra.get("/api/v1/events?office=sodra").await.status, 404);
    assert_eq!(norra.get(&format!("/personal/reception/ansokan?biljett={ticket}")).await.status, 404);
    // Each has its own series.
    assert_eq!(number(&register(&mut norra, "own", json!({})).await), 100);
    assert_eq!(stage.number("SELECT count(*) FROM application").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_have_no_desk() {
    let stage = Stage::new().await;
    let ticket = text(&register(&mut stage.signed_in("rut").await, "a", json!({})).await, "ticket_id");
    let commands = ["", "/call-next", &format!("/{ticket}/call"), &format!("/{ticket}/done")];
    for (name, status) in [("karin", 404), ("nils", 404), ("anna", 404), ("", 401)] {
        let mut visitor = if name.is_empty() { stage.browser() } else { stage.signed_in(name).await };
        for (place, path) in commands.iter().enumerate() {
            let answer = visitor.command(&format!("{WALK_INS}{path}"), &format!("k-{place}"), &json!({})).await;
            assert_eq!(answer.status, status, "{name} {path}: {}", answer.text);
        }
        for path in [WALK_INS, "/api/v1/events?office=sodra"] {
            assert_eq!(visitor.get(path).await.status, status, "{name} {path}");
        }
        let found = visitor.json("/api/v1/persons/search", &json!({ "search": "anna" })).await;
        assert_eq!(found.status, status, "{name}: {}", found.text);
    }
    for name in ["karin", "nils"] {
        let mut staff = stage.signed_in(name).await;
        let walk = format!("/personal/reception/{ticket}/kalla");
        for path in [
            "/personal/reception",
            "/personal/reception/kalla",
            &walk,
            "/personal/reception/ansokan",
            "/personal/reception/identitet",
        ] {
            let answer = staff.post(path, &[("idempotency_key", "k"), ("name", "x"), ("case_number", "2026-1")]).await;
            assert_eq!(answer.status, 404, "{name} {path}");
        }
        for path in ["/personal/reception/ansokan", "/personal/reception/identitet"] {
            assert_eq!(staff.get(path).await.status, 404, "{name} {path}");
        }
    }
    assert_eq!(stage.number("SELECT count(*) FROM reception_ticket").await, 1);
    assert_eq!(stage.number("SELECT count(*) FROM audit WHERE action LIKE 'reception.%'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_queue_comes_in_parts() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    for place in 0..5 {
        register(&mut rut, &format!("k-{place}"), json!({})).await;
        stage.clock.pass(SignedDuration::from_secs(1));
    }
    let first = rut.get(&format!("{WALK_INS}?limit=2")).await.json();
    let next = text(&first, "next");
    let second = rut.get(&format!("{WALK_INS}?limit=3&after={next}")).await.json();
    let numbers = |page: &Value| page["items"].as_array().expect("items").iter().map(number).collect::<Vec<_>>();
    assert_eq!((numbers(&first), numbers(&second)), (vec![100, 101], vec![102, 103, 104]));
    assert_eq!(second["next"], Value::Null);
    for bad in ["limit=0", "limit=x", "after=x"] {
        assert_eq!(rut.get(&format!("{WALK_INS}?{bad}")).await.status, 422, "{bad}");
    }
    let both = json!({ "name": "Sara", "visit_id": stage.world.id() });
    assert_eq!(code(&rut.command(WALK_INS, "both", &both).await), "invalid");
    assert_eq!(code(&rut.command(WALK_INS, "more", &json!({ "reason": "hyra" })).await), "invalid", "no reason at all");
}
