//! Taking files in from a multipart form, as they arrive: one after the other to the store, none of them ever whole here.
//!
//! Who sends and where to is judged before a byte of the body is read. While it is read, it may pause for a while but not
//! for ever, and it may not be larger than is taken at once; other limits on bodies and time do not hold here
//! ([`is_upload`]).

use app::{
    backend::Backend,
    document::{
        forms::{self, DRAFT, Refused, Trouble, address},
        port::DocumentPort,
    },
    failure::Failed,
    page::{PageContext, see_other},
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State, multipart::Field},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use bytes::Bytes;
use domain::{
    Actor, Fault, FieldCode,
    document::{DocumentInfo, MAX_FILES, MAX_REQUEST},
    id::ApplicationId,
};
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
/// The field with the key of the form.
const KEY: &str = "idempotency_key";

const PATHS: [&str; 3] = [DRAFT, "/mina-sidor/handlingar/{id}", "/api/v1/documents"];

pub fn routes() -> Router<Backend> {
    Router::new()
        .route(DRAFT, post(to_draft))
        .route("/mina-sidor/handlingar/{id}", post(to_application))
        .layer(DefaultBodyLimit::disable())
}

/// Whether a request uploads files: such a request has its own patience.
pub fn is_upload(method: &Method, route: &str) -> bool {
    *method == Method::POST && PATHS.contains(&route)
}

async fn to_draft(State(backend): State<Backend>, context: PageContext, request: Request) -> Result<Response, Failed> {
    page(&backend, &context, None, request).await
}

async fn to_application(
    State(backend): State<Backend>,
    context: PageContext,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failed> {
    let application: ApplicationId = id.parse().map_err(|_| Fault::NotFound)?;
    page(&backend, &context, Some(application), request).await
}

async fn page(
    backend: &Backend,
    context: &PageContext,
    to: Option<ApplicationId>,
    request: Request,
) -> Result<Response, Failed> {
    let taken = match take(&*backend.documents, &context.actor, None, to, request).await {
        Ok(taken) => taken,
        Err(Stop::Fault(fault)) => return Err(fault.into()),
        Err(Stop::Status(status)) => return Ok(status.into_response()),
    };
    if taken.trouble.is_none() {
        return Ok(see_other(&format!("{}?mottaget", address(to))));
    }
    forms::refused(backend, context, to, taken.kept.len(), &taken.trouble).await
}

/// What became of the files of one request.
#[derive(Debug, Default)]
pub struct Taken {
    pub kept: Vec<DocumentInfo>,
    pub trouble: Trouble,
}

/// Why a request came to nothing (files that were complete before have been kept).
#[derive(Debug)]
pub enum Stop {
    Fault(Fault),
    Status(StatusCode),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Takes the files of a request in. `key` is the request's, or else its first field.
pub async fn take(
    documents: &dyn DocumentPort,
    actor: &Actor,
    key: Option<String>,
    to: Option<ApplicationId>,
    request: Request,
) -> Result<Taken, Stop> {
    documents.may_add(actor, to).await?;
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > MAX_REQUEST + WRAPPING) {
        return Ok(Taken { trouble: Trouble { too_much: true, ..Trouble::default() }, ..Taken::default() });
    }
    let watch = Arc::new(Watch::default());
    let (parts, body) = request.into_parts();
    let body = Body::from_stream(watched(body, watch.clone()));
    let multipart = Multipart::from_request(Request::from_parts(parts, body), &())
        .await
        .map_err(|_| Stop::Status(StatusCode::UNSUPPORTED_MEDIA_TYPE))?;
    Taking { documents, actor, key, to, watch, taken: Taken::default(), files: 0 }.run(multipart).await
}

struct Taking<'a> {
    documents: &'a dyn DocumentPort,
    actor: &'a Actor,
    key: Option<String>,
    to: Option<ApplicationId>,
    watch: Arc<Watch>,
    taken: Taken,
    files: usize,
}

