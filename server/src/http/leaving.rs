//! "Save and leave": the answers of the page are saved, and a guest's session ends on that telephone. Here, because it
//! ends a session; the pages are `app::application::leaving`'s.
//!
//! A guest who is out has only her code to come back by, and it was shown once. So the page she is left with holds a
//! sealed note by which she, or whoever has that page open, gets a new one for a few minutes.

use super::{Http, context::Tokens};
use crate::auth::{carry::CarryKey, cookie::Name, session};
use app::{
    application::{
        fields::{Step, value},
        forms, leaving,
    },
    failure::Failed,
    page::{PageContext, see_other},
};
use axum::{
    Extension, Form, Router,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
    routing::get,
};
use domain::{
    Actor,
    account::{SessionRef, Who},
    id::PersonId,
};
use serde::{Deserialize, Serialize};

/// How long a new code is given after she has left, in seconds.
const SECONDS: i64 = 10 * 60;
const PURPOSE: &str = "new-code";

/// Who has left.
#[derive(Serialize, Deserialize)]
struct WayBack {
    person: PersonId,
    /// For the audit row of the new code.
    session: SessionRef,
}

pub fn routes(http: &Http) -> Router {
    let back = async || see_other(forms::START);
    Router::new().route(leaving::LEAVE, get(back).post(leave)).with_state(http.clone())
}

async fn leave(
    State(http): State<Http>,
    context: PageContext,
    Extension(tokens): Extension<Tokens>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    if let Some(away) = forms::outside(&context) {
        return Ok(away);
    }
    if let Some(step) = Step::at(value(&pairs, leaving::STEP))
        && let Some(refused) = forms::keep(step, &http.backend, &context, &pairs).await?
    {
        return Ok(refused);
    }
    let Who::Guest { person, session } = context.actor.who else { return Ok(see_other(leaving::SAVED)) };
    let municipality = context.municipality.municipality_id;
    if let Some(token) = tokens.guest {
        session::end(&http.db, &http.world, municipality, &token).await.map_err(|error| Failed(error.into()))?;
    }
    let way_back = http.carry.seal_for(PURPOSE, &http.world, municipality, &WayBack { person, session });
    let mut response = leaving::gone(&context, way_back.unwrap_or_default());
    let headers = response.headers_mut();
    for name in [Name::Guest, Name::Carry] {
        if let Some(cookie) = http.cookies.remove(name) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    // What was typed is not shown by pressing "back" either.
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

/// The guest who left a short while ago, by the note on the page she was left with.
pub fn who_left(key: &CarryKey, context: &PageContext, note: &str) -> Option<Actor> {
    let municipality = context.municipality.municipality_id;
    let WayBack { person, session } = key.open_for(PURPOSE, SECONDS, context.clock.now, municipality, note)?;
    Some(Actor { who: Who::Guest { person, session }, ..context.actor.clone() })
}
