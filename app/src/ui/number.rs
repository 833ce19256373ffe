//! Case numbers inside other text.

use super::markup::Finish;
use leptos::prelude::*;

/// Digits of the year before the hyphen, and at least so many of the number after it.
const YEAR: usize = 4;
const LEAST: usize = 5;

/// The text with every case number in it (`2026-01432`) kept on one line and running from left to right: a number broken
/// at its hyphen is read as two.
pub fn unbroken(text: impl Into<String>) -> AnyView {
    let text = text.into();
    // An empty text would be rendered as a space.
    let put = |views: &mut Vec<AnyView>, part: &str| {
        if !part.is_empty() {
            views.push(part.to_owned().finished());
        }
    };
    let mut views: Vec<AnyView> = Vec::new();
    let mut rest = text.as_str();
    while let Some((start, end)) = first_number(rest) {
        let (before, number, after) = (&rest[..start], &rest[start..end], &rest[end..]);
        put(&mut views, before);
        views.push(view! { <bdi class="case-number" dir="ltr">{number.to_owned()}</bdi> }.finished());
        rest = after;
    }
    if views.is_empty() {
        return text.finished();
    }
    put(&mut views, rest);
    views.finished()
}

/// Where the first case number begins and ends, in bytes.
fn first_number(text: &str) -> Option<(usize, usize)> {
    let letters = text.as_bytes();
    let digits = |from: usize| letters.iter().skip(from).take_while(|letter| letter.is_ascii_digit()).count();
    let mut place = 0;
    while place < letters.len() {
        let year = digits(place);
        if year == 0 {
            place += 1;
            continue;
        }
        let hyphen = place + year;
        let number = if letters.get(hyphen) == Some(&b'-') { digits(hyphen + 1) } else { 0 };
        let end = hyphen + 1 + number;
        // A personal number has eight digits before its hyphen; a date goes on after its second part.
        if year == YEAR && number >= LEAST && letters.get(end) != Some(&b'-') {
            return Some((place, end));
        }
        place = hyphen;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_number_is_found_and_nothing_else() {
        let found = |text: &'static str| first_number(text).map(|(start, end)| &text[start..end]);
        assert_eq!(found("Ärende 2026-01432."), Some("2026-01432"));
        assert_eq!(found("\u{2066}2026-123456\u{2069}"), Some("2026-123456"));
        for other in ["", "19850199-0000", "2026-11-23", "2026-11", "8 200 kr", "2026-0143", "08-465 004 00"] {
            assert_eq!(found(other), None, "{other}");
        }
    }
}