impl Taking<'_> {
    async fn run(mut self, mut multipart: Multipart) -> Result<Taken, Stop> {
        loop {
            self.watch.expect_headers();
            let field = match multipart.next_field().await {
                Ok(Some(field)) => field,
                Ok(None) => break,
                Err(_) => return self.broken(),
            };
            self.watch.expect_content();
            if field.file_name().is_none() {
                if !self.word(field).await {
                    return self.broken();
                }
                continue;
            }
            if self.files == MAX_FILES {
                self.taken.trouble.too_many = true;
                return Ok(self.taken);
            }
            if !self.file(field).await? {
                return self.broken();
            }
        }
        if self.files == 0 {
            self.taken.trouble.nothing = true;
        }
        Ok(self.taken)
    }

    /// One file. `false`: the body broke off.
    async fn file(&mut self, mut field: Field<'_>) -> Result<bool, Stop> {
        let name = field.file_name().unwrap_or_default().to_owned();
        let key = self.key.clone().ok_or(Fault::Invalid(Vec::new()))?;
        let added = self.documents.add(self.actor, &key, self.to, &name, chunks(&mut field).boxed()).await;
        let code = match added {
            Ok(document) => {
                self.files += 1;
                // The same file chosen twice is one paper.
                if !self.taken.kept.contains(&document) {
                    self.taken.kept.push(document);
                }
                return Ok(true);
            }
            Err(Fault::Invalid(faults)) => match faults.as_slice() {
                [fault] if fault.pointer.is_empty() => fault.code,
                _ => return Err(Fault::Invalid(faults).into()),
            },
            Err(fault) => return Err(fault.into()),
        };
        // What is left of it is read and forgotten: the next file may be fine.
        while let Ok(Some(_)) = field.chunk().await {}
        if self.watch.ended().is_some() || code == FieldCode::Malformed {
            return Ok(false);
        }
        // A file field nobody used is sent as a file without name and content.
        if !(name.is_empty() && code == FieldCode::FileEmpty) {
            self.taken.trouble.refused.push(Refused { place: self.files, name, code });
            self.files += 1;
        }
        Ok(true)
    }

    /// A field that is no file: the key of the form, or nothing of ours. `false`: the body broke off.
    async fn word(&mut self, mut field: Field<'_>) -> bool {
        let is_key = field.name() == Some(KEY) && self.key.is_none();
        let mut word = Vec::new();
        loop {
            match field.chunk().await {
                Ok(Some(chunk)) if is_key && word.len() + chunk.len() <= 128 => word.extend_from_slice(&chunk),
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => return false,
            }
        }
        if is_key {
            self.key = String::from_utf8(word).ok();
        }
        true
    }

    /// The body ended before its end.
    fn broken(mut self) -> Result<Taken, Stop> {
        match self.watch.ended() {
            Some(End::TooMuch) => {
                self.taken.trouble.too_much = true;
                Ok(self.taken)
            }
            Some(End::Slow) => Err(Stop::Status(StatusCode::REQUEST_TIMEOUT)),
            Some(End::Lost) | None => Err(Stop::Status(StatusCode::BAD_REQUEST)),
        }
    }
}

/// A file's bytes as they arrive.
fn chunks<'a>(field: &'a mut Field<'_>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'a {
    stream::unfold(field, |field| async move {
        match field.chunk().await {
            Ok(Some(chunk)) => Some((Ok(chunk), field)),
            Ok(None) => None,
            Err(error) => Some((Err(io::Error::other(error)), field)),
        }
    })
}

/// Why a body ended before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nothing came for too long.
    Slow,
    /// More came than is taken at once.
    TooMuch,
    /// The connection is gone.
    Lost,
}

/// What is known of a body while it is read.
#[derive(Debug, Default)]
struct Watch {
    /// 0: it has not ended; else one of [`End`], from 1.
    end: AtomicU8,
    /// Whether the headers of a part are awaited: few bytes, or somebody fills the memory.
    headers: AtomicBool,
    /// Bytes since then.
    passed: AtomicU64,
}

impl Watch {
    fn expect_headers(&self) {
        self.passed.store(0, Ordering::Relaxed);
        self.headers.store(true, Ordering::Relaxed);
    }

    fn expect_content(&self) {
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

    fn ended(&self) -> Option<End> {
        match self.end.load(Ordering::Relaxed) {
            1 => Some(End::Slow),
            2 => Some(End::TooMuch),
            3 => Some(End::Lost),
            _ => None,
        }
    }
}

/// The body, ended with an error when it pauses too long, takes too long or is too large.
fn watched(body: Body, watch: Arc<Watch>) -> impl Stream<Item = io::Result<Bytes>> + Send {
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
                if size > MAX_REQUEST + WRAPPING || watch.is_lost_for_headers() {
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
        let most = usize::try_from(MAX_REQUEST + WRAPPING).expect("fits");
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
