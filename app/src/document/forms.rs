//! The pages of papers. Taking files in is the server's (`server/src/document/upload.rs`), since it streams; it answers
//! with [`refused`] when something is wrong.

use super::{
    NEEDED,
    file::attachment,
    needed,
    pages::{self, News, Shelf},
    settings, slots,
};
use crate::{
    backend::Backend,
    failure::{Failed, field_text},
    i18n::td_string,
    page::{Look, PageContext, see_other},
    ui::FormState,
};
use axum::{
    Router,
    extract::{Form, Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use domain::{
    Fault, FieldCode,
    account::Who,
    document::{DocumentInfo, PaperKind, SentApplication, shown_name},
    id::{ApplicationId, DocumentId},
};
use serde::Deserialize;

/// Papers of the application that is being filled in.
pub const DRAFT: &str = "/ansok/handlingar";
/// My papers, and below it those of each sent application.
pub const MINE: &str = "/mina-sidor/handlingar";
/// Name of the field with the files.
pub const FILES: &str = "files";
/// What stands in the address after files were received, and after only answers were saved.
pub const RECEIVED: &str = "mottaget";
pub const SAVED: &str = "sparat";

pub fn routes() -> Router<Backend> {
    Router::new()
        .route(NEEDED, get(needed::ask).post(needed::tell))
        .route(settings::SETTINGS, get(settings::show).post(settings::save))
        .route(DRAFT, get(draft))
        .route("/ansok/handlingar/{id}/fil", get(file))
        .route("/ansok/handlingar/{id}/ta-bort", post(take_back))
        .route(MINE, get(mine))
        .route("/mina-sidor/handlingar/{id}", get(of_application))
        .route("/mina-sidor/handlingar/{id}/fil", get(file))
        .route("/personal/handling/{id}/fil", get(file))
}

/// The address of the page with the papers of an application: the draft's, or a sent one's.
pub fn address(to: Option<ApplicationId>) -> String {
    to.map_or_else(|| DRAFT.to_owned(), |application| format!("{MINE}/{application}"))
}

#[derive(Deserialize)]
struct NewsQuery {
    mottaget: Option<String>,
    sparat: Option<String>,
    borttaget: Option<String>,
}

impl NewsQuery {
    fn news(&self) -> News {
        if self.mottaget.is_some() {
            News::Received
        } else if self.sparat.is_some() {
            News::Saved
        } else if self.borttaget.is_some() {
            News::Removed
        } else {
            News::None
        }
    }
}

async fn draft(
    State(backend): State<Backend>,
    context: PageContext,
    Query(query): Query<NewsQuery>,
) -> Result<Response, Failed> {
    if context.actor.who == Who::Anonymous {
        // There she chooses whether to sign in.
        return Ok(see_other("/ansok"));
    }
    show(&backend, &context, None, query.news(), FormState::default(), StatusCode::OK).await
}

async fn of_application(
    State(backend): State<Backend>,
    context: PageContext,
    Path(id): Path<String>,
    Query(query): Query<NewsQuery>,
) -> Result<Response, Failed> {
    let application: ApplicationId = id.parse().map_err(|_| Fault::NotFound)?;
    show(&backend, &context, Some(application), query.news(), FormState::default(), StatusCode::OK).await
}

/// The papers of one application with the form to add more.
async fn show(
    backend: &Backend,
    context: &PageContext,
    to: Option<ApplicationId>,
    news: News,
    mut state: FormState,
    status: StatusCode,
) -> Result<Response, Failed> {
    let sent = match to {
        None => None,
        Some(application) => Some(own(backend, context, application).await?),
    };
    let all = backend.documents.list(&context.actor).await?;
    let slots = match to {
        None => slots::of_draft(backend, context, &all).await?,
        Some(application) => {
            let application = backend.applications.get(&context.actor, application).await?;
            Some(slots::of_sent(backend, context, &application, &all).await?)
        }
    };
    let is_shown = |field: &str| slots.as_ref().is_some_and(|slots| slots.has(field));
    // A file for a paper that has no slot here is another paper's.
    for error in state.errors.iter_mut().filter(|error| !is_shown(&error.field)) {
        FILES.clone_into(&mut error.field);
    }
    let documents = of(all, to);
    let title = td_string!(context.locale, document.title);
    let shelf = Shelf { documents, sent, slots, news, state };
    Ok(context.page_with(status, Look::APPLICANT, title, || pages::shelf(context, shelf)))
}

/// The sent application, if it is the reader's own.
async fn own(backend: &Backend, context: &PageContext, application: ApplicationId) -> Result<SentApplication, Failed> {
    let all = backend.documents.applications(&context.actor).await?;
    Ok(all.into_iter().find(|sent| sent.application_id == application).ok_or(Fault::NotFound)?)
}

/// Those of one application; without one, those of none.
fn of(documents: Vec<DocumentInfo>, to: Option<ApplicationId>) -> Vec<DocumentInfo> {
    documents.into_iter().filter(|document| document.application_id == to).collect()
}

/// A file that was not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its place among the files sent, from 0.
    pub place: usize,
    /// The name it had, as it was sent.
    pub name: String,
    /// Which of the papers that are needed it was to be.
    pub paper: Option<PaperKind>,
    pub code: FieldCode,
}

/// What was sent, as far as it was not fine. Files that were fine have been kept: the page says so and shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trouble {
    pub refused: Vec<Refused>,
    /// No file was chosen.
    pub nothing: bool,
    /// More files than are taken at once; the first ones were.
    pub too_many: bool,
    /// More bytes than are taken at once.
    pub too_much: bool,
}

