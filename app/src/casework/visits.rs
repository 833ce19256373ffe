//! When the parties of a case were here, or will be.

use super::{pages::when, texts};
use crate::{
    i18n::td_string,
    page::PageContext,
    ui::{Column, DataRow, DataTable, Finish},
};
use domain::{reception::WalkIn, visit::Visit};
use leptos::prelude::*;

pub fn visits(context: &PageContext, visits: Vec<Visit>) -> AnyView {
    let t = context.locale;
    let rows = visits
        .into_iter()
        .map(|visit| {
            DataRow::from(vec![
                when(context, visit.starts_at).into(),
                visit.office_name.into(),
                texts::visit_status(t, visit.status).into(),
                visit.needs.unwrap_or_default().into(),
            ])
        })
        .collect();
    let columns = vec![
        Column::new(td_string!(t, casework.visits.time)),
        Column::new(td_string!(t, casework.case.office)),
        Column::new(td_string!(t, casework.visits.status)),
        Column::new(td_string!(t, casework.visits.needs)),
    ];
    section("besok", td_string!(t, casework.visits.heading), columns, rows, td_string!(t, casework.visits.none))
}

/// Who came without a booked time. Nothing where nobody did.
pub fn walk_ins(context: &PageContext, walk_ins: Vec<WalkIn>) -> AnyView {
    if walk_ins.is_empty() {
        return ().finished();
    }
    let t = context.locale;
    let rows = walk_ins
        .into_iter()
        .map(|walk_in| {
            DataRow::from(vec![
                when(context, walk_in.registered_at).into(),
                texts::walk_in_status(context, &walk_in).into(),
                walk_in.office_name.into(),
            ])
        })
        .collect();
    let columns = vec![
        Column::new(td_string!(t, casework.walk_ins.came)),
        Column::new(td_string!(t, casework.visits.status)),
        Column::new(td_string!(t, casework.case.office)),
    ];
    // There is at least one: the words for none are never read.
    section("utan-tid", td_string!(t, casework.walk_ins.heading), columns, rows, td_string!(t, casework.visits.none))
}

fn section(
    id: &'static str,
    heading: &'static str,
    columns: Vec<Column>,
    rows: Vec<DataRow>,
    empty: &'static str,
) -> AnyView {
    view! {
        <h2>{heading}</h2>
        <DataTable id=id caption=heading caption_hidden=true columns=columns rows=rows empty=empty />
    }
    .finished()
}
