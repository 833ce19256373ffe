//! The views of casework: the case.

use super::{reach, texts, visits};
use crate::ui::Finish;
use crate::{
    application::answers,
    document::slots,
    i18n::{Locale, td_string},
    page::PageContext,
    time::{clock, long_date, month_and_year},
    ui::{
        Actions, Button, ButtonKind, Cell, Column, DataRow, DataTable, Definition, DefinitionList, Details, Empty,
        ErrorSummary, FormState, HiddenKey, LinkButton, Notice, Small, TextArea, Tone, format::left_to_right, unbroken,
    },
};
use domain::{
    account::{Role, Who},
    casework::{CaseApplication, CaseHead, CaseStatus, CaseView, Note, PartyRole},
    decision::{DecisionStatus, DecisionSummary},
    document::DocumentInfo,
    norm::Month,
};
use jiff::Timestamp;
use leptos::prelude::*;

/// The intake list's address.
pub const LIST: &str = "/personal/mottagning";

/// "onsdag 2 december 09.00".
pub fn when(context: &PageContext, instant: Timestamp) -> String {
    let t = context.locale;
    format!("{} {}", long_date(t, context.clock.date(instant)), clock(t, context.clock.time(instant)))
}

pub fn month(t: Locale, month: Month) -> String {
    month_and_year(t, month.year(), month.number())
}

/// Whether the reader is the case's handler.
fn is_mine(context: &PageContext, head: &CaseHead) -> bool {
    match (&context.actor.who, &head.handler) {
        (Who::Staff { staff, .. }, Some(handler)) => handler.staff_id == *staff,
        _ => false,
    }
}

/// Who works on the case: said before anything else, so that two do not work past each other.
pub fn handler(context: &PageContext, head: &CaseHead) -> AnyView {
    let t = context.locale;
    match &head.handler {
        Some(_) if is_mine(context, head) => {
            view! { <Notice kind=Tone::Good><p>{td_string!(t, casework.handler.mine)}</p></Notice> }.finished()
        }
        Some(handler) => {
            let text = td_string!(t, casework.handler.other, name = left_to_right(&handler.name)).to_string();
            view! { <Notice kind=Tone::Warn><p>{text}</p></Notice> }.finished()
        }
        None => view! { <Notice kind=Tone::Info><p>{td_string!(t, casework.handler.none)}</p></Notice> }.finished(),
    }
}

/// Take the case, or give it back.
fn handler_form(context: &PageContext, head: &CaseHead) -> AnyView {
    let t = context.locale;
    let key = context.fresh_key.to_string();
    let base = format!("{LIST}/{}", head.case_id);
    if is_mine(context, head) {
        view! {
            <form method="post" action=format!("{base}/lamna")>
                <HiddenKey value=key />
                <Actions><Button kind=ButtonKind::Secondary>{td_string!(t, casework.handler.release)}</Button></Actions>
            </form>
        }
        .finished()
    } else if head.handler.is_none() && head.status == CaseStatus::Open {
        view! {
            <form method="post" action=format!("{base}/ta")>
                <HiddenKey value=key />
                <Actions><Button>{td_string!(t, casework.handler.take)}</Button></Actions>
            </form>
        }
        .finished()
    } else {
        ().finished()
    }
}

