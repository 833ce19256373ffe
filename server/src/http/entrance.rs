//! The entrance to an application: the start page, going on without e-ID, coming back with a code, and figures that come
//! along from the estimate. Here, because each of them sets or removes a cookie; the pages are `app::application`'s.

use super::{Http, carried, context::Tokens, leaving};
use crate::{
    auth::{
        carry::{self, Unsealed},
        cookie::Name,
        resume,
        session::{self, Kind, Subject},
    },
    error::Error,
    limit::{self, Action},
};
use app::{
    application::{entrance, forms::START},
    failure::Failed,
    norm::form::EstimateForm,
    page::{PageContext, see_other},
};
use axum::{
    Extension, Form, Router,
    extract::{RawQuery, State},
    http::{HeaderMap, header},
    response::Response,
    routing::{get, post},
};
use domain::{Actor, Fault, account::Who, id::PersonId};
use entrance::Carried;
use serde::Deserialize;

/// Where the steps begin.
pub const FIRST: &str = "/ansok/kontakt";
/// The start after figures that were too many.
const TOO_MUCH: &str = "/ansok?for-mycket";
const TOO_MUCH_NEWS: &str = "for-mycket";

pub fn routes(http: &Http) -> Router {
    // A page that answered a POST has no page of its own to show in another language: it leads to the start.
    let to_start = || get(async || see_other(START));
    Router::new()
        .route(START, get(start))
        .route("/ansok/utan-inloggning", to_start().merge(post(without_e_id)))
        .route("/ansok/kod", to_start().merge(post(with_code)))
        .route("/ansok/ny-kod", to_start().merge(post(new_code)))
        .route("/ansok/fran-raknaren", to_start().merge(post(from_estimate)))
        .with_state(http.clone())
}

fn failed(error: Error) -> Failed {
    Failed(error.into())
}

