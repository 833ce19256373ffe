//! Taking files in from a multipart form, as they arrive: one after the other to the store, none of them ever whole here.
//!
//! Who sends and where to is judged before a byte of the body is read. While it is read, it has its own patience and its
//! own size (`body.rs`); other limits on bodies and time do not hold here ([`is_upload`]).

use super::body::{End, MOST, Watch, watched};
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
    document::{DocumentInfo, MAX_FILES},
    id::ApplicationId,
};
use futures::{Stream, StreamExt, stream};
use std::{io, sync::Arc};

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
    if announced.is_some_and(|length: u64| length > MOST) {
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
