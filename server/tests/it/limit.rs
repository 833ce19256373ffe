//! Limits: exact however many come at once, whose they are, what somebody is told who must wait, and that nobody else
//! notices.

use crate::{
    failure::problem,
    pages::{LANGUAGES, sound, speaking, word, words},
    support::{Answer, Browser, Setting, Stage},
};
use axum::{
    Extension,
    body::Body,
    http::{Method, Request, Response, header},
};
use domain::{
    Actor, Fault,
    account::{Origin, SessionRef, Who},
    id::PersonId,
};
use futures::future::join_all;
use jiff::SignedDuration;
use serde_json::json;
use server::{
    config::{Config, Flags},
    error::Error,
    http::{
        self,
        listener::{Limits, serve},
        origin::{Origins, Peer},
    },
    jobs::{Job, tidy::Tidy},
    limit::{Action, give_back, take, take_many},
};
use std::{collections::BTreeSet, net::IpAddr};
use tokio::{net::TcpListener, sync::oneshot};
use tower::ServiceExt;
use uuid::Uuid;

const CODE: &str = "/ansok/kod";
/// Wrong codes from one address at once; one more every other second.
const GUESSES: usize = 300;
const ENTER: &str = "/ansok/utan-inloggning";
const WRONG: &str = "K7QM-3XPA-9TRB";

fn peer(address: &str) -> Extension<Peer> {
    Extension(Peer(address.parse().expect("an address")))
}

/// A browser whose connection comes from there.
fn from(stage: &Stage, address: &str) -> Browser {
    Browser::new(stage.router.clone().layer(peer(address)))
}

async fn enter(stage: &Stage, address: &str) -> Answer {
    from(stage, address).post(ENTER, &[]).await
}

async fn guess(browser: &mut Browser) -> u16 {
    browser.post(CODE, &[("code", WRONG)]).await.status
}

fn applicant(stage: &Stage, person: Uuid) -> Actor {
    Actor {
        who: Who::Applicant { person: PersonId(person), session: SessionRef(1) },
        ..Actor::anonymous(stage.municipality)
    }
}

fn somewhere(stage: &Stage, number: u8) -> Actor {
    subscriber(stage, number, number)
}

/// Somebody at an address of a network.
fn subscriber(stage: &Stage, network: u8, address: u8) -> Actor {
    let origin = Origin { address: [address; 32], network: [network; 32] };
    Actor { origin, ..Actor::anonymous(stage.municipality) }
}

fn wait(outcome: Result<(), Error>) -> Option<u32> {
    match outcome {
        Ok(()) => None,
        Err(Error::Fault(Fault::TooMany { wait })) => Some(wait),
        Err(other) => panic!("{other:?}"),
    }
}

