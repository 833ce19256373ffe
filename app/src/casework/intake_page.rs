//! The intake list: what waits for a decision, in parts.

use super::{
    pages::{LIST, month},
    texts,
};
use crate::{
    i18n::{Locale, td_string},
    page::PageContext,
    time::long_date,
    ui::{Cell, Column, DataRow, DataTable, Finish, Small, Tone},
};
use domain::{
    casework::{IntakeFilter, IntakeItem, IntakeList},
    id::ApplicationId,
};
use leptos::prelude::*;

/// The filter's name in the address.
pub fn filter_name(filter: IntakeFilter) -> &'static str {
    match filter {
        IntakeFilter::All => "alla",
        IntakeFilter::Mine => "mina",
        IntakeFilter::Nobody => "ingen",
        IntakeFilter::Unreached => "inte-nadda",
    }
}

/// The list with a filter, from its start.
pub fn list_address(filter: IntakeFilter) -> String {
    format!("{LIST}?visa={}", filter_name(filter))
}

/// Applications that wait for a decision, oldest first.
pub fn intake(context: &PageContext, list: IntakeList, filter: IntakeFilter) -> impl IntoView + use<> {
    let t = context.locale;
    let filters = [
        (IntakeFilter::All, td_string!(t, casework.intake.all)),
        (IntakeFilter::Mine, td_string!(t, casework.intake.mine)),
        (IntakeFilter::Nobody, td_string!(t, casework.intake.nobody)),
        (IntakeFilter::Unreached, td_string!(t, casework.intake.unreached)),
    ]
    .map(|(one, text)| {
        view! { <li><a href=list_address(one) aria-current=(one == filter).then_some("true")>{text}</a></li> }
    })
    .collect_view();
    let columns = vec![
        Column::new(td_string!(t, casework.intake.case)),
        Column::new(td_string!(t, casework.intake.age)),
        Column::new(td_string!(t, casework.intake.kind)),
        Column::new(td_string!(t, casework.intake.month)),
        Column::new(td_string!(t, casework.intake.door)),
        Column::new(td_string!(t, casework.intake.identity)),
        Column::new(td_string!(t, casework.intake.notice)),
        Column::new(td_string!(t, casework.intake.handler)),
        Column::numeric(td_string!(t, casework.intake.papers)),
    ];
    let (caption, empty) = if filter == IntakeFilter::Unreached {
        (td_string!(t, casework.intake.unreached_heading), td_string!(t, casework.intake.unreached_none))
    } else {
        (td_string!(t, casework.intake.heading), td_string!(t, casework.intake.none))
    };
    let turn = turn(t, filter, &list);
    view! {
        <h1>{td_string!(t, casework.intake.title, office = list.office_name.clone()).to_string()}</h1>
        <Small>{long_date(t, list.day)}</Small>
        <nav aria-label=td_string!(t, casework.intake.filter)><ul class="nav-list casework-filter">{filters}</ul></nav>
        <DataTable
            id="ansokningar"
            caption=caption
            columns=columns
            rows=list.items.into_iter().map(|item| intake_row(t, item)).collect()
            empty=empty
        />
        {turn}
    }
}

/// The way to the parts of the list beside this one.
fn turn(t: Locale, filter: IntakeFilter, list: &IntakeList) -> AnyView {
    let address = |way: &str, at: ApplicationId| format!("{}&{way}={at}", list_address(filter));
    let links = [
        (list.previous.map(|at| address("fore", at)), "prev", td_string!(t, casework.intake.older)),
        (list.next.map(|at| address("efter", at)), "next", td_string!(t, casework.intake.younger)),
    ];
    if links.iter().all(|(href, _, _)| href.is_none()) {
        return ().finished();
    }
    let links = links
        .into_iter()
        .filter_map(|(href, rel, text)| href.map(|href| view! { <li><a href=href rel=rel>{text}</a></li> }))
        .collect_view();
    view! { <nav aria-label=td_string!(t, casework.intake.parts)><ul class="nav-list">{links}</ul></nav> }.finished()
}

fn intake_row(t: Locale, item: IntakeItem) -> DataRow {
    let age = match item.days {
        0 => td_string!(t, casework.intake.today).to_owned(),
        1 => td_string!(t, casework.intake.one_day).to_owned(),
        days => td_string!(t, casework.intake.days, days = days.to_string()).to_string(),
    };
    let identity = if item.identity_claimed {
        Cell::Tag(Tone::Warn, td_string!(t, casework.claimed).to_owned())
    } else {
        Cell::from("")
    };
    let notice = if item.unreached {
        Cell::Tag(Tone::Warn, td_string!(t, casework.intake.not_reached).to_owned())
    } else {
        Cell::from("")
    };
    vec![
        Cell::Link { href: format!("{LIST}/{}", item.case_id), text: item.number },
        age.into(),
        texts::kind(t, item.kind).into(),
        month(t, item.month).into(),
        texts::door(t, item.door).into(),
        identity,
        notice,
        item.handler.map_or_else(|| td_string!(t, casework.intake.none_yet).to_owned(), |handler| handler.name).into(),
        item.papers.to_string().into(),
    ]
    .into()
}
