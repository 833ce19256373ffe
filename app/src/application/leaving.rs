//! "Save and leave": what was typed is kept, valid or not, and the person is told until when and how she comes back. A
//! guest's session ends with it: the telephone may be somebody else's. The server mounts the POST, because it ends a
//! session (`server/src/http/leaving.rs`).

use super::{entrance::NEW_CODE, forms::START};
use crate::ui::Finish;
use crate::{
    failure::Failed,
    i18n::{Locale, td_string},
    page::{Look, PageContext, see_other},
    time::long_date,
    ui::{Actions, Button, ButtonKind, Hidden, Lead, LinkButton, Small, format::left_to_right},
};
use axum::response::Response;
use domain::{Actor, account::Who, application::DRAFT_DAYS};
use jiff::ToSpan;
use leptos::prelude::*;

/// Where one leaves.
pub const LEAVE: &str = "/ansok/ga-ut";
/// The field that names the page one leaves from.
pub const STEP: &str = "steg";
/// What somebody signed in sees afterwards.
pub const SAVED: &str = "/ansok/sparat";
/// The field with what a guest gets a new code by, a while after she has left.
pub const WAY_BACK: &str = "biljett";

/// The button on a page that asks nothing.
pub fn form(t: Locale) -> AnyView {
    view! {
        <form method="post" action=LEAVE>
            <Actions><Button kind=ButtonKind::Secondary>{td_string!(t, application.leave.button)}</Button></Actions>
        </form>
    }
    .finished()
}

/// What both are told.
fn kept(context: &PageContext) -> AnyView {
    let t = context.locale;
    // Of the days a draft is kept the last whole one.
    let day = context.clock.today().saturating_add((DRAFT_DAYS - 1).days());
    view! {
        <h1>{td_string!(t, application.leave.title)}</h1>
        <Lead>{td_string!(t, application.leave.until, day = long_date(t, day)).to_string()}</Lead>
        <p>{td_string!(t, application.leave.not_sent)}</p>
    }
    .finished()
}

/// Somebody signed in has saved and may go.
pub async fn saved(context: PageContext) -> Result<Response, Failed> {
    if context.actor.person().is_none() {
        return Ok(see_other(START));
    }
    let t = context.locale;
    Ok(context.page(Look::APPLICANT, td_string!(t, application.leave.title), || {
        view! {
            {kept(&context)}
            <p>{td_string!(t, application.leave.sign_in)}</p>
            <Actions>
                <LinkButton href="/mina-sidor" kind=ButtonKind::Secondary>{td_string!(t, common.my_pages)}</LinkButton>
            </Actions>
            <form method="post" action="/logga-ut">
                <Actions><Button kind=ButtonKind::Secondary>{td_string!(t, common.sign_out)}</Button></Actions>
            </form>
        }
    }))
}

/// A guest has saved and her session is over. `way_back` gets her a new code for a few minutes, if she has lost hers.
pub fn gone(context: &PageContext, way_back: String) -> Response {
    // She is nobody here any more, and the page says so.
    let mut context = context.clone();
    context.actor = Actor { who: Who::Anonymous, ..context.actor };
    let t = context.locale;
    let phone = left_to_right(&context.municipality.phone);
    context.page(Look::APPLICANT, td_string!(t, application.leave.title), || {
        view! {
            {kept(&context)}
            <p>{td_string!(t, application.leave.code)}</p>
            <p>{td_string!(t, application.leave.out)}</p>
            <Actions>
                <LinkButton href=START kind=ButtonKind::Secondary>{td_string!(t, application.leave.again)}</LinkButton>
            </Actions>
            {(!way_back.is_empty()).then(|| view! {
                <h2>{td_string!(t, application.leave.lost_title)}</h2>
                <p>{td_string!(t, application.leave.lost)}</p>
                <form method="post" action=NEW_CODE class="new-code">
                    <Hidden name=WAY_BACK value=way_back />
                    <Button kind=ButtonKind::Secondary>{td_string!(t, application.code.again)}</Button>
                </form>
            })}
            <Small>{td_string!(t, application.leave.call, phone = phone).to_string()}</Small>
        }
    })
}
