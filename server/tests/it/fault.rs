//! Faults of the database in the middle of what people do: nothing half done, nothing lost that was acknowledged, nothing
//! done twice, and the way back is short. People send again with the same key until they get an answer.
//!
//! What happens when is a matter of chance: each test prints its seed, and `PORTEN_TEST_SEED` repeats its choices.

use crate::{
    embedded,
    support::{
        Answer, Browser, HeldClock, Setting, Stage, database,
        look::{booking, code, text},
    },
};
use axum::{body::Body, http::Method};
use futures::future::join_all;
use jiff::SignedDuration;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};
use server::{
    db::{
        embedded::{EmbeddedPostgres, EmbeddedSettings},
        migrate,
    },
    demo,
    world::World,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;

const PEOPLE: usize = 8;
const ROUNDS: usize = 6;
/// Every so many rounds the application is decided on and the decision is opened.
const DECIDED: usize = 3;
/// How long anybody goes on trying.
const LONGEST: Duration = Duration::from_secs(90);
/// How soon everything must be well again, on a machine on which the answers after it do not take longer themselves.
const HEALED: Duration = Duration::from_secs(2);

/// Chance that can be repeated (xorshift).
struct Chance(u64);

impl Chance {
    #[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a seed is given from outside, and told to it")]
    fn new(world: &World) -> Self {
        let given = std::env::var("PORTEN_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| u64::from_be_bytes(world.bytes()));
        println!("PORTEN_TEST_SEED={seed}");
        Self(seed | 1)
    }

    /// Less than `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn application() -> Value {
    json!({
        "office": "sodra", "way": "email", "email": "seed@post.example", "language": "sv", "adults": "1",
        "month": "2026-11", "need": "Hyran.", "account": "none", "costs": [{ "kind": "rent", "amount": "8200" }],
    })
}

fn content() -> Value {
    let rent = json!({ "need": "rent", "asked": 8200, "granted": 0, "outcome": "refused", "reason": "Pengarna räcker.",
                       "sections": ["12:1"] });
    let mut living = rent.clone();
    living["need"] = "livelihood".into();
    json!({ "period": "2026-11", "lines": [living, rent] })
}

/// What somebody was told, by key.
#[derive(Debug, Default)]
struct Told {
    applications: BTreeMap<String, String>,
    visits: BTreeMap<String, String>,
    decisions: BTreeMap<String, String>,
    /// Messages marked as read.
    read: BTreeSet<String>,
    /// Answers that told to try again.
    again: usize,
}

/// Somebody who sends again until there is an answer. Only "try again" may come before it.
struct Insistent {
    told: Told,
    clock: HeldClock,
}

impl Insistent {
    async fn send(
        &mut self,
        browser: &mut Browser,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let began = Instant::now();
        loop {
            let answer = browser.send(method.clone(), path, headers, Body::from(body.to_owned())).await;
            match answer.status {
                503 => {
                    let page = answer.header("content-type").starts_with("text/html");
                    assert!(page || code(&answer) == "unavailable", "{}", answer.text);
                    assert!(!answer.header("retry-after").is_empty(), "{:?}", answer.headers);
                    self.told.again += 1;
                }
                // So many tries are a machine's: the clock stands still, so waiting is passing it on.
                429 => {
                    let seconds = answer.header("retry-after").parse().expect("seconds");
                    self.clock.pass(SignedDuration::from_secs(seconds));
                }
                _ => return answer,
            }
            assert!(began.elapsed() < LONGEST, "no answer for {LONGEST:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn command(&mut self, browser: &mut Browser, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send(browser, Method::POST, path, &headers, &body.to_string()).await
    }

    async fn get(&mut self, browser: &mut Browser, path: &str) -> Value {
        let answer = self.send(browser, Method::GET, path, &[], "").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// The caseworker takes the case, drafts and publishes; the person opens it and marks the receipt's message as read.
    async fn decide(&mut self, karin: &mut Browser, person: &mut Browser, key: &str, application: &Value) {
        let (case, application) = (text(application, "case_id"), text(application, "application_id"));
        let taken = self.command(karin, &format!("/api/v1/cases/{case}/take"), &case, &json!({})).await;
        assert_eq!(taken.status, 200, "{}", taken.text);
        let place = format!("/api/v1/cases/{case}/decisions/{application}");
        let draft = json!({ "version": 0, "content": content() }).to_string();
        let saved = self.send(karin, Method::PUT, &place, &[("content-type", "application/json")], &draft).await;
        assert_eq!(saved.status, 200, "{}", saved.text);
        let command = json!({ "version": saved.json()["version"] });
        let published = self.command(karin, &format!("{place}/publish"), key, &command).await;
        assert_eq!(published.status, 200, "{}", published.text);
        let decision = text(&published.json(), "decision_id");
        let opened = self.command(person, &format!("/api/v1/decisions/{decision}/open"), key, &json!({})).await;
        assert_eq!(opened.status, 200, "{}", opened.text);
        self.told.decisions.insert(key.to_owned(), decision);

        let messages = self.get(person, "/api/v1/messages?limit=100").await;
        let receipt = messages["items"].as_array().expect("items").iter().find(|one| one["about"] == *application);
        let message = text(receipt.expect("a receipt's message"), "message_id");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let path = format!("/mina-sidor/meddelanden/{message}");
        let read = self.send(person, Method::POST, &path, &form, "").await;
        assert_eq!(read.status, 303, "{}", read.text);
        self.told.read.insert(message);
    }
}

/// Applies and books by turns, each with its own key; now and then an application is decided on.
async fn life(
    who: usize,
    mut browser: Browser,
    mut karin: Browser,
    clock: HeldClock,
    slots: Vec<String>,
    done: Arc<AtomicUsize>,
) -> Told {
    let mut me = Insistent { told: Told::default(), clock };
    for round in 0..ROUNDS {
        let key = format!("{who}-{round}");
        let sent = me.command(&mut browser, "/api/v1/applications", &key, &application()).await;
        assert_eq!(sent.status, 201, "{}", sent.text);
        let sent = sent.json();
        me.told.applications.insert(key.clone(), text(&sent, "application_id"));
        done.fetch_add(1, Ordering::Relaxed);

        let slot = &slots[(who + round) % slots.len()];
        let booked = me.command(&mut browser, "/api/v1/visits", &key, &booking(slot)).await;
        match booked.status {
            201 => drop(me.told.visits.insert(key.clone(), text(&booked.json(), "visit_id"))),
            409 => assert!(["slot_taken", "already_booked"].contains(&code(&booked).as_str()), "{}", booked.text),
            _ => panic!("{}: {}", booked.status, booked.text),
        }
        if round % DECIDED == 0 {
            me.decide(&mut karin, &mut browser, &key, &sent).await;
        }
        // Sent once more it is the same.
        let again = me.command(&mut browser, "/api/v1/applications", &key, &application()).await;
        assert_eq!(text(&again.json(), "application_id"), me.told.applications[&key]);
        done.fetch_add(1, Ordering::Relaxed);
    }
    me.told
}

/// Everybody's life at once.
async fn lives(stage: &Stage, people: Vec<Browser>, done: &Arc<AtomicUsize>) -> Vec<JoinHandle<Told>> {
    let (slots, karin) = (bookable(stage).await, stage.signed_in("karin").await);
    let one = |(who, browser)| {
        let (karin, clock, slots, done) = (karin.clone(), stage.clock.clone(), slots.clone(), done.clone());
        tokio::spawn(life(who, browser, karin, clock, slots, done))
    };
    people.into_iter().enumerate().map(one).collect()
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
    let decisions: BTreeSet<&String> = told.iter().flat_map(|told| told.decisions.values()).collect();
    let written = ids("SELECT decision_id::text FROM decision WHERE status = 'published'").await;
    assert_eq!(written.iter().collect::<BTreeSet<_>>(), decisions, "each decision that was told, and no other");
    let opened = ids("SELECT decision_id::text FROM decision_receipt").await;
    assert_eq!(opened, written, "and each was received");
    let read: BTreeSet<&String> = told.iter().flat_map(|told| &told.read).collect();
    let written =
        ids("SELECT message_id::text FROM message WHERE kind = 'application_received' AND read_at IS NOT NULL");
    assert_eq!(written.await.iter().collect::<BTreeSet<_>>(), read, "each message that was marked, and no other");

    // Each with all that belongs to it, once: case, message, notice and its job, seat, audit rows, answer.
    let number = |count: usize| i64::try_from(count).expect("few");
    let (whole, booked, decided) = (number(applications.len()), number(visits.len()), number(decisions.len()));
    let persons = number(PEOPLE);
    // Applied and booked, taken once a person, published and opened.
    let acts = number(PEOPLE * ROUNDS * 2 + PEOPLE) + 2 * decided;
    for (sql, count) in [
        ("SELECT count(*) FROM application JOIN casework_party USING (municipality_id, case_id, person_id)", whole),
        ("SELECT count(*) FROM casework_case", persons),
        (
            "SELECT count(*) FROM application JOIN message ON about = application_id AND message.kind = 'application_received'",
            whole,
        ),
        ("SELECT count(*) FROM decision", decided),
        ("SELECT count(*) FROM decision JOIN message ON about = decision_id AND message.kind = 'decision'", decided),
        ("SELECT count(*) FROM message WHERE kind = 'decision' AND read_at IS NOT NULL", decided),
        ("SELECT count(*) FROM audit WHERE action = 'decision.publish'", decided),
        ("SELECT count(*) FROM audit WHERE action = 'decision.open'", decided),
        ("SELECT count(*) FROM audit WHERE action = 'casework.take'", persons),
        ("SELECT count(*) FROM message", whole + decided),
        ("SELECT count(*) FROM message_notice WHERE status = 'waiting'", whole + decided),
        (
            "SELECT count(*) FROM graphile_worker._private_jobs job
             JOIN graphile_worker._private_tasks task ON task.id = job.task_id WHERE identifier = 'message:notice'",
            whole + decided,
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

/// How long until people are served again, one after the other, as if nothing had been; soon enough.
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
    let (took, calm) = (since - began, since.elapsed());
    assert!(took <= HEALED.max(calm * 3), "well after {took:?}, when as many answers as one waits for take {calm:?}");
    let ready = stage.browser().get("/health/ready").await;
    assert_eq!(ready.status, 200, "{}", ready.text);
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fault_1_killed_database_sessions_leave_nothing_half_done() {
    let stage = Stage::new().await;
    let people = people(&stage).await;
    let mut first = people[0].clone();
    let mut chance = Chance::new(&stage.world);
    let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let lives = lives(&stage, people, &done).await;
    let killer = tokio::spawn({
        let (stop, done, root) = (stop.clone(), done.clone(), stage.root_options());
        async move {
            let mut root = database::connect(&root).await;
            let (mut ended, mut answered) = (0_i64, 0);
            while !stop.load(Ordering::Relaxed) {
                // Mostly somebody in the middle of a transaction; now and then whoever comes.
                let (busy, which) = (chance.below(4) > 0, chance.below(1_000_000).to_string());
                ended += sqlx::query_scalar::<_, i64>(
                    "SELECT count(pg_terminate_backend(pid)) FROM (
                         SELECT pid FROM pg_stat_activity
                         WHERE datname = current_database() AND usename = 'porten_app'
                         ORDER BY $1 AND state = 'idle', md5(pid || $2) LIMIT 1) AS victim",
                )
                .bind(busy)
                .bind(which)
                .fetch_one(&mut root)
                .await
                .expect("killing");
                // Everybody would be killed for ever where the machine is slow: the next one dies after an answer.
                let began = Instant::now();
                while done.load(Ordering::Relaxed) == answered && began.elapsed() < Duration::from_secs(1) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                answered = done.load(Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(chance.below(23))).await;
            }
            ended
        }
    });
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
    check(&stage, &told).await;
}

/// A database server of one's own that writes to the disk before it says that it has, as in the field.
async fn durable(data: &Path) -> EmbeddedPostgres {
    let settings = EmbeddedSettings { durable: true, ..embedded::settings(data.to_owned()) };
    EmbeddedPostgres::start(settings).await.expect("a database server")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fault_2_a_killed_database_server_keeps_every_acknowledged_act() {
    let place = embedded::place();
    let mut server = durable(place.path()).await;
    migrate::run(server.owner_options()).await.expect("migrations");
    let stage = Stage::on(server.app_options(), server.owner_options(), Setting::default()).await;
    let mut root = stage.root().await;
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        let is: String =
            sqlx::query_scalar("SELECT current_setting($1)").bind(setting).fetch_one(&mut root).await.expect(setting);
        assert_eq!(is, "on", "{setting}");
    }
    drop(root);
    let people = people(&stage).await;
    let mut first = people[0].clone();
    let done = Arc::new(AtomicUsize::new(0));
    let mut told: Vec<Told> = Vec::new();
    let mut lives = lives(&stage, people, &done).await;
    let mut chance = Chance::new(&stage.world);
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
        tokio::time::sleep(Duration::from_millis(chance.below(40))).await;
        let postmaster = embedded::number_in(&place.path().join("postgres.owner"));
        kill(Pid::from_raw(postmaster), Signal::SIGKILL).expect("killed");
        let began = Instant::now();
        drop(server.exited().await);
        server.stop().await;
        // Where help is when it is urgent can be read all the same.
        assert_eq!(stage.browser().get("/akut").await.status, 200);
        server = durable(place.path()).await;
        down.push(began.elapsed());
    }
    let took = healed(&stage, &mut first).await;
    let again: usize = told.iter().map(|told| told.again).sum();
    println!("fault 2: down for {down:?}, {again} answers to try again, well after {took:?}");
    assert!(again > 0);
    check(&stage, &told).await;
    stage.db.close().await;
    server.stop().await;
}
