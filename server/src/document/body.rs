//! The body of an upload while it is read: it may pause for a while but not for ever, and has an end.

use axum::body::Body;
use bytes::Bytes;
use domain::document::MAX_REQUEST;
use futures::{Stream, StreamExt, stream};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, timeout_at};

/// How long a body may pause: a phone in a lift finds its network again.
const PAUSE: Duration = Duration::from_secs(30);
/// How long a body may take in all. Shorter than the hour after which what was begun counts as orphaned.
const LONGEST: Duration = Duration::from_mins(50);
/// What a multipart body holds beside the files, at most: boundaries, names, the key.
const WRAPPING: u64 = 1024 * 1024;
/// Bytes that may pass before a part shows its headers.
const HEADERS: u64 = 256 * 1024;
/// The most bytes of a body.
pub(super) const MOST: u64 = MAX_REQUEST + WRAPPING;

/// Why a body ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing came for too long.
    Slow,
    /// More came than is taken at once.
    TooMuch,
    /// The connection is gone.
    Lost,
}

/// What is known of a body while it is read.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// 0: it has not ended; else one of [`End`], from 1.
    end: AtomicU8,
    /// Whether the headers of a part are awaited: few bytes, or somebody fills the memory.
    headers: AtomicBool,
    /// Bytes since then.
    passed: AtomicU64,
}

impl Watch {
    pub(super) fn expect_headers(&self) {
        self.passed.store(0, Ordering::Relaxed);
        self.headers.store(true, Ordering::Relaxed);
    }

    pub(super) fn expect_content(&self) {
        self.headers.store(false, Ordering::Relaxed);
    }

    /// Whether too many bytes have passed without a part beginning.
    fn is_lost_for_headers(&self) -> bool {
        self.headers.load(Ordering::Relaxed) && self.passed.load(Ordering::Relaxed) > HEADERS
    }

    fn pass(&self, bytes: u64) {
        self.passed.fetch_add(bytes, Ordering::Relaxed);
    }

    fn end(&self, end: End) {
        let number = match end {
            End::Slow => 1,
            End::TooMuch => 2,
            End::Lost => 3,
        };
        self.end.store(number, Ordering::Relaxed);
    }

    pub(super) fn ended(&self) -> Option<End> {
        match self.end.load(Ordering::Relaxed) {
            1 => Some(End::Slow),
            2 => Some(End::TooMuch),
            3 => Some(End::Lost),
            _ => None,
        }
    }
}

/// The body, ended with an error when it pauses too long, takes too long or is too large.
pub(super) fn watched(body: Body, watch: Arc<Watch>) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let latest = Instant::now() + LONGEST;
    let state = (body.into_data_stream(), watch, 0u64);
    stream::unfold(state, move |(mut body, watch, mut size)| async move {
        if watch.ended().is_some() {
            return None;
        }
        // The parser gathers whatever is ready at once: so never more than one chunk is.
        tokio::task::yield_now().await;
        let end = match timeout_at(latest.min(Instant::now() + PAUSE), body.next()).await {
            Ok(None) => return None,
            Ok(Some(Ok(chunk))) => {
                size += chunk.len() as u64;
                if size > MOST || watch.is_lost_for_headers() {
                    End::TooMuch
                } else {
                    watch.pass(chunk.len() as u64);
                    return Some((Ok(chunk), (body, watch, size)));
                }
            }
            Ok(Some(Err(_))) => End::Lost,
            Err(_) => End::Slow,
        };
        watch.end(end);
        let kind = if end == End::Slow { io::ErrorKind::TimedOut } else { io::ErrorKind::ConnectionAborted };
        Some((Err(io::Error::from(kind)), (body, watch, size)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::TryStreamExt;

    fn body(chunks: usize, size: usize, pause: Duration) -> Body {
        Body::from_stream(stream::iter(0..chunks).then(move |_| async move {
            tokio::time::sleep(pause).await;
            Ok::<_, io::Error>(Bytes::from(vec![b'x'; size]))
        }))
    }

    async fn read(body: Body, headers: bool) -> (usize, Option<End>) {
        let watch = Arc::new(Watch::default());
        if headers {
            watch.expect_headers();
        }
        let read = watched(body, watch.clone()).try_fold(0, |sum, chunk| async move { Ok(sum + chunk.len()) }).await;
        (read.unwrap_or_default(), watch.ended())
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_network_is_waited_for_and_silence_is_not() {
        assert_eq!(read(body(60, 10, Duration::from_secs(29)), false).await, (600, None));
        assert_eq!(read(body(2, 10, Duration::from_secs(31)), false).await, (0, Some(End::Slow)));
        let hour = body(200, 10, Duration::from_secs(20));
        let begun = Instant::now();
        assert_eq!(read(hour, false).await, (0, Some(End::Slow)));
        assert_eq!(begun.elapsed(), LONGEST);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_has_an_end_and_a_part_begins_soon() {
        let most = usize::try_from(MOST).expect("fits");
        assert_eq!(read(body(most / 1024 / 1024, 1024 * 1024, Duration::ZERO), false).await, (most, None));
        assert_eq!(
            read(body(most / 1024 / 1024 + 1, 1024 * 1024, Duration::ZERO), false).await,
            (0, Some(End::TooMuch))
        );
        // A part that never shows its headers would be gathered in memory.
        assert_eq!(read(body(300, 1024, Duration::ZERO), true).await, (0, Some(End::TooMuch)));
    }

    #[tokio::test]
    async fn a_lost_connection_is_known() {
        let broken = stream::iter([Ok(Bytes::from_static(b"x")), Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
        assert_eq!(read(Body::from_stream(broken), false).await, (0, Some(End::Lost)));
    }
}
