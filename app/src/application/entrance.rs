//! The start of applying: sign in, go on without e-ID, or come back with a code. The server mounts these pages, because
//! what follows from them sets cookies.

use super::fields::Step;
use crate::{
    i18n::td_string,
    page::{Look, PageContext},
    ui::{
        Actions, Button, ButtonKind, ErrorSummary, FieldWidth, FormState, Lead, LinkButton, Notice, TextField, Tone,
        format::left_to_right,
    },
};
use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;

/// Another code for a guest.
pub const NEW_CODE: &str = "/ansok/ny-kod";
/// Where figures that wait in this browser are taken in.
pub const TAKE: &str = "/ansok/ta-med";
/// Where they are forgotten, and what was written stays.
pub const KEEP: &str = "/ansok/behall";

/// What comes along from the estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    Nothing,
    /// The figures wait in this browser and become the draft.
    Waiting,
    /// They were too many to carry.
    TooMuch,
}

/// The first page.
pub fn start(context: &PageContext, carried: Carried) -> Response {
    respond(context, StatusCode::OK, FormState::default(), carried)
}

/// The first page again: there is no such code.
pub fn wrong_code(context: &PageContext, typed: String, carried: Carried) -> Response {
    let mut state = FormState::from_values([("code", typed)]);
    state.push_error("code", td_string!(context.locale, application.start.code_wrong));
    respond(context, StatusCode::UNPROCESSABLE_ENTITY, state, carried)
}

fn respond(context: &PageContext, status: StatusCode, state: FormState, carried: Carried) -> Response {
    // Not kept: it says what this browser carries along.
    let title = td_string!(context.locale, application.start.title);
    context.page_with(status, Look::PUBLIC.private(), title, || view(context, state, carried))
}

fn view(context: &PageContext, state: FormState, carried: Carried) -> impl IntoView + use<> {
    let t = context.locale;
    let phone = left_to_right(&context.municipality.phone);
    let code = state.field("code");
    let carried = match carried {
        Carried::Nothing => None,
        Carried::Waiting => Some((Tone::Good, td_string!(t, application.start.carried))),
        Carried::TooMuch => Some((Tone::Warn, td_string!(t, application.start.too_much))),
    };
    view! {
        <ErrorSummary title=td_string!(t, common.summary) state=state />
        <h1>{td_string!(t, application.start.title)}</h1>
        <Lead>{td_string!(t, application.start.lead)}</Lead>
        {carried.map(|(tone, text)| view! { <Notice kind=tone><p>{text}</p></Notice> })}
        <p>{td_string!(t, application.start.papers)}</p>
        <h2>{td_string!(t, application.start.sign_in_title)}</h2>
        <p>{td_string!(t, application.start.sign_in_text)}</p>
        <Actions><LinkButton href="/logga-in?till=%2Fansok">{td_string!(t, application.start.sign_in)}</LinkButton></Actions>
        <h2>{td_string!(t, application.start.without_title)}</h2>
        <p>{td_string!(t, application.start.without_text)}</p>
        <form method="post" action="/ansok/utan-inloggning">
            <Actions><Button kind=ButtonKind::Secondary>{td_string!(t, application.start.without)}</Button></Actions>
        </form>
        <h2>{td_string!(t, application.start.code_title)}</h2>
        <form method="post" action="/ansok/kod" novalidate autocomplete="off">
            <TextField
                field=code
                label=td_string!(t, application.start.code)
                hint=td_string!(t, application.start.code_hint)
                autocomplete="off"
                width=FieldWidth::Medium
                ltr=true
            />
            <Actions><Button kind=ButtonKind::Secondary>{td_string!(t, application.start.code_go)}</Button></Actions>
        </form>
        <h2>{td_string!(t, application.start.talk_title)}</h2>
        <p>{td_string!(t, application.start.talk, phone = phone).to_string()}</p>
    }
}

/// Figures wait in the browser of somebody who is known: she says whether they are to be taken in. `written`: her draft
/// holds such answers already, and they would be replaced.
pub fn waiting(context: &PageContext, written: bool) -> Response {
    let t = context.locale;
    // Neutral, as all that stands in the browser's history of somebody signed in.
    let title = td_string!(t, application.waiting.title);
    let without =
        if written { td_string!(t, application.waiting.keep) } else { td_string!(t, application.waiting.without) };
    context.page(Look::APPLICANT, title, || {
        view! {
            <h1>{title}</h1>
            <Lead>{td_string!(t, application.waiting.lead)}</Lead>
            {written.then(|| view! { <Notice kind=Tone::Warn><p>{td_string!(t, application.waiting.replace)}</p></Notice> })}
            <form method="post" action=TAKE>
                <Actions><Button>{td_string!(t, application.waiting.take)}</Button></Actions>
            </form>
            <form method="post" action=KEEP>
                <Actions><Button kind=ButtonKind::Secondary>{without}</Button></Actions>
            </form>
        }
    })
}

/// The figures were too many to wait in her browser until she has been asked: what she has written stays.
pub fn too_much(context: &PageContext) -> Response {
    let t = context.locale;
    let title = td_string!(t, application.waiting.title);
    context.page(Look::APPLICANT, title, || {
        view! {
            <h1>{title}</h1>
            <Notice kind=Tone::Warn><p>{td_string!(t, application.waiting.too_much)}</p></Notice>
            <Actions><LinkButton href=Step::Contact.path()>{td_string!(t, application.waiting.without)}</LinkButton></Actions>
        }
    })
}

/// The code, shown this once: only its hash is kept. `code` is written in groups.
pub fn code(context: &PageContext, code: String) -> Response {
    let t = context.locale;
    let title = td_string!(t, application.code.title);
    context.page(Look::APPLICANT, title, || {
        view! {
            <h1>{title}</h1>
            <Lead>{td_string!(t, application.code.lead)}</Lead>
            <p class="resume-code"><bdi dir="ltr">{code}</bdi></p>
            <p>{td_string!(t, application.code.keep)}</p>
            <p>{td_string!(t, application.code.valid)}</p>
            <Actions><LinkButton href="/ansok">{td_string!(t, application.code.go_on)}</LinkButton></Actions>
        }
    })
}
