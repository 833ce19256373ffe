//! Our own accept loop: at most so many connections, little patience for slow headers, no waiting for small answers
//! (`TCP_NODELAY`: without it a static file took 44 ms), and an end that lets running requests finish.

use super::origin::Peer;
use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::Service;

/// How far the listener goes for one connection.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// How long a connection may take to send a request's headers; also how long an idle one is kept.
    pub headers: Duration,
    /// How long running requests may take to finish when the program stops.
    pub drain: Duration,
}

impl Limits {
    pub const fn new(connections: usize) -> Self {
        Self { connections, headers: Duration::from_secs(15), drain: Duration::from_secs(10) }
    }
}

/// Serves until `stop` is done.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let router = router.layer(middleware::from_fn(close_after_chunked));
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.headers).max_buf_size(64 * 1024);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer, place) = tokio::select! {
            biased;
            () = &mut stop => break,
            next = accept(&listener, &places) => match next {
                Ok(next) => next,
                Err(error) => {
                    // Out of file descriptors or a connection gone before it was taken: others are still served.
                    tracing::warn!(kind = %error.kind(), "accept failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let _unsupported = stream.set_nodelay(true);
        let router = router.clone();
        let service = hyper::service::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(Peer(peer.ip()));
            // A router is always ready.
            router.clone().call(request)
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// With two lengths, what one reader takes for the body is the next request to another. hyper refuses unlike
/// `Content-Length`s; beside `Transfer-Encoding` it drops the length and shows it to nobody. So a connection that carried
/// a chunked body ends with its answer (RFC 9112, 6.1), and nothing after that body is ever read as a request.
async fn close_after_chunked(request: Request, next: Next) -> Response {
    let chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = next.run(request).await;
    if chunked {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}
