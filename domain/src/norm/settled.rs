//! What a municipality has settled: versions of its [`LocalPractice`] with the month they begin, who checked them and where
//! they stand. Versions are only added, so that every month can be calculated as it was.

use super::{
    month::Month,
    practice::{LocalPractice, Practices},
};
use crate::fault::{FieldCode, FieldFault};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Characters of a source at most.
pub const MAX_SOURCE: usize = 500;
/// Years a practice can begin in.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;
/// Nobody checked anything before.
const FIRST_CHECK: Date = jiff::civil::date(2000, 1, 1);

/// Saves a version over the newest that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SavePractice {
    /// The newest version when one began; 0 when there was none.
    pub version: i64,
    /// The month it begins with, `2027-01`. It holds until the next that begins.
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2027-01"))]
    pub valid_from: Month,
    pub content: LocalPractice,
    /// The day somebody checked that this is what the municipality has settled. From 2000, not later than today.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub checked_on: Date,
    /// Where it stands: a guideline and its date.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 500))]
    pub source: String,
}

impl SavePractice {
    /// Everything that is wrong with it, on this day.
    pub fn faults(&self, today: Date) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if !YEARS.contains(&self.valid_from.year()) {
            faults.push(FieldFault::new("/valid_from", FieldCode::OutOfRange));
        }
        faults.extend(self.content.faults("/content"));
        if self.checked_on > today || self.checked_on < FIRST_CHECK {
            faults.push(FieldFault::new("/checked_on", FieldCode::OutOfRange));
        }
        let source = self.source.trim();
        match source.chars().count() {
            0 => faults.push(FieldFault::new("/source", FieldCode::Required)),
            length if length > MAX_SOURCE => faults.push(FieldFault::new("/source", FieldCode::TooLong)),
            _ if source.contains(char::is_control) => {
                faults.push(FieldFault::new("/source", FieldCode::Malformed));
            }
            _ => {}
        }
        faults
    }
}

/// A version as it was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeVersion {
    /// From 1.
    pub version: i64,
    pub valid_from: Month,
    pub content: LocalPractice,
    pub checked_on: Date,
    pub source: String,
    /// What the member of staff is called who saved it.
    pub by: String,
    pub saved_at: Timestamp,
}

/// Every version of a municipality, in the order they were saved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PracticeHistory(pub Vec<PracticeVersion>);

impl PracticeHistory {
    /// The newest version's number; 0 when nothing is settled.
    pub fn newest(&self) -> i64 {
        self.0.last().map_or(0, |version| version.version)
    }

    /// The version that applies to support for this month.
    pub fn of(&self, month: Month) -> Option<&PracticeVersion> {
        let begun = self.0.iter().filter(|version| version.valid_from <= month);
        begun.max_by_key(|version| (version.valid_from, version.version))
    }

    /// For calculating.
    pub fn practices(&self) -> Practices {
        Practices::of_versions(self.0.iter().map(|version| (version.valid_from, version.content.clone())))
    }

    /// What is open to all.
    pub fn view(&self, month: Month) -> PracticeView {
        let version = self.of(month);
        let settled = version.map(|version| Settled {
            valid_from: version.valid_from,
            checked_on: version.checked_on,
            source: version.source.clone(),
        });
        PracticeView {
            month,
            version: version.map_or(0, |version| version.version),
            content: version.map(|version| version.content.clone()).unwrap_or_default(),
            settled,
        }
    }
}

/// How a municipality calculates in a month, where no law says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PracticeView {
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2026-11"))]
    pub month: Month,
    /// Of what applies; 0 as long as nothing is settled for the month.
    pub version: i64,
    pub content: LocalPractice,
    /// Absent as long as the municipality has settled nothing: then the most common way applies, and no ceiling.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub settled: Option<Settled>,
}

/// Since when, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Settled {
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2026-01"))]
    pub valid_from: Month,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub checked_on: Date,
    pub source: String,
}
