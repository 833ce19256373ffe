//! Feeds: an arrival appears on another open board by itself, and a stream ends when it must.

use super::queue::{press, register};
use crate::support::{Browser, Stage, look::text};
use axum::{
    body::Body,
    http::{Request, Response, header},
};
use futures::{Stream, StreamExt};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::http::{
    listener::{Limits, serve},
    origin::Peer,
};
use std::{
    net::Ipv4Addr,
    pin::Pin,
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::oneshot, time::timeout};
use tower::ServiceExt;

/// Far longer than anything here takes, far shorter than hanging for ever.
const LONG: Duration = Duration::from_secs(20);
const DESK: &str = "/api/v1/events?office=sodra";
const SCREEN: &str = "/api/v1/offices/sodra/screen-events";

/// An open stream of events.
struct Events {
    body: Pin<Box<dyn Stream<Item = Vec<u8>> + Send>>,
    read: String,
}

async fn ask(stage: &Stage, browser: &Browser, path: &str) -> Response<Body> {
    ask_from(stage, browser, path, 1).await
}

/// From one of many addresses.
async fn ask_from(stage: &Stage, browser: &Browser, path: &str, place: u32) -> Response<Body> {
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::get(path)
        .header(header::HOST, "127.0.0.1:3000")
        .header(header::COOKIE, cookies.join("; "))
        .extension(Peer(Ipv4Addr::from_bits(place).into()))
        .body(Body::empty())
        .expect("a request");
    stage.router.clone().oneshot(request).await.expect("an answer")
}

