//! The forms of casework: each posts to its own page and comes back with what was wrong (the second kind of form).

use super::{
    figures::{FiguresForm, opened},
    figures_page, intake_page,
    pages::{self, LIST},
};
use crate::{
    backend::Backend,
    failure::{Failed, conflict_text, field_text, status},
    i18n::td_string,
    page::{Look, PageContext, see_other},
    ui::{FormState, format::left_to_right},
};
use axum::{
    Router,
    extract::{Form, Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use domain::{
    Conflict, Fault, FieldCode,
    casework::{CalculationView, IntakeFilter, IntakeFrom, IntakeQuery, WriteNote},
    id::{ApplicationId, CaseId},
    message::{How, MessageKind, SayTold},
};
use serde::Deserialize;

pub fn routes() -> Router<Backend> {
    Router::new()
        .route(LIST, get(intake))
        .route("/personal/mottagning/{case}", get(show))
        .route("/personal/mottagning/{case}/ta", get(show).post(take))
        .route("/personal/mottagning/{case}/lamna", get(show).post(release))
        .route("/personal/mottagning/{case}/anteckningar", get(show).post(write_note))
        .route("/personal/mottagning/{case}/meddelat", get(show).post(say_told))
        .route("/personal/mottagning/{case}/berakning/{application}", get(calculation).post(save))
}

fn case_id(text: &str) -> Result<CaseId, Failed> {
    text.parse().map_err(|_| Failed(Fault::NotFound))
}

fn application_id(text: &str) -> Result<ApplicationId, Failed> {
    text.parse().map_err(|_| Failed(Fault::NotFound))
}

/// Rows of one page of the intake list.
const PAGE: usize = 50;

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    visa: String,
    /// The application the page before ended with.
    #[serde(default)]
    efter: String,
    /// The application the page after begins with.
    #[serde(default)]
    fore: String,
}

async fn intake(
    State(backend): State<Backend>,
    context: PageContext,
    Query(query): Query<ListQuery>,
) -> Result<Response, Failed> {
    let wanted = |filter: &IntakeFilter| intake_page::filter_name(*filter) == query.visa;
    let filter = IntakeFilter::ALL.into_iter().find(wanted).unwrap_or_default();
    let from = match (query.efter.parse(), query.fore.parse()) {
        (Ok(after), _) => IntakeFrom::After(after),
        (_, Ok(before)) => IntakeFrom::Before(before),
        _ => IntakeFrom::Start,
    };
    let list = match backend.casework.intake(&context.actor, IntakeQuery { filter, from, limit: PAGE }).await {
        Ok(list) if list.items.is_empty() && from != IntakeFrom::Start => None,
        Ok(list) => Some(list),
        Err(Fault::Invalid(_)) => None,
        Err(fault) => return Err(fault.into()),
    };
    // An old address: what it led to has been decided since, or lies at another office.
    let Some(list) = list else { return Ok(see_other(&intake_page::list_address(filter))) };
    let title = td_string!(context.locale, casework.intake.title, office = list.office_name.clone()).to_string();
    Ok(context.page(Look::STAFF, &title, || intake_page::intake(&context, list, filter)))
}

async fn show(
    State(backend): State<Backend>,
    context: PageContext,
    Path(case): Path<String>,
) -> Result<Response, Failed> {
    show_case(&backend, &context, case_id(&case)?, FormState::default(), StatusCode::OK).await
}

async fn show_case(
    backend: &Backend,
    context: &PageContext,
    case: CaseId,
    mut state: FormState,
    status: StatusCode,
) -> Result<Response, Failed> {
    let view = backend.casework.open(&context.actor, case).await?;
    // Who was faster is said by name: they will want to talk.
    if status == StatusCode::CONFLICT
        && let Some(handler) = &view.head.handler
    {
        let name = left_to_right(&handler.name);
        state.form_error = Some(td_string!(context.locale, casework.handler.other, name = name).to_string());
    }
    let title = td_string!(context.locale, casework.case.name);
    Ok(context.page_with(status, Look::STAFF, title, || pages::case(context, view, state)))
}

#[derive(Deserialize)]
struct KeyForm {
    #[serde(default)]
    idempotency_key: String,
}

/// The case again with why it could not be done, or back to it.
async fn answer(
    backend: &Backend,
    context: &PageContext,
    case: CaseId,
    done: Result<(), Fault>,
) -> Result<Response, Failed> {
    match done {
        Ok(()) => Ok(see_other(&format!("{LIST}/{case}"))),
        Err(fault @ Fault::Conflict(conflict)) => {
            let form_error = Some(conflict_text(context.locale, conflict).to_owned());
            let state = FormState { form_error, ..FormState::default() };
            show_case(backend, context, case, state, status(&fault)).await
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn take(
    State(backend): State<Backend>,
    context: PageContext,
    Path(case): Path<String>,
    Form(form): Form<KeyForm>,
) -> Result<Response, Failed> {
    let case = case_id(&case)?;
    let done = backend.casework.take(&context.actor, &form.idempotency_key, case).await.map(|_| ());
    answer(&backend, &context, case, done).await
}

async fn release(
    State(backend): State<Backend>,
    context: PageContext,
    Path(case): Path<String>,
    Form(form): Form<KeyForm>,
) -> Result<Response, Failed> {
    let case = case_id(&case)?;
    let done = backend.casework.release(&context.actor, &form.idempotency_key, case).await;
    answer(&backend, &context, case, done).await
}

#[derive(Deserialize)]
struct NoteForm {
    #[serde(default)]
    idempotency_key: String,
    #[serde(default)]
    text: String,
}

async fn write_note(
    State(backend): State<Backend>,
    context: PageContext,
    Path(case): Path<String>,
    Form(form): Form<NoteForm>,
) -> Result<Response, Failed> {
    let case = case_id(&case)?;
    let mut state = FormState::from_values([("text", form.text.clone())]);
    let note = WriteNote { text: form.text };
    match backend.casework.note(&context.actor, &form.idempotency_key, case, note).await {
        Ok(_) => Ok(see_other(&format!("{LIST}/{case}#anteckningar"))),
        Err(fault @ Fault::Conflict(conflict)) => {
            state.form_error = Some(conflict_text(context.locale, conflict).to_owned());
            show_case(&backend, &context, case, state, status(&fault)).await
        }
        Err(Fault::Invalid(faults)) if faults.iter().any(|fault| fault.pointer == "/text") => {
            for fault in faults {
                state.push_error("text", field_text(context.locale, fault.code));
            }
            show_case(&backend, &context, case, state, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(fault) => Err(fault.into()),
    }
}

#[derive(Deserialize)]
struct ToldForm {
    #[serde(default)]
    idempotency_key: String,
    #[serde(default)]
    person_id: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    how: String,
}

impl ToldForm {
    fn read(&self) -> Option<SayTold> {
        Some(SayTold {
            person_id: self.person_id.parse().ok()?,
            kind: MessageKind::from_name(&self.kind)?,
            about: self.about.parse().ok()?,
            how: How::from_name(&self.how)?,
        })
    }
}

async fn say_told(
    State(backend): State<Backend>,
    context: PageContext,
    Path(case): Path<String>,
    Form(form): Form<ToldForm>,
) -> Result<Response, Failed> {
    let case = case_id(&case)?;
    let done = match form.read() {
        Some(told) => backend.casework.told(&context.actor, &form.idempotency_key, case, told).await.map(|_| ()),
        None => Err(Fault::Invalid(Vec::new())),
    };
    match done {
        // No such form is on the page: it is shown again, with whom there is to tell.
        Err(Fault::Invalid(_)) => {
            let form_error = Some(field_text(context.locale, FieldCode::DoesNotFit).to_owned());
            let state = FormState { form_error, ..FormState::default() };
            show_case(&backend, &context, case, state, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        done => answer(&backend, &context, case, done).await,
    }
}

#[derive(Deserialize)]
struct SavedQuery {
    sparad: Option<String>,
}

async fn calculation(
    State(backend): State<Backend>,
    context: PageContext,
    Path((case, application)): Path<(String, String)>,
    Query(query): Query<SavedQuery>,
) -> Result<Response, Failed> {
    let (case, application) = (case_id(&case)?, application_id(&application)?);
    let view = backend.casework.calculation(&context.actor, case, application).await?;
    let state = FormState::from_values(opened(&view));
    Ok(figures(&context, StatusCode::OK, view, state, query.sparad.is_some()))
}

fn figures(
    context: &PageContext,
    status: StatusCode,
    view: CalculationView,
    state: FormState,
    saved: bool,
) -> Response {
    let title = td_string!(context.locale, casework.figures.name);
    context.page_with(status, Look::STAFF, title, || figures_page::view(context, view, state, saved))
}

async fn save(
    State(backend): State<Backend>,
    context: PageContext,
    Path((case, application)): Path<(String, String)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let t = context.locale;
    let (case, application) = (case_id(&case)?, application_id(&application)?);
    // Read before saving: the month is the application's, whatever was sent.
    let view = backend.casework.calculation(&context.actor, case, application).await?;
    let form = FiguresForm::read(&pairs, view.month);
    let mut state = FormState::from_values(pairs);
    match backend.casework.save_calculation(&context.actor, case, application, form.command.clone()).await {
        Ok(_) => Ok(see_other(&format!("{LIST}/{case}/berakning/{application}?sparad"))),
        // Somebody saved in between: both versions are shown, and sending this one again is then meant. Where it was the
        // municipality's practice, both sides are shown by what applies now.
        Err(fault @ Fault::Conflict(Conflict::VersionConflict)) => {
            let view = backend.casework.calculation(&context.actor, case, application).await?;
            state.form_error = Some(conflict_text(t, Conflict::VersionConflict).to_owned());
            if view.version != form.command.version {
                state.other = Some(figures_page::other(&context, &view, &form.command.request));
            }
            state.values.retain(|(name, _)| name != "version" && name != "practice");
            state.values.push(("version".to_owned(), view.version.to_string()));
            state.values.push(("practice".to_owned(), view.practice.to_string()));
            Ok(figures(&context, status(&fault), view, state, false))
        }
        Err(Fault::Invalid(faults)) => {
            for fault in faults {
                let text = field_text(t, fault.code);
                match form.field(&fault.pointer) {
                    Some(field) if state.error(&field).is_none() => state.push_error(field, text),
                    Some(_) => {}
                    None => state.form_error = Some(text.to_owned()),
                }
            }
            Ok(figures(&context, StatusCode::UNPROCESSABLE_ENTITY, view, state, false))
        }
        Err(fault) => Err(fault.into()),
    }
}
