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
    use domain::decision::AppealRoute;
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
}
