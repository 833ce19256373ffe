//! How a comparison is shown: the answer first, then what differs and why, then both estimates beside each other.

use super::words::{headline, reasons, said};
use crate::{
    i18n::{Locale, td_string},
    norm::words::{Words, group},
    ui::{
        Answer, Details, Finish, MoneyGroup, MoneyRow, MoneyTable, Notice, Tag, Tone,
        format::{figures, signed},
    },
};
use domain::norm::{ChangeRequest, Comparison, Difference, Estimate, Group, Line, Person, Status, Sum};
use leptos::prelude::*;

/// The answer to "what if".
pub fn view(t: Locale, words: &Words, comparison: &Comparison, asked: &[ChangeRequest]) -> AnyView {
    let about = asked.iter().map(|change| said(t, change)).collect::<Vec<_>>().join(" · ");
    let why = reasons(t, comparison, asked).into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
    let others = td_string!(t, norm.compare.others);
    let known = |estimate: &Estimate| estimate.notices.iter().map(|notice| notice.code).collect::<Vec<_>>();
    let before = known(&comparison.before);
    // What always holds is said above; what held before too is no news.
    let news: Vec<_> = known(&comparison.after)
        .into_iter()
        .filter(|code| !before.contains(code))
        .map(|code| view! { <li>{words.get(&format!("notice.{code}")).to_owned()}</li> })
        .collect();
    view! {
        <Answer headline=headline(t, comparison) about=about>
            <p>{td_string!(t, norm.compare.preliminary)}</p>
        </Answer>
        {differences(t, words, comparison)}
        <h2>{td_string!(t, norm.compare.why)}</h2>
        <ul>{why}<li>{others}</li>{news}</ul>
        {explained(words, comparison)}
        <Notice kind=Tone::Info>
            <p>{td_string!(t, norm.right)}</p>
        </Notice>
        <Notice kind=Tone::Bad>
            <p>{td_string!(t, norm.urgent)}" "<a href="/akut">{td_string!(t, norm.urgent_link)}</a></p>
        </Notice>
        <h2>{td_string!(t, norm.compare.both)}</h2>
        <div class="compare">
            {side(t, words, comparison, false)}
            {side(t, words, comparison, true)}
        </div>
    }
    .finished()
}

/// What a line is for, with the child's number of the estimate before.
fn label(words: &Words, line: &Line, person: Option<Person>) -> String {
    let person = if matches!(line.person, Some(Person::Child(_))) { person } else { line.person };
    words.label(&Line { person, ..*line })
}