impl Events {
    async fn open(stage: &Stage, browser: &Browser, path: &str) -> Self {
        let answer = ask(stage, browser, path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let named = |name: header::HeaderName| answer.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(named(header::CONTENT_TYPE), "text/event-stream");
        assert_eq!(named(header::CACHE_CONTROL), "no-store");
        let body = answer.into_body().into_data_stream().map(|bytes| bytes.expect("bytes").to_vec());
        Self { body: Box::pin(body), read: String::new() }
    }

    /// The data of the next event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let data = event.lines().find_map(|line| line.strip_prefix("data: ")).map(str::to_owned);
                let rest = rest.to_owned();
                self.read = rest;
                match data {
                    Some(data) => return Some(data),
                    None => continue,
                }
            }
            let bytes = timeout(LONG, self.body.next()).await.expect("something happens")?;
            self.read.push_str(&String::from_utf8(bytes).expect("text"));
        }
    }

    /// The tickets the next event names.
    async fn tickets(&mut self) -> Vec<String> {
        let data: Value = serde_json::from_str(&self.next().await.expect("an event")).expect("JSON");
        assert_eq!(data.as_object().expect("an object").keys().collect::<Vec<_>>(), ["tickets"], "ids only");
        let ids = data["tickets"].as_array().expect("ids");
        ids.iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
    }

    /// Reads until an event names the ticket.
    async fn until(&mut self, ticket: &str) {
        while !self.tickets().await.iter().any(|id| id == ticket) {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_arrival_appears_on_another_open_board_and_on_the_screen() {
    let stage = Stage::new().await;
    let (rut, mut joel) = (stage.signed_in("rut").await, stage.signed_in("joel").await);
    let mut board = Events::open(&stage, &rut, DESK).await;
    let mut screen = Events::open(&stage, &stage.browser(), SCREEN).await;
    assert_eq!(board.tickets().await, Vec::<String>::new(), "the first says: ask for everything");
    assert_eq!(screen.next().await.as_deref(), Some("changed"));

    let ticket = text(&register(&mut joel, "a", json!({ "name": "Sara" })).await, "ticket_id");
    let begun = Instant::now();
    board.until(&ticket).await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(screen.next().await.as_deref(), Some("changed"), "not what, not who");
    for act in ["call", "done"] {
        assert_eq!(press(&mut joel, &format!("{ticket}/{act}"), act).await.status, 200);
        board.until(&ticket).await;
    }
    // Who comes later is told what happens later, and asks for the rest.
    let mut late = Events::open(&stage, &rut, DESK).await;
    assert_eq!(late.tickets().await, Vec::<String>::new());
    let next = text(&register(&mut joel, "b", json!({})).await, "ticket_id");
    assert_eq!(late.tickets().await, std::slice::from_ref(&next));
    board.until(&next).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_notice_tells_is_found_by_asking() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    let ticket = text(&register(&mut rut, "a", json!({})).await, "ticket_id");
    let mut board = Events::open(&stage, &rut, DESK).await;
    board.tickets().await;
    // Behind everybody's back: nothing is notified.
    stage.arrange("UPDATE reception_ticket SET status = 'called', called_at = now(), version = version + 1").await;
    board.until(&ticket).await;
    // The connection that listens breaks; what follows is told all the same.
    stage
        .arrange("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
        .await;
    let next = text(&register(&mut rut, "b", json!({})).await, "ticket_id");
    board.until(&next).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_alone_wakes_nobody_elses_board() {
    let stage = Stage::new().await;
    let mut norra = super::queue::desk_at_norra(&stage).await;
    let mut rut = stage.signed_in("rut").await;
    let mut board = Events::open(&stage, &norra, "/api/v1/events?office=norra").await;
    assert_eq!(board.tickets().await, Vec::<String>::new());
    register(&mut rut, "a", json!({})).await;
    let own = text(&register(&mut norra, "a", json!({})).await, "ticket_id");
    assert_eq!(board.tickets().await, [own], "the first it hears of is its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session_and_with_its_rights() {
    let stage = Stage::new().await;
    for end in ["out", "disabled", "role", "idle"] {
        let mut rut = stage.signed_in("rut").await;
        let mut board = Events::open(&stage, &rut, DESK).await;
        board.tickets().await;
        match end {
            "out" => assert_eq!(rut.post("/logga-ut", &[]).await.status, 303),
            "disabled" => stage.arrange("UPDATE staff SET active = false WHERE display_name = 'Rut'").await,
            "role" => stage.arrange("UPDATE staff SET roles = '{intake}' WHERE display_name = 'Rut'").await,
            _ => stage.clock.pass(SignedDuration::from_mins(16)),
        }
        while let Some(data) = board.next().await {
            assert!(data.contains("[]"), "{end}: {data}");
        }
        stage.arrange("UPDATE staff SET active = true, roles = '{desk}' WHERE display_name = 'Rut'").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_nobody_sits_at_does_not_keep_its_session() {
    let stage = Stage::new().await;
    let mut rut = stage.signed_in("rut").await;
    for _ in 0..2 {
        stage.clock.pass(SignedDuration::from_mins(7));
        let refresh =
            rut.send(axum::http::Method::GET, "/personal/reception", &[("x-porten-refresh", "1")], Body::empty()).await;
        assert_eq!(refresh.status, 200);
        assert_eq!(rut.get(DESK).await.status, 200, "nor does asking for the feed again");
        let by_itself = rut.get("/personal/reception?av-sig-sjalv").await;
        assert_eq!(by_itself.status, 200, "nor does a board without scripts");
    }
    stage.clock.pass(SignedDuration::from_mins(2));
    assert_eq!(rut.get("/personal/reception").await.status, 303, "sixteen minutes since somebody pressed anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_are_many_but_never_take_the_desks_places() {
    let stage = Stage::new().await;
    let nobody = stage.browser();
    let mut open = Vec::new();
    for place in 0..500 {
        let answer = ask_from(&stage, &nobody, SCREEN, place).await;
        assert_eq!(answer.status(), 200, "{place}");
        open.push(answer);
    }
    let full = ask(&stage, &nobody, SCREEN).await;
    assert_eq!(full.status(), 503);
    assert!(full.headers().contains_key(header::RETRY_AFTER));
    let rut = stage.signed_in("rut").await;
    let mut board = Events::open(&stage, &rut, DESK).await;
    board.tickets().await;
    open.pop();
    Events::open(&stage, &nobody, SCREEN).await;
    assert_eq!(ask(&stage, &nobody, "/api/v1/offices/finns-inte/screen-events").await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_ends_although_boards_are_open() {
    let stage = Stage::new().await;
    let rut = stage.signed_in("rut").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    // So long that waiting it out would be seen.
    let limits = Limits { drain: LONG * 3, ..Limits::new(100) };
    let served = tokio::spawn(serve(listener, stage.router.clone(), limits, async {
        drop(stopped.await);
    }));
    let client = reqwest::Client::new();
    let mut open = Vec::new();
    for path in [DESK, SCREEN] {
        let answer = client
            .get(format!("http://{address}{path}"))
            .header("cookie", format!("porten_staff={}", rut.cookies["porten_staff"]))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        open.push(answer);
    }
    stage.http.backend.reception.end_feeds();
    stop.send(()).expect("still serving");
    for mut answer in open {
        while timeout(LONG, answer.chunk()).await.expect("the stream ends").expect("cleanly").is_some() {}
    }
    timeout(LONG, served).await.expect("the end").expect("no panic");
    // Nothing holds the pool either.
    timeout(LONG, stage.db.close()).await.expect("closed");
}
