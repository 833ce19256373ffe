//! The forms of the steps. Each saves what was typed, valid or not, to the draft on the server and leads on; what is
//! wrong is said afterwards on the same page, with everything still there. The check sends the draft once.

use super::{
    fields::{self, CHECK, PAPERS, Step, value},
    leaving,
    pages::{self, CheckPage, StepPage},
    questions::{guest, title},
    sent,
};
use crate::{
    backend::Backend,
    document::slots,
    failure::{Failed, conflict_text, status},
    i18n::td_string,
    page::{Look, PageContext, see_other},
    ui::FormState,
};
use axum::{
    Router,
    extract::{Form, State},
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get},
};
use domain::{
    Conflict, Fault, FieldCode, FieldFault,
    application::{ApplicationForm, Door, PaperNotes},
    document::Also,
    visit::Office,
};
use serde::Deserialize;

/// Where applying begins, and where those are led who have not begun.
pub const START: &str = "/ansok";

pub fn routes() -> Router<Backend> {
    let steps = Step::ALL.into_iter().fold(Router::new(), |router, step| router.route(step.path(), of(step)));
    steps
        .route(PAPERS, get(papers).post(note_also))
        .route(CHECK, get(check).post(send))
        .route(leaving::SAVED, get(leaving::saved))
}

fn of(step: Step) -> MethodRouter<Backend> {
    get(move |State(backend): State<Backend>, context: PageContext| async move { show(step, &backend, &context).await })
        .post(move |State(backend): State<Backend>, context: PageContext, Form(pairs): Form<Vec<(String, String)>>| async move {
            save(step, &backend, &context, &pairs).await
        })
}

/// The form with the answers of this page as they were sent.
async fn typed(
    step: Step,
    backend: &Backend,
    context: &PageContext,
    pairs: &[(String, String)],
) -> Result<ApplicationForm, Failed> {
    let (_, mut form) = backend.applications.draft(&context.actor).await?;
    fields::read(step, pairs, guest(context), &mut form);
    Ok(form)
}

/// Saves the answers of one page, valid or not, of whoever leaves after it. `Some`: they could not be saved, and the
/// page says why.
pub async fn keep(
    step: Step,
    backend: &Backend,
    context: &PageContext,
    pairs: &[(String, String)],
) -> Result<Option<Response>, Failed> {
    let mut form = typed(step, backend, context, pairs).await?;
    form.drop_blank_rows();
    Ok(store(step, backend, context, pairs, &form).await?.err())
}

/// The way to the start for those who are neither signed in nor have a code's session.
pub fn outside(context: &PageContext) -> Option<Response> {
    context.actor.applying().is_none().then(|| see_other(START))
}

fn respond(context: &PageContext, status: StatusCode, page: StepPage) -> Response {
    let title = title(context.locale, page.step);
    context.page_with(status, Look::APPLICANT, title, || pages::step(context, page))
}

async fn offices(backend: &Backend, context: &PageContext, step: Step) -> Result<Vec<Office>, Failed> {
    if step == Step::Contact { Ok(backend.visits.offices(&context.actor).await?) } else { Ok(Vec::new()) }
}

async fn show(step: Step, backend: &Backend, context: &PageContext) -> Result<Response, Failed> {
    if let Some(away) = outside(context) {
        return Ok(away);
    }
    let (version, form) = backend.applications.draft(&context.actor).await?;
    let offices = offices(backend, context, step).await?;
    Ok(respond(context, StatusCode::OK, StepPage::new(step, &form, version, offices)))
}

/// What is wrong with the whole form.
fn faults(context: &PageContext, form: &ApplicationForm, offices: &[Office]) -> Vec<FieldFault> {
    let door = if guest(context) { Door::Guest } else { Door::Portal };
    let mut faults = form.faults(door, context.clock.today());
    let known =
        form.office.trim().is_empty() || offices.is_empty() || offices.iter().any(|one| one.slug == form.office);
    if !known && !faults.iter().any(|fault| fault.pointer == "/office") {
        faults.push(FieldFault::new("/office", FieldCode::UnknownChoice));
    }
    faults
}

/// What is wrong on this page of it.
fn faults_of(context: &PageContext, step: Step, form: &ApplicationForm, offices: &[Office]) -> Vec<FieldFault> {
    let mut faults = faults(context, form, offices);
    faults.retain(|fault| Step::of(&fault.pointer) == step);
    faults
}

async fn save(
    step: Step,
    backend: &Backend,
    context: &PageContext,
    pairs: &[(String, String)],
) -> Result<Response, Failed> {
    if let Some(away) = outside(context) {
        return Ok(away);
    }
    let mut form = typed(step, backend, context, pairs).await?;
    let added = if value(pairs, "action") == "add" {
        Some(fields::add_row(step, &mut form))
    } else {
        form.drop_blank_rows();
        None
    };
    let (version, offices) = match store(step, backend, context, pairs, &form).await? {
        Ok(saved) => saved,
        Err(refused) => return Ok(refused),
    };
    if let Some(name) = added {
        // The new page opens at the new row.
        return Ok(see_other(&format!("{}#{}", step.path(), FormState::default().field(&name).id)));
    }
    let faults = faults_of(context, step, &form, &offices);
    if faults.is_empty() {
        return Ok(see_other(step.next()));
    }
    let mut page = StepPage::new(step, &form, version, offices);
    pages::note(context.locale, &faults, &mut page.state);
    Ok(respond(context, StatusCode::UNPROCESSABLE_ENTITY, page))
}