impl Trouble {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The page again, with what is wrong and what was kept.
pub async fn refused(
    backend: &Backend,
    context: &PageContext,
    to: Option<ApplicationId>,
    kept: usize,
    trouble: &Trouble,
) -> Result<Response, Failed> {
    let t = context.locale;
    let mut state = FormState::default();
    // Isolated, so that a name in one direction leaves a sentence in the other alone.
    let name = |file: &Refused| format!("\u{2068}{}\u{2069}", shown_name(&file.name));
    let (no_room, faulty): (Vec<_>, Vec<_>) =
        trouble.refused.iter().partition(|file| file.code == FieldCode::PapersFull);
    for file in faulty {
        let (name, why) = (name(file), field_text(t, file.code));
        state.push_error(
            slots::files_field(file.paper),
            td_string!(t, document.upload.refused, name = name, why = why).to_string(),
        );
    }
    if !no_room.is_empty() {
        // All at once: what to do is the same for each.
        let names = no_room.into_iter().map(name).collect::<Vec<_>>().join(", ");
        let text = if to.is_some() {
            td_string!(t, document.upload.full_sent, names = names).to_string()
        } else {
            td_string!(t, document.upload.full, names = names).to_string()
        };
        state.push_error(FILES, text);
    }
    if trouble.nothing {
        state.push_error(FILES, td_string!(t, document.upload.choose));
    }
    if trouble.too_many {
        state.push_error(FILES, td_string!(t, document.upload.too_many));
    }
    if trouble.too_much {
        state.push_error(FILES, td_string!(t, document.upload.too_much));
    }
    let status = if trouble.too_much { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::UNPROCESSABLE_ENTITY };
    let news = if kept > 0 { News::SomeReceived } else { News::None };
    show(backend, context, to, news, state, status).await
}

async fn mine(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    let applications = backend.documents.applications(&context.actor).await?;
    let documents = backend.documents.list(&context.actor).await?;
    let joint = backend.documents.joint(&context.actor).await?;
    let slots = slots::of_draft(&backend, &context, &documents).await?;
    let title = td_string!(context.locale, document.title);
    Ok(context.page(Look::APPLICANT, title, || pages::mine(&context, applications, documents, joint, slots)))
}

async fn file(
    State(backend): State<Backend>,
    context: PageContext,
    Path(id): Path<String>,
) -> Result<Response, Failed> {
    let document: DocumentId = id.parse().map_err(|_| Fault::NotFound)?;
    Ok(attachment(backend.documents.open(&context.actor, document).await?))
}

#[derive(Deserialize)]
struct TakeBack {
    #[serde(default)]
    idempotency_key: String,
}

async fn take_back(
    State(backend): State<Backend>,
    context: PageContext,
    Path(id): Path<String>,
    Form(form): Form<TakeBack>,
) -> Result<Response, Failed> {
    let document: DocumentId = id.parse().map_err(|_| Fault::NotFound)?;
    backend.documents.take_back(&context.actor, Some(&form.idempotency_key), document).await?;
    Ok(see_other("/ansok/handlingar?borttaget"))
}
