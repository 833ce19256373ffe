//! Who has not read something, and how each comes to know of it: on the case, and right after a decision is published.

use super::pages::month;
use crate::{
    i18n::{Locale, td_string},
    ui::{Finish, Notice, Tone, format::left_to_right},
};
use domain::{
    application::Way,
    casework::CaseView,
    message::{MessageKind, Reach, Unread},
    norm::Month,
};
use leptos::prelude::*;

/// Whom staff are to tell what, and how; and who is to be left alone.
pub fn on_case(t: Locale, case: &CaseView) -> AnyView {
    let alone = case.parties.iter().filter(|party| party.way == Some(Way::Silent)).map(|party| {
        let text = td_string!(t, casework.told.herself, name = left_to_right(&party.name)).to_string();
        view! { <Notice kind=Tone::Info><p>{text}</p></Notice> }
    });
    let alone = alone.collect_view();
    let lines = case.unreached.iter().map(|one| view! { <p>{to_tell(t, case, one)}</p> }).collect_view();
    view! {
        {alone}
        {(!case.unreached.is_empty()).then(|| view! {
            <Notice kind=Tone::Warn title=td_string!(t, casework.unreached.title)>
                {lines}
                <p>{td_string!(t, casework.unreached.instead)}</p>
            </Notice>
        })}
    }
    .finished()
}

/// What staff are to do about one of them.
fn to_tell(t: Locale, case: &CaseView, one: &Unread) -> String {
    let name = left_to_right(&one.name);
    let mut applications = case.applications.iter().map(|one| &one.application);
    let sent = applications.find(|application| application.application_id.0 == one.about);
    let decided = case.decisions.iter().find(|decision| decision.decision_id.0 == one.about);
    match (one.kind, sent, decided) {
        (MessageKind::Decision, _, Some(decision)) => {
            let month = month(t, decision.period);
            match one.reach {
                Reach::Ring => td_string!(t, casework.unreached.ring, name = name, month = month).to_string(),
                Reach::Letter => td_string!(t, casework.unreached.letter, name = name, month = month).to_string(),
                Reach::AtDesk => td_string!(t, casework.unreached.at_desk, name = name, month = month).to_string(),
                _ => td_string!(t, casework.unreached.decision, name = name, month = month).to_string(),
            }
        }
        (_, Some(application), _) => {
            let month = month(t, Month::containing(application.month));
            td_string!(t, casework.unreached.receipt, name = name, month = month).to_string()
        }
        _ => td_string!(t, casework.unreached.other, name = name).to_string(),
    }
}

/// Right after publishing: what has happened, party by party, and what is left to do.
pub fn told(t: Locale, unread: &[Unread]) -> AnyView {
    let line = |one: &Unread| {
        let name = left_to_right(&one.name);
        let text = match one.reach {
            Reach::Email => td_string!(t, casework.told.email, name = name).to_string(),
            Reach::Otherwise => td_string!(t, casework.told.otherwise, name = name).to_string(),
            Reach::Ring => td_string!(t, casework.told.ring, name = name).to_string(),
            Reach::Letter => td_string!(t, casework.told.letter, name = name).to_string(),
            Reach::AtDesk => td_string!(t, casework.told.at_desk, name = name).to_string(),
            Reach::Herself => td_string!(t, casework.told.herself, name = name).to_string(),
            Reach::Unsaid => td_string!(t, casework.told.unsaid, name = name).to_string(),
        };
        let kind =
            if one.reach == Reach::Unsaid || Reach::BY_STAFF.contains(&one.reach) { Tone::Warn } else { Tone::Info };
        view! { <Notice kind=kind><p>{text}</p></Notice> }
    };
    unread.iter().map(line).collect_view().finished()
}
