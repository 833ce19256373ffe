//! Faults of the database in the middle of what people do: nothing half done, nothing lost that was acknowledged, nothing
//! done twice, and the way back is short. People send again with the same key until they get an answer.

use crate::{
    embedded,
    support::{
        Answer, Browser, Setting, Stage, database,
        look::{booking, code, text},
    },
};
use futures::future::join_all;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};
use server::{db::migrate, demo};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

const PEOPLE: usize = 8;
const ROUNDS: usize = 6;
/// How long anybody goes on trying.
const LONGEST: Duration = Duration::from_secs(90);
/// How soon everything must be well again.
const HEALED: Duration = Duration::from_secs(2);

fn application() -> Value {
    json!({
        "office": "sodra", "way": "email", "email": "seed@post.example", "language": "sv", "adults": "1",
        "month": "2026-11", "need": "Hyran.", "account": "none", "costs": [{ "kind": "rent", "amount": "8200" }],
    })
}

/// What somebody was told, by key.
#[derive(Debug, Default)]
struct Told {
    applications: BTreeMap<String, String>,
    visits: BTreeMap<String, String>,
    /// Answers that told to try again.
    again: usize,
}

/// Sends a command until there is an answer. Only "try again" may come before it.
async fn insist(told: &mut Told, browser: &mut Browser, path: &str, key: &str, body: &Value) -> Answer {
    let began = Instant::now();
    loop {
        let answer = browser.command(path, key, body).await;
        if answer.status != 503 {
            return answer;
        }
        assert_eq!(code(&answer), "unavailable", "{}", answer.text);
        assert!(!answer.header("retry-after").is_empty(), "{:?}", answer.headers);
        assert!(began.elapsed() < LONGEST, "no answer for {LONGEST:?}");
        told.again += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Applies and books by turns, each with its own key.
async fn life(who: usize, mut browser: Browser, slots: Vec<String>, done: Arc<AtomicUsize>) -> Told {
    let mut told = Told::default();
    for round in 0..ROUNDS {
        let key = format!("{who}-{round}");
        let sent = insist(&mut told, &mut browser, "/api/v1/applications", &key, &application()).await;
        assert_eq!(sent.status, 201, "{}", sent.text);
        told.applications.insert(key.clone(), text(&sent.json(), "application_id"));
        done.fetch_add(1, Ordering::Relaxed);

        let slot = &slots[(who + round) % slots.len()];
        let sent = insist(&mut told, &mut browser, "/api/v1/visits", &key, &booking(slot)).await;
        match sent.status {
            201 => drop(told.visits.insert(key.clone(), text(&sent.json(), "visit_id"))),
            409 => assert!(["slot_taken", "already_booked"].contains(&code(&sent).as_str()), "{}", sent.text),
            _ => panic!("{}: {}", sent.status, sent.text),
        }
        // Sent once more it is the same.
        let again = insist(&mut told, &mut browser, "/api/v1/applications", &key, &application()).await;
        assert_eq!(text(&again.json(), "application_id"), told.applications[&key]);
        done.fetch_add(1, Ordering::Relaxed);
    }
    told
}

/// The people of a test, signed in.
async fn people(stage: &Stage) -> Vec<Browser> {
    let count = u32::try_from(PEOPLE).expect("few");
    // Only what these people do is counted.
    stage.arrange("DELETE FROM visit_seat; DELETE FROM visit").await;
    demo::seed_persons(&stage.owner, &stage.world, count).await.expect("people");
    let mut people = Vec::new();
    for number in 1..=PEOPLE {
        people.push(stage.signed_in(&format!("seed-{number:04}")).await);
    }
    people
}

async fn bookable(stage: &Stage) -> Vec<String> {
    stage.slots("sodra", "2026-11-24", "2026-11-27").await.iter().take(6).map(|slot| text(slot, "slot_id")).collect()
}

/// Compares what people were told with what is written.
async fn check(stage: &Stage, told: &[Told]) {
    let applications: BTreeSet<&String> = told.iter().flat_map(|told| told.applications.values()).collect();
    let visits: BTreeSet<&String> = told.iter().flat_map(|told| told.visits.values()).collect();
    let ids = async |sql: &'static str| -> BTreeSet<String> {
        let mut root = stage.root().await;
        sqlx::query_scalar(sql).fetch_all(&mut root).await.expect("ids").into_iter().collect()
    };
    let written = ids("SELECT application_id::text FROM application").await;
    assert_eq!(written.iter().collect::<BTreeSet<_>>(), applications, "each application that was told, and no other");
    let written = ids("SELECT visit_id::text FROM visit").await;
    assert_eq!(written.iter().collect::<BTreeSet<_>>(), visits, "each visit that was told, and no other");
    assert_eq!(applications.len(), PEOPLE * ROUNDS);
    assert!(!visits.is_empty());

    // Each with all that belongs to it, once: case, message, notice and its job, seat, audit rows, answer.
    let whole = i64::try_from(applications.len()).expect("few");
    let booked = i64::try_from(visits.len()).expect("few");
    let acts = i64::try_from(PEOPLE * ROUNDS * 2).expect("few");
    let persons = i64::try_from(PEOPLE).expect("few");
    for (sql, count) in [
        ("SELECT count(*) FROM application JOIN casework_party USING (municipality_id, case_id, person_id)", whole),
        ("SELECT count(*) FROM casework_case", persons),
        (
            "SELECT count(*) FROM application JOIN message ON about = application_id AND message.kind = 'application_received'",
            whole,
        ),
        ("SELECT count(*) FROM message", whole),
        ("SELECT count(*) FROM message_notice WHERE status = 'waiting'", whole),
        (
            "SELECT count(*) FROM graphile_worker._private_jobs job
             JOIN graphile_worker._private_tasks task ON task.id = job.task_id WHERE identifier = 'message:notice'",
            whole,
        ),
        ("SELECT count(*) FROM audit WHERE action = 'application.submit'", whole),
        ("SELECT count(DISTINCT object_ids[1]) FROM audit WHERE action = 'application.submit'", whole),
        ("SELECT count(*) FROM audit WHERE action = 'casework.open'", persons),
        ("SELECT count(*) FROM visit_seat JOIN visit USING (municipality_id, visit_id)", booked),
        ("SELECT count(*) FROM visit_seat", booked),
        ("SELECT count(*) FROM audit WHERE action = 'visit.book'", booked),
        ("SELECT count(*) FROM idempotency", acts),
        ("SELECT count(*) FROM idempotency WHERE outcome IS NULL", 0),
        (
            "SELECT count(*) FROM visit_slot slot WHERE seats <
                 (SELECT count(*) FROM visit_seat seat WHERE seat.municipality_id = slot.municipality_id
                                                         AND seat.slot_id = slot.slot_id)",
            0,
        ),
    ] {
        assert_eq!(stage.number(sql).await, count, "{sql}");
    }
}

/// How long until people are served again, one after the other, as if nothing had been.
async fn healed(stage: &Stage, browser: &mut Browser) -> Duration {
    let began = Instant::now();
    let (mut well, mut since) = (0, began);
    while well < 20 {
        let answers = join_all((0..8).map(|_| {
            let mut browser = browser.clone();
            async move { browser.get("/api/v1/visits").await.status }
        }))
        .await;
        assert!(answers.iter().all(|status| matches!(status, 200 | 503)), "{answers:?}");
        if answers.iter().all(|status| *status == 200) {
            well += 1;
        } else {
            (well, since) = (0, Instant::now());
        }
        assert!(began.elapsed() < LONGEST, "never well again");
    }
    let ready = stage.browser().get("/health/ready").await;
    assert_eq!(ready.status, 200, "{}", ready.text);
    since - began
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fault_1_killed_database_sessions_leave_nothing_half_done() {
    let stage = Stage::new().await;
    let (mut people, slots) = (people(&stage).await, bookable(&stage).await);
    let mut first = people[0].clone();
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let killer = tokio::spawn({
        let (stop, done, root) = (stop.clone(), done.clone(), stage.root_options());
        async move {
            let mut root = database::connect(&root).await;
            let (mut ended, mut answered) = (0_i64, 0);
            let mut pause = 1;
            while !stop.load(Ordering::Relaxed) {
                // Mostly somebody in the middle of a transaction; now and then whoever comes.
                ended += sqlx::query_scalar::<_, i64>(
                    "SELECT count(pg_terminate_backend(pid)) FROM (
                         SELECT pid FROM pg_stat_activity
                         WHERE datname = current_database() AND usename = 'porten_app'
                         ORDER BY state = 'idle', random() LIMIT 1) AS victim",
                )
                .fetch_one(&mut root)
                .await
                .expect("killing");
                // Everybody would be killed for ever where the machine is slow: the next one dies after an answer.
                let began = Instant::now();
                while done.load(Ordering::Relaxed) == answered && began.elapsed() < Duration::from_secs(1) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                answered = done.load(Ordering::Relaxed);
                pause = (pause * 7 + 3) % 23;
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            ended
        }
    });
    let lives = people
        .drain(..)
        .enumerate()
        .map(|(who, browser)| tokio::spawn(life(who, browser, slots.clone(), done.clone())));
    let told: Vec<Told> = join_all(lives).await.into_iter().map(|told| told.expect("no panic")).collect();
    stop.store(true, Ordering::Relaxed);
    let victims = killer.await.expect("no panic");
    // All at once, while nobody is looking.
    stage
        .arrange(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND usename = 'porten_app'",
        )
        .await;
    let took = healed(&stage, &mut first).await;
    let again: usize = told.iter().map(|told| told.again).sum();
    println!("fault 1: {victims} sessions killed, {again} answers to try again, well after {took:?}");
    assert!(victims > 20 && again > 0, "{victims} killed, {again} told to try again");
    assert!(took <= HEALED, "{took:?}");
    check(&stage, &told).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fault_2_a_killed_database_server_keeps_every_acknowledged_act() {
    let place = embedded::place();
    let mut server = embedded::start(place.path()).await;
    migrate::run(server.owner_options()).await.expect("migrations");
    let stage = Stage::on(server.app_options(), server.owner_options(), Setting::default()).await;
    let (mut people, slots) = (people(&stage).await, bookable(&stage).await);
    let mut first = people[0].clone();
    let done = Arc::new(AtomicUsize::new(0));
    let mut told: Vec<Told> = Vec::new();
    let mut lives: Vec<_> = people
        .drain(..)
        .enumerate()
        .map(|(who, browser)| tokio::spawn(life(who, browser, slots.clone(), done.clone())))
        .collect();
    let mut down = Vec::new();
    for acts in [PEOPLE * ROUNDS / 2, PEOPLE * ROUNDS, 0] {
        if acts == 0 {
            // And once more when everybody is done.
            told = join_all(lives.drain(..)).await.into_iter().map(|told| told.expect("no panic")).collect();
        }
        while done.load(Ordering::Relaxed) < acts {
            assert!(lives.iter().any(|life| !life.is_finished()), "they ended before the fault");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let postmaster = embedded::number_in(&place.path().join("postgres.owner"));
        kill(Pid::from_raw(postmaster), Signal::SIGKILL).expect("killed");
        let began = Instant::now();
        drop(server.exited().await);
        server.stop().await;
        // Where help is when it is urgent can be read all the same.
        assert_eq!(stage.browser().get("/akut").await.status, 200);
        server = embedded::start(place.path()).await;
        down.push(began.elapsed());
    }
    let took = healed(&stage, &mut first).await;
    let again: usize = told.iter().map(|told| told.again).sum();
    println!("fault 2: down for {down:?}, {again} answers to try again, well after {took:?}");
    assert!(again > 0);
    assert!(took <= HEALED, "{took:?}");
    check(&stage, &told).await;
    stage.db.close().await;
    server.stop().await;
}
