//! Language and session of a request, gathered into the `PageContext` that pages and REST read.

use super::{Http, host::Here, reference::note_route};
use crate::auth::{
    cookie::{Cookies, Name},
    session::{self, Kind, Session},
};
use app::{
    failure::Failed,
    i18n::Locale,
    page::{BY_ITSELF, PageContext, Reference, see_other},
    time::Clockwork,
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Actor;
use std::sync::Arc;

/// Sent by an open board that fetches itself anew (`public/board.js`): nobody has pressed anything.
const REFRESH: &str = "x-porten-refresh";

/// The session tokens of a request, for signing out.
#[derive(Clone, Default)]
pub struct Tokens {
    pub applicant: Option<String>,
    pub guest: Option<String>,
    pub staff: Option<String>,
}

pub async fn layer(State(http): State<Arc<Http>>, mut request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().cloned();
    if let Some(response) = choose_language(http.cookies, request.method(), request.uri()) {
        return response;
    }
    let Some(Here(place)) = request.extensions().get::<Here>().cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let reference = request.extensions().get::<Reference>().cloned().unwrap_or_else(|| Reference(Arc::from("-")));
    let api = super::failure::is_api(request.uri().path());
    let mut context = PageContext {
        locale: language(http.cookies, request.headers()),
        actor: Actor::anonymous(place.municipality.municipality_id),
        municipality: place.municipality.clone(),
        path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        assets: http.assets.clone(),
        reference,
        clock: Clockwork { now: http.world.now(), zone: place.zone.clone() },
        fresh_key: http.world.id(),
        display_name: None,
        demo: http.demo,
    };
    let origin = http.origins.of(&request);
    let tokens = tokens(http.cookies, request.headers());
    // Nor has anybody when a lost feed is asked for again.
    let used = !request.headers().contains_key(REFRESH)
        && !request.uri().path().ends_with("/events")
        && request.uri().query() != Some(BY_ITSELF);
    match find_session(&http, &context, &tokens, request.uri().path(), used).await {
        Ok(Some(session)) => {
            context.actor = session.actor;
            context.display_name = Some(session.display_name);
        }
        Ok(None) => {}
        // Pages open to all need no database to tell where help is: they are shown as to anybody.
        Err(domain::Fault::Unavailable) if !api && area(request.uri().path()).is_none() => {}
        Err(fault) => {
            let failed = Failed(fault).into_response();
            return if api {
                super::failure::problem_of(failed, Some(&context.reference))
            } else {
                super::failure::page_of(&context, failed)
            };
        }
    }
    context.actor.origin = origin;
    request.extensions_mut().insert(context);
    request.extensions_mut().insert(tokens);
    let mut response = next.run(request).await;
    note_route(matched.as_ref(), &mut response);
    response
}

/// Which session counts: staff pages take the staff session, applicants' pages the applicant's, `/ansok` the applicant's
/// or the guest's, REST and public pages whichever there is, staff first.
async fn find_session(
    http: &Http,
    context: &PageContext,
    tokens: &Tokens,
    path: &str,
    used: bool,
) -> Result<Option<Session>, domain::Fault> {
    // Who leaves in a hurry need not be known, only forgotten. The screen on the wall is nobody's, whoever turned it on.
    if path == "/lamna" || path.starts_with("/skarm/") {
        return Ok(None);
    }
    let order: &[Kind] = match area(path) {
        Some(Kind::Staff) => &[Kind::Staff],
        Some(Kind::Applicant) => &[Kind::Applicant],
        // An application is filled in signed in or without e-ID.
        Some(Kind::Guest) => &[Kind::Applicant, Kind::Guest],
        None => &[Kind::Staff, Kind::Applicant],
    };
    for kind in order {
        let token = match kind {
            Kind::Applicant => &tokens.applicant,
            Kind::Guest => &tokens.guest,
            Kind::Staff => &tokens.staff,
        };
        let Some(token) = token else { continue };
        let municipality = context.municipality.municipality_id;
        if let Some(session) = session::find(&http.db, &http.world, municipality, *kind, token, used).await? {
            return Ok(Some(session));
        }
    }
    Ok(None)
}

/// Which session a path asks for.
pub fn area(path: &str) -> Option<Kind> {
    let below = |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if below("/personal") {
        Some(Kind::Staff)
    } else if below("/mina-sidor") {
        Some(Kind::Applicant)
    } else if below("/ansok") {
        Some(Kind::Guest)
    } else {
        None
    }
}

pub fn tokens(cookies: Cookies, headers: &HeaderMap) -> Tokens {
    Tokens {
        applicant: cookies.get(headers, Name::Applicant).map(str::to_owned),
        guest: cookies.get(headers, Name::Guest).map(str::to_owned),
        staff: cookies.get(headers, Name::Staff).map(str::to_owned),
    }
}

/// The language of the cookie; Swedish otherwise.
pub fn language(cookies: Cookies, headers: &HeaderMap) -> Locale {
    cookies.get(headers, Name::Language).and_then(|code| code.parse().ok()).unwrap_or(Locale::sv)
}

/// `?lang=ar` sets the cookie and leads to the same address without it.
fn choose_language(cookies: Cookies, method: &Method, uri: &Uri) -> Option<Response> {
    if !matches!(*method, Method::GET | Method::HEAD) || super::failure::is_api(uri.path()) {
        return None;
    }
    let query = uri.query()?;
    let chosen = query.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    let rest: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("lang=")).collect();
    // A path such as //elsewhere.example would lead away.
    let path = app::page::own_path(uri.path()).unwrap_or("/");
    let address = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    let mut response = see_other(&address);
    if let Some(cookie) = chosen.parse::<Locale>().ok().and_then(|locale| cookies.language(locale_code(locale))) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Some(response)
}

fn locale_code(locale: Locale) -> &'static str {
    match locale {
        Locale::sv => "sv",
        Locale::en => "en",
        Locale::ar => "ar",
    }
}
