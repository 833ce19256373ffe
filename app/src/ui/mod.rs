//! The design system: the pieces every page is built from.
//!
//! Components take finished (translated) strings and plain data, and give HTML that is complete without scripts. They hold
//! no signals and read no context, so the same piece serves a page on the server and an island in the browser.
//!
//! Rules that hold for all of them:
//! * an empty string means "not there" (no hint, no law reference), so callers need no `Option`;
//! * every piece is finished markup ([`Finish`]), so that pages built of many pieces stay quick to compile;
//! * no inline style and no inline script, since the content security policy forbids both; the classes live in `style/`;
//! * text is never conveyed by colour alone, and nothing is an icon without words;
//! * the id of a control comes from its [`Field`], so labels, hints, messages and the error summary always meet.

#![expect(clippy::needless_pass_by_value, reason = "the properties of a component are its own")]
#![expect(clippy::similar_names, reason = "lines and links of a footer")]

mod button;
mod field;
mod form;
pub mod format;
mod list;
mod markup;
mod message;
mod number;
mod option;
mod shell;
mod table;

#[cfg(test)]
#[cfg(feature = "ssr")]
mod gallery;
#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;

pub use button::{Actions, Button, ButtonKind, Hidden, HiddenKey, LinkButton};
pub use field::{FieldWidth, FileField, MoneyField, NumberField, TextArea, TextField};
pub use form::{ErrorSummary, Field, FieldError, FormState, OtherVersion, labelled};
pub use list::{Choices, Definition, DefinitionList, Details, LinkItem, Progress};
pub use markup::{Content, Finish};
pub use message::{Answer, DateBox, Empty, Lead, Notice, Small, Tag, Tone, UrgentStrip};
pub use number::unbroken;
pub use option::{Checkbox, Checkboxes, Choice, Fieldset, MonthField, Radios, Select};
pub use shell::{Footer, Gate, LanguageLink, Logo, NavLink, SkipLink, TopBar};
pub use table::{Cell, Column, DataRow, DataTable, MoneyGroup, MoneyRow, MoneyTable};

/// The string, or nothing when it is empty: how an attribute or a part is left out.
fn given(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
