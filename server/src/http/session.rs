//! Signing in (the demo's way), signing out, and leaving in a hurry.

use super::{Http, carried, context::Tokens};
use crate::{
    auth::{
        cookie::Name,
        session::{self, Kind},
    },
    demo,
};
use app::{
    application::forms::START,
    failure::Failed,
    page::{PageContext, own_path, see_other},
};
use axum::{
    Extension, Form, Router,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::{Actor, Fault};
use serde::Deserialize;
use std::time::Duration;

pub fn routes(http: &Http) -> Router {
    let mut routes = Router::new().route("/logga-ut", post(sign_out)).route("/lamna", post(leave));
    if http.demo {
        routes = routes.route("/demo/login", post(demo_sign_in));
    }
    routes.with_state(http.clone())
}

#[derive(Deserialize)]
struct DemoSignIn {
    persona: String,
    /// Where the person was going.
    #[serde(default)]
    till: String,
}

async fn demo_sign_in(
    State(http): State<Http>,
    context: PageContext,
    Extension(tokens): Extension<Tokens>,
    headers: HeaderMap,
    Form(form): Form<DemoSignIn>,
) -> Result<Response, Failed> {
    let municipality = context.municipality.municipality_id;
    let subject = demo::subject(&http.db, municipality, &form.persona)
        .await
        .map_err(|error| Failed(error.into()))?
        .ok_or(Failed(Fault::NotFound))?;
    let kind = subject.kind();
    // A new sign-in never keeps an old id alive.
    let old = match kind {
        Kind::Applicant => tokens.applicant,
        Kind::Guest => tokens.guest,
        Kind::Staff => tokens.staff,
    };
    if let Some(old) = old {
        session::end(&http.db, &http.world, municipality, &old).await.map_err(|error| Failed(error.into()))?;
    }
    let token =
        session::begin(&http.db, &http.world, municipality, subject).await.map_err(|error| Failed(error.into()))?;
    let (home, name) = match kind {
        Kind::Applicant => ("/mina-sidor", Name::Applicant),
        Kind::Guest => ("/ansok", Name::Guest),
        Kind::Staff => ("/personal", Name::Staff),
    };
    let target = own_path(&form.till).filter(|path| allowed(kind, path)).unwrap_or(home);
    let mut response = see_other(target);
    if let Some(cookie) = http.cookies.session(name, &token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    // Who signs in from the start of an application brings the figures she has with her.
    if target == START && kind == Kind::Applicant {
        let began = session::find(&http.db, &http.world, municipality, kind, &token, false)
            .await
            .map_err(|error| Failed(error.into()))?;
        if let Some(began) = began {
            let actor = Actor { origin: context.actor.origin, ..began.actor };
            // She is in; what could not be taken in now waits, and she is asked about it at the start.
            let _waits = carried::take_in(&http, &context, &headers, &actor, false, &mut response).await;
        }
    }
    Ok(response)
}

/// Whether that kind of session opens the path.
fn allowed(kind: Kind, path: &str) -> bool {
    match super::context::area(path) {
        Some(Kind::Guest) => kind != Kind::Staff,
        area => area == Some(kind),
    }
}

/// Ends all sessions of this browser on the server.
async fn end_all(http: &Http, context: &PageContext, tokens: Tokens) -> Result<(), Failed> {
    let municipality = context.municipality.municipality_id;
    for token in [tokens.applicant, tokens.guest, tokens.staff].into_iter().flatten() {
        session::end(&http.db, &http.world, municipality, &token).await.map_err(|error| Failed(error.into()))?;
    }
    Ok(())
}

/// Makes the browser forget its sessions and whatever it carries along.
fn forget(http: &Http, mut response: Response) -> Response {
    let headers = response.headers_mut();
    for name in [Name::Applicant, Name::Guest, Name::Staff, Name::Carry] {
        if let Some(cookie) = http.cookies.remove(name) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    // Not "cookies": the language stays. Pages in the back-forward cache go.
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// Signs out. The browser forgets even when the database cannot be told: it may be a shared computer.
async fn sign_out(State(http): State<Http>, context: PageContext, Extension(tokens): Extension<Tokens>) -> Response {
    let answer = match end_all(&http, &context, tokens).await {
        Ok(()) => see_other("/logga-in?utloggad"),
        Err(failed) => failed.into_response(),
    };
    forget(&http, answer)
}

/// How long the quick exit waits for the database.
const PATIENCE: Duration = Duration::from_millis(300);

/// The quick exit. It works without scripts, ends the sessions on the server and shows a page that says nothing. It
/// must succeed for the person in front of the screen even when the database does not answer.
async fn leave(State(http): State<Http>, context: PageContext, Extension(tokens): Extension<Tokens>) -> Response {
    let _ended = tokio::time::timeout(PATIENCE, end_all(&http, &context, tokens)).await;
    forget(&http, see_other("/ny-flik"))
}
