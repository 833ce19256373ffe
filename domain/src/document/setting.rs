//! What a municipality settles about a paper, on a day and with a source. Nothing here can make a missing paper stop an
//! application.

use super::{needed::Words, paper::PaperKind};
use crate::{
    fault::{FieldCode, FieldFault},
    norm::Field,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most months back somebody can be asked for.
pub const MOST_MONTHS: u8 = 24;
/// Characters in a municipality's own words, and in a source.
pub const MOST_WORDS: usize = 500;

/// A municipality's way of asking for a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperSetting {
    pub paper: PaperKind,
    pub asked_first: bool,
    pub asked_renewal: bool,
    /// How many months back; none: the latest one.
    pub months_first: Option<u8>,
    pub months_renewal: Option<u8>,
    pub extra: Option<Words>,
    /// The day somebody made sure of it.
    pub checked_on: Date,
    /// Where it says so: a guideline, a decision, a person's office.
    pub source: String,
}

/// The same as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavePaper {
    pub paper: String,
    pub asked_first: bool,
    pub asked_renewal: bool,
    pub months_first: String,
    pub months_renewal: String,
    pub extra_sv: String,
    pub extra_en: String,
    pub extra_ar: String,
    /// `2026-11-22`
    pub checked_on: String,
    pub source: String,
}

/// Nobody has made sure of anything before this service was thought of.
const FIRST_YEAR: i16 = 2000;

impl SavePaper {
    /// What was typed as a setting, or every fault at once. `today`: nobody has made sure of anything tomorrow.
    pub fn check(&self, today: Date) -> Result<PaperSetting, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let paper = PaperKind::from_name(&self.paper);
        if paper.is_none() {
            faults.push(FieldFault::new("/paper", FieldCode::UnknownChoice));
        }
        let months_first = months("/months_first", &self.months_first, &mut faults);
        let months_renewal = months("/months_renewal", &self.months_renewal, &mut faults);
        let extra_sv = words("/extra_sv", &self.extra_sv, &mut faults);
        let extra_en = words("/extra_en", &self.extra_en, &mut faults);
        let extra_ar = words("/extra_ar", &self.extra_ar, &mut faults);
        if extra_sv.is_none() && (extra_en.is_some() || extra_ar.is_some()) {
            faults.push(FieldFault::new("/extra_sv", FieldCode::Required));
        }
        let checked_on = match (self.checked_on.trim(), self.checked_on.trim().parse::<Date>()) {
            ("", _) => Err(FieldCode::Required),
            (_, Ok(day)) if day > today || day.year() < FIRST_YEAR => Err(FieldCode::OutOfRange),
            (_, Ok(day)) => Ok(day),
            (_, Err(_)) => Err(FieldCode::NotADate),
        };
        if let Err(code) = checked_on {
            faults.push(FieldFault::new("/checked_on", code));
        }
        let source = words("/source", &self.source, &mut faults);
        if source.is_none() && !faults.iter().any(|fault| fault.pointer == "/source") {
            faults.push(FieldFault::new("/source", FieldCode::Required));
        }
        let (Some(paper), Ok(checked_on), Some(source), []) = (paper, checked_on, source, faults.as_slice()) else {
            return Err(faults);
        };
        Ok(PaperSetting {
            paper,
            asked_first: self.asked_first,
            asked_renewal: self.asked_renewal,
            months_first,
            months_renewal,
            extra: extra_sv.map(|sv| Words { sv, en: extra_en, ar: extra_ar }),
            checked_on,
            source,
        })
    }
}

fn months(pointer: &str, typed: &str, faults: &mut Vec<FieldFault>) -> Option<u8> {
    let code = match Field::typed(typed) {
        Field::Missing => return None,
        Field::Whole(months) => match u8::try_from(months) {
            Ok(months) if (1..=MOST_MONTHS).contains(&months) => return Some(months),
            _ => FieldCode::OutOfRange,
        },
        _ => FieldCode::NotANumber,
    };
    faults.push(FieldFault::new(pointer, code));
    None
}

/// One line of text; none when nothing stands there.
fn words(pointer: &str, typed: &str, faults: &mut Vec<FieldFault>) -> Option<String> {
    let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > MOST_WORDS {
        faults.push(FieldFault::new(pointer, FieldCode::TooLong));
    } else if text.contains(char::is_control) {
        faults.push(FieldFault::new(pointer, FieldCode::Malformed));
    } else if !text.is_empty() {
        return Some(text);
    }
    None
}
