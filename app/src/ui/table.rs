//! Tables: money for everybody, data for staff.

use super::markup::Finish;
use leptos::prelude::*;

use super::{
    given,
    message::{Tag, Tone},
    unbroken,
};

/// One line of a calculation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneyRow {
    /// What it is for.
    pub label: String,
    /// Where the law says so, small under it; may be empty.
    pub law: String,
    /// Figures only, with a sign where it matters: "+8 750". The unit stands in the heading of the column.
    pub amount: String,
    /// A word about it, such as "räknas delvis".
    pub status: Option<(Tone, String)>,
    /// Why it is so, small under it; may be empty.
    pub why: String,
}

impl MoneyRow {
    /// A line without law and status.
    pub fn new(label: impl Into<String>, amount: impl Into<String>) -> Self {
        Self { label: label.into(), amount: amount.into(), ..Self::default() }
    }

    /// Adds where the law says so.
    #[must_use]
    pub fn law(mut self, law: impl Into<String>) -> Self {
        self.law = law.into();
        self
    }

    /// Adds why it is so.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Adds a word about it.
    #[must_use]
    pub fn status(mut self, kind: Tone, text: impl Into<String>) -> Self {
        self.status = Some((kind, text.into()));
        self
    }
}

/// Lines that belong together, such as the norm, the costs or the incomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoneyGroup {
    /// What they are; empty = no heading.
    pub title: String,
    /// The lines.
    pub rows: Vec<MoneyRow>,
    /// Their sum.
    pub sum: Option<MoneyRow>,
}

impl From<Vec<MoneyRow>> for MoneyGroup {
    fn from(rows: Vec<MoneyRow>) -> Self {
        Self { rows, ..Self::default() }
    }
}

fn money_row(row: MoneyRow, class: &'static str) -> impl IntoView {
    view! {
        <tr class=given(class.to_owned())>
            <th scope="row">
                {row.label}
                {row.status.map(|(kind, text)| view! { " "<Tag kind=kind text=text /> })}
                {given(row.why).map(|why| view! { " "<span class="money-why">{why}</span> })}
                {given(row.law).map(|law| view! { " "<span class="money-law"><bdi>{law}</bdi></span> })}
            </th>
            // A Swedish law reference keeps its order in an Arabic line; signs stay before the figures in every direction of writing.
            <td><bdi dir="ltr">{row.amount}</bdi></td>
        </tr>
    }
    .finished()
}

/// A calculation line by line. It stays a table on the narrowest screen.
#[component]
pub fn MoneyTable(
    /// What is calculated; read first.
    #[prop(into)]
    caption: String,
    /// Shows the caption only to screen readers, where a heading right above says the same.
    #[prop(optional)]
    caption_hidden: bool,
    /// Heading of the first column: "Post".
    #[prop(into)]
    label_heading: String,
    /// Heading of the second column, with the unit: "Kronor".
    #[prop(into)]
    amount_heading: String,
    /// The lines.
    groups: Vec<MoneyGroup>,
    /// The last line, under a strong rule.
    #[prop(optional_no_strip, into)]
    total: Option<MoneyRow>,
) -> impl IntoView {
    let bodies = groups
        .into_iter()
        .map(|group| {
            view! {
                <tbody>
                    {given(group.title).map(|title| {
                        view! { <tr class="money-group"><th scope="rowgroup" colspan="2">{title}</th></tr> }
                    })}
                    {group.rows.into_iter().map(|row| money_row(row, "")).collect_view()}
                    {group.sum.map(|row| money_row(row, "money-sum"))}
                </tbody>
            }
        })
        .collect_view();
    view! {
        <table class="money">
            <caption class=if caption_hidden { "hidden" } else { "caption" }>{caption}</caption>
            <thead>
                <tr><th scope="col">{label_heading}</th><th scope="col">{amount_heading}</th></tr>
            </thead>
            {bodies}
            {total.map(|row| view! { <tfoot>{money_row(row, "money-total")}</tfoot> })}
        </table>
    }
    .finished()
}

/// A column of a [`DataTable`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Figures: aligned at the end.
    pub numeric: bool,
}

impl Column {
    /// A column of words.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), numeric: false }
    }

    /// A column of figures.
    pub fn numeric(title: impl Into<String>) -> Self {
        Self { title: title.into(), numeric: true }
    }
}

/// What stands in one place of a [`DataTable`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words or figures.
    Text(String),
    /// A link.
    Link {
        /// Where to.
        href: String,
        /// The words.
        text: String,
    },
    /// A state in a word.
    Tag(Tone, String),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Cell {
    fn show(self) -> AnyView {
        match self {
            Self::Text(text) => view! { <bdi>{text}</bdi> }.finished(),
            Self::Link { href, text } => view! { <a href=href><bdi>{unbroken(text)}</bdi></a> }.finished(),
            Self::Tag(kind, text) => view! { <Tag kind=kind text=text /> }.finished(),
        }
    }
}

/// A row of a [`DataTable`]; its first cell is its heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataRow {
    /// One per column.
    pub cells: Vec<Cell>,
    /// The row one works with now.
    pub current: bool,
}

impl From<Vec<Cell>> for DataRow {
    fn from(cells: Vec<Cell>) -> Self {
        Self { cells, current: false }
    }
}

/// Rows and columns for staff. A table too wide for its place scrolls inside it, by keyboard too.
#[component]
pub fn DataTable(
    /// What the table holds.
    #[prop(into)]
    caption: String,
    /// Shows the caption only to screen readers, where a heading right above says the same.
    #[prop(optional)]
    caption_hidden: bool,
    /// Id of the caption: unique on the page.
    #[prop(into)]
    id: String,
    /// The columns.
    columns: Vec<Column>,
    /// The rows.
    rows: Vec<DataRow>,
    /// The sentence shown when there are none.
    #[prop(into)]
    empty: String,
) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p class="empty empty--line">{empty}</p> }.finished();
    }
    let numeric: Vec<bool> = columns.iter().map(|column| column.numeric).collect();
    let class = move |place: usize| numeric.get(place).copied().unwrap_or_default().then_some("data-number");
    let heads = columns
        .into_iter()
        .map(|column| view! { <th scope="col" class=column.numeric.then_some("data-number")>{column.title}</th> })
        .collect_view();
    let rows = rows
        .into_iter()
        .map(|row| {
            let cells = row
                .cells
                .into_iter()
                .enumerate()
                .map(|(place, cell)| match place {
                    0 => view! { <th scope="row" class=class(place)>{cell.show()}</th> }.finished(),
                    _ => view! { <td class=class(place)>{cell.show()}</td> }.finished(),
                })
                .collect_view();
            view! { <tr aria-current=row.current.then_some("true")>{cells}</tr> }
        })
        .collect_view();
    let labelled = id.clone();
    view! {
        <section class="data-scroll" aria-labelledby=labelled tabindex="0">
            <table class="data">
                <caption class=if caption_hidden { "hidden" } else { "caption" } id=id>{caption}</caption>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .finished()
}
