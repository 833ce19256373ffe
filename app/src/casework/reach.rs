//! Who has not read something, and how each comes to know of it: on the case, where staff also say that they have told her,
//! and before and after a decision is published.

use super::pages::{LIST, month};
use crate::{
    i18n::{Locale, td_string},
    page::PageContext,
    time::date_with_year,
    ui::{Actions, Button, ButtonKind, Finish, Hidden, HiddenKey, Notice, Tone, format::left_to_right},
};
use domain::{
    application::Way,
    casework::CaseView,
    id::PersonId,
    message::{Ahead, How, MessageKind, Reach, Told, UNSAID_DAYS, Unread},
    norm::Month,
};
use leptos::prelude::*;
use uuid::Uuid;

/// Whom staff are to tell what, and how; whom they have told; and who is to be left alone.
pub fn on_case(context: &PageContext, case: &CaseView) -> AnyView {
    let t = context.locale;
    let alone = case.parties.iter().filter(|party| party.way == Some(Way::Silent)).map(|party| {
        let text = td_string!(t, casework.told.herself, name = left_to_right(&party.name)).to_string();
        view! { <Notice kind=Tone::Info><p>{text}</p></Notice> }
    });
    let alone = alone.collect_view();
    let told = case.told.iter().map(|one| view! { <p>{told(context, case, one)}</p> }).collect_view();
    let entries = case.unreached.iter().enumerate().map(|(place, one)| {
        let text = to_tell(t, case, one);
        view! { <p>{text}</p>{form(context, case, one, place)} }
    });
    let entries = entries.collect_view();
    let today = date_with_year(t, context.clock.today());
    view! {
        {alone}
        {(!case.told.is_empty()).then(|| view! { <Notice kind=Tone::Info>{told}</Notice> })}
        {(!case.unreached.is_empty()).then(|| view! {
            <Notice kind=Tone::Warn title=td_string!(t, casework.unreached.title)>
                <p>{td_string!(t, casework.unreached.instead)}</p>
                {entries}
                <p>{td_string!(t, casework.tell.note, day = today).to_string()}</p>
            </Notice>
        })}
    }
    .finished()
}

/// The month of the decision or the application that something is about.
fn month_of(t: Locale, case: &CaseView, kind: MessageKind, about: Uuid) -> Option<String> {
    match kind {
        MessageKind::Decision => {
            let decided = case.decisions.iter().find(|decision| decision.decision_id.0 == about);
            decided.map(|decision| month(t, decision.period))
        }
        MessageKind::ApplicationReceived => {
            let mut applications = case.applications.iter().map(|one| &one.application);
            let sent = applications.find(|application| application.application_id.0 == about);
            sent.map(|application| month(t, Month::containing(application.month)))
        }
    }
}

/// What staff are to do about one of them.
fn to_tell(t: Locale, case: &CaseView, one: &Unread) -> String {
    let name = left_to_right(&one.name);
    let Some(month) = month_of(t, case, one.kind, one.about) else {
        return td_string!(t, casework.unreached.other, name = name).to_string();
    };
    match (one.kind, one.reach) {
        (MessageKind::ApplicationReceived, _) => {
            td_string!(t, casework.unreached.receipt, name = name, month = month).to_string()
        }
        (_, Reach::Ring) => td_string!(t, casework.unreached.ring, name = name, month = month).to_string(),
        (_, Reach::Letter) => td_string!(t, casework.unreached.letter, name = name, month = month).to_string(),
        (_, Reach::AtDesk) => td_string!(t, casework.unreached.at_desk, name = name, month = month).to_string(),
        (_, Reach::Unsaid) => td_string!(t, casework.unreached.unsaid, name = name, month = month).to_string(),
        _ => td_string!(t, casework.unreached.decision, name = name, month = month).to_string(),
    }
}

/// The buttons by which staff say that they have told her. They say what we have done: they are no receipt.
fn form(context: &PageContext, case: &CaseView, one: &Unread, place: usize) -> AnyView {
    let t = context.locale;
    // Which of the entries a button is for stands beside it for those who see.
    let month = month_of(t, case, one.kind, one.about).unwrap_or_default();
    let entry = format!(": {}, {month}", left_to_right(&one.name));
    let buttons = one.reach.ways().iter().map(|how| {
        let entry = entry.clone();
        view! {
            <Button kind=ButtonKind::Secondary name="how" value=how.as_str()>
                {button(t, *how)}<span class="hidden">{entry}</span>
            </Button>
        }
    });
    let buttons = buttons.collect_view();
    view! {
        <form method="post" action=format!("{LIST}/{}/meddelat", case.head.case_id)>
            <HiddenKey value=format!("{}-{place}", context.fresh_key) />
            <Hidden name="person_id" value=one.person_id.to_string() />
            <Hidden name="kind" value=one.kind.as_str() />
            <Hidden name="about" value=one.about.to_string() />
            <Actions>{buttons}</Actions>
        </form>
    }
    .finished()
}