/// The whole case.
pub fn case(context: &PageContext, case: CaseView, state: FormState) -> impl IntoView + use<> {
    let t = context.locale;
    let claimed = case.parties.iter().any(|party| party.identity_claimed);
    let mut facts: Vec<Definition> = case
        .parties
        .iter()
        .map(|party| {
            let term = match party.role {
                PartyRole::Applicant => td_string!(t, casework.person.adult1),
                PartyRole::Partner => td_string!(t, casework.person.adult2),
            };
            Definition::new(term, party.name.clone())
        })
        .collect();
    facts.push(Definition::new(td_string!(t, casework.case.office), case.head.office_name.clone()));
    facts.push(Definition::new(td_string!(t, casework.case.opened), when(context, case.head.opened_at)));
    let labels = vec![("text".to_owned(), td_string!(t, casework.notes.write).to_owned())];
    let base = format!("{LIST}/{}", case.head.case_id);
    let closed = case.head.status == CaseStatus::Closed;
    let unreached = reach::on_case(context, &case);
    let decided = |application: &CaseApplication| {
        let id = application.application.application_id;
        case.decisions.iter().any(|one| one.application_id == id && one.status == DecisionStatus::Published)
    };
    let applications: Vec<(bool, CaseApplication)> =
        case.applications.iter().map(|one| (decided(one), one.clone())).collect();
    let applications =
        applications.into_iter().map(|(decided, one)| application(context, &base, one, decided)).collect_view();
    view! {
        <p><a href=LIST>{td_string!(t, casework.case.back)}</a></p>
        <ErrorSummary title=td_string!(t, common.summary) state=state.clone() labels=labels />
        <h1>{unbroken(td_string!(t, casework.case.title, number = left_to_right(&case.head.number)).to_string())}</h1>
        {closed.then(|| view! { <Notice kind=Tone::Warn><p>{td_string!(t, common.conflict.case_closed)}</p></Notice> })}
        {(!closed).then(|| handler(context, &case.head))}
        {handler_form(context, &case.head)}
        {unreached}
        {claimed.then(|| view! { <Notice kind=Tone::Warn><p>{td_string!(t, casework.case.claimed)}</p></Notice> })}
        <DefinitionList items=facts />
        {applications}
        {decisions(context, &base, case.decisions)}
        {visits::visits(context, case.visits)}
        {visits::walk_ins(context, case.walk_ins)}
        {notes(context, &base, case.notes, &state)}
    }
}

fn application(context: &PageContext, base: &str, one: CaseApplication, decided: bool) -> impl IntoView + use<> {
    let t = context.locale;
    let CaseApplication { application, papers, calculation_version } = one;
    let id = application.application_id;
    let heading =
        td_string!(t, casework.application.heading, month = month(t, Month::containing(application.month))).to_string();
    let about = [
        td_string!(t, casework.application.arrived, time = when(context, application.arrived_at)).to_string(),
        texts::kind(t, application.kind).to_owned(),
        texts::door(t, application.door).to_owned(),
    ]
    .join(" · ");
    let figures = if calculation_version == 0 {
        td_string!(t, casework.application.not_calculated)
    } else {
        td_string!(t, casework.application.calculated)
    };
    let told = slots::told(t, &application.content, &papers);
    let answers = answers::groups(t, &application.content, &[])
        .into_iter()
        .map(|group| {
            let lines = group.lines.into_iter().map(|(term, text)| Definition::new(term, text)).collect();
            view! { <h3>{group.title}</h3><DefinitionList items=lines /> }
        })
        .collect_view();
    let (calculation, decision) = (format!("{base}/berakning/{id}"), format!("{base}/beslut/{id}"));
    // The on-call caseworker answers and registers; deciding is the intake's and the caseworker's.
    let waiting = !decided;
    let may_decide = waiting && [Role::Intake, Role::Caseworker].into_iter().any(|role| context.actor.has_role(role));
    view! {
        <section class="casework-part">
            <h2>{heading}</h2>
            <Small>{about}</Small>
            <Details summary=td_string!(t, casework.application.answers) open=waiting>
                {answers}
            </Details>
            {documents(context, told, papers)}
            <p>{figures}</p>
            <Actions>
                <LinkButton href=calculation kind=ButtonKind::Secondary>
                    {td_string!(t, casework.application.calculate)}
                </LinkButton>
                {may_decide.then(|| view! {
                    <LinkButton href=decision kind=ButtonKind::Secondary>
                        {td_string!(t, casework.application.decide)}
                    </LinkButton>
                })}
            </Actions>
        </section>
    }
}

/// "120 kB", "2,4 MB".
fn size(bytes: u64) -> String {
    let kilobytes = bytes.div_ceil(1000);
    if kilobytes < 1000 { format!("{kilobytes} kB") } else { format!("{} MB", kilobytes.div_ceil(1000)) }
}

