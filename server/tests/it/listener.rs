//! The accept loop on real sockets: patience, room, framing, and an end that loses nothing.

use crate::support::Stage;
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderName, header},
    routing::get,
};
use server::http::listener::{Limits, serve};
use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
    time::timeout,
};

/// Far longer than anything here takes, far shorter than hanging for ever.
const LONG: Duration = Duration::from_secs(10);

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

fn limits() -> Limits {
    Limits { connections: 50, headers: Duration::from_secs(30), drain: LONG }
}

async fn start(router: Router, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(serve(listener, router, limits, async move {
        let _asked = stopped.await;
    }));
    Running { address, stop, served }
}

async fn connect(running: &Running) -> TcpStream {
    let stream = TcpStream::connect(running.address).await.expect("a connection");
    stream.set_nodelay(true).expect("no delay here");
    stream
}

/// Everything until the other side closes.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset after the last byte is a way of closing.
    let _closed = timeout(LONG, stream.read_to_end(&mut bytes)).await.expect("the connection is closed");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One answer of known length.
async fn one_answer(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 65536];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().expect("a length")) {
                return text;
            }
        }
        let read = timeout(LONG, stream.read(&mut buffer)).await.expect("an answer").expect("reading");
        assert!(read > 0, "closed in the middle: {text}");
        bytes.extend_from_slice(&buffer[..read]);
    }
}

fn small() -> Router {
    Router::new()
        .route("/", get(|| async { "hej" }).post(|body: Bytes| async move { format!("{} bytes", body.len()) }))
        .route("/parts", get(parts))
        .route(
            "/slow",
            get(|| async {
                tokio::time::sleep(Duration::from_millis(400)).await;
                "done"
            }),
        )
}

/// A chunked body of two bytes with a request hidden behind it.
const CHUNKED: &str = "2\r\nab\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";
const PLAIN: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn slow_headers_are_cut_off() {
    let limits = Limits { headers: Duration::from_millis(400), ..limits() };
    let running = start(small(), limits).await;
    // Nothing at all, half a line, a drop now and then, and an idle connection after a good answer.
    let begun = Instant::now();
    let silent = async {
        let mut stream = connect(&running).await;
        until_closed(&mut stream).await
    };
    let half = async {
        let mut stream = connect(&running).await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow").await.expect("writing");
        until_closed(&mut stream).await
    };
    let dripping = async {
        let mut stream = connect(&running).await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.expect("writing");
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if stream.write_all(b"X: y\r\n").await.is_err() {
                return String::new();
            }
        }
        panic!("five seconds of dripping were let through");
    };
    let idle = async {
        let mut stream = connect(&running).await;
        stream.write_all(PLAIN).await.expect("writing");
        assert!(one_answer(&mut stream).await.contains("200 OK"));
        until_closed(&mut stream).await
    };
    let answers = tokio::join!(silent, half, dripping, idle);
    for answer in [answers.0, answers.1, answers.2, answers.3] {
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    let took = begun.elapsed();
    assert!(took >= limits.headers && took < LONG, "{took:?}");
    // The patience is for headers only: a handler may take longer.
    let mut stream = connect(&running).await;
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("writing");
    assert!(one_answer(&mut stream).await.ends_with("done"));
}