/// Only what differs, with both amounts and the difference.
fn differences(t: Locale, words: &Words, comparison: &Comparison) -> AnyView {
    let sums = &comparison.sums;
    let lines = |wanted: Group, sum: Sum| -> Vec<AnyView> {
        let rows = comparison.differences.iter().filter(|difference| difference.group == wanted);
        let mut rows: Vec<AnyView> = rows.map(|difference| difference_row(t, words, difference)).collect();
        if !rows.is_empty() {
            let label = words.get(&format!("sum.{}", group(wanted))).to_owned();
            rows.push(sum_row(words, &label, sum, "money-sum"));
        }
        rows
    };
    let rows = [(Group::Norm, sums.norm), (Group::Cost, sums.costs), (Group::Income, sums.incomes)]
        .into_iter()
        .flat_map(|(group, sum)| lines(group, sum))
        .collect_view();
    let mut totals = vec![sum_row(words, words.get("missing"), sums.support, "money-total")];
    if sums.surplus.change != 0 {
        totals.push(sum_row(words, words.get("more"), sums.surplus, "money-total"));
    }
    if comparison.same_people {
        totals.push(sum_row(words, td_string!(t, norm.compare.to_live_on), sums.to_live_on, "money-total"));
    }
    view! {
        <table class="money money--compare">
            <caption class="caption">{td_string!(t, norm.compare.differences)}</caption>
            <thead>
                <tr>
                    <th scope="col">{words.get("item").to_owned()}</th>
                    <th scope="col">{td_string!(t, norm.compare.now)}</th>
                    <th scope="col">{td_string!(t, norm.compare.then)}</th>
                    <th scope="col">{td_string!(t, norm.compare.difference)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>{totals}</tfoot>
        </table>
    }
    .finished()
}

fn difference_row(t: Locale, words: &Words, difference: &Difference) -> AnyView {
    let Some(line) = difference.after.or(difference.before) else { return ().into_any() };
    let tag = match (difference.before, difference.after) {
        (None, _) => td_string!(t, norm.compare.mark.new),
        (_, None) => td_string!(t, norm.compare.mark.goes),
        _ => "",
    };
    // One adult, and then two: both are said.
    let was = difference.before.filter(|before| difference.after.is_some() && before.code != line.code);
    let was = was.map(|before| {
        let label = label(words, &before, difference.person);
        td_string!(t, norm.compare.was, label = label).to_string()
    });
    let amount = |line: Option<Line>| line.map_or(0, |line| line.amount);
    let sum = Sum { before: amount(difference.before), after: amount(difference.after), change: difference.change };
    view! {
        <tr>
            <th scope="row">
                {label(words, &line, difference.person)}
                {(!tag.is_empty()).then(|| view! { " "<Tag kind=Tone::Info text=tag /> })}
                {was.map(|text| view! { " "<span class="money-law">{text}</span> })}
            </th>
            {amounts(words, sum)}
        </tr>
    }
    .finished()
}

/// Why each line that differs counts as it then does, with its section. Behind a word, as in the estimate.
fn explained(words: &Words, comparison: &Comparison) -> AnyView {
    let line = |difference: &Difference| {
        let line = difference.after?;
        let law = line.law.map(|law| view! { " "<bdi class="small">{law.to_string()}</bdi> });
        let label = label(words, &line, difference.person);
        Some(view! { <div><dt>{label}</dt><dd>{words.why(&line)}{law}</dd></div> }.finished())
    };
    let lines: Vec<AnyView> = comparison.differences.iter().filter_map(line).collect();
    let summary = words.get("explained").to_owned();
    let some = !lines.is_empty();
    some.then(|| view! { <Details summary=summary><dl class="explained">{lines}</dl></Details> }).finished()
}

fn sum_row(words: &Words, label: &str, sum: Sum, class: &'static str) -> AnyView {
    let label = label.to_owned();
    view! { <tr class=class><th scope="row">{label}</th>{amounts(words, sum)}</tr> }.finished()
}

fn amounts(words: &Words, sum: Sum) -> AnyView {
    let language = words.language();
    let texts = [figures(sum.before, language), figures(sum.after, language), signed(sum.change, language)];
    texts.into_iter().map(|text| view! { <td><bdi dir="ltr">{text}</bdi></td> }).collect_view().finished()
}

/// One of the two estimates, line by line; what differs is marked with a word.
fn side(t: Locale, words: &Words, comparison: &Comparison, then: bool) -> AnyView {
    let (estimate, caption) = if then {
        (&comparison.after, td_string!(t, norm.compare.then))
    } else {
        (&comparison.before, td_string!(t, norm.compare.now))
    };
    let row = |line: &Line| {
        let here = |difference: &&Difference| {
            let (this, _) = ends(difference, then);
            this == Some(*line)
        };
        let differs = comparison.differences.iter().find(here);
        let mark = differs.map(|difference| match (then, ends(difference, then).1.is_some()) {
            (true, true) => td_string!(t, norm.compare.mark.changed),
            (true, false) => td_string!(t, norm.compare.mark.new),
            (false, true) => td_string!(t, norm.compare.mark.changes),
            (false, false) => td_string!(t, norm.compare.mark.goes),
        });
        let status = match line.status {
            Status::Counted => "",
            Status::Partly => words.get("partly"),
            Status::NotCounted => words.get("not_counted"),
            Status::DecidedIndividually => words.get("decided_individually"),
        };
        let person = differs.map_or(line.person, |difference| difference.person);
        let said: Vec<&str> = mark.into_iter().chain([status]).filter(|text| !text.is_empty()).collect();
        let row = MoneyRow::new(label(words, line, person), figures(line.amount, words.language()));
        let tone = if mark.is_some() { Tone::Info } else { Tone::Neutral };
        if said.is_empty() { row } else { row.status(tone, said.join(" · ")) }
    };
    let totals = [
        (Group::Norm, estimate.norm_total),
        (Group::Cost, estimate.costs_total),
        (Group::Income, estimate.incomes_total),
    ];
    let mut groups: Vec<MoneyGroup> = totals
        .into_iter()
        .map(|(wanted, total)| MoneyGroup {
            title: words.get(&format!("group.{}", group(wanted))).to_owned(),
            rows: estimate.lines.iter().filter(|line| line.group == wanted).map(row).collect(),
            sum: Some(MoneyRow::new(words.get(&format!("sum.{}", group(wanted))), figures(total, words.language()))),
        })
        .filter(|group| !group.rows.is_empty())
        .collect();
    if estimate.previous_surplus > 0 {
        let left = MoneyRow::new(words.get("previous"), figures(estimate.previous_surplus, words.language()));
        groups.push(vec![left].into());
    }
    let (label, total) = words.total(estimate);
    let total = MoneyRow::new(label, figures(total, words.language()));
    view! {
        <MoneyTable
            caption=caption
            label_heading=words.get("item").to_owned()
            amount_heading=words.get("kronor").to_owned()
            groups=groups
            total=total
        />
    }
    .finished()
}

/// The line of a difference on this side, and on the other.
const fn ends(difference: &Difference, then: bool) -> (Option<Line>, Option<Line>) {
    if then { (difference.after, difference.before) } else { (difference.before, difference.after) }
}
