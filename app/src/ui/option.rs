//! Controls one chooses with, and the frame around a group of controls.

use super::markup::{Content, Finish};
use leptos::prelude::*;

use super::{field::around, form::Field, given};

/// One thing to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// One line of explanation; may be empty. Not shown in a [`Select`].
    pub hint: String,
}

impl Choice {
    /// A choice without explanation.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// Adds one line of explanation.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// A radio button or a checkbox with its label: a row one can hit anywhere.
fn row(
    field: &Field,
    kind: &'static str,
    place: usize,
    choice: Choice,
    described: Option<String>,
    invalid: Option<&'static str>,
) -> impl IntoView + use<> {
    // The first keeps the id of the field: the error summary leads there.
    let id = if place == 0 { field.id.clone() } else { format!("{}--{}", field.id, place + 1) };
    let hint_id = format!("{id}--about");
    let own = (!choice.hint.is_empty()).then(|| hint_id.clone());
    let described = given([own, described].into_iter().flatten().collect::<Vec<_>>().join(" "));
    view! {
        <div class="option">
            <input
                class=format!("option-input option-input--{kind}")
                type=kind
                id=id.clone()
                name=field.name.clone()
                value=choice.value.clone()
                checked=field.holds(&choice.value)
                aria-describedby=described
                aria-invalid=invalid
            />
            <label class="option-label" for=id>{choice.label}</label>
            {given(choice.hint).map(|text| view! { <span class="option-hint" id=hint_id>{text}</span> })}
        </div>
    }
}

/// Legend, hint and message around a group, in the order they are read.
fn group(
    field: &Field,
    legend: String,
    hint: String,
    heading: bool,
    role: Option<&'static str>,
    body: AnyView,
) -> AnyView {
    let described = field.described_by(!hint.is_empty(), None);
    let legend = if heading {
        view! { <legend class="label"><h1 class="question">{legend}</h1></legend> }.finished()
    } else {
        view! { <legend class="label">{legend}</legend> }.finished()
    };
    view! {
        // The bar at the side belongs to the frame outside: a fieldset draws its border through the middle of its legend.
        <div class=if field.error.is_some() { "field field--error" } else { "field" }>
        <fieldset
            role=role
            aria-describedby=described
            aria-invalid=role.and(field.invalid())
        >
            {legend}
            {given(hint).map(|text| view! { <p class="hint" id=field.hint_id()>{text}</p> })}
            {field.error.clone().map(|text| view! { <p class="error-message" id=field.error_id()>{text}</p> })}
            {body}
        </fieldset>
        </div>
    }
    .finished()
}

/// One of a few. Nothing is chosen beforehand unless the form says so.
#[component]
pub fn Radios(
    /// Name, chosen value and fault.
    #[prop(into)]
    field: Field,
    /// The question.
    #[prop(into)]
    legend: String,
    /// What to think of.
    #[prop(optional, into)]
    hint: String,
    /// What can be chosen.
    choices: Vec<Choice>,
    /// Side by side where there is room: for yes and no.
    #[prop(optional)]
    inline: bool,
    /// Whether the question is the heading of the page.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let rows = choices
        .into_iter()
        .enumerate()
        .map(|(place, choice)| row(&field, "radio", place, choice, None, None))
        .collect_view();
    let body = view! { <div class=if inline { "options options--inline" } else { "options" }>{rows}</div> };
    group(&field, legend, hint, heading, Some("radiogroup"), body.finished())
}

/// Any number of several.
#[component]
pub fn Checkboxes(
    /// Name, chosen values and fault.
    #[prop(into)]
    field: Field,
    /// The question.
    #[prop(into)]
    legend: String,
    /// What to think of.
    #[prop(optional, into)]
    hint: String,
    /// What can be chosen.
    choices: Vec<Choice>,
    /// Whether the question is the heading of the page.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let invalid = field.invalid();
    let rows = choices
        .into_iter()
        .enumerate()
        .map(|(place, choice)| row(&field, "checkbox", place, choice, None, invalid))
        .collect_view();
    group(&field, legend, hint, heading, None, view! { <div class="options">{rows}</div> }.finished())
}

/// One thing that is so or not.
#[component]
pub fn Checkbox(
    /// Name, value if chosen, and fault.
    #[prop(into)]
    field: Field,
    /// What is so when chosen.
    #[prop(into)]
    label: String,
    /// One line of explanation.
    #[prop(optional, into)]
    hint: String,
    /// What is sent when chosen.
    #[prop(default = "true".to_owned(), into)]
    value: String,
) -> impl IntoView {
    let described = field.error.as_ref().map(|_| field.error_id());
    let choice = Choice { value, label, hint };
    view! {
        <div class=if field.error.is_some() { "field field--error" } else { "field" }>
            {field.error.clone().map(|text| view! { <p class="error-message" id=field.error_id()>{text}</p> })}
            {row(&field, "checkbox", 0, choice, described, field.invalid())}
        </div>
    }
    .finished()
}

/// One of many. For a few, [`Radios`] are easier: everything is seen at once.
#[component]
pub fn Select(
    /// Name, chosen value and fault.
    #[prop(into)]
    field: Field,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// What to think of.
    #[prop(optional, into)]
    hint: String,
    /// What can be chosen.
    choices: Vec<Choice>,
    /// First line that stands for "nothing chosen yet"; without it the first choice is chosen.
    #[prop(optional, into)]
    empty: String,
    /// What the browser may fill in.
    #[prop(optional, into)]
    autocomplete: String,
    /// Whether the label is the heading of the page.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let chosen = field.first();
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = !chosen.is_empty() && choice.value == chosen;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        })
        .collect_view();
    let control = view! {
        <span class="select">
            <select
                class="input"
                id=field.id.clone()
                name=field.name.clone()
                autocomplete=given(autocomplete)
                aria-describedby=field.described_by(!hint.is_empty(), None)
                aria-invalid=field.invalid()
            >
                {given(empty).map(|text| view! { <option value="">{text}</option> })}
                {options}
            </select>
        </span>
    };
    around(&field, label, hint, heading, control.finished())
}

