//! The entrance to an application: the start page, going on without e-ID, coming back with a code, and figures that come
//! along from the estimate. Here, because each of them sets or removes a cookie; the pages are `app::application`'s.

use super::{Http, context::Tokens};
use crate::{
    auth::{
        carry::{self, Unsealed},
        cookie::Name,
        resume,
        session::{self, Subject},
    },
    error::Error,
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
use domain::{Fault, account::Who, id::PersonId, norm::EstimateRequest};
use entrance::Carried;
use serde::Deserialize;

/// Where the steps begin.
const FIRST: &str = "/ansok/kontakt";
/// The start after figures that were too many.
const TOO_MUCH: &str = "/ansok?for-mycket";

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

/// The figures this browser carries along, if they can still be read.
fn carried(http: &Http, context: &PageContext, headers: &HeaderMap) -> Option<EstimateRequest> {
    let value = http.cookies.get(headers, Name::Carry)?;
    http.carry.open(context.clock.now, context.municipality.municipality_id, value)
}

fn set(response: &mut Response, cookie: Option<header::HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The start, or for whoever is there already the first step, with the figures she brought in her draft.
async fn start(
    State(http): State<Http>,
    context: PageContext,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let carried = carried(&http, &context, &headers);
    if context.actor.applying().is_none() {
        let news = match (carried, query.as_deref()) {
            (Some(_), _) => Carried::Waiting,
            (None, Some("for-mycket")) => Carried::TooMuch,
            (None, _) => Carried::Nothing,
        };
        return Ok(entrance::start(&context, news));
    }
    if let Some(request) = carried {
        match http.backend.applications.carry(&context.actor, &request).await {
            // What cannot be stored is not worth stopping her for.
            Ok(()) | Err(Fault::Invalid(_)) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    let mut response = see_other(FIRST);
    if http.cookies.get(&headers, Name::Carry).is_some() {
        set(&mut response, http.cookies.remove(Name::Carry));
    }
    Ok(response)
}

/// Begins a guest's session in the answer.
async fn enter(
    http: &Http,
    context: &PageContext,
    tokens: Tokens,
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
    Ok(response)
}

/// A person of her own, a session and a code. The code stands in this answer and nowhere else.
async fn without_e_id(
    State(http): State<Http>,
    context: PageContext,
    Extension(tokens): Extension<Tokens>,
) -> Result<Response, Failed> {
    if context.actor.applying().is_some() {
        return Ok(see_other(START));
    }
    let (person, code) =
        resume::begin(&http.db, &http.world, context.municipality.municipality_id).await.map_err(failed)?;
    let page = entrance::code(&context, code);
    enter(&http, &context, tokens, person, page).await
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
    if let Some(person) = resume::find(&http.db, municipality, &form.code).await.map_err(failed)? {
        return enter(&http, &context, tokens, person, see_other(START)).await;
    }
    let news = if carried(&http, &context, &headers).is_some() { Carried::Waiting } else { Carried::Nothing };
    Ok(entrance::wrong_code(&context, form.code, news))
}

/// Another code for the guest; the one she had ends.
async fn new_code(State(http): State<Http>, context: PageContext) -> Result<Response, Failed> {
    let Who::Guest { person, .. } = context.actor.who else { return Ok(see_other(START)) };
    let code = resume::renew(&http.db, &http.world, &context.actor, person).await.map_err(failed)?;
    Ok(entrance::code(&context, code))
}

/// Takes the figures of an estimate along: into the draft of whoever is known, else into a cookie, since nothing of
/// somebody unknown is stored.
async fn from_estimate(
    State(http): State<Http>,
    context: PageContext,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let request = EstimateForm::read(&pairs).request;
    if context.actor.applying().is_some() {
        http.backend.applications.carry(&context.actor, &request).await?;
        return Ok(see_other(FIRST));
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
