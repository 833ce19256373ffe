//! What was sent: the receipt, and the applicant's list of her applications with a copy of each.

use super::{
    answers,
    forms::outside,
    pages::{answer_groups, new_code},
    questions::guest,
};
use crate::ui::Finish;
use crate::{
    backend::Backend,
    failure::Failed,
    i18n::td_string,
    page::{Look, PageContext},
    time::{clock, long_date, month_and_year},
    ui::{
        Actions, ButtonKind, Choices, Details, Empty, Lead, LinkButton, LinkItem, Notice, Tone, format::left_to_right,
        unbroken,
    },
};
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use domain::{
    Fault,
    application::{Application, ApplicationKind, Way},
    id::ApplicationId,
    visit::Office,
};
use jiff::civil::Date;
use leptos::prelude::*;

pub fn routes() -> Router<Backend> {
    Router::new()
        .route("/ansok/kvitto/{application}", get(receipt))
        .route("/mina-sidor/ansokan", get(list))
        .route("/mina-sidor/ansokan/{application}", get(copy))
}

/// Where the receipt of an application is.
pub fn receipt_path(application: ApplicationId) -> String {
    format!("/ansok/kvitto/{application}")
}

fn month(context: &PageContext, month: Date) -> String {
    month_and_year(context.locale, month.year(), month.month())
}

/// "i dag klockan 14.32", "måndag 23 november klockan 14.32".
fn arrived(context: &PageContext, application: &Application) -> String {
    let t = context.locale;
    let (day, time) =
        (context.clock.date(application.arrived_at), clock(t, context.clock.time(application.arrived_at)));
    if day == context.clock.today() {
        td_string!(t, application.receipt.today, time = time).to_string()
    } else {
        td_string!(t, application.receipt.on_day, day = long_date(t, day), time = time).to_string()
    }
}

async fn own(
    backend: &Backend,
    context: &PageContext,
    application: &str,
) -> Result<(Application, Vec<Office>), Failed> {
    let application: ApplicationId = application.parse().map_err(|_| Fault::NotFound)?;
    let application = backend.applications.get(&context.actor, application).await?;
    Ok((application, backend.visits.offices(&context.actor).await?))
}

async fn receipt(
    State(backend): State<Backend>,
    context: PageContext,
    Path(application): Path<String>,
) -> Result<Response, Failed> {
    if let Some(away) = outside(&context) {
        return Ok(away);
    }
    let (application, offices) = own(&backend, &context, &application).await?;
    let answer_by = backend.applications.answer_by(&context.actor, application.arrived_at).await?;
    let title = td_string!(context.locale, application.receipt.title);
    Ok(context.page(Look::APPLICANT, title, || receipt_page(&context, &application, answer_by, &offices)))
}

/// When she hears from us: a day only where the municipality has promised one.
fn when_heard(context: &PageContext, application: &Application, answer_by: Option<Date>) -> String {
    let t = context.locale;
    let Some(day) = answer_by else {
        let phone = left_to_right(&context.municipality.phone);
        return td_string!(t, application.receipt.no_day, phone = phone).to_string();
    };
    let day = long_date(t, day);
    // Who chose not to be reached is not told that we call.
    if application.content.way() == Some(Way::Silent) {
        td_string!(t, application.receipt.ask_by, day = day).to_string()
    } else {
        td_string!(t, application.receipt.answer_by, day = day).to_string()
    }
}

