//! `/dokument-du-behover`: asked by GET, told by POST. Nothing is stored and nothing stands in the address.

use super::{
    NEEDED,
    asking::{self, COSTS, INCOMES, SITUATIONS},
    slots::also_control,
    texts::{self, concerns},
};
use crate::ui::Finish;
use crate::{
    backend::Backend,
    failure::Failed,
    i18n::{Locale, td_string},
    norm,
    page::{Look, PageContext},
    ui::{Actions, Button, ButtonKind, Checkboxes, Choice, Details, FormState, LinkButton, Notice, Radios, Tone},
};
use axum::{
    extract::{Form, State},
    response::Response,
};
use domain::{
    document::{Concerns, Home, NeededPaper, Occasion, PapersQuestion},
    norm::Situation,
};
use leptos::prelude::*;

pub async fn ask(context: PageContext) -> Response {
    let title = td_string!(context.locale, document.needed.title);
    context.page(Look::PUBLIC, title, || asked(context.locale))
}

pub async fn tell(
    State(backend): State<Backend>,
    context: PageContext,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let question = asking::read(&pairs);
    let papers = backend.documents.needed(&context.actor, &question).await?;
    let title = td_string!(context.locale, document.needed.title);
    Ok(context.page(Look::PUBLIC.private(), title, || told(context.locale, &question, &papers)))
}

/// What always stands on top.
fn top(t: Locale) -> AnyView {
    view! {
        <h1>{td_string!(t, document.needed.title)}</h1>
        <Notice kind=Tone::Good><p>{td_string!(t, document.needed.lead)}</p></Notice>
    }
    .finished()
}

fn asked(t: Locale) -> impl IntoView {
    view! {
        {top(t)}
        <p>{td_string!(t, document.needed.about)}</p>
        {form(t, &PapersQuestion::default())}
    }
}

fn told(t: Locale, question: &PapersQuestion, papers: &[NeededPaper]) -> impl IntoView + use<> {
    let groups = Concerns::ALL.iter().filter_map(|who| {
        let own: Vec<AnyView> =
            papers.iter().filter(|paper| paper.concerns == *who).map(|paper| item(t, paper)).collect();
        let title = concerns(t, *who, question.partner);
        (!own.is_empty()).then(|| view! { <h3>{title}</h3><ul class="needed">{own}</ul> })
    });
    let groups = groups.collect_view();
    let form = form(t, question);
    view! {
        {top(t)}
        <h2>{td_string!(t, document.needed.list)}</h2>
        {groups}
        <p>{td_string!(t, document.needed.missing)}</p>
        <p>{td_string!(t, document.needed.ask)}</p>
        <p class="small needed-print">{td_string!(t, document.needed.print)}</p>
        <Actions><LinkButton href="/ansok">{td_string!(t, document.needed.apply)}</LinkButton></Actions>
        <Details summary=td_string!(t, norm.change)>{form}</Details>
    }
}

fn item(t: Locale, needed: &NeededPaper) -> AnyView {
    let words = texts::paper(t, needed.paper);
    let (about, extra) = texts::about(t, needed);
    view! {
        <li class="needed-paper">
            <p class="paper-name">{words.name}</p>
            <p>{about}</p>
            {extra.map(|text| view! { <p dir="auto">{text}</p> })}
            <p class="paper-about">{td_string!(t, document.needed.place)}" "{words.from}</p>
        </li>
    }
    .finished()
}

/// The choices on offer, and those that came along from elsewhere.
fn choices<T: Copy + PartialEq>(offered: &[T], held: &[T], choice: impl Fn(T) -> Choice) -> Vec<Choice> {
    let more = held.iter().filter(|one| !offered.contains(one));
    offered.iter().chain(more).map(|one| choice(*one)).collect()
}

fn form(t: Locale, question: &PapersQuestion) -> AnyView {
    let state = FormState::from_values(asking::values(question));
    let yes_no = vec![Choice::new("yes", td_string!(t, common.yes)), Choice::new("no", td_string!(t, common.no))];
    let homes = vec![
        Choice::new(Home::Rents.as_str(), td_string!(t, document.needed.rents)),
        Choice::new(Home::Owns.as_str(), norm::texts::situation(t, Situation::OwnsHome)),
        Choice::new(Home::NoHome.as_str(), norm::texts::situation(t, Situation::NoHome)),
    ];
    let incomes = choices(&INCOMES, &question.incomes, |kind| Choice::new(kind.as_str(), norm::texts::income(t, kind)));
    let costs = choices(&COSTS, &question.costs, |kind| Choice::new(kind.as_str(), norm::texts::cost(t, kind)));
    let situations =
        choices(&SITUATIONS, &question.situation, |code| Choice::new(code.as_str(), norm::texts::situation(t, code)));
    let also = also_control(t, td_string!(t, document.needed.more), "", &state);
    view! {
        <form method="post" action=NEEDED class="needed-form" autocomplete="off">
            <Radios
                field=state.field("occasion")
                legend=td_string!(t, document.needed.occasion)
                choices=vec![
                    Choice::new(Occasion::First.as_str(), td_string!(t, document.needed.first)),
                    Choice::new(Occasion::Renewal.as_str(), td_string!(t, document.needed.renewal)),
                ]
            />
            <Radios
                field=state.field("adults")
                legend=td_string!(t, norm.adults)
                hint=td_string!(t, norm.adults_hint)
                choices=norm::choices::adults(t)
            />
            <Radios
                field=state.field("children")
                legend=td_string!(t, document.needed.children)
                choices=yes_no
                inline=true
            />
            <Radios field=state.field("home") legend=td_string!(t, document.needed.home) choices=homes />
            <Checkboxes
                field=state.field("income")
                legend=td_string!(t, document.needed.incomes)
                hint=td_string!(t, document.needed.all_that_fits)
                choices=incomes
            />
            <Checkboxes
                field=state.field("cost")
                legend=td_string!(t, document.needed.costs)
                hint=td_string!(t, document.needed.all_that_fits)
                choices=costs
            />
            <Checkboxes field=state.field("situation") legend=td_string!(t, norm.situation) choices=situations />
            {also}
            <Actions><Button kind=ButtonKind::Primary>{td_string!(t, document.needed.submit)}</Button></Actions>
        </form>
    }
    .finished()
}