fn set(response: &mut Response, cookie: Option<header::HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The start, or for whoever is there already the first step. Figures that wait in her browser she is asked about: a GET
/// changes nothing.
async fn start(
    State(http): State<Http>,
    context: PageContext,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let carried = carried::figures(&http, &context, &headers);
    if context.actor.applying().is_none() {
        let news = match (carried, query.as_deref()) {
            (Some(_), _) => Carried::Waiting,
            (None, Some(TOO_MUCH_NEWS)) => Carried::TooMuch,
            (None, _) => Carried::Nothing,
        };
        return Ok(entrance::start(&context, news));
    }
    if carried.is_some() {
        let (_, draft) = http.backend.applications.draft(&context.actor).await?;
        return Ok(entrance::waiting(&context, draft.has_figures()));
    }
    if query.as_deref() == Some(TOO_MUCH_NEWS) {
        return Ok(entrance::too_much(&context));
    }
    let mut response = see_other(FIRST);
    carried::forget(&http, &headers, &mut response);
    Ok(response)
}

/// Begins a guest's session in the answer, with the figures she brought in her draft.
async fn enter(
    http: &Http,
    context: &PageContext,
    tokens: Tokens,
    headers: &HeaderMap,
    person: PersonId,
    mut response: Response,
) -> Result<Response, Failed> {
    let municipality = context.municipality.municipality_id;
    // A new session never keeps an old id alive.
    if let Some(old) = tokens.guest {
        session::end(&http.db, &http.world, municipality, &old).await.map_err(failed)?;
    }
    let token = session::begin(&http.db, &http.world, municipality, Subject::Guest(person)).await.map_err(failed)?;
    set(&mut response, http.cookies.session(Name::Guest, &token));
    let began = session::find(&http.db, &http.world, municipality, Kind::Guest, &token, false).await.map_err(failed)?;
    if let Some(began) = began {
        let actor = Actor { origin: context.actor.origin, ..began.actor };
        // She is in; what could not be taken in now waits, and she is asked about it at the start.
        let _waits = carried::take_in(http, context, headers, &actor, false, &mut response).await;
    }
    Ok(response)
}

/// A person of her own, a session and a code. The code stands in this answer and nowhere else.
async fn without_e_id(
    State(http): State<Http>,
    context: PageContext,
    Extension(tokens): Extension<Tokens>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    if context.actor.applying().is_some() {
        return Ok(see_other(START));
    }
    limit::take(&http.db, &http.world, &context.actor, Action::GuestEntrance).await.map_err(failed)?;
    let (person, code) =
        resume::begin(&http.db, &http.world, context.municipality.municipality_id).await.map_err(failed)?;
    let page = entrance::code(&context, code);
    enter(&http, &context, tokens, &headers, person, page).await
}

#[derive(Deserialize)]
struct CodeForm {
    #[serde(default)]
    code: String,
}

async fn with_code(
    State(http): State<Http>,
    context: PageContext,
    Extension(tokens): Extension<Tokens>,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Result<Response, Failed> {
    if context.actor.person().is_some() {
        return Ok(see_other(START));
    }
    let municipality = context.municipality.municipality_id;
    // Taken before the code is looked at, so that many at once get no more tries than one after the other.
    limit::take(&http.db, &http.world, &context.actor, Action::ResumeCode).await.map_err(failed)?;
    if let Some(person) = resume::find(&http.db, municipality, &form.code).await.map_err(failed)? {
        limit::give_back(&http.db, &context.actor, Action::ResumeCode).await.map_err(failed)?;
        return enter(&http, &context, tokens, &headers, person, see_other(START)).await;
    }
    let news = if carried::figures(&http, &context, &headers).is_some() { Carried::Waiting } else { Carried::Nothing };
    Ok(entrance::wrong_code(&context, form.code, news))
}

#[derive(Deserialize)]
struct NewCodeForm {
    /// From the page of a guest who has just left (`leaving`).
    #[serde(default)]
    biljett: String,
}

/// Another code for the guest; the one she had ends.
async fn new_code(
    State(http): State<Http>,
    context: PageContext,
    Form(form): Form<NewCodeForm>,
) -> Result<Response, Failed> {
    let inside = matches!(context.actor.who, Who::Guest { .. });
    let actor = match context.actor.who {
        Who::Guest { .. } => Some(context.actor.clone()),
        _ => leaving::who_left(&http.carry, &context, &form.biljett),
    };
    let Some(actor @ Actor { who: Who::Guest { person, .. }, .. }) = actor else { return Ok(see_other(START)) };
    limit::take(&http.db, &http.world, &actor, Action::NewCode).await.map_err(failed)?;
    let code = match resume::renew(&http.db, &http.world, &actor, person, !inside).await {
        Err(Error::Fault(Fault::NotFound)) => return Ok(see_other(START)),
        code => code.map_err(failed)?,
    };
    Ok(entrance::code(&context, code))
}

/// Takes the figures of an estimate along: into the draft of whoever is known and has written no such answers yet, else
/// into a cookie. Nothing of somebody unknown is stored, and nothing that was written is replaced before she has been asked.
async fn from_estimate(
    State(http): State<Http>,
    context: PageContext,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let request = EstimateForm::read(&pairs).request;
    if context.actor.applying().is_some() && http.backend.applications.carry(&context.actor, &request, false).await? {
        let mut response = see_other(FIRST);
        // Those from another time are older.
        carried::forget(&http, &headers, &mut response);
        return Ok(response);
    }
    match http.carry.seal(&http.world, context.municipality.municipality_id, &request) {
        Ok(value) => {
            let mut response = see_other(START);
            set(&mut response, http.cookies.passing(Name::Carry, &value, carry::SECONDS));
            Ok(response)
        }
        Err(Unsealed::TooMuch) => Ok(see_other(TOO_MUCH)),
        Err(Unsealed::Broken) => Err(Fault::Internal.into()),
    }
}
