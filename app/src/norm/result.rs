//! How an estimate is shown: the answer first, then every line with its section of law, then what else to know.

use super::words::{Words, group};
use crate::ui::Finish;
use crate::ui::{
    Answer, MoneyGroup, MoneyRow, MoneyTable, Notice, Tone,
    format::{figures, kronor},
};
use domain::norm::{Estimate, Group, Line, Status};
use leptos::prelude::*;

fn row(words: &Words, line: &Line) -> MoneyRow {
    let row = MoneyRow::new(words.label(line), figures(line.amount, words.language()))
        .law(line.law.map(|law| law.to_string()).unwrap_or_default());
    match line.status {
        Status::Counted => row,
        Status::Partly => row.status(Tone::Info, words.get("partly")),
        Status::NotCounted => row.status(Tone::Good, words.get("not_counted")),
        Status::DecidedIndividually => row.status(Tone::Warn, words.get("decided_individually")),
    }
}

fn groups(words: &Words, estimate: &Estimate) -> Vec<MoneyGroup> {
    let totals = [
        (Group::Norm, estimate.norm_total),
        (Group::Cost, estimate.costs_total),
        (Group::Income, estimate.incomes_total),
    ];
    let mut groups: Vec<MoneyGroup> = totals
        .into_iter()
        .map(|(wanted, total)| MoneyGroup {
            title: words.get(&format!("group.{}", group(wanted))).to_owned(),
            rows: estimate.lines.iter().filter(|line| line.group == wanted).map(|line| row(words, line)).collect(),
            sum: Some(MoneyRow::new(words.get(&format!("sum.{}", group(wanted))), figures(total, words.language()))),
        })
        .filter(|group| !group.rows.is_empty())
        .collect();
    if estimate.previous_surplus > 0 {
        let left = MoneyRow::new(words.get("previous"), figures(estimate.previous_surplus, words.language()));
        groups.push(vec![left].into());
    }
    groups
}

/// The calculation line by line with its sums: the same for whoever reads it.
#[component]
pub fn EstimateTable(
    estimate: Estimate,
    words: Words,
    /// What is calculated; read first.
    #[prop(into)]
    caption: String,
) -> impl IntoView {
    let (label, total) = words.total(&estimate);
    let total = MoneyRow::new(label, figures(total, words.language()));
    view! {
        <MoneyTable
            caption=caption
            label_heading=words.get("item").to_owned()
            amount_heading=words.get("kronor").to_owned()
            groups=groups(&words, &estimate)
            total=total
        />
    }
    .finished()
}

/// The answer, the calculation, and what always holds.
#[component]
pub fn EstimateResult(
    estimate: Estimate,
    words: Words,
    /// "Provräkning för november 2026".
    #[prop(into)]
    about: String,
) -> impl IntoView {
    let amount = if estimate.support > 0 {
        kronor(estimate.support, words.language(), words.get("unit"))
    } else {
        String::new()
    };
    // Said above the table, always.
    let said = ["preliminary", "right_to_apply", "emergency_tested"];
    let known = estimate
        .notices
        .iter()
        .filter(|notice| !said.contains(&notice.code.as_str()))
        .map(|notice| view! { <li>{words.get(&format!("notice.{}", notice.code)).to_owned()}</li> })
        .collect::<Vec<_>>();
    let text = |key: &str| words.get(key).to_owned();
    let (right, urgent, urgent_link, higher_or_lower) =
        (text("right"), text("urgent"), text("urgent_link"), text("higher_or_lower"));
    let (headline, caption, title) = (words.headline(&estimate), text("table"), text("known"));
    let table = view! { <EstimateTable estimate=estimate words=words caption=caption /> };
    view! {
        <Answer headline=headline about=about amount=amount>
            <p>{higher_or_lower}</p>
        </Answer>
        <Notice kind=Tone::Info>
            <p>{right}</p>
        </Notice>
        <Notice kind=Tone::Bad>
            <p>{urgent}" "<a href="/akut">{urgent_link}</a></p>
        </Notice>
        {table}
        {(!known.is_empty()).then(|| view! { <h2>{title}</h2><ul class="known">{known}</ul> })}
    }
    .finished()
}
