//! The forms of the desk. Each posts to its own page; refused, the board comes back with why. A success leads back to the
//! board by 303, except for the receipt of an application: it is the answer itself, since the desk may not look a case
//! number up again.

mod apply;
mod identity;

use super::pages::{self, BOARD, CALL_NEXT, News};
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
    Fault,
    application::personal_number,
    id::TicketId,
    reception::{LEAST_LETTERS, RegisterWalkIn, Ticket, TicketStatus},
};
use serde::Deserialize;

/// A screen without scripts is never older than so many seconds.
const SCREEN_AGE: &str = "5";
/// The board without scripts. Long enough to write a name in: what is typed is not there afterwards.
const BOARD_AGE: &str = "30;url=/personal/reception?av-sig-sjalv";

pub fn routes() -> Router<Backend> {
    Router::new()
        .route(BOARD, get(board).post(register))
        .route(CALL_NEXT, get(back).post(call_next))
        .route("/personal/reception/{ticket}/kalla", get(back).post(call))
        .route("/personal/reception/{ticket}/klar", get(back).post(done))
        .route(pages::APPLY, get(apply::show).post(apply::send))
        .route(pages::IDENTITY, get(identity::show).post(identity::send))
        .route("/skarm/{office}", get(screen))
}

/// Whoever signs in again after a press of a button comes to the board.
async fn back() -> Response {
    see_other(BOARD)
}

#[derive(Default, Deserialize)]
struct BoardQuery {
    /// The ticket that was just given.
    #[serde(default)]
    nummer: String,
    /// The ticket that was just finished.
    #[serde(default)]
    klar: String,
    /// It is not to refresh itself.
    stilla: Option<String>,
}

async fn board(
    State(backend): State<Backend>,
    context: PageContext,
    Query(query): Query<BoardQuery>,
) -> Result<Response, Failed> {
    show(&backend, &context, &query, FormState::default(), StatusCode::OK).await
}

async fn show(
    backend: &Backend,
    context: &PageContext,
    query: &BoardQuery,
    state: FormState,
    status: StatusCode,
) -> Result<Response, Failed> {
    let board = backend.reception.board(&context.actor).await?;
    let find = |id: &str| board.tickets.iter().find(|ticket| ticket.ticket_id.to_string() == id).cloned();
    let finished = find(&query.klar).filter(|ticket| ticket.status == TicketStatus::Done);
    let news = match (find(&query.nummer), finished) {
        (Some(ticket), _) => News::Given(ticket),
        (None, Some(ticket)) => News::Finished(ticket),
        (None, None) => News::Nothing,
    };
    let title = td_string!(context.locale, reception.title, office = board.day.office_name.clone()).to_string();
    // Why something could not be done stays until it has been read.
    let still = state.has_errors() || query.stilla.is_some();
    let look = if still { Look::STAFF } else { Look::STAFF.refreshed(BOARD_AGE) };
    Ok(context.page_with(status, look, &title, || pages::board(context, &title, board, state, news)))
}

/// The board again, with why it could not be done. What somebody else did meanwhile is on it.
async fn refused(backend: &Backend, context: &PageContext, fault: Fault) -> Result<Response, Failed> {
    let Fault::Conflict(conflict) = fault else { return Err(fault.into()) };
    let why = conflict_text(context.locale, conflict).to_owned();
    let state = FormState { form_error: Some(why), ..FormState::default() };
    show(backend, context, &BoardQuery::default(), state, status(&fault)).await
}

#[derive(Deserialize)]
struct RegisterForm {
    #[serde(default)]
    idempotency_key: String,
    /// What was typed: a name, a personal number, or nothing.
    #[serde(default)]
    who: String,
    /// Chosen out of those a search found.
    #[serde(default)]
    person_id: String,
    /// Somebody new.
    #[serde(default)]
    name: String,
    /// Nobody in particular after all.
    #[serde(default)]
    just: String,
    /// A booked visitor.
    #[serde(default)]
    visit_id: String,
}