async fn buckets(stage: &Stage) -> i64 {
    stage.number("SELECT count(*) FROM limit_bucket").await
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_79_many_at_once_get_exactly_what_there_is() {
    let stage = Stage::with(Setting { pool: 16, ..Setting::default() }).await;
    let (one, other) = (applicant(&stage, Uuid::from_u128(1)), applicant(&stage, Uuid::from_u128(2)));
    let takes = (0..90).map(|_| {
        let (db, world, actor) = (stage.db.clone(), stage.world.clone(), one.clone());
        tokio::spawn(async move { wait(take(&db, &world, &actor, Action::Book).await) })
    });
    let outcomes: Vec<_> = join_all(takes).await.into_iter().map(|outcome| outcome.expect("no panic")).collect();
    let refused: Vec<_> = outcomes.into_iter().flatten().collect();
    assert_eq!(refused, [60; 30], "sixty of ninety, and one more in a minute");

    assert_eq!(wait(take(&stage.db, &stage.world, &other, Action::Book).await), None, "nobody else notices");
    assert_eq!(wait(take(&stage.db, &stage.world, &one, Action::Apply).await), None, "nor does another action");

    stage.clock.pass(SignedDuration::from_secs(59));
    assert_eq!(wait(take(&stage.db, &stage.world, &one, Action::Book).await), Some(1));
    stage.clock.pass(SignedDuration::from_secs(1));
    assert_eq!(wait(take(&stage.db, &stage.world, &one, Action::Book).await), None);
    assert_eq!(wait(take(&stage.db, &stage.world, &one, Action::Book).await), Some(60), "one was there, not sixty");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_limits_are_taken_together_or_not_at_all() {
    let stage = Stage::with(Setting { pool: 16, ..Setting::default() }).await;
    // A hundred of the municipality's thousand each.
    let takes = (1..=20).map(|number| {
        let (db, world, actor) = (stage.db.clone(), stage.world.clone(), somewhere(&stage, number));
        tokio::spawn(async move { wait(take_many(&db, &world, &actor, Action::GuestEntrance, 100).await) })
    });
    let outcomes: Vec<_> = join_all(takes).await.into_iter().map(|outcome| outcome.expect("no panic")).collect();
    assert_eq!(outcomes.iter().filter(|wait| wait.is_none()).count(), 10);
    assert!(outcomes.iter().flatten().all(|wait| *wait == 360), "{outcomes:?}");
    assert_eq!(buckets(&stage).await, 21, "who was refused by the last limit has used nothing of the others");
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_79_a_subscriber_with_many_addresses_does_not_close_the_entrance() {
    let stage = Stage::new().await;
    let enter = |network, address, many| {
        let actor = subscriber(&stage, network, address);
        let (db, world) = (&stage.db, &stage.world);
        async move { wait(take_many(db, world, &actor, Action::GuestEntrance, many).await) }
    };
    for address in 1..=6 {
        assert_eq!(enter(1, address, 60).await, None, "{address}");
    }
    assert_eq!(enter(1, 7, 40).await, None);
    assert_eq!(enter(1, 8, 1).await, Some(9), "its network's four hundred are used");
    assert_eq!(enter(2, 9, 60).await, None, "nobody else notices");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_no_misuse_is_given_back() {
    let stage = Stage::new().await;
    let actor = somewhere(&stage, 1);
    for _ in 0..GUESSES {
        assert_eq!(wait(take(&stage.db, &stage.world, &actor, Action::ResumeCode).await), None);
    }
    assert_eq!(wait(take(&stage.db, &stage.world, &actor, Action::ResumeCode).await), Some(2));
    give_back(&stage.db, &actor, Action::ResumeCode).await.expect("a place");
    assert_eq!(wait(take(&stage.db, &stage.world, &actor, Action::ResumeCode).await), None);
    assert_eq!(wait(take(&stage.db, &stage.world, &actor, Action::ResumeCode).await), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn full_buckets_are_forgotten_and_the_program_itself_has_none() {
    let stage = Stage::new().await;
    for _ in 0..100 {
        take(&stage.db, &stage.world, &stage.system(), Action::Book).await.expect("jobs are not limited");
    }
    assert_eq!(buckets(&stage).await, 0);
    let actor = applicant(&stage, Uuid::from_u128(1));
    take(&stage.db, &stage.world, &actor, Action::Book).await.expect("the first");
    take(&stage.db, &stage.world, &actor, Action::NewCode).await.expect("the first");
    stage.clock.pass(SignedDuration::from_secs(61));
    Tidy {}.run(&stage.job_context()).await.expect("tidy");
    assert_eq!(buckets(&stage).await, 1, "a booking's minute is over, a code's five are not");
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_79_guests_are_made_so_often_from_one_address() {
    let stage = Stage::new().await;
    for place in 0..60 {
        assert_eq!(enter(&stage, "192.0.2.1").await.status, 200, "{place}");
    }
    let people = stage.number("SELECT count(*) FROM person").await;
    for (language, _) in LANGUAGES {
        let mut browser = speaking(from(&stage, "192.0.2.1"), language).await;
        let refused = browser.post(ENTER, &[]).await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, "60"));
        assert_eq!(refused.header("cache-control"), "no-store");
        assert!(refused.headers.get(header::SET_COOKIE).is_none());
        let common = words(language, "common");
        let page = sound(&refused, language);
        assert_eq!(page.only("h1").text, word(&common, "error.too_many"));
        let main = page.only("main").text.clone();
        for said in ["error.too_many_minute", "error.too_many_saved", "error.too_many_ways"] {
            assert!(main.contains(word(&common, said)), "{language}: {said}");
        }
        assert!(main.contains("08-465 004 00"), "{language}: the telephone");
        let links: BTreeSet<_> = page.all("a").filter_map(|link| link.get("href")).collect();
        assert!(links.contains("/akut") && links.contains("/kontakt"), "{language}: {links:?}");
        // Telling about help has no limit.
        for path in ["/akut", "/kontakt", "/ansok"] {
            assert_eq!(browser.get(path).await.status, 200, "{path}");
        }
    }
    assert_eq!(stage.number("SELECT count(*) FROM person").await, people, "a refusal makes nobody");
    assert_eq!(enter(&stage, "192.0.2.2").await.status, 200, "another address does not notice");
    stage.clock.pass(SignedDuration::from_secs(60));
    assert_eq!(enter(&stage, "192.0.2.1").await.status, 200);
    assert_eq!(enter(&stage, "192.0.2.1").await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_79_codes_are_guessed_slowly_and_right_ones_do_not_count() {
    let stage = Stage::new().await;
    let shown = enter(&stage, "192.0.2.1").await;
    let right = shown.page().with_class("resume-code").next().expect("a code").text.trim().to_owned();
    for _ in 0..12 {
        assert_eq!(from(&stage, "192.0.2.1").post(CODE, &[("code", &right)]).await.status, 303);
    }
    let mut guesser = from(&stage, "192.0.2.1");
    for _ in 0..GUESSES {
        assert_eq!(guess(&mut guesser).await, 422);
    }
    assert_eq!(guess(&mut guesser).await, 429);
    assert_eq!(guesser.post(CODE, &[("code", &right)]).await.status, 429, "the answer does not tell which is right");
    assert_eq!(from(&stage, "192.0.2.2").post(CODE, &[("code", &right)]).await.status, 303);
    stage.clock.pass(SignedDuration::from_mins(1));
    assert_eq!(guesser.post(CODE, &[("code", &right)]).await.status, 303);
}

/// A longer wait is told as the time by which it is over.
#[tokio::test(flavor = "multi_thread")]
async fn a_longer_wait_is_told_by_the_clock() {
    let stage = Stage::new().await;
    let mut guest = stage.browser();
    assert_eq!(guest.post(ENTER, &[]).await.status, 200);
    for _ in 0..12 {
        assert_eq!(guest.post("/ansok/ny-kod", &[]).await.status, 200);
    }
    let refused = guest.post("/ansok/ny-kod", &[]).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "300"));
    assert!(refused.page().only("main").text.contains("09.05"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_31_a_spoofed_header_leaves_the_key_unchanged() {
    let stage = Stage::new().await;
    let mut liar = from(&stage, "192.0.2.1");
    for turn in 0..=GUESSES {
        liar.headers = vec![
            ("x-forwarded-for".to_owned(), format!("198.51.100.{turn}")),
            ("forwarded".to_owned(), format!("for=198.51.100.{turn}")),
            ("x-real-ip".to_owned(), format!("198.51.100.{turn}")),
        ];
        assert_eq!(guess(&mut liar).await, if turn < GUESSES { 422 } else { 429 }, "{turn}");
    }

    // Behind two proxies that are trusted: each client counts for itself, whatever it says of where it comes from.
    let source = |name: &str| (name == "PORTEN_TRUSTED_PROXIES").then_some("10.0.0.0/8");
    let proxies = Config::load(&source, Flags::default()).expect("settings").trusted_proxies.unwrap_or_default();
    let http = http::Http { origins: Origins::passing(&stage.world, &proxies), ..stage.http.clone() };
    let mut proxy = Browser::new(http::router(&http).layer(peer("10.0.0.1")));
    for client in ["203.0.113.1", "203.0.113.2"] {
        for turn in 0..=GUESSES {
            let line = format!("198.51.100.{turn}, {client}, 10.0.0.2");
            proxy.headers = vec![("x-forwarded-for".to_owned(), line)];
            assert_eq!(guess(&mut proxy).await, if turn < GUESSES { 422 } else { 429 }, "{client} {turn}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listener_says_where_a_connection_comes_from() {
    let stage = Stage::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(serve(listener, stage.router.clone(), Limits::new(10), async {
        let _asked = stopped.await;
    }));
    let client = reqwest::Client::new();
    for turn in 0..=GUESSES {
        let answer = client
            .post(format!("http://{address}{CODE}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("code={WRONG}"))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status().as_u16(), if turn < GUESSES { 422 } else { 429 });
    }
    assert_eq!(guess(&mut from(&stage, "127.0.0.1")).await, 429, "the same address");
    assert_eq!(guess(&mut stage.browser()).await, 422, "from nowhere");
    stop.send(()).expect("it serves");
    served.await.expect("an end");
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_79_what_people_do_again_and_again_has_its_limit() {
    let stage = Stage::new().await;
    let anna = applicant(&stage, stage.who("anna").await);
    let mut browser = stage.signed_in("anna").await;
    for (action, most) in [(Action::Apply, 20), (Action::Book, 60), (Action::Upload, 200)] {
        take_many(&stage.db, &stage.world, &anna, action, most).await.expect("all there is");
    }
    let body = json!({
        "office": "sodra", "way": "none", "language": "sv", "adults": "1", "month": "2026-11", "need": "Hyran.",
        "account": "none", "costs": [{ "kind": "rent", "amount": "8200" }],
    });
    let refused = browser.command("/api/v1/applications", "a", &body).await;
    problem(&refused, 429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), "180");
    let booking = json!({ "slot_id": stage.slot("2026-11-24").await, "kind": "first_visit", "interpreter": false });
    let refused = browser.command("/api/v1/visits", "b", &booking).await;
    problem(&refused, 429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), "60");
    let file =
        "--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.png\"\r\n\r\n\u{89}PNG\r\n--x--\r\n";
    let headers = [("content-type", "multipart/form-data; boundary=x"), ("idempotency-key", "c")];
    let refused = browser.send(Method::POST, "/api/v1/documents", &headers, Body::from(file)).await;
    problem(&refused, 429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), "18");

    let mut rut = stage.signed_in("rut").await;
    let look = [("case_number", "2026-99999")];
    for turn in 0..31 {
        let answer = rut.post("/personal/reception/identitet", &look).await;
        assert_eq!(answer.status, if turn < 30 { 422 } else { 429 }, "{turn}");
    }
}

/// Opens a stream and keeps it open as long as the answer lives.
async fn open(stage: &Stage, browser: &Browser, path: &str, address: IpAddr) -> Response<Body> {
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::get(path)
        .header(header::HOST, "127.0.0.1:3000")
        .header(header::COOKIE, cookies.join("; "))
        .extension(Peer(address))
        .body(Body::empty())
        .expect("a request");
    stage.router.clone().oneshot(request).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_79_streams_have_their_number() {
    const BOARD: &str = "/api/v1/events?office=sodra";
    const SCREEN: &str = "/api/v1/offices/sodra/screen-events";
    let stage = Stage::new().await;
    let office: IpAddr = "192.0.2.1".parse().expect("an address");
    let elsewhere: IpAddr = "192.0.2.2".parse().expect("an address");
    let rut = stage.signed_in("rut").await;
    let again = stage.signed_in("rut").await;
    for (reader, path, most, other) in
        [(&rut, BOARD, 6, (&again, office)), (&stage.browser(), SCREEN, 100, (&rut, elsewhere))]
    {
        let mut held = Vec::new();
        for turn in 0..most {
            let answer = open(&stage, reader, path, office).await;
            assert_eq!(answer.status(), 200, "{path} {turn}");
            held.push(answer);
        }
        let refused = open(&stage, reader, path, office).await;
        assert_eq!(refused.status(), 429, "{path}");
        assert_eq!(refused.headers()[header::RETRY_AFTER], "30");
        assert_eq!(refused.headers()[header::CONTENT_TYPE], "application/problem+json");
        let (other, address) = other;
        assert_eq!(open(&stage, other, path, address).await.status(), 200, "{path}: others do not notice");
        held.pop();
        assert_eq!(open(&stage, reader, path, office).await.status(), 200, "{path}: a place is free again");
    }
}

/// The estimate: counted in the process, by address, before anything of the body is read.
#[tokio::test(flavor = "multi_thread")]
async fn asvs_79_anybody_may_calculate_so_often_and_nobody_else_notices() {
    const ESTIMATES: &str = "/api/v1/estimates";
    /// At once from one address; fifty more every second.
    const MOST: usize = 600;
    let stage = Stage::new().await;
    let body = json!({ "month": "2026-11", "household": { "adults": 1 } });
    let mut machine = from(&stage, "192.0.2.1");
    for turn in 0..MOST {
        // Refused ones count too: what they cost is the same.
        let answer = if turn % 2 == 0 {
            machine.json(ESTIMATES, &body).await
        } else {
            machine.json(ESTIMATES, &json!({})).await
        };
        assert_eq!(answer.status, if turn % 2 == 0 { 200 } else { 422 }, "{turn}");
    }
    let refused = machine.json(ESTIMATES, &body).await;
    problem(&refused, 429, "too_many_requests");
    assert_eq!((refused.header("retry-after"), refused.header("cache-control")), ("1", "no-store"));
    let large = machine.json(ESTIMATES, &json!({ "month": "x".repeat(70_000) })).await;
    problem(&large, 429, "too_many_requests");
    for (language, _) in LANGUAGES {
        let mut browser = speaking(from(&stage, "192.0.2.1"), language).await;
        let refused = browser.post("/rakna", &[("adults", "1")]).await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, "1"), "{language}");
        let common = words(language, "common");
        assert_eq!(sound(&refused, language).only("h1").text, word(&common, "error.too_many"));
        // The form itself, and where help is, have no limit.
        for path in ["/rakna", "/akut", "/kontakt", "/ansok"] {
            assert_eq!(browser.get(path).await.status, 200, "{path}");
        }
    }
    assert_eq!(from(&stage, "192.0.2.2").json(ESTIMATES, &body).await.status, 200, "another address does not notice");
    assert_eq!(buckets(&stage).await, 0, "nothing of it lies in the database");
    stage.clock.pass(SignedDuration::from_secs(1));
    for turn in 0..=50 {
        let answer = machine.json(ESTIMATES, &body).await;
        assert_eq!(answer.status, if turn < 50 { 200 } else { 429 }, "{turn}");
    }
}
