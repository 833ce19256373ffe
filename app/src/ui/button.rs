//! What one presses.

use super::markup::{Content, Finish};
use leptos::prelude::*;

use super::given;

/// How much a button stands out. One primary on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The way on.
    #[default]
    Primary,
    /// Another way.
    Secondary,
    /// Cannot be undone.
    Warn,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button",
            Self::Secondary => "button button--secondary",
            Self::Warn => "button button--warn",
        }
    }
}

/// The key as it is drawn on the control.
fn key(code: &str) -> String {
    match code {
        "Enter" => "↵".to_owned(),
        other => other.to_owned(),
    }
}

/// A button that sends its form, said as a verb.
#[component]
pub fn Button(
    /// How much it stands out.
    #[prop(optional)]
    kind: ButtonKind,
    /// Name sent with the form, when it matters which button was pressed.
    #[prop(optional, into)]
    name: String,
    /// Value sent with the form.
    #[prop(optional, into)]
    value: String,
    /// Other address than the form's.
    #[prop(optional, into)]
    formaction: String,
    /// For "save and leave", which must work whatever has been typed.
    #[prop(optional)]
    formnovalidate: bool,
    /// Key that presses it on staff pages, as in `KeyboardEvent.key`; shown on the button.
    #[prop(optional, into)]
    shortcut: String,
    /// The words.
    children: Content,
) -> impl IntoView {
    let value = (!name.is_empty()).then_some(value);
    let drawn = given(shortcut.clone()).map(|code| view! { <kbd aria-hidden="true">{key(&code)}</kbd> });
    view! {
        <button
            class=kind.class()
            type="submit"
            name=given(name)
            value=value
            formaction=given(formaction)
            formnovalidate=formnovalidate
            aria-keyshortcuts=given(shortcut)
        >
            {children.view()}
            {drawn}
        </button>
    }
    .finished()
}

/// A link that looks like a button: the way on where nothing is sent.
#[component]
pub fn LinkButton(
    /// Where to.
    #[prop(into)]
    href: String,
    /// How much it stands out.
    #[prop(optional)]
    kind: ButtonKind,
    /// The words.
    children: Content,
) -> impl IntoView {
    view! { <a class=kind.class() href=href>{children.view()}</a> }.finished()
}

/// The buttons of a page or form: below each other on a phone, side by side where there is room.
#[component]
pub fn Actions(
    /// Primary first.
    children: Content,
) -> impl IntoView {
    view! { <div class="actions">{children.view()}</div> }.finished()
}

/// A value the form carries along.
#[component]
pub fn Hidden(
    /// Name.
    #[prop(into)]
    name: String,
    /// Value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }.finished()
}

/// The key that makes sending a form twice the same as sending it once. A browser that goes back shows the old page with
/// the old key: the answer to that is a sentence ("already sent"), never a failure.
#[component]
pub fn HiddenKey(
    /// Made for this rendering of the form.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <Hidden name="idempotency_key" value=value /> }.finished()
}
