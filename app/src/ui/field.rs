//! Controls one types in.

use super::markup::Finish;
use leptos::prelude::*;

use super::{form::Field, given};

/// How wide a control is, as a hint of how much belongs in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldWidth {
    /// The whole column.
    #[default]
    Full,
    /// A postcode, a personal number, a code.
    Medium,
    /// An age, a number of days.
    Short,
}

impl FieldWidth {
    fn class(self) -> &'static str {
        match self {
            Self::Full => "input",
            Self::Medium => "input input--medium",
            Self::Short => "input input--short",
        }
    }
}

/// Label, hint and message around a control, in the order they are read; the message stands right above the control.
pub(super) fn around(field: &Field, label: String, hint: String, heading: bool, control: AnyView) -> AnyView {
    let id = field.id.clone();
    let label = view! { <label class="label" for=id>{label}</label> };
    let label = if heading { view! { <h1 class="question">{label}</h1> }.finished() } else { label.finished() };
    view! {
        <div class=if field.error.is_some() { "field field--error" } else { "field" }>
            {label}
            {given(hint).map(|text| view! { <p class="hint" id=field.hint_id()>{text}</p> })}
            {field.error.clone().map(|text| view! { <p class="error-message" id=field.error_id()>{text}</p> })}
            {control}
        </div>
    }
    .finished()
}

/// Direction of the typed text: Swedish words typed on an Arabic page keep their full stop at the end. An empty control
/// has the direction of the page, which browsers do not give it by themselves when told to find out.
fn direction(ltr: bool, field: &Field) -> Option<&'static str> {
    match (ltr, field.first().is_empty()) {
        (true, _) => Some("ltr"),
        (false, false) => Some("auto"),
        (false, true) => None,
    }
}

/// A line of text.
#[component]
pub fn TextField(
    /// Name, typed text and fault.
    #[prop(into)]
    field: Field,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// What to write, or why it is asked.
    #[prop(optional, into)]
    hint: String,
    /// `type` of the control: text, email, tel, search, password or date.
    #[prop(default = "text")]
    kind: &'static str,
    /// Keyboard of the phone: numeric, email, tel…
    #[prop(optional, into)]
    inputmode: String,
    /// What the browser may fill in, such as `given-name`; or `off`.
    #[prop(optional, into)]
    autocomplete: String,
    /// Width.
    #[prop(optional)]
    width: FieldWidth,
    /// Text that runs from left to right in every language: numbers, codes. Addresses for mail and telephone numbers
    /// always do.
    #[prop(optional)]
    ltr: bool,
    /// Whether the label is the heading of the page.
    #[prop(optional)]
    heading: bool,
    /// Most characters taken by the browser; 0 = no limit there.
    #[prop(optional)]
    maxlength: u32,
    /// Has the focus when the page has loaded: where staff type the same thing all day, and nothing is wrong.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let ltr = ltr || matches!(kind, "email" | "tel" | "date") || inputmode == "numeric";
    let control = view! {
        <input
            class=width.class()
            type=kind
            id=field.id.clone()
            name=field.name.clone()
            value=field.first()
            inputmode=given(inputmode)
            autocomplete=given(autocomplete)
            maxlength=(maxlength > 0).then(|| maxlength.to_string())
            spellcheck=ltr.then_some("false")
            autofocus=autofocus
            dir=direction(ltr, &field)
            aria-describedby=field.described_by(!hint.is_empty(), None)
            aria-invalid=field.invalid()
        />
    };
    around(&field, label, hint, heading, control.finished())
}

/// A whole number: an age, a number of days. Plain text with a number keyboard, since `type="number"` changes what was
/// typed when one scrolls and hides what it cannot read.
#[component]
pub fn NumberField(
    /// Name, typed text and fault.
    #[prop(into)]
    field: Field,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// What to write.
    #[prop(optional, into)]
    hint: String,
    /// Unit after the number, such as "dagar".
    #[prop(optional, into)]
    unit: String,
    /// What the browser may fill in.
    #[prop(optional, into)]
    autocomplete: String,
    /// Whether the label is the heading of the page.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    affixed(&field, label, hint, unit, autocomplete, heading, "affix affix--short")
}

