//! Translations from `locales/`, checked by the compiler: an unknown key does not compile, and a key that is missing
//! in one language is reported as a deprecation, which the workspace denies.
//!
//! Only on the server. Islands get finished strings.

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

pub use i18n::*;
pub use leptos_i18n::td_string;