fn button(t: Locale, how: How) -> &'static str {
    match how {
        How::Called => td_string!(t, casework.tell.called),
        How::Letter => td_string!(t, casework.tell.letter),
        How::InPerson => td_string!(t, casework.tell.in_person),
        How::Otherwise => td_string!(t, casework.tell.otherwise),
    }
}

/// That somebody was told, when and by whom, and that she has not read it yet.
fn told(context: &PageContext, case: &CaseView, one: &Told) -> String {
    let t = context.locale;
    let name = name_of(case, one.person_id);
    let month = month_of(t, case, one.kind, one.about).unwrap_or_default();
    let unread = match one.kind {
        MessageKind::Decision => td_string!(t, casework.tell.decision_unread, name = name, month = month).to_string(),
        MessageKind::ApplicationReceived => {
            td_string!(t, casework.tell.receipt_unread, name = name, month = month).to_string()
        }
    };
    let (day, by) = (date_with_year(t, context.clock.date(one.told_at)), left_to_right(&one.by));
    let done = match one.how {
        How::Called => td_string!(t, casework.tell.was_called, day = day, by = by).to_string(),
        How::Letter => td_string!(t, casework.tell.was_letter, day = day, by = by).to_string(),
        How::InPerson => td_string!(t, casework.tell.was_in_person, day = day, by = by).to_string(),
        How::Otherwise => td_string!(t, casework.tell.was_otherwise, day = day, by = by).to_string(),
    };
    format!("{done} {unread}")
}

fn name_of(case: &CaseView, person: PersonId) -> String {
    let party = case.parties.iter().find(|party| party.person_id == person);
    party.map_or_else(String::new, |party| left_to_right(&party.name))
}

/// Before publishing: how each party will come to know, and so what is to be done then.
pub fn ahead(t: Locale, parties: &[Ahead]) -> AnyView {
    let line = |one: &Ahead| {
        let name = left_to_right(&one.name);
        let text = match one.reach {
            Reach::Email => td_string!(t, casework.told.email, name = name).to_string(),
            Reach::Ring => td_string!(t, casework.ahead.ring, name = name).to_string(),
            Reach::Letter => td_string!(t, casework.ahead.letter, name = name).to_string(),
            Reach::AtDesk => td_string!(t, casework.ahead.at_desk, name = name).to_string(),
            Reach::Herself => td_string!(t, casework.told.herself, name = name).to_string(),
            Reach::Otherwise | Reach::Unsaid => td_string!(t, casework.ahead.unsaid, name = name).to_string(),
        };
        notice(one.reach, text)
    };
    parties.iter().map(line).collect_view().finished()
}

/// Right after publishing: what has happened, party by party, and what is left to do.
pub fn after(t: Locale, unread: &[Unread]) -> AnyView {
    let line = |one: &Unread| {
        let name = left_to_right(&one.name);
        let text = match one.reach {
            Reach::Email => td_string!(t, casework.told.email, name = name).to_string(),
            Reach::Otherwise => td_string!(t, casework.told.otherwise, name = name).to_string(),
            Reach::Ring => td_string!(t, casework.told.ring, name = name).to_string(),
            Reach::Letter => td_string!(t, casework.told.letter, name = name).to_string(),
            Reach::AtDesk => td_string!(t, casework.told.at_desk, name = name).to_string(),
            Reach::Herself => td_string!(t, casework.told.herself, name = name).to_string(),
            Reach::Unsaid => {
                td_string!(t, casework.told.unsaid, name = name, days = UNSAID_DAYS.to_string()).to_string()
            }
        };
        notice(one.reach, text)
    };
    unread.iter().map(line).collect_view().finished()
}

fn notice(reach: Reach, text: String) -> AnyView {
    let kind = if Reach::BY_STAFF.contains(&reach) { Tone::Warn } else { Tone::Info };
    view! { <Notice kind=kind><p>{text}</p></Notice> }.finished()
}
