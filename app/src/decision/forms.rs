//! The forms of decisions. The caseworker's draft and its preview, and opening, each post to their own page and come back
//! with what was wrong (the second kind of form). A draft may be saved unfinished; what cannot be read is said at once.

use super::{
    draft::{self, DraftPage, saved_instead},
    hindrance,
    lines::{self, needs_in, state_of},
    pages::{self, News},
};
use crate::{
    backend::Backend,
    failure::{Failed, conflict_text, status},
    i18n::td_string,
    page::{Look, PageContext, see_other},
    ui::FormState,
};
use axum::{
    Router,
    extract::{Form, Path, Query, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use domain::{
    Conflict, Fault, FieldCode, FieldFault,
    decision::{
        AppealRoute, DecisionContent, DecisionLine, DecisionStatus, Outcome, PublishDecision, SaveDecision,
        StaffDecision,
    },
    id::{ApplicationId, CaseId, DecisionId},
    norm::{Field, Month},
};
use serde::Deserialize;

pub fn routes() -> Router<Backend> {
    Router::new()
        .route("/mina-sidor/beslut", get(list))
        .route("/mina-sidor/beslut/{decision}", get(read))
        .route("/mina-sidor/beslut/{decision}/oppna", get(back_to_read).post(open))
        .route("/personal/mottagning/{case}/beslut/{application}", get(show).post(save))
        .route("/personal/mottagning/{case}/beslut/{application}/granska", get(preview).post(publish))
}

fn decision_id(text: &str) -> Result<DecisionId, Failed> {
    text.parse().map_err(|_| Failed(Fault::NotFound))
}

async fn list(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    let decisions = backend.decisions.list(&context.actor).await?;
    let title = td_string!(context.locale, decision.list.title);
    Ok(context.page(Look::APPLICANT, title, || pages::list(&context, decisions)))
}

async fn read(
    State(backend): State<Backend>,
    context: PageContext,
    Path(decision): Path<String>,
) -> Result<Response, Failed> {
    let decision = decision_id(&decision)?;
    let found = backend.decisions.read(&context.actor, decision).await?;
    // The same title before and after: it stands in the browser's history.
    let title = td_string!(context.locale, decision.title);
    Ok(match found.decision {
        Some(paper) => context.page(Look::APPLICANT, title, || pages::opened(&context, &paper)),
        None => context.page(Look::APPLICANT, title, || pages::unopened(&context, decision)),
    })
}

/// A reload of the address that only takes a POST.
async fn back_to_read(Path(decision): Path<String>) -> Result<Response, Failed> {
    Ok(see_other(&pages::address(decision_id(&decision)?)))
}

#[derive(Deserialize)]
struct OpenForm {
    #[serde(default)]
    idempotency_key: String,
}

async fn open(
    State(backend): State<Backend>,
    context: PageContext,
    Path(decision): Path<String>,
    Form(form): Form<OpenForm>,
) -> Result<Response, Failed> {
    let decision = decision_id(&decision)?;
    backend.decisions.open(&context.actor, &form.idempotency_key, decision).await?;
    Ok(see_other(&pages::address(decision)))
}

/// The case and the application an address names.
fn place((case, application): (String, String)) -> Result<(CaseId, ApplicationId), Failed> {
    match (case.parse(), application.parse()) {
        (Ok(case), Ok(application)) => Ok((case, application)),
        _ => Err(Failed(Fault::NotFound)),
    }
}

#[derive(Deserialize)]
struct NewsQuery {
    sparat: Option<String>,
    publicerat: Option<String>,
    /// From the preview: what stands in the way of publishing is said at its fields.
    ratta: Option<String>,
}

async fn show(
    State(backend): State<Backend>,
    context: PageContext,
    Path(path): Path<(String, String)>,
    Query(query): Query<NewsQuery>,
) -> Result<Response, Failed> {
    let (case, application) = place(path)?;
    let view = backend.decisions.staff(&context.actor, case, application).await?;
    let news = match (query.sparat, query.publicerat) {
        (_, Some(_)) => News::Published,
        (Some(_), None) => News::Saved,
        _ => News::None,
    };
    if view.status == DecisionStatus::Published || !view.mine {
        return Ok(reading(&context, view, StatusCode::OK, news));
    }
    let mut state = state_of(&view.content);
    if query.ratta.is_some() {
        hindrance::mark(context.locale, &mut state, &view);
    }
    let version = view.version;
    Ok(show_draft(&context, view, state, version, StatusCode::OK, news))
}

fn reading(context: &PageContext, view: StaffDecision, status: StatusCode, news: News) -> Response {
    let title = td_string!(context.locale, decision.staff.title);
    context.page_with(status, Look::STAFF, title, || pages::staff_reading(context, view, news))
}

fn show_draft(
    context: &PageContext,
    view: StaffDecision,
    mut state: FormState,
    version: i64,
    status: StatusCode,
    news: News,
) -> Response {
    let title = td_string!(context.locale, decision.staff.title);
    lines::add_missing(&mut state, &view);
    let needs = needs_in(&state);
    let page = DraftPage { view, needs, state, version, news };
    context.page_with(status, Look::STAFF, title, || draft::draft(context, page))
}

/// Reads the form. What cannot be read is a fault at its field.
fn content_of(state: &FormState, period: Month) -> Result<DecisionContent, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let mut lines = Vec::new();
    for (place, need) in needs_in(state).into_iter().enumerate() {
        let name = |field: &str| format!("lines.{place}.{field}");
        let mut fault = |field: &str, code| faults.push(FieldFault::new(format!("/lines/{place}/{field}"), code));
        let mut kronor = |field: &str| match Field::typed(state.value(&name(field))) {
            Field::Whole(amount) => amount,
            Field::Missing => {
                fault(field, FieldCode::Required);
                0
            }
            _ => {
                fault(field, FieldCode::NotAnAmount);
                0
            }
        };
        let (asked, granted) = (kronor("asked"), kronor("granted"));
        let outcome = Outcome::from_name(state.value(&name("outcome"))).unwrap_or_else(|| {
            fault("outcome", FieldCode::UnknownChoice);
            Outcome::of_amounts(asked, granted)
        });
        lines.push(DecisionLine {
            need,
            asked,
            granted,
            outcome,
            reason: unix_lines(state.value(&name("reason"))),
            sections: state.values(&name("sections")).into_iter().map(str::to_owned).collect(),
            appeal_route: AppealRoute::default(),
        });
    }
    let typed = state.value("pay_on").trim();
    let pay_on = if typed.is_empty() {
        None
    } else {
        let day = typed.parse().ok();
        if day.is_none() {
            faults.push(FieldFault::new("/pay_on", FieldCode::NotADate));
        }
        day
    };
    let reasons = unix_lines(state.value("reasons"));
    if faults.is_empty() { Ok(DecisionContent { period, lines, reasons, pay_on }) } else { Err(faults) }
}

/// Browsers send line breaks as two characters; kept as one, so that saving the same again is the same.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

async fn save(
    State(backend): State<Backend>,
    context: PageContext,
    Path(path): Path<(String, String)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let (case, application) = place(path)?;
    let mut state = FormState::from_values(pairs);
    let review = state.value("action") == "review";
    let version: i64 = state.value("version").parse().map_err(|_| Fault::NotFound)?;
    let view = backend.decisions.staff(&context.actor, case, application).await?;
    let t = context.locale;
    lines::without_removed(&mut state);
    if state.value("action") == "add" && view.mine && view.status == DecisionStatus::Draft {
        // Nothing is saved: the same form with one line more.
        let status = if lines::add(&mut state) {
            StatusCode::OK
        } else {
            state.push_error(lines::ADDED_NEED, td_string!(t, decision.field.added_need_missing));
            StatusCode::UNPROCESSABLE_ENTITY
        };
        return Ok(show_draft(&context, view, state, version, status, News::None));
    }
    let typed = match content_of(&state, view.content.period) {
        Ok(typed) => typed,
        Err(faults) => {
            let needs = needs_in(&state);
            hindrance::say(t, &mut state, &faults, &needs, &view.needed);
            return Ok(show_draft(&context, view, state, version, StatusCode::UNPROCESSABLE_ENTITY, News::None));
        }
    };
    let command = SaveDecision { version, content: typed };
    match backend.decisions.save(&context.actor, case, application, command).await {
        Ok(_) => {
            let address = pages::staff_address(&view);
            Ok(see_other(&if review { format!("{address}/granska") } else { format!("{address}?sparat") }))
        }
        // Another window or a colleague was faster: both versions, and what was typed here can be sent again.
        Err(fault @ Fault::Conflict(Conflict::VersionConflict)) => {
            let view = backend.decisions.staff(&context.actor, case, application).await?;
            state.form_error = Some(conflict_text(t, Conflict::VersionConflict).to_owned());
            state.other = Some(saved_instead(t, &view.content));
            let newest = view.version;
            Ok(show_draft(&context, view, state, newest, status(&fault), News::None))
        }
        // Published, or taken over: there is nothing left to save here.
        Err(fault @ Fault::Conflict(_)) => {
            let view = backend.decisions.staff(&context.actor, case, application).await?;
            Ok(reading(&context, view, status(&fault), News::None))
        }
        Err(Fault::Invalid(faults)) => {
            let needs = needs_in(&state);
            hindrance::say(t, &mut state, &faults, &needs, &view.needed);
            if !state.has_errors() {
                return Err(Fault::Invalid(faults).into());
            }
            Ok(show_draft(&context, view, state, version, StatusCode::UNPROCESSABLE_ENTITY, News::None))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn preview(
    State(backend): State<Backend>,
    context: PageContext,
    Path(path): Path<(String, String)>,
) -> Result<Response, Failed> {
    let (case, application) = place(path)?;
    let view = backend.decisions.staff(&context.actor, case, application).await?;
    Ok(show_preview(&context, view, FormState::default(), StatusCode::OK))
}

fn show_preview(context: &PageContext, view: StaffDecision, state: FormState, status: StatusCode) -> Response {
    if view.status == DecisionStatus::Published || !view.mine {
        return reading(context, view, status, News::None);
    }
    if view.version == 0 {
        return see_other(&pages::staff_address(&view));
    }
    let title = td_string!(context.locale, decision.preview.title);
    context.page_with(status, Look::STAFF, title, || pages::preview(context, view, state))
}

#[derive(Deserialize)]
struct PublishForm {
    #[serde(default)]
    idempotency_key: String,
    /// Of the draft that was read.
    #[serde(default)]
    version: i64,
    /// Of the figures that were read.
    #[serde(default)]
    figures: i64,
    /// Of the practice they were calculated by.
    #[serde(default)]
    practice: i64,
}

async fn publish(
    State(backend): State<Backend>,
    context: PageContext,
    Path(path): Path<(String, String)>,
    Form(form): Form<PublishForm>,
) -> Result<Response, Failed> {
    let (case, application) = place(path)?;
    let command = PublishDecision { version: form.version, figures: form.figures, practice: form.practice };
    let published = backend.decisions.publish(&context.actor, &form.idempotency_key, case, application, command).await;
    match published {
        Ok(_) => Ok(see_other(&format!("/personal/mottagning/{case}/beslut/{application}?publicerat"))),
        // The newest draft with why it could not be published: what stands in the way is said on it.
        Err(fault @ (Fault::Conflict(_) | Fault::Invalid(_))) => {
            let view = backend.decisions.staff(&context.actor, case, application).await?;
            let form_error = match &fault {
                Fault::Conflict(conflict) => Some(conflict_text(context.locale, *conflict).to_owned()),
                _ if view.faults.is_empty() => return Err(fault.into()),
                _ => None,
            };
            let state = FormState { form_error, ..FormState::default() };
            Ok(show_preview(&context, view, state, status(&fault)))
        }
        Err(fault) => Err(fault.into()),
    }
}