/// What is there of which paper and what is said to come, then every file.
fn documents(context: &PageContext, told: Vec<String>, papers: Vec<DocumentInfo>) -> AnyView {
    let t = context.locale;
    let none = papers.is_empty();
    let told = (!told.is_empty()).then(|| {
        let lines = told.into_iter().map(|line| view! { <li>{unbroken(line)}</li> }).collect_view();
        view! { <ul class="paper-slots">{lines}</ul> }
    });
    let items = papers
        .into_iter()
        .map(|paper| {
            let about = format!("{} · {}", left_to_right(&size(paper.size)), when(context, paper.uploaded_at));
            let href = format!("/personal/handling/{}/fil", paper.document_id);
            view! { <li><a href=href><bdi>{paper.name}</bdi></a>" "<span class="small">{about}</span></li> }
        })
        .collect_view();
    view! {
        <h3>{td_string!(t, casework.papers.heading)}</h3>
        {told}
        {if none {
            view! { <p>{td_string!(t, casework.papers.none)}</p> }.finished()
        } else {
            view! { <ul>{items}</ul> }.finished()
        }}
    }
    .finished()
}

fn decisions(context: &PageContext, base: &str, decisions: Vec<DecisionSummary>) -> AnyView {
    let t = context.locale;
    let rows = decisions
        .into_iter()
        .map(|one| {
            let (published, status) =
                (one.status == DecisionStatus::Published, texts::decision_status(t, one.status).to_owned());
            let decided = one.decided_at.map(|instant| long_date(t, context.clock.date(instant))).unwrap_or_default();
            DataRow::from(vec![
                Cell::Link { href: format!("{base}/beslut/{}", one.application_id), text: month(t, one.period) },
                Cell::Tag(if published { Tone::Info } else { Tone::Neutral }, status),
                texts::outcome(t, one.outcome).into(),
                texts::money(t, one.amount).into(),
                decided.into(),
                one.decided_by.unwrap_or_default().into(),
            ])
        })
        .collect();
    let columns = vec![
        Column::new(td_string!(t, casework.intake.month)),
        Column::new(td_string!(t, casework.decisions.status)),
        Column::new(td_string!(t, casework.decisions.outcome)),
        Column::numeric(td_string!(t, casework.decisions.amount)),
        Column::new(td_string!(t, casework.decisions.day)),
        Column::new(td_string!(t, casework.decisions.by)),
    ];
    view! {
        <h2>{td_string!(t, casework.decisions.heading)}</h2>
        <DataTable
            id="beslut"
            caption=td_string!(t, casework.decisions.heading)
            caption_hidden=true
            columns=columns
            rows=rows
            empty=td_string!(t, casework.decisions.none)
        />
    }
    .finished()
}

/// What was written, and the form for more. Nothing written can be changed.
fn notes(context: &PageContext, base: &str, notes: Vec<Note>, state: &FormState) -> AnyView {
    let t = context.locale;
    let none = notes.is_empty();
    let items = notes
        .into_iter()
        .map(|note| {
            let about = format!("{} · {}", note.author, when(context, note.written_at));
            view! { <li class="casework-note"><p class="small">{about}</p><p class="casework-text" dir="auto">{note.text}</p></li> }
        })
        .collect_view();
    view! {
        <h2 id="anteckningar">{td_string!(t, casework.notes.heading)}</h2>
        {if none {
            view! { <Empty title=td_string!(t, casework.notes.none) /> }.finished()
        } else {
            view! { <ol class="casework-notes">{items}</ol> }.finished()
        }}
        <form method="post" action=format!("{base}/anteckningar") novalidate>
            <HiddenKey value=context.fresh_key.to_string() />
            <TextArea
                field=state.field("text")
                label=td_string!(t, casework.notes.write)
                hint=td_string!(t, casework.notes.hint)
                rows=4
            />
            <Actions><Button kind=ButtonKind::Secondary>{td_string!(t, casework.notes.save)}</Button></Actions>
        </form>
    }
    .finished()
}
