//! Spoken and signed languages by code, for interpreters.

use crate::i18n::{Locale, td_string};

/// Languages one can ask an interpreter for; `other` is arranged by phone.
pub const LANGUAGES: [&str; 18] =
    ["ar", "so", "ti", "prs", "fa", "ku", "uk", "ru", "es", "en", "fi", "fit", "se", "swl", "pl", "tr", "bn", "other"];

/// A language's name in the reader's language; an unknown code stays a code.
pub fn language_name(t: Locale, code: &str) -> String {
    let name = match code {
        "ar" => td_string!(t, common.spoken.ar),
        "so" => td_string!(t, common.spoken.so),
        "ti" => td_string!(t, common.spoken.ti),
        "prs" => td_string!(t, common.spoken.prs),
        "fa" => td_string!(t, common.spoken.fa),
        "ku" => td_string!(t, common.spoken.ku),
        "uk" => td_string!(t, common.spoken.uk),
        "ru" => td_string!(t, common.spoken.ru),
        "es" => td_string!(t, common.spoken.es),
        "en" => td_string!(t, common.spoken.en),
        "fi" => td_string!(t, common.spoken.fi),
        "fit" => td_string!(t, common.spoken.fit),
        "se" => td_string!(t, common.spoken.se),
        "swl" => td_string!(t, common.spoken.swl),
        "pl" => td_string!(t, common.spoken.pl),
        "tr" => td_string!(t, common.spoken.tr),
        "bn" => td_string!(t, common.spoken.bn),
        "other" => td_string!(t, common.spoken.other),
        unknown => unknown,
    };
    name.to_owned()
}
