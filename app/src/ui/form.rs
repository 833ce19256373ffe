//! What a form was sent with, what is wrong with it, and the summary at its top.

use super::markup::Finish;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Definition, DefinitionList, given};

/// One fault, said as what to do ("Skriv bara siffror, till exempel 9 000").
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Name of the control or group.
    pub field: String,
    /// Finished sentence in the reader's language.
    pub message: String,
}

/// A form as it was sent, with what is wrong. An empty one is a form nobody has filled in yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormState {
    /// Name and typed text, in the order sent; a name may occur many times (checkboxes, repeated groups).
    pub values: Vec<(String, String)>,
    /// All faults at once, in the order of the fields on the page.
    pub errors: Vec<FieldError>,
    /// A fault of the whole form, such as a time that somebody else took.
    pub form_error: Option<String>,
    /// After a refused save over a newer version: that version, to compare with what was typed here.
    pub other: Option<OtherVersion>,
}

/// What somebody else, or another window, saved in between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherVersion {
    /// "Så här är det sparat:".
    pub title: String,
    /// What each field is called and what was saved in it.
    pub lines: Vec<(String, String)>,
}

impl FormState {
    /// A form with these values and no faults.
    pub fn from_values<N: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (N, V)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { values, ..Self::default() }
    }

    /// First value of that name as typed; empty when none was sent.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Every value of that name, in the order sent.
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.values.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// First fault of that field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == name).map(|error| error.message.as_str())
    }

    /// Whether anything is wrong, in a field or with the whole form.
    pub fn has_errors(&self) -> bool {
        self.form_error.is_some() || !self.errors.is_empty()
    }

    /// Adds a fault of one field.
    pub fn push_error(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.into(), message: message.into() });
    }

    /// What a control of that name needs: its typed text and its fault.
    pub fn field(&self, name: &str) -> Field {
        Field {
            name: name.to_owned(),
            id: field_id(name),
            values: self.values(name).into_iter().map(str::to_owned).collect(),
            error: self.error(name).map(str::to_owned),
        }
    }
}

/// "E-postadress: Skriv …"; a question has its own mark and needs no colon after it.
pub fn labelled(label: &str, text: &str) -> String {
    let mark = if label.ends_with(['?', '؟']) { "" } else { ":" };
    format!("{label}{mark} {text}")
}

/// One control or group of controls: its name, its id, the typed text and the fault.
///
/// Made by [`FormState::field`], or from a bare name for a form that keeps no state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// `name` attribute.
    pub name: String,
    /// `id` of the (first) control.
    pub id: String,
    /// Typed text as sent; several for checkboxes.
    pub values: Vec<String>,
    /// Fault, said as what to do.
    pub error: Option<String>,
}

impl Field {
    /// Gives the ids a prefix: for a page with several forms that use the same names. The error summary links to ids
    /// without a prefix, so only forms without one should be scoped.
    #[must_use]
    pub fn scoped(mut self, scope: &str) -> Self {
        self.id = field_id(&format!("{scope}.{}", self.name));
        self
    }

    /// Value shown when nothing was sent yet, such as last month's amount.
    #[must_use]
    pub fn or(mut self, value: &str) -> Self {
        if self.values.is_empty() {
            self.values.push(value.to_owned());
        }
        self
    }

    pub(super) fn first(&self) -> String {
        self.values.first().cloned().unwrap_or_default()
    }

    pub(super) fn holds(&self, value: &str) -> bool {
        self.values.iter().any(|held| held == value)
    }

    pub(super) fn hint_id(&self) -> String {
        format!("{}--hint", self.id)
    }

    pub(super) fn error_id(&self) -> String {
        format!("{}--error", self.id)
    }

    /// `aria-describedby`: the hint, the message and whatever else belongs to the control, in reading order.
    pub(super) fn described_by(&self, has_hint: bool, more: Option<String>) -> Option<String> {
        let hint = has_hint.then(|| self.hint_id());
        let error = self.error.as_ref().map(|_| self.error_id());
        given([hint, error, more].into_iter().flatten().collect::<Vec<_>>().join(" "))
    }

    /// `aria-invalid`: present only when something is wrong.
    pub(super) fn invalid(&self) -> Option<&'static str> {
        self.error.as_ref().map(|_| "true")
    }
}

impl From<&str> for Field {
    fn from(name: &str) -> Self {
        FormState::default().field(name)
    }
}

impl From<String> for Field {
    fn from(name: String) -> Self {
        name.as_str().into()
    }
}

/// The id of the control with that name. Characters that have a meaning in an address or in HTML are written as their
/// code point, so that `cost[0]` and `cost-0` stay apart and a link to the id always works.
pub(super) fn field_id(name: &str) -> String {
    let safe = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let letters = name
        .chars()
        .map(|letter| if safe(letter) { letter.to_string() } else { format!("-x{:x}-", u32::from(letter)) });
    std::iter::once("f-".to_owned()).chain(letters).collect()
}

/// The summary above a form that could not be accepted. Shows nothing when nothing is wrong.
///
/// It takes the focus when the page has loaded, without a script, so that a screen reader starts there; each line leads
/// to the first control of its field, on this page or on the one that holds the fields. After a lost update it shows the version that was saved; the form below holds the
/// reader's own.
#[component]
pub fn ErrorSummary(
    /// Heading: "Något behöver ändras".
    #[prop(into)]
    title: String,
    /// The form.
    state: FormState,
    /// Field name and what the field is called on the page; put before the message, which alone may not say which field
    /// is meant.
    #[prop(optional)]
    labels: Vec<(String, String)>,
    /// Address of the page with the fields, where it is another.
    #[prop(optional, into)]
    page: String,
) -> impl IntoView {
    state
        .has_errors()
        .then(|| {
            let lines = state
                .errors
                .into_iter()
                .map(|error| {
                    let label = labels.iter().find(|(field, _)| *field == error.field).map(|(_, label)| label.clone());
                    let text = match label {
                        Some(label) => labelled(&label, &error.message),
                        None => error.message,
                    };
                    view! { <li><a href=format!("{page}#{}", field_id(&error.field))>{text}</a></li> }
                })
                .collect::<Vec<_>>();
            let other = state.other.map(|other| {
                let items = other.lines.into_iter().map(|(term, text)| Definition::new(term, text)).collect();
                view! {
                    <p class="error-summary-other">{other.title}</p>
                    <DefinitionList items=items />
                }
            });
            view! {
                <div class="error-summary" role="alert" aria-labelledby="error-summary-title" tabindex="-1" autofocus>
                    <h2 class="error-summary-title" id="error-summary-title">{title}</h2>
                    {state.form_error.map(|text| view! { <p>{text}</p> })}
                    {other}
                    {(!lines.is_empty()).then(|| view! { <ul class="error-summary-list">{lines}</ul> })}
                </div>
            }
        })
        .finished()
}
