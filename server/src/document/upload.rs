//! Taking files in from a multipart form, as they arrive: one after the other to the store, none of them ever whole here.
//!
//! Who sends and where to is judged before a byte of the body is read. While it is read, it has its own patience and its
//! own size (`body.rs`); other limits on bodies and time do not hold here ([`is_upload`]).

use super::body::{End, MOST, Watch, watched};
use app::{
    backend::Backend,
    document::{
        forms::{self, DRAFT, RECEIVED, Refused, SAVED, Trouble, address},
        port::{DocumentPort, NewPaper},
        slots::ANSWER,
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
    Actor, Fault, FieldCode, FieldFault,
    application::PaperNotes,
    document::{DocumentInfo, MAX_FILES, PaperAnswer, PaperKind},
    id::ApplicationId,
};
use futures::{Stream, StreamExt, stream};
use std::{collections::BTreeMap, io, sync::Arc};

/// The field with the key of the form.
const KEY: &str = "idempotency_key";
/// Says which paper the files after it are, until the next one; empty: another paper.
const PAPER: &str = "paper";
/// The most bytes of a field that is no file.
const WORD: usize = 128;

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
    let mut taken = match take(&*backend.documents, &context.actor, None, to, request).await {
        Ok(taken) => taken,
        Err(Stop::Fault(fault)) => return Err(fault.into()),
        Err(Stop::Status(status)) => return Ok(status.into_response()),
    };
    if to.is_none() && !taken.answers.is_empty() {
        let notes = PaperNotes { answers: std::mem::take(&mut taken.answers), also: None };
        // Saying what comes later is enough; the page has a control for each paper, and most say nothing.
        let said = notes.answers.values().any(Option::is_some);
        match backend.applications.note_papers(&context.actor, &notes).await {
            Ok(changed) => taken.trouble.nothing &= !(said || changed),
            // The files have been kept, and that is what she is told; the page shows which answers there are.
            Err(_) if !taken.kept.is_empty() => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    if taken.trouble.is_none() {
        let news = if taken.kept.is_empty() { SAVED } else { RECEIVED };
        return Ok(see_other(&format!("{}?{news}", address(to))));
    }
    forms::refused(backend, context, to, taken.kept.len(), &taken.trouble).await
}

/// What became of the files of one request.
#[derive(Debug, Default)]
pub struct Taken {
    pub kept: Vec<DocumentInfo>,
    pub trouble: Trouble,
    /// What was said of papers that are not sent now.
    pub answers: BTreeMap<PaperKind, Option<PaperAnswer>>,
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
    Taking { documents, actor, key, to, paper: None, watch, taken: Taken::default(), files: 0 }.run(multipart).await
}

struct Taking<'a> {
    documents: &'a dyn DocumentPort,
    actor: &'a Actor,
    key: Option<String>,
    to: Option<ApplicationId>,
    /// Which paper the next files are.
    paper: Option<PaperKind>,
    watch: Arc<Watch>,
    taken: Taken,
    files: usize,
}

impl Taking<'_> {
    async fn run(mut self, mut multipart: Multipart) -> Result<Taken, Stop> {
        loop {
            self.watch.expect_headers();
            let mut field = match multipart.next_field().await {
                Ok(Some(field)) => field,
                Ok(None) => break,
                Err(_) => return self.broken(),
            };
            self.watch.expect_content();
            if field.file_name().is_none() {
                if !self.word(field).await? {
                    return self.broken();
                }
                continue;
            }
            let first = loop {
                match field.chunk().await {
                    Ok(Some(chunk)) if chunk.is_empty() => {}
                    Ok(first) => break first,
                    Err(_) => return self.broken(),
                }
            };
            // A file field nobody used is sent as a file without name and content. A page has one for every paper.
            if first.is_none() && field.file_name().is_some_and(str::is_empty) {
                continue;
            }
            if self.files == MAX_FILES {
                self.taken.trouble.too_many = true;
                return Ok(self.taken);
            }
            if !self.file(first, field).await? {
                return self.broken();
            }
        }
        if self.files == 0 {
            self.taken.trouble.nothing = true;
        }
        Ok(self.taken)
    }

    /// One file, of which the first bytes have been read. `false`: the body broke off.
    async fn file(&mut self, first: Option<Bytes>, mut field: Field<'_>) -> Result<bool, Stop> {
        let name = field.file_name().unwrap_or_default().to_owned();
        let key = self.key.clone().ok_or(Fault::Invalid(Vec::new()))?;
        let bytes = stream::iter(first.map(Ok)).chain(chunks(&mut field)).boxed();
        let new = NewPaper { name: &name, paper: self.paper };
        let added = self.documents.add(self.actor, &key, self.to, new, bytes).await;
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
        self.taken.trouble.refused.push(Refused { place: self.files, name, paper: self.paper, code });
        self.files += 1;
        Ok(true)
    }

    /// A field that is no file: the key of the form, which paper comes, what is said of one, or nothing of ours. `false`:
    /// the body broke off.
    async fn word(&mut self, mut field: Field<'_>) -> Result<bool, Stop> {
        let name = field.name().unwrap_or_default().to_owned();
        let mut word = Vec::new();
        loop {
            match field.chunk().await {
                Ok(Some(chunk)) if word.len() + chunk.len() <= WORD => word.extend_from_slice(&chunk),
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(_) => return Ok(false),
            }
        }
        let word = String::from_utf8(word);
        if name == KEY {
            self.key = self.key.take().or(word.ok());
        } else if name == PAPER {
            let word = word.unwrap_or_default();
            self.paper = PaperKind::from_name(&word);
            if self.paper.is_none() && !word.is_empty() {
                return Err(Fault::Invalid(vec![FieldFault::new("/paper", FieldCode::UnknownChoice)]).into());
            }
        } else if let Some(paper) = name.strip_prefix(ANSWER).and_then(PaperKind::from_name) {
            self.taken.answers.insert(paper, PaperAnswer::from_name(&word.unwrap_or_default()));
        }
        Ok(true)
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
