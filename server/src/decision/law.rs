//! The sections of `domain/law.toml`, built into the program and checked when it starts.

use domain::decision::{DecisionLaw, LawFile};

const FILE: &str = include_str!("../../../domain/law.toml");

/// A table that may not be cited from.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    #[error("law.toml cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    #[error("law.toml: {0}")]
    Refused(String),
}

/// Reads and checks the table; one that does not pass stops the program, because a wrong citation is worse than none.
pub fn load() -> Result<DecisionLaw, LawError> {
    let file: LawFile = toml::from_str(FILE)?;
    DecisionLaw::from_rows(file.section)
        .map_err(|faults| LawError::Refused(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        decision::{AppealRoute, Need, Outcome},
        norm::CostKind,
    };
    use jiff::civil::date;

    #[test]
    fn the_table_passes_and_says_what_the_law_says() {
        let law = load().expect("a table");
        let sections = |day| law.on(day).map(|row| row.section.as_str()).collect::<Vec<_>>();
        assert!(sections(date(2025, 6, 30)).is_empty(), "the old act has not been read");
        let all = ["12:1", "12:2", "12:3", "12:4", "12:5", "12:7", "12:8", "12:9"];
        for (day, changed_verified) in [(date(2025, 7, 1), true), (date(2026, 6, 30), true), (date(2026, 7, 1), false)]
        {
            assert_eq!(sections(day), all, "{day}");
            for row in law.on(day) {
                let changed = ["12:3", "12:4", "12:5"].contains(&row.section.as_str());
                assert_eq!(row.verified, !changed || changed_verified, "{day} {}", row.section);
                let review = row.section == "12:2";
                assert_eq!(row.route == AppealRoute::LegalityReview, review, "{day} {}", row.section);
            }
        }
    }

    #[test]
    fn a_line_begins_with_what_usually_decides_its_need() {
        let law = load().expect("a table");
        let day = date(2026, 11, 23);
        let rent = Need::Cost(CostKind::Rent);
        for (need, outcome, sections) in [
            (Need::Livelihood, Outcome::Granted, &["12:1"][..]),
            (Need::Livelihood, Outcome::Refused, &["12:1", "12:7"]),
            (rent, Outcome::Partly, &["12:1", "12:7"]),
            (rent, Outcome::Granted, &["12:1"]),
            (Need::Cost(CostKind::Dental), Outcome::Refused, &["12:1"]),
        ] {
            assert_eq!(law.usual(need, outcome, day), sections, "{need} {outcome:?}");
        }
        for row in law.on(day).filter(|row| !row.usual.is_empty()) {
            // A line as it begins can be published and has one way to appeal.
            assert!(row.verified && row.route == AppealRoute::AdministrativeCourt, "{}", row.section);
        }
        assert!(law.usual(rent, Outcome::Refused, date(2025, 6, 30)).is_empty());
    }
}