/// An answer that is ready in three pieces, one a moment after the other: three small writes.
async fn parts() -> ([(HeaderName, &'static str); 1], Body) {
    let pieces = futures::stream::unfold(0, |sent| async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        (sent < 3).then_some((Ok::<_, Infallible>(Bytes::from_static(b"x")), sent + 1))
    });
    ([(header::CONTENT_LENGTH, "3")], Body::from_stream(pieces))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_waits_for_an_acknowledgement() {
    let running = start(small(), limits()).await;
    let mut stream = connect(&running).await;
    let mut times = Vec::new();
    for _ in 0..40 {
        let begun = Instant::now();
        stream.write_all(b"GET /parts HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("writing");
        one_answer(&mut stream).await;
        times.push(begun.elapsed());
    }
    times.sort();
    // Waiting for a delayed acknowledgement would be 40 ms.
    assert!(times[times.len() / 2] < Duration::from_millis(20), "{times:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn asvs_32_a_request_has_one_length() {
    let stage = Stage::new().await;
    for router in [small(), stage.router.clone()] {
        let running = start(router, limits()).await;
        let smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
        let chunked = "Transfer-Encoding: chunked\r\n";
        for (headers, body) in [
            ("Content-Length: 4\r\nContent-Length: 5\r\n".to_owned(), format!("abcd{smuggled}")),
            ("Content-Length: 4, 5\r\n".to_owned(), format!("abcd{smuggled}")),
            ("Content-Length: +4\r\n".to_owned(), format!("abcd{smuggled}")),
            ("Content-Length: -4\r\n".to_owned(), format!("abcd{smuggled}")),
            ("Content-Length: 0x4\r\n".to_owned(), format!("abcd{smuggled}")),
            ("Content-Length : 4\r\n".to_owned(), format!("abcd{smuggled}")),
            ("Content-Length: 99999999999999999999\r\n".to_owned(), format!("abcd{smuggled}")),
            ("Transfer-Encoding: xchunked\r\n".to_owned(), format!("0\r\n\r\n{smuggled}")),
            ("Transfer-Encoding: chunked, identity\r\n".to_owned(), format!("0\r\n\r\n{smuggled}")),
            (chunked.to_owned(), format!("zz\r\nabc\r\n0\r\n\r\n{smuggled}")),
            (chunked.to_owned(), format!("-1\r\n{smuggled}")),
            (chunked.to_owned(), format!("fffffffffffffffff\r\n{smuggled}")),
        ] {
            let mut stream = connect(&running).await;
            let head = format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n{headers}\r\n");
            stream.write_all(format!("{head}{body}").as_bytes()).await.expect("writing");
            let answer = until_closed(&mut stream).await;
            // The program's page for POST / is 405 before the body is looked at; what counts is that nothing follows.
            let refused = answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 405") || answer.is_empty();
            assert!(refused, "{headers}{body}: {answer:.200}");
            assert_eq!(
                answer.matches("HTTP/1.1 ").count(),
                usize::from(!answer.is_empty()),
                "{headers}{body}: {answer}"
            );
        }
    }
    let running = start(small(), limits()).await;
    for (headers, body, status) in [
        ("Content-Length: 4\r\nContent-Length: 5\r\n", "abcd", "400"),
        ("Transfer-Encoding: chunked\r\n", "zz\r\n", "400"),
        // The encoding counts, the length does not (RFC 9112, 6.1); then the connection ends, whatever was smuggled in.
        ("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", CHUNKED, "200"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", CHUNKED, "200"),
        ("Transfer-Encoding: chunked\r\n", CHUNKED, "200"),
    ] {
        let mut stream = connect(&running).await;
        let request = format!("POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}");
        stream.write_all(request.as_bytes()).await.expect("writing");
        let answer = until_closed(&mut stream).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{headers}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{headers}: {answer}");
        assert!(status == "400" || answer.ends_with("2 bytes"), "{answer}");
    }
    // One length, and the connection serves on.
    let mut stream = connect(&running).await;
    for _ in 0..2 {
        stream.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd").await.expect("writing");
        assert!(one_answer(&mut stream).await.ends_with("4 bytes"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_headers_are_refused() {
    let running = start(small(), limits()).await;
    let mut stream = connect(&running).await;
    let mut request = b"GET / HTTP/1.1\r\nHost: x\r\n".to_vec();
    for number in 0..2000 {
        request.extend_from_slice(format!("X-{number}: {}\r\n", "y".repeat(100)).as_bytes());
    }
    let _cut_off = stream.write_all(&request).await;
    let answer = until_closed(&mut stream).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer:.200}");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_finishes_what_is_running_and_takes_nothing_new() {
    let (begins, may_end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let busy_route = get({
        let (begins, may_end) = (begins.clone(), may_end.clone());
        move || async move {
            begins.notify_one();
            may_end.notified().await;
            "done"
        }
    });
    let running = start(small().route("/busy", busy_route), limits()).await;
    let mut busy = connect(&running).await;
    let mut idle = connect(&running).await;
    idle.write_all(PLAIN).await.expect("writing");
    assert!(one_answer(&mut idle).await.ends_with("hej"));
    busy.write_all(b"GET /busy HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("writing");
    timeout(LONG, begins.notified()).await.expect("begun");
    let begun = Instant::now();
    running.stop.send(()).expect("still running");
    // The idle connection is let go at once, the busy one after its answer, and then the loop is over.
    assert_eq!(until_closed(&mut idle).await, "");
    may_end.notify_one();
    let answer = until_closed(&mut busy).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    timeout(LONG, running.served).await.expect("the end").expect("no panic");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(TcpStream::connect(running.address).await.is_err(), "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_does_not_wait_for_ever() {
    let begins = Arc::new(Notify::new());
    let endless = get({
        let begins = begins.clone();
        move || async move {
            begins.notify_one();
            std::future::pending::<&'static str>().await
        }
    });
    let running =
        start(Router::new().route("/", endless), Limits { drain: Duration::from_millis(300), ..limits() }).await;
    let mut stream = connect(&running).await;
    stream.write_all(PLAIN).await.expect("writing");
    timeout(LONG, begins.notified()).await.expect("begun");
    running.stop.send(()).expect("still running");
    timeout(LONG, running.served).await.expect("the end").expect("no panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_room_for_so_many_connections() {
    let running = start(small(), Limits { connections: 2, ..limits() }).await;
    let mut inside = Vec::new();
    for _ in 0..2 {
        let mut stream = connect(&running).await;
        stream.write_all(PLAIN).await.expect("writing");
        one_answer(&mut stream).await;
        inside.push(stream);
    }
    let mut outside = connect(&running).await;
    outside.write_all(PLAIN).await.expect("writing");
    let mut byte = [0];
    assert!(timeout(Duration::from_millis(300), outside.read(&mut byte)).await.is_err(), "no room for a third");
    // Those inside are served on; when one goes, the third comes in.
    inside[0].write_all(PLAIN).await.expect("writing");
    one_answer(&mut inside[0]).await;
    drop(inside.pop());
    assert!(one_answer(&mut outside).await.ends_with("hej"));
}