async fn register(
    State(backend): State<Backend>,
    context: PageContext,
    Form(form): Form<RegisterForm>,
) -> Result<Response, Failed> {
    let who = form.who.trim();
    let mut command = RegisterWalkIn::default();
    if !form.visit_id.is_empty() {
        command.visit_id = Some(form.visit_id.parse().map_err(|_| Fault::NotFound)?);
    } else if !form.person_id.is_empty() {
        command.person_id = Some(form.person_id.parse().map_err(|_| Fault::NotFound)?);
    } else if !form.name.is_empty() {
        command.name = Some(form.name);
    } else if form.just.is_empty() && !who.is_empty() {
        let by_number = personal_number(who, context.clock.today()).is_some();
        let letters = who.chars().filter(|letter| letter.is_alphabetic()).count();
        let hits = match backend.reception.search(&context.actor, who).await {
            Ok(hits) => hits,
            // One letter is searched for nowhere, but may be what somebody wants to be called.
            Err(Fault::Invalid(_)) if letters > 0 && letters < LEAST_LETTERS && who.chars().count() == letters => {
                Vec::new()
            }
            Err(fault @ Fault::Invalid(_)) => {
                let mut state = FormState::from_values([("who", form.who.as_str())]);
                state.push_error("who", td_string!(context.locale, reception.register.unreadable));
                return show(&backend, &context, &BoardQuery::default(), state, status(&fault)).await;
            }
            Err(fault) => return Err(fault.into()),
        };
        match hits.as_slice() {
            // A personal number means one person; a name never surely does.
            [hit] if by_number => command.person_id = Some(hit.person_id),
            _ => {
                let title = td_string!(context.locale, reception.choose.title);
                let (key, who) = (form.idempotency_key, who.to_owned());
                return Ok(context.page(Look::STAFF, title, || pages::choose(&context, key, who, hits, by_number)));
            }
        }
    }
    match backend.reception.register(&context.actor, &form.idempotency_key, command).await {
        Ok(ticket) => Ok(see_other(&format!("{BOARD}?nummer={}", ticket.ticket_id))),
        Err(fault @ Fault::Invalid(_)) => {
            let mut state = FormState::from_values([("who", form.who.as_str())]);
            state.push_error("who", td_string!(context.locale, reception.register.unreadable));
            show(&backend, &context, &BoardQuery::default(), state, status(&fault)).await
        }
        Err(fault) => refused(&backend, &context, fault).await,
    }
}

#[derive(Deserialize)]
struct KeyForm {
    #[serde(default)]
    idempotency_key: String,
}

async fn call_next(
    State(backend): State<Backend>,
    context: PageContext,
    Form(form): Form<KeyForm>,
) -> Result<Response, Failed> {
    match backend.reception.call_next(&context.actor, &form.idempotency_key).await {
        Ok(_) => Ok(see_other(BOARD)),
        Err(fault) => refused(&backend, &context, fault).await,
    }
}

fn ticket_id(text: &str) -> Result<TicketId, Failed> {
    text.parse().map_err(|_| Failed(Fault::NotFound))
}

async fn call(
    State(backend): State<Backend>,
    context: PageContext,
    Path(ticket): Path<String>,
    Form(form): Form<KeyForm>,
) -> Result<Response, Failed> {
    match backend.reception.call(&context.actor, &form.idempotency_key, ticket_id(&ticket)?).await {
        Ok(_) => Ok(see_other(BOARD)),
        Err(fault) => refused(&backend, &context, fault).await,
    }
}

async fn done(
    State(backend): State<Backend>,
    context: PageContext,
    Path(ticket): Path<String>,
    Form(form): Form<KeyForm>,
) -> Result<Response, Failed> {
    match backend.reception.done(&context.actor, &form.idempotency_key, ticket_id(&ticket)?).await {
        Ok(Ticket { ticket_id, .. }) => Ok(see_other(&format!("{BOARD}?klar={ticket_id}"))),
        Err(fault) => refused(&backend, &context, fault).await,
    }
}

async fn screen(
    State(backend): State<Backend>,
    context: PageContext,
    Path(office): Path<String>,
) -> Result<Response, Failed> {
    let screen = backend.reception.screen(&context.actor, &office).await?;
    let t = context.locale;
    let title = td_string!(t, reception.screen.title, office = screen.office_name.clone()).to_string();
    let look = Look::PUBLIC.as_screen().refreshed(SCREEN_AGE);
    Ok(context.page(look, &title, || pages::screen(&context, &title, &office, &screen)))
}
