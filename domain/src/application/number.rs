//! Personal numbers as people write them.

use jiff::civil::Date;

/// A personnummer or samordningsnummer as twelve characters, `yyyymmddnnnn`, from what people write: ten or twelve
/// characters, with or without spaces and a hyphen, with a plus sign from the year somebody turns 100. Only the form is
/// judged, never the check digit: a number somebody reads wrong off a card must not stop her.
pub fn personal_number(text: &str, today: Date) -> Option<String> {
    let old = text.contains('+');
    let letters: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '+' | '\u{a0}')).collect();
    let letters = letters.to_ascii_uppercase();
    let whole = match letters.len() {
        12 => letters,
        10 => {
            let year: i16 = letters.get(..2)?.parse().ok()?;
            let this = today.year();
            let century = this / 100 * 100;
            let year = if century + year > this { century - 100 + year } else { century + year };
            format!("{:04}{}", if old { year - 100 } else { year }, letters.get(2..)?)
        }
        _ => return None,
    };
    let (born, rest) = whole.split_at_checked(8)?;
    let fine = born.bytes().all(|byte| byte.is_ascii_digit()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fine.then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    // Invalid on purpose: day 99 does not exist.
    #[test]
    fn numbers_are_read_as_people_write_them() {
        let today = date(2026, 11, 23);
        for (written, read) in [
            ("19850199-0000", "198501990000"),
            ("850199-0000", "198501990000"),
            ("8501990000", "198501990000"),
            ("050199 0000", "200501990000"),
            ("200199+0000", "192001990000"),
            ("19850199 t0a0", "19850199T0A0"),
        ] {
            assert_eq!(personal_number(written, today).as_deref(), Some(read), "{written}");
        }
        for bad in ["", "Anna", "850199-000", "8501990000000", "åttioåtta", "85-0199000x0", "ab0199-0000"] {
            assert_eq!(personal_number(bad, today), None, "{bad}");
        }
    }
}
