//! Amounts as they are written: whole kronor, grouped by thousands, with Latin digits in every language.

/// No-break space: between groups of digits in Swedish, and between amount and unit everywhere.
pub const NBSP: char = '\u{a0}';
/// The minus sign, as wide as a plus; a hyphen is read as a dash or not at all.
pub const MINUS: char = '\u{2212}';
/// Left-to-right mark: keeps a sign before its digits in text that runs from right to left.
const LRM: char = '\u{200e}';

/// The amount grouped in the Swedish way: `12 270`, `−5 970`.
pub fn group_thousands(amount: i64) -> String {
    group_with(amount, NBSP)
}

/// The amount grouped with that separator.
pub fn group_with(amount: i64, separator: char) -> String {
    let digits = amount.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 2 + 3);
    if amount < 0 {
        text.push(MINUS);
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// The figures alone, in the way of that language ("sv", "en", "ar"): `12 270`, `12,270`.
pub fn figures(amount: i64, language: &str) -> String {
    group_with(amount, separator(language))
}

/// The figures with their sign, for lines that are added and drawn off: `+8 750`, `−15 050`, `0`.
pub fn signed(amount: i64, language: &str) -> String {
    let figures = figures(amount, language);
    if amount > 0 { format!("+{figures}") } else { figures }
}

/// The amount with its unit, kept on one line: `12 270 kr`, `12,270 kr`, `12,270 كرونة`. A unit that is a currency code
/// stands first in English: `SEK 12,270`.
pub fn kronor(amount: i64, language: &str, unit: &str) -> String {
    let figures = figures(amount, language);
    if language == "en" && unit == "SEK" {
        return format!("SEK{NBSP}{figures}");
    }
    if amount < 0 && right_to_left(language) {
        return format!("{LRM}{figures}{NBSP}{unit}");
    }
    format!("{figures}{NBSP}{unit}")
}

/// A telephone number, a personal number or a Swedish name inside a sentence: keeps its order when the sentence runs from
/// right to left. Harmless in other sentences. Not for `href`.
pub fn left_to_right(text: &str) -> String {
    format!("\u{2066}{text}\u{2069}")
}

/// Whether that language is written from right to left: the `dir` of a page.
pub fn right_to_left(language: &str) -> bool {
    matches!(language, "ar" | "fa" | "ckb" | "ur" | "he")
}

fn separator(language: &str) -> char {
    match language {
        "sv" | "fi" | "pl" | "uk" | "ru" | "fr" => NBSP,
        _ => ',',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_from_the_end() {
        for (amount, text) in [
            (0, "0"),
            (7, "7"),
            (970, "970"),
            (1_000, "1 000"),
            (12_270, "12 270"),
            (1_000_000, "1 000 000"),
            (-5_970, "−5 970"),
            (-970, "−970"),
            (i64::MAX, "9 223 372 036 854 775 807"),
            (i64::MIN, "−9 223 372 036 854 775 808"),
        ] {
            assert_eq!(group_thousands(amount), text.replace(' ', "\u{a0}"), "{amount}");
        }
    }

    #[test]
    fn each_language_in_its_way() {
        assert_eq!(kronor(12_270, "sv", "kr"), "12\u{a0}270\u{a0}kr");
        assert_eq!(kronor(12_270, "en", "kr"), "12,270\u{a0}kr");
        assert_eq!(kronor(12_270, "en", "SEK"), "SEK\u{a0}12,270");
        assert_eq!(kronor(-970, "en", "SEK"), "SEK\u{a0}\u{2212}970");
        assert_eq!(kronor(12_270, "ar", "كرونة"), "12,270\u{a0}كرونة");
        assert_eq!(kronor(-970, "ar", "كرونة"), "\u{200e}\u{2212}970\u{a0}كرونة");
    }

    #[test]
    fn a_sign_only_where_there_is_one() {
        assert_eq!(signed(8_750, "sv"), "+8\u{a0}750");
        assert_eq!(signed(-15_050, "en"), "\u{2212}15,050");
        assert_eq!(signed(0, "sv"), "0");
    }

    #[test]
    fn direction() {
        assert_eq!(left_to_right("08-123 45 00"), "\u{2066}08-123 45 00\u{2069}");
        assert!(right_to_left("ar") && !right_to_left("sv"));
    }
}