/// An amount in whole kronor. Spaces and what people write are read by the server; the browser judges nothing.
#[component]
pub fn MoneyField(
    /// Name, typed text and fault.
    #[prop(into)]
    field: Field,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// What to write.
    #[prop(optional, into)]
    hint: String,
    /// The word after the amount: "kr".
    #[prop(default = "kr".to_owned(), into)]
    unit: String,
    /// Whether the label is the heading of the page.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    affixed(&field, label, hint, unit, "off".to_owned(), heading, "affix")
}

/// A number with its unit; the unit is part of the description, so it is read out with the control.
fn affixed(
    field: &Field,
    label: String,
    hint: String,
    unit: String,
    autocomplete: String,
    heading: bool,
    class: &'static str,
) -> AnyView {
    let unit_id = format!("{}--unit", field.id);
    let described = field.described_by(!hint.is_empty(), (!unit.is_empty()).then(|| unit_id.clone()));
    let control = view! {
        <span class=class>
            <input
                class="input"
                type="text"
                inputmode="numeric"
                dir="ltr"
                id=field.id.clone()
                name=field.name.clone()
                value=field.first()
                autocomplete=given(autocomplete)
                aria-describedby=described
                aria-invalid=field.invalid()
            />
            {given(unit).map(|unit| view! { <span class="unit" id=unit_id>{unit}</span> })}
        </span>
    };
    around(field, label, hint, heading, control.finished())
}

/// Typed text as the content of a textarea. leptos writes that content as it stands, so here it becomes harmless; and a
/// browser drops the first line break of a textarea, so here there is one more.
fn area_text(typed: &str) -> String {
    let first = if typed.starts_with(['\n', '\r']) { "\n" } else { "" };
    if cfg!(feature = "ssr") {
        format!("{first}{}", typed.replace('&', "&amp;").replace('<', "&lt;"))
    } else {
        typed.to_owned()
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// Name, typed text and fault.
    #[prop(into)]
    field: Field,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// What to write.
    #[prop(optional, into)]
    hint: String,
    /// Lines shown at first; the control grows by hand.
    #[prop(default = 5)]
    rows: u32,
    /// Most characters taken by the browser; 0 = no limit there.
    #[prop(optional)]
    maxlength: u32,
    /// Whether the label is the heading of the page.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let typed = area_text(&field.first());
    let control = view! {
        <textarea
            class="input input--area"
            id=field.id.clone()
            name=field.name.clone()
            rows=rows.to_string()
            maxlength=(maxlength > 0).then(|| maxlength.to_string())
            dir=direction(false, &field)
            aria-describedby=field.described_by(!hint.is_empty(), None)
            aria-invalid=field.invalid()
        >
            {typed}
        </textarea>
    };
    around(&field, label, hint, heading, control.finished())
}

/// Photos or files from the phone.
#[component]
pub fn FileField(
    /// Name and fault; a chosen file cannot be kept by a browser.
    #[prop(into)]
    field: Field,
    /// What is asked for.
    #[prop(into)]
    label: String,
    /// What to choose.
    #[prop(optional, into)]
    hint: String,
    /// Kinds of file, such as `image/*,application/pdf`.
    #[prop(optional, into)]
    accept: String,
    /// Whether several may be chosen.
    #[prop(optional)]
    multiple: bool,
    /// Whether the label is the heading of the page.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let control = view! {
        <input
            class="input input--file"
            type="file"
            id=field.id.clone()
            name=field.name.clone()
            accept=given(accept)
            multiple=multiple
            aria-describedby=field.described_by(!hint.is_empty(), None)
            aria-invalid=field.invalid()
        />
    };
    around(&field, label, hint, heading, control.finished())
}
