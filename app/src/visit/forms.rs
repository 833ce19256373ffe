//! The forms of visits.
//!
//! Steps 1 and 2 of booking save what was typed, valid or not, to the draft on the server and lead on (the first kind of
//! form); booking and cancelling post to their own page and come back with what was wrong (the second kind).

use super::pages::{self, News, SlotPage};
use crate::{
    backend::Backend,
    failure::{Failed, conflict_text, field_text, status},
    i18n::td_string,
    language::LANGUAGES,
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
    Conflict, Fault, FieldCode,
    id::{SlotId, VisitId},
    visit::{BookVisit, BookingDraft, HORIZON_DAYS, MAX_NEEDS, Office, Slot, SlotQuery, Visit, VisitKind},
};
use jiff::{ToSpan, civil::Date};
use serde::Deserialize;

const LIST: &str = "/mina-sidor/besok";
const BOOKED: &str = "/mina-sidor/besok?bokad";
const SLOTS: &str = "/mina-sidor/besok/boka";
const DETAILS: &str = "/mina-sidor/besok/boka/uppgifter";
const CONFIRM: &str = "/mina-sidor/besok/boka/bekrafta";
/// Days shown at once.
const DAYS: i32 = 14;

pub fn routes() -> Router<Backend> {
    Router::new()
        .route(LIST, get(list))
        .route(SLOTS, get(slots).post(choose_slot))
        .route(DETAILS, get(details).post(save_details))
        .route(CONFIRM, get(confirm).post(book))
        .route("/mina-sidor/besok/{visit}/avboka", get(ask_cancel).post(cancel))
}

fn signed_in(context: &PageContext) -> Result<(), Failed> {
    if context.actor.person().is_some() { Ok(()) } else { Err(Fault::SignInRequired.into()) }
}

#[derive(Deserialize)]
struct ListQuery {
    bokad: Option<String>,
    avbokad: Option<String>,
}

async fn list(
    State(backend): State<Backend>,
    context: PageContext,
    Query(query): Query<ListQuery>,
) -> Result<Response, Failed> {
    signed_in(&context)?;
    let visits = backend.visits.list(&context.actor, None).await?;
    let news = match (query.bokad, query.avbokad) {
        (Some(_), _) => News::Booked,
        (_, Some(_)) => News::Cancelled,
        _ => News::None,
    };
    let title = td_string!(context.locale, visit.list.title);
    Ok(context.page(Look::APPLICANT, title, || pages::list(&context, visits, news)))
}

#[derive(Deserialize)]
struct SlotsQuery {
    #[serde(default)]
    kontor: String,
    #[serde(default)]
    fran: String,
}

async fn slots(
    State(backend): State<Backend>,
    context: PageContext,
    Query(query): Query<SlotsQuery>,
) -> Result<Response, Failed> {
    signed_in(&context)?;
    show_slots(&backend, &context, &query, FormState::default(), StatusCode::OK).await
}

async fn show_slots(
    backend: &Backend,
    context: &PageContext,
    query: &SlotsQuery,
    mut state: FormState,
    status: StatusCode,
) -> Result<Response, Failed> {
    let offices = backend.visits.offices(&context.actor).await?;
    let (version, draft) = backend.visits.draft(&context.actor).await?;
    // The office asked for, else the one of the time chosen before, else the first.
    let mut office = offices.iter().find(|office| office.slug == query.kontor).map(|office| office.slug.clone());
    if office.is_none()
        && let Ok(slot) = draft.slot_id.parse()
    {
        office = backend.visits.slot(&context.actor, slot).await.ok().map(|(office, _)| office.slug);
    }
    let Some(office) = office.or_else(|| offices.first().map(|office| office.slug.clone())) else {
        return Err(Fault::NotFound.into());
    };
    let today = context.clock.today();
    let last = today.saturating_add(HORIZON_DAYS.days());
    let from = query.fran.parse::<Date>().unwrap_or(today).clamp(today, last);
    let to = from.saturating_add((DAYS - 1).days());
    let asked = SlotQuery { office: office.clone(), from, to, kind: VisitKind::FirstVisit };
    let slots = backend.visits.slots(&context.actor, &asked).await?;
    if state.value("slot_id").is_empty() {
        state.values.push(("slot_id".to_owned(), draft.slot_id));
    }
    let page = SlotPage {
        offices,
        office,
        from,
        slots,
        earlier: (from > today).then(|| from.saturating_sub(DAYS.days()).max(today)),
        later: (to < last).then(|| from.saturating_add(DAYS.days())),
        state,
        version,
    };
    let title = td_string!(context.locale, visit.slots.title);
    Ok(context.page_with(status, Look::APPLICANT, title, || pages::slots(context, page)))
}

