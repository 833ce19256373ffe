//! Figures of an estimate that wait in the browser, on their way into somebody's draft. A GET never takes them in: it is
//! the POST by which she comes in (with a code, without one, by signing in from the start page) that does, where her draft
//! holds no such answers yet. Otherwise, and for whoever came another way, a button.

use super::Http;
use crate::auth::cookie::Name;
use app::{
    application::{
        entrance::{KEEP, TAKE},
        forms::{START, outside},
    },
    failure::Failed,
    page::{PageContext, see_other},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::Response,
    routing::get,
};
use domain::{Actor, Fault, norm::EstimateRequest};

pub fn routes(http: &Http) -> Router {
    let back = async || see_other(START);
    Router::new().route(TAKE, get(back).post(take)).route(KEEP, get(back).post(keep)).with_state(http.clone())
}

/// The figures this browser carries along, if they can still be read.
pub fn figures(http: &Http, context: &PageContext, headers: &HeaderMap) -> Option<EstimateRequest> {
    let value = http.cookies.get(headers, Name::Carry)?;
    http.carry.open(context.clock.now, context.municipality.municipality_id, value)
}

/// Makes the browser forget figures that have arrived, or that cannot be read.
pub fn forget(http: &Http, headers: &HeaderMap, response: &mut Response) {
    if http.cookies.get(headers, Name::Carry).is_some()
        && let Some(cookie) = http.cookies.remove(Name::Carry)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Takes the figures into the draft of whoever has come in, and makes the browser forget them. Unless she said `replace`,
/// a draft that holds such answers stays as it is: then they wait on, and she is asked.
pub async fn take_in(
    http: &Http,
    context: &PageContext,
    headers: &HeaderMap,
    actor: &Actor,
    replace: bool,
    response: &mut Response,
) -> Result<(), Fault> {
    if let Some(request) = figures(http, context, headers) {
        match http.backend.applications.carry(actor, &request, replace).await {
            Ok(false) => return Ok(()),
            // What cannot be stored is not worth stopping her for.
            Ok(true) | Err(Fault::Invalid(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    forget(http, headers, response);
    Ok(())
}

/// She says that the figures are to be taken in.
async fn take(State(http): State<Http>, context: PageContext, headers: HeaderMap) -> Result<Response, Failed> {
    if let Some(away) = outside(&context) {
        return Ok(away);
    }
    let mut response = see_other(super::entrance::FIRST);
    take_in(&http, &context, &headers, &context.actor, true, &mut response).await?;
    Ok(response)
}

/// She goes on without them: they are forgotten, and what she has written stays.
async fn keep(State(http): State<Http>, context: PageContext, headers: HeaderMap) -> Result<Response, Failed> {
    if let Some(away) = outside(&context) {
        return Ok(away);
    }
    let mut response = see_other(super::entrance::FIRST);
    forget(&http, &headers, &mut response);
    Ok(response)
}
