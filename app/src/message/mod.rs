//! Messages: what we have told a person, and the notice by e-mail that there is one.

pub mod notice;
pub mod pages;
pub mod port;

use crate::{
    backend::Backend,
    failure::Failed,
    i18n::td_string,
    page::{Look, PageContext, see_other},
};
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use domain::{Fault, id::MessageId, message::MessageKind};

const LIST: &str = "/mina-sidor/meddelanden";

pub fn routes() -> Router<Backend> {
    Router::new().route(LIST, get(list)).route("/mina-sidor/meddelanden/{message}", get(one).post(mark_read))
}

async fn list(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    let messages = backend.messages.list(&context.actor).await?;
    let title = td_string!(context.locale, message.title);
    Ok(context.page(Look::APPLICANT, title, || pages::list(&context, messages)))
}

fn named(message: &str) -> Result<MessageId, Failed> {
    message.parse().map_err(|_| Failed(Fault::NotFound))
}

/// GET changes nothing: having it on the screen is not having read it.
async fn one(
    State(backend): State<Backend>,
    context: PageContext,
    Path(message): Path<String>,
) -> Result<Response, Failed> {
    // Who is not signed in is asked to, whatever the address says.
    if context.actor.person().is_none() {
        return Err(Fault::SignInRequired.into());
    }
    let message = backend.messages.one(&context.actor, named(&message)?).await?;
    let answer_by = match message.kind {
        MessageKind::ApplicationReceived => backend.applications.answer_by(&context.actor, message.sent_at).await?,
        MessageKind::Decision => None,
    };
    let title = td_string!(context.locale, message.title);
    Ok(context.page(Look::APPLICANT, title, || pages::one(&context, &message, answer_by)))
}

/// Needs no key: marking twice is marking once.
async fn mark_read(
    State(backend): State<Backend>,
    context: PageContext,
    Path(message): Path<String>,
) -> Result<Response, Failed> {
    if context.actor.person().is_none() {
        return Err(Fault::SignInRequired.into());
    }
    backend.messages.mark_read(&context.actor, named(&message)?).await?;
    Ok(see_other(LIST))
}