#[derive(Deserialize)]
struct SlotForm {
    #[serde(default)]
    slot_id: String,
    #[serde(default)]
    version: i64,
    #[serde(default)]
    kontor: String,
    #[serde(default)]
    fran: String,
}

async fn choose_slot(
    State(backend): State<Backend>,
    context: PageContext,
    Form(form): Form<SlotForm>,
) -> Result<Response, Failed> {
    signed_in(&context)?;
    let (_, draft) = backend.visits.draft(&context.actor).await?;
    let chosen = BookingDraft { slot_id: form.slot_id.clone(), ..draft };
    match backend.visits.save_draft(&context.actor, form.version, chosen).await {
        Ok(_) => {}
        // Another window was faster: say so, with what was chosen here still chosen.
        Err(fault @ Fault::Conflict(conflict)) => {
            let mut state = FormState::from_values([("slot_id", form.slot_id)]);
            state.push_error("slot_id", conflict_text(context.locale, conflict));
            let (_, saved) = backend.visits.draft(&context.actor).await?;
            if let Ok(slot) = saved.slot_id.parse()
                && let Ok((office, slot)) = backend.visits.slot(&context.actor, slot).await
            {
                state.other = Some(pages::saved_slot(&context, &office, &slot));
            }
            let query = SlotsQuery { kontor: form.kontor, fran: form.fran };
            return show_slots(&backend, &context, &query, state, status(&fault)).await;
        }
        Err(fault) => return Err(fault.into()),
    }
    if form.slot_id.parse::<SlotId>().is_err() {
        let mut state = FormState::default();
        state.push_error("slot_id", td_string!(context.locale, visit.confirm.no_slot));
        let query = SlotsQuery { kontor: form.kontor, fran: form.fran };
        return show_slots(&backend, &context, &query, state, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    Ok(see_other(DETAILS))
}

fn details_state(draft: &BookingDraft) -> FormState {
    FormState::from_values([
        ("interpreter", if draft.interpreter { "yes" } else { "no" }),
        ("language", draft.language.as_str()),
        ("needs", draft.needs.as_str()),
    ])
}

/// What is wrong with the details as they were typed.
fn check_details(context: &PageContext, draft: &BookingDraft, state: &mut FormState) {
    let t = context.locale;
    let known = draft.language.is_empty() || LANGUAGES.contains(&draft.language.as_str());
    if !known {
        state.push_error("language", field_text(t, FieldCode::UnknownChoice));
    }
    if u64::try_from(draft.needs.chars().count()).unwrap_or(u64::MAX) > MAX_NEEDS {
        state.push_error("needs", field_text(t, FieldCode::TooLong));
    } else if draft.needs.contains(|letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        // What the booking would refuse is said here, where it can be changed.
        state.push_error("needs", field_text(t, FieldCode::Malformed));
    }
}

/// Step 2 again, with what is wrong.
fn refused_details(context: &PageContext, status: StatusCode, state: FormState, version: i64) -> Response {
    let title = td_string!(context.locale, visit.details.title);
    context.page_with(status, Look::APPLICANT, title, || pages::details(context, state, version))
}

async fn details(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    signed_in(&context)?;
    let (version, draft) = backend.visits.draft(&context.actor).await?;
    let state = details_state(&draft);
    let title = td_string!(context.locale, visit.details.title);
    Ok(context.page(Look::APPLICANT, title, || pages::details(&context, state, version)))
}

#[derive(Deserialize)]
struct DetailsForm {
    #[serde(default)]
    version: i64,
    #[serde(default)]
    interpreter: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    needs: String,
}

async fn save_details(
    State(backend): State<Backend>,
    context: PageContext,
    Form(form): Form<DetailsForm>,
) -> Result<Response, Failed> {
    signed_in(&context)?;
    let (_, draft) = backend.visits.draft(&context.actor).await?;
    let draft =
        BookingDraft { interpreter: form.interpreter == "yes", language: form.language, needs: form.needs, ..draft };
    // Saved as typed; what is wrong is said afterwards, with everything still there.
    let mut state = details_state(&draft);
    let version = match backend.visits.save_draft(&context.actor, form.version, draft.clone()).await {
        Ok(version) => version,
        // Another window was faster: say so, with what was typed here still there. Sending it again is then meant.
        Err(fault @ Fault::Conflict(conflict)) => {
            let (version, saved) = backend.visits.draft(&context.actor).await?;
            state.form_error = Some(conflict_text(context.locale, conflict).to_owned());
            state.other = Some(pages::saved_details(&context, &saved));
            return Ok(refused_details(&context, status(&fault), state, version));
        }
        // Text that cannot even be saved: said at its field, over the version there was.
        Err(fault @ Fault::Invalid(_)) => {
            check_details(&context, &draft, &mut state);
            if !state.has_errors() {
                return Err(fault.into());
            }
            return Ok(refused_details(&context, status(&fault), state, form.version));
        }
        Err(fault) => return Err(fault.into()),
    };
    check_details(&context, &draft, &mut state);
    if state.has_errors() {
        return Ok(refused_details(&context, StatusCode::UNPROCESSABLE_ENTITY, state, version));
    }
    Ok(see_other(CONFIRM))
}

/// What step 3 shows.
struct Chosen {
    office: Office,
    slot: Slot,
    draft: BookingDraft,
    version: i64,
}

/// The draft's slot, or the way back to choosing one.
async fn chosen(backend: &Backend, context: &PageContext) -> Result<Result<Chosen, Response>, Failed> {
    let (version, draft) = backend.visits.draft(&context.actor).await?;
    let mut state = details_state(&draft);
    check_details(context, &draft, &mut state);
    if state.has_errors() {
        return Ok(Err(see_other(DETAILS)));
    }
    let Ok(slot) = draft.slot_id.parse::<SlotId>() else { return Ok(Err(see_other(SLOTS))) };
    match backend.visits.slot(&context.actor, slot).await {
        Ok((office, slot)) => Ok(Ok(Chosen { office, slot, draft, version })),
        Err(Fault::NotFound) => Ok(Err(see_other(SLOTS))),
        Err(fault) => Err(fault.into()),
    }
}

async fn confirm(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    signed_in(&context)?;
    show_confirm(&backend, &context, FormState::default(), StatusCode::OK).await
}

async fn show_confirm(
    backend: &Backend,
    context: &PageContext,
    state: FormState,
    status: StatusCode,
) -> Result<Response, Failed> {
    let Chosen { office, slot, draft, version } = match chosen(backend, context).await? {
        Ok(chosen) => chosen,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let title = td_string!(context.locale, visit.confirm.title);
    Ok(context
        .page_with(status, Look::APPLICANT, title, || pages::confirm(context, office, &slot, &draft, version, state)))
}

#[derive(Deserialize)]
struct BookForm {
    #[serde(default)]
    idempotency_key: String,
    #[serde(default)]
    slot_id: String,
    /// Of the draft that was shown: what is booked is what was read.
    #[serde(default)]
    version: i64,
}

async fn book(
    State(backend): State<Backend>,
    context: PageContext,
    Form(form): Form<BookForm>,
) -> Result<Response, Failed> {
    signed_in(&context)?;
    let (version, draft) = backend.visits.draft(&context.actor).await?;
    let slot_id: SlotId = form.slot_id.parse().map_err(|_| Fault::NotFound)?;
    if version != form.version {
        // The draft is forgotten with the booking: a second press of the button is the same act.
        if holds(&backend, &context, slot_id).await? {
            return Ok(see_other(BOOKED));
        }
        let changed = td_string!(context.locale, visit.confirm.changed);
        if draft.slot_id.is_empty() {
            return choose_again(&backend, &context, changed).await;
        }
        let state = FormState { form_error: Some(changed.to_owned()), ..FormState::default() };
        return show_confirm(&backend, &context, state, StatusCode::CONFLICT).await;
    }
    let command = BookVisit {
        slot_id,
        kind: VisitKind::FirstVisit,
        person_id: None,
        language: Some(draft.language.clone()).filter(|language| draft.interpreter && !language.is_empty()),
        interpreter: draft.interpreter,
        needs: Some(draft.needs.clone()),
    };
    match backend.visits.book(&context.actor, &form.idempotency_key, command).await {
        // The same key gives the first answer again, and the key may have been used for other details: what counts is
        // whether she has the seat now.
        Ok(_) | Err(Fault::Conflict(Conflict::IdempotencyKeyReused | Conflict::AlreadyBooked))
            if holds(&backend, &context, slot_id).await? =>
        {
            Ok(see_other(BOOKED))
        }
        Ok(_) => choose_again(&backend, &context, td_string!(context.locale, visit.confirm.not_held)).await,
        Err(Fault::Conflict(conflict)) => {
            choose_again(&backend, &context, conflict_text(context.locale, conflict)).await
        }
        Err(Fault::Invalid(faults)) => {
            let mut state = details_state(&draft);
            for fault in &faults {
                let field = fault.pointer.trim_start_matches('/');
                if matches!(field, "needs" | "language") {
                    state.push_error(field, field_text(context.locale, fault.code));
                }
            }
            if !state.has_errors() {
                return Err(Fault::Invalid(faults).into());
            }
            Ok(refused_details(&context, StatusCode::UNPROCESSABLE_ENTITY, state, version))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Step 1 again, with why.
async fn choose_again(backend: &Backend, context: &PageContext, why: &str) -> Result<Response, Failed> {
    let mut state = FormState::default();
    state.push_error("slot_id", why);
    let query = SlotsQuery { kontor: String::new(), fran: String::new() };
    show_slots(backend, context, &query, state, StatusCode::CONFLICT).await
}

/// Whether the person holds a seat in the slot.
async fn holds(backend: &Backend, context: &PageContext, slot: SlotId) -> Result<bool, Failed> {
    let visits = backend.visits.list(&context.actor, None).await?;
    Ok(visits.iter().any(|visit| visit.slot_id == slot && visit.status == domain::visit::VisitStatus::Booked))
}

async fn own_visit(backend: &Backend, context: &PageContext, visit: &str) -> Result<Visit, Failed> {
    signed_in(context)?;
    let visit: VisitId = visit.parse().map_err(|_| Fault::NotFound)?;
    let visits = backend.visits.list(&context.actor, None).await?;
    visits.into_iter().find(|own| own.visit_id == visit).ok_or(Failed(Fault::NotFound))
}

async fn ask_cancel(
    State(backend): State<Backend>,
    context: PageContext,
    Path(visit): Path<String>,
) -> Result<Response, Failed> {
    let visit = own_visit(&backend, &context, &visit).await?;
    let title = td_string!(context.locale, visit.cancel.title);
    Ok(context.page(Look::APPLICANT, title, || pages::cancel(&context, &visit, FormState::default())))
}

async fn cancel(
    State(backend): State<Backend>,
    context: PageContext,
    Path(visit): Path<String>,
) -> Result<Response, Failed> {
    let visit = own_visit(&backend, &context, &visit).await?;
    match backend.visits.cancel(&context.actor, visit.visit_id).await {
        Ok(()) => Ok(see_other("/mina-sidor/besok?avbokad")),
        Err(fault @ Fault::Conflict(conflict)) => {
            let state = FormState {
                form_error: Some(conflict_text(context.locale, conflict).to_owned()),
                ..FormState::default()
            };
            let title = td_string!(context.locale, visit.cancel.title);
            Ok(context.page_with(status(&fault), Look::APPLICANT, title, || pages::cancel(&context, &visit, state)))
        }
        Err(fault) => Err(fault.into()),
    }
}
