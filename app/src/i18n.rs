//! Translations from `locales/`, checked when building: an unknown key does not compile, and a key that one
//! language lacks stops the build script.
//!
//! Only on the server. Islands get finished strings.

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

pub use i18n::*;
pub use leptos_i18n::td_string;