/// Saves the form over the version the page started from, and gives the new one; or the page that says why it is not
/// saved.
async fn store(
    step: Step,
    backend: &Backend,
    context: &PageContext,
    pairs: &[(String, String)],
    form: &ApplicationForm,
) -> Result<Result<(i64, Vec<Office>), Response>, Failed> {
    let t = context.locale;
    let from: i64 = value(pairs, "version").parse().unwrap_or_default();
    let offices = offices(backend, context, step).await?;
    match backend.applications.save_draft(&context.actor, from, form).await {
        Ok(version) => Ok(Ok((version, offices))),
        // Another window was faster: say so, with what was typed here still there. Sending it again is then meant.
        Err(fault @ Fault::Conflict(conflict)) => {
            let (version, other) = backend.applications.draft(&context.actor).await?;
            let mut page = StepPage::new(step, form, version, offices);
            // With no draft left, what this page began was sent.
            let sent = version == 0;
            let why = if sent { Conflict::AlreadySent } else { conflict };
            page.state.form_error = Some(conflict_text(t, why).to_owned());
            page.state.other = (!sent).then(|| pages::saved(t, step, &other, &page.offices));
            Ok(Err(respond(context, status(&fault), page)))
        }
        // Text that cannot even be saved: said at its field, over the version there was.
        Err(fault @ Fault::Invalid(_)) => {
            let mut page = StepPage::new(step, form, from, offices);
            pages::note(t, &faults_of(context, step, form, &page.offices), &mut page.state);
            if !page.state.has_errors() {
                return Err(fault.into());
            }
            Ok(Err(respond(context, StatusCode::UNPROCESSABLE_ENTITY, page)))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn papers(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    if let Some(away) = outside(&context) {
        return Ok(away);
    }
    let documents = backend.documents.list(&context.actor).await?;
    let slots = slots::of_draft(&backend, &context, &documents).await?;
    let (_, form) = backend.applications.draft(&context.actor).await?;
    let title = td_string!(context.locale, application.papers.title);
    Ok(context.page(Look::APPLICANT, title, || pages::papers(&context, slots, &form)))
}

/// What else is so: the list of papers follows it.
async fn note_also(
    State(backend): State<Backend>,
    context: PageContext,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    if let Some(away) = outside(&context) {
        return Ok(away);
    }
    let chosen = |also: &&Also| pairs.iter().any(|(name, code)| name == "also" && code == also.as_str());
    let also = Also::ALL.iter().filter(chosen).copied().collect();
    let notes = PaperNotes { also: Some(also), ..PaperNotes::default() };
    backend.applications.note_papers(&context.actor, &notes).await?;
    Ok(see_other(PAPERS))
}

async fn check(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    if let Some(away) = outside(&context) {
        return Ok(away);
    }
    show_check(&backend, &context, FormState::default(), StatusCode::OK).await
}

async fn show_check(
    backend: &Backend,
    context: &PageContext,
    state: FormState,
    status: StatusCode,
) -> Result<Response, Failed> {
    let (version, mut form) = backend.applications.draft(&context.actor).await?;
    form.drop_blank_rows();
    let offices = backend.visits.offices(&context.actor).await?;
    let faults = faults(context, &form, &offices);
    let tried = status == StatusCode::UNPROCESSABLE_ENTITY;
    let page = CheckPage { form, faults, version, offices, state, tried };
    let title = td_string!(context.locale, application.check.title);
    Ok(context.page_with(status, Look::APPLICANT, title, || pages::check(context, page)))
}

#[derive(Deserialize)]
struct SendForm {
    #[serde(default)]
    idempotency_key: String,
    /// Of the draft that was shown: what is sent is what was read.
    #[serde(default)]
    version: i64,
}

async fn send(
    State(backend): State<Backend>,
    context: PageContext,
    Form(form): Form<SendForm>,
) -> Result<Response, Failed> {
    if let Some(away) = outside(&context) {
        return Ok(away);
    }
    match backend.applications.send(&context.actor, &form.idempotency_key, form.version).await {
        Ok(application) => Ok(see_other(&sent::receipt_path(application.application_id))),
        // Sent from another window, or the button was pressed twice: the receipt is what she wants to see.
        Err(fault @ Fault::Conflict(Conflict::AlreadySent | Conflict::IdempotencyKeyReused)) => {
            match backend.applications.list(&context.actor).await?.first() {
                Some(latest) => Ok(see_other(&sent::receipt_path(latest.application_id))),
                None => Err(fault.into()),
            }
        }
        Err(fault @ Fault::Conflict(_)) => {
            let why = td_string!(context.locale, application.check.changed).to_owned();
            let state = FormState { form_error: Some(why), ..FormState::default() };
            show_check(&backend, &context, state, status(&fault)).await
        }
        Err(Fault::Invalid(_)) => {
            show_check(&backend, &context, FormState::default(), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(fault) => Err(fault.into()),
    }
}