fn receipt_page(
    context: &PageContext,
    application: &Application,
    answer_by: Option<Date>,
    offices: &[Office],
) -> impl IntoView + use<> {
    let t = context.locale;
    let number = left_to_right(&application.number);
    let received =
        td_string!(t, application.receipt.received, when = arrived(context, application), number = number).to_string();
    let more = application.kind == ApplicationKind::Supplementary;
    let joined = more.then(|| {
        let text = td_string!(t, application.receipt.joined, month = month(context, application.month)).to_string();
        view! { <p>{text}</p> }
    });
    let heard = when_heard(context, application, answer_by);
    let guest = guest(context);
    let phone = left_to_right(&context.municipality.phone);
    let copy = copied(context, application, offices);
    let papers = if guest { "/ansok/handlingar" } else { "/mina-sidor/handlingar" };
    view! {
        <h1>{td_string!(t, application.receipt.title)}</h1>
        <Lead>{unbroken(received)}</Lead>
        {joined}
        {guest.then(|| view! {
            <Notice kind=Tone::Warn title=td_string!(t, application.receipt.who_title)>
                <p>{td_string!(t, application.receipt.who, phone = phone.clone()).to_string()}</p>
            </Notice>
        })}
        <h2>{td_string!(t, application.receipt.next)}</h2>
        <ul>
            <li>{td_string!(t, application.receipt.next_read)}</li>
            <li>{td_string!(t, application.receipt.next_ask)}</li>
            <li>{heard}</li>
            <li>{td_string!(t, application.receipt.next_decision)}</li>
        </ul>
        <p>{td_string!(t, application.receipt.urgent)}</p>
        <Actions>
            <LinkButton href=papers kind=ButtonKind::Secondary>{td_string!(t, application.receipt.papers)}</LinkButton>
            {(!guest).then(|| view! {
                <LinkButton href="/mina-sidor" kind=ButtonKind::Secondary>{td_string!(t, common.my_pages)}</LinkButton>
            })}
        </Actions>
        {guest.then(|| new_code(t))}
        <Details summary=td_string!(t, application.receipt.copy)>{copy}</Details>
    }
}

/// The answers as they were sent.
fn copied(context: &PageContext, application: &Application, offices: &[Office]) -> Vec<AnyView> {
    answer_groups(context.locale, answers::groups(context.locale, &application.content, offices), false)
}

fn barred(context: &PageContext) -> Result<(), Failed> {
    if context.actor.person().is_some() { Ok(()) } else { Err(Fault::SignInRequired.into()) }
}

async fn list(State(backend): State<Backend>, context: PageContext) -> Result<Response, Failed> {
    barred(&context)?;
    let applications = backend.applications.list(&context.actor).await?;
    let t = context.locale;
    Ok(context.page(Look::APPLICANT, td_string!(t, application.list.title), || {
        let items: Vec<LinkItem> = applications
            .iter()
            .map(|application| {
                let text = td_string!(
                    t,
                    application.list.line,
                    when = arrived(&context, application),
                    number = left_to_right(&application.number)
                )
                .to_string();
                LinkItem::new(
                    format!("/mina-sidor/ansokan/{}", application.application_id),
                    td_string!(t, application.list.of, month = month(&context, application.month)).to_string(),
                    text,
                )
            })
            .collect();
        view! {
            <h1>{td_string!(t, application.list.title)}</h1>
            {if items.is_empty() {
                view! { <Empty title=td_string!(t, application.list.none) /> }.finished()
            } else {
                view! { <Choices items=items /> }.finished()
            }}
            <Actions><LinkButton href="/ansok">{td_string!(t, application.list.apply)}</LinkButton></Actions>
        }
    }))
}

async fn copy(
    State(backend): State<Backend>,
    context: PageContext,
    Path(application): Path<String>,
) -> Result<Response, Failed> {
    barred(&context)?;
    let (application, offices) = own(&backend, &context, &application).await?;
    let t = context.locale;
    Ok(context.page(Look::APPLICANT, td_string!(t, application.list.title), || {
        let title = td_string!(t, application.list.of, month = month(&context, application.month)).to_string();
        let received = td_string!(
            t,
            application.receipt.received,
            when = arrived(&context, &application),
            number = left_to_right(&application.number)
        )
        .to_string();
        view! {
            <h1>{title}</h1>
            <Lead>{unbroken(received)}</Lead>
            <Actions>
                <LinkButton href="/mina-sidor/handlingar" kind=ButtonKind::Secondary>
                    {td_string!(t, application.receipt.papers)}
                </LinkButton>
            </Actions>
            {copied(&context, &application, &offices)}
        }
    }))
}