/// A month out of those that make sense. A list, since `type="month"` is not known by every browser.
#[component]
pub fn MonthField(
    /// Name, chosen month and fault.
    #[prop(into)]
    field: Field,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// What to think of.
    #[prop(optional, into)]
    hint: String,
    /// Months as `2026-11` with their name.
    months: Vec<Choice>,
) -> impl IntoView {
    view! { <Select field=field label=label hint=hint choices=months /> }.finished()
}

/// Several controls that answer one question together, such as one child in a list of children.
#[component]
pub fn Fieldset(
    /// What they are about.
    #[prop(into)]
    legend: String,
    /// What to think of.
    #[prop(optional, into)]
    hint: String,
    /// Whether the legend is the heading of the page.
    #[prop(optional)]
    heading: bool,
    /// One of several alike inside another group, such as one child: in a card, with a smaller legend.
    #[prop(optional)]
    part: bool,
    /// Id of the group, unique on the page; with one, the hint is read out with the group.
    #[prop(optional, into)]
    id: String,
    /// The controls.
    children: Content,
) -> impl IntoView {
    let legend = match (heading, part) {
        (true, _) => view! { <legend class="legend"><h1 class="question">{legend}</h1></legend> }.finished(),
        (false, true) => view! { <legend class="legend legend--part">{legend}</legend> }.finished(),
        (false, false) => view! { <legend class="legend">{legend}</legend> }.finished(),
    };
    let hint_id = (!id.is_empty() && !hint.is_empty()).then(|| format!("{id}--hint"));
    let described = hint_id.clone();
    view! {
        <div class=if part { "item" } else { "fieldset" }>
            <fieldset id=given(id) aria-describedby=described>
                {legend}
                {given(hint).map(|text| view! { <p class="hint" id=hint_id>{text}</p> })}
                {children.view()}
            </fieldset>
        </div>
    }
    .finished()
}
