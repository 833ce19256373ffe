//! The sections of law a decision may cite, by the day it is made. The rows are data (`domain/law.toml`), read and checked
//! when the program starts.

use super::content::{Need, NeedKind, Outcome};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a part of a decision is appealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AppealRoute {
    /// To the förvaltningsrätt, handed in to the board that decided (SoL 35 kap. 1 §, FL 43 §).
    #[default]
    AdministrativeCourt,
    /// Laglighetsprövning: whether the decision is lawful, not whether it is right.
    LegalityReview,
}

/// One section of law during one time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawRow {
    /// Chapter and section: `12:1`.
    pub section: String,
    /// As it is cited, with the act's number.
    pub cite: String,
    /// What it is about, in Swedish, for the caseworker who chooses.
    pub heading: String,
    /// First day.
    pub valid_from: Date,
    /// Last day; absent while it is in force.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// Somebody has read number and wording in the official text.
    pub verified: bool,
    pub route: AppealRoute,
    /// The needs it usually decides: their lines offer it in sight, others further away.
    #[serde(default)]
    pub fits: Vec<NeedKind>,
    /// The outcomes for which a line of such a need begins with it.
    #[serde(default)]
    pub usual: Vec<Outcome>,
}

impl LawRow {
    fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// A row an administrator has confirmed: its section and first day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    pub section: String,
    pub valid_from: Date,
}

/// `domain/law.toml` as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawFile {
    pub section: Vec<LawRow>,
}

/// The checked table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionLaw {
    rows: Vec<LawRow>,
}

/// Why a table may not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LawFault {
    /// Section, cite or heading is empty.
    Blank(String),
    /// The last day lies before the first.
    Backwards(String),
    /// Two rows of the section hold on one day.
    Overlap(String),
}

impl fmt::Display for LawFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank(section) => write!(f, "{section}: section, cite and heading must be filled in"),
            Self::Backwards(section) => write!(f, "{section}: valid_to lies before valid_from"),
            Self::Overlap(section) => write!(f, "{section}: two rows hold on one day"),
        }
    }
}

impl DecisionLaw {
    /// Checks the rows; every fault at once.
    pub fn from_rows(rows: Vec<LawRow>) -> Result<Self, Vec<LawFault>> {
        let mut faults = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            if [&row.section, &row.cite, &row.heading].into_iter().any(|text| text.trim().is_empty()) {
                faults.push(LawFault::Blank(row.section.clone()));
            }
            if row.valid_to.is_some_and(|last| last < row.valid_from) {
                faults.push(LawFault::Backwards(row.section.clone()));
            }
            let meets = |other: &LawRow| {
                other.section == row.section && (other.holds_on(row.valid_from) || row.holds_on(other.valid_from))
            };
            if rows.iter().take(place).any(meets) {
                faults.push(LawFault::Overlap(row.section.clone()));
            }
        }
        if faults.is_empty() { Ok(Self { rows }) } else { Err(faults) }
    }

    /// The sections that can be cited on that day, in the table's order. None at all before the table begins.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &LawRow> {
        self.rows.iter().filter(move |row| row.holds_on(day))
    }

    /// That section as it is on that day.
    pub fn section(&self, section: &str, day: Date) -> Option<&LawRow> {
        self.on(day).find(|row| row.section == section)
    }

    /// The sections a line begins with: what usually decides such a need with such an outcome.
    pub fn usual(&self, need: Need, outcome: Outcome, day: Date) -> Vec<String> {
        self.on(day)
            .filter(|row| row.fits.contains(&need.kind()) && row.usual.contains(&outcome))
            .map(|row| row.section.clone())
            .collect()
    }

    /// Whether a refusal or reduction may rest on the row: it is verified, or an administrator has confirmed it.
    pub fn is_settled(row: &LawRow, confirmed: &[Confirmation]) -> bool {
        row.verified || confirmed.iter().any(|one| one.section == row.section && one.valid_from == row.valid_from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn row(section: &str, from: Date, to: Option<Date>) -> LawRow {
        LawRow {
            section: section.to_owned(),
            cite: "12 kap. 1 §".to_owned(),
            heading: "Rätten till bistånd".to_owned(),
            valid_from: from,
            valid_to: to,
            verified: true,
            route: AppealRoute::AdministrativeCourt,
            fits: Vec::new(),
            usual: Vec::new(),
        }
    }

    #[test]
    fn a_row_holds_from_its_first_to_its_last_day() {
        let (first, last, next) = (date(2025, 7, 1), date(2026, 6, 30), date(2026, 7, 1));
        let law =
            DecisionLaw::from_rows(vec![row("12:3", first, Some(last)), row("12:3", next, None)]).expect("a table");
        assert_eq!(law.section("12:3", date(2025, 6, 30)), None);
        assert_eq!(law.section("12:3", first).map(|row| row.valid_from), Some(first));
        assert_eq!(law.section("12:3", last).map(|row| row.valid_from), Some(first));
        assert_eq!(law.section("12:3", next).map(|row| row.valid_from), Some(next));
        assert_eq!(law.section("12:4", next), None);
    }

    #[test]
    fn a_table_that_contradicts_itself_is_refused_with_every_fault() {
        let first = date(2025, 7, 1);
        let rows = vec![
            row("12:1", first, None),
            row("12:1", date(2026, 1, 1), None),
            row("12:2", first, Some(date(2025, 6, 30))),
            row(" ", first, None),
        ];
        let faults = DecisionLaw::from_rows(rows).expect_err("faults");
        let expected = [
            LawFault::Overlap("12:1".to_owned()),
            LawFault::Backwards("12:2".to_owned()),
            LawFault::Blank(" ".to_owned()),
        ];
        assert_eq!(faults, expected);
    }
}
