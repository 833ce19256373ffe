//! How an estimate is shown: the answer first, then every line with its section of law and its reason, then what else
//! to know and to do.

use super::{
    tell::{asks_why, sums},
    words::{Words, group},
};
use crate::ui::Finish;
use crate::ui::{
    Answer, Details, MoneyGroup, MoneyRow, MoneyTable, Notice, Tone,
    format::{figures, kronor},
};
use domain::norm::{DecidedBy, Estimate, First, Line, Status};
use leptos::prelude::*;

fn row(words: &Words, line: &Line, why: bool) -> MoneyRow {
    let row = MoneyRow::new(words.label(line), figures(line.amount, words.language()))
        .law(line.law.map(|law| law.to_string()).unwrap_or_default())
        .why(if why && asks_why(line) { words.why(line) } else { String::new() });
    match line.status {
        Status::Counted => row,
        Status::Partly => row.status(Tone::Info, words.get("partly")),
        Status::NotCounted => row.status(Tone::Good, words.get("not_counted")),
        Status::DecidedIndividually => row.status(Tone::Warn, words.get("decided_individually")),
    }
}

fn groups(words: &Words, estimate: &Estimate, why: bool) -> Vec<MoneyGroup> {
    let mut groups: Vec<MoneyGroup> = sums(estimate)
        .into_iter()
        .map(|(wanted, total)| MoneyGroup {
            title: words.get(&format!("group.{}", group(wanted))).to_owned(),
            rows: estimate.lines.iter().filter(|line| line.group == wanted).map(|line| row(words, line, why)).collect(),
            sum: Some(MoneyRow::new(words.get(&format!("sum.{}", group(wanted))), figures(total, words.language()))),
        })
        .filter(|group| !group.rows.is_empty())
        .collect();
    if estimate.previous_surplus > 0 {
        let left = MoneyRow::new(words.get("previous"), figures(estimate.previous_surplus, words.language()))
            .why(if why { words.get("why.previous") } else { "" });
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
    /// Whether a line says why where one may wonder. For the person whose figures they are.
    #[prop(optional)]
    why: bool,
) -> impl IntoView {
    let (label, total) = words.total(&estimate);
    let total = MoneyRow::new(label, figures(total, words.language()));
    view! {
        <MoneyTable
            caption=caption
            label_heading=words.get("item").to_owned()
            amount_heading=words.get("kronor").to_owned()
            groups=groups(&words, &estimate, why)
            total=total
        />
    }
    .finished()
}

/// Every line: what, how much, why, and where the law says so. Behind a word, so that the table stays short on a phone.
fn explained(words: &Words, estimate: &Estimate) -> AnyView {
    let line = |line: &Line| {
        let law = line.law.map(|law| view! { " "<bdi class="small">{law.to_string()}</bdi> });
        view! {
            <div>
                <dt>{words.label(line)}": "<bdi>{words.spoken(line.amount)}</bdi></dt>
                <dd>{words.why(line)}{law}</dd>
            </div>
        }
        .finished()
    };
    let groups: Vec<AnyView> = sums(estimate)
        .into_iter()
        .filter_map(|(wanted, _)| {
            let lines: Vec<AnyView> = estimate.lines.iter().filter(|line| line.group == wanted).map(line).collect();
            let title = words.get(&format!("group.{}", group(wanted))).to_owned();
            (!lines.is_empty())
                .then(|| view! { <p><strong>{title}</strong></p><dl class="explained">{lines}</dl> }.finished())
        })
        .collect();
    let summary = words.get("explained").to_owned();
    view! { <div class="prints"><Details summary=summary>{groups}</Details></div> }.finished()
}

/// The answer, the calculation with its reasons, and what always holds.
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
    let meaning: Vec<_> = words.nothing_missing(&estimate).into_iter().map(|text| view! { <p>{text}</p> }).collect();
    let known: Vec<_> = words.known(&estimate).into_iter().map(|text| view! { <li>{text}</li> }).collect();
    let text = |key: &str| words.get(key).to_owned();
    let (right, urgent, urgent_link, higher_or_lower) =
        (text("right"), text("urgent"), text("urgent_link"), text("higher_or_lower"));
    let (headline, caption, title) = (words.headline(&estimate), text("table"), text("known"));
    let explained = explained(&words, &estimate);
    let table = view! { <EstimateTable estimate=estimate words=words caption=caption why=true /> };
    view! {
        <Answer headline=headline about=about amount=amount>
            {meaning}
            <p>{higher_or_lower}</p>
        </Answer>
        <Notice kind=Tone::Info>
            <p>{right}</p>
        </Notice>
        <Notice kind=Tone::Bad>
            <p>{urgent}" "<a href="/akut">{urgent_link}</a></p>
        </Notice>
        {table}
        {explained}
        {(!known.is_empty()).then(|| view! { <h2>{title}</h2><ul class="known">{known}</ul> })}
    }
    .finished()
}

/// Where to turn to.
const fn place(by: DecidedBy) -> &'static str {
    match by {
        DecidedBy::EmploymentService => "https://arbetsformedlingen.se/",
        DecidedBy::UnemploymentFund => "https://www.sverigesakassor.se/",
        DecidedBy::StudyAidBoard => "https://www.csn.se/",
        DecidedBy::SocialInsurance => "https://www.forsakringskassan.se/",
        DecidedBy::MigrationAgency => "https://www.migrationsverket.se/",
        DecidedBy::Municipality => "/kontakt",
        DecidedBy::PensionsAgency => "https://www.pensionsmyndigheten.se/",
    }
}

/// What else to apply for. Never a condition, and it says so first.
fn what_first(words: &Words, first: &[First]) -> AnyView {
    let steps: Vec<_> = first
        .iter()
        .map(|First { code, decided_by }| {
            let text = |key: String| words.get(&key).to_owned();
            let (name, meaning) = (text(format!("first.{code}")), text(format!("first_text.{code}")));
            let decides = text(format!("decides.{decided_by}"));
            view! {
                <li><strong>{name}</strong><br />{meaning}" "<a href=place(*decided_by)>{decides}</a></li>
            }
        })
        .collect();
    let (title, lead) = (words.get("first.title").to_owned(), words.get("first.lead").to_owned());
    view! { <h2>{title}</h2><p>{lead}</p><ul class="first-steps">{steps}</ul> }.finished()
}

/// What else to do, and the answer to hear, to print and to keep.
#[component]
pub fn EstimateMore(
    estimate: Estimate,
    words: Words,
    /// "Provräkning för november 2026".
    #[prop(into)]
    about: String,
    first: Vec<First>,
) -> impl IntoView {
    let told: Vec<AnyView> = words
        .told(&about, &estimate, &first)
        .into_iter()
        .map(|paragraph| view! { <p>{paragraph}</p> }.finished())
        .collect();
    let text = |key: &str| words.get(key).to_owned();
    let (title, open, how, button) = (text("tell.title"), text("tell.open"), text("print.how"), text("print.button"));
    let first = (!first.is_empty()).then(|| what_first(&words, &first));
    view! {
        {first}
        <section class="off-paper" aria-labelledby="i-meningar">
            <h2 id="i-meningar">{title}</h2>
            <Details summary=open>{told}</Details>
        </section>
        // Printing from a page needs a script: the boot script shows the button in place of the sentence.
        <div class="off-paper">
            <p>{how}</p>
            <button type="button" class="button button--secondary" hidden=true data-print="">{button}</button>
        </div>
    }
    .finished()
}
