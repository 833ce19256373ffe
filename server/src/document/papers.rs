//! The papers of `domain/documents.toml`, built into the program and checked when it starts.

use domain::document::{Papers, PapersFile};

const FILE: &str = include_str!("../../../domain/documents.toml");

/// A list that may not be shown.
#[derive(Debug, thiserror::Error)]
pub enum PapersError {
    #[error("documents.toml cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    #[error("documents.toml: {0}")]
    Refused(String),
}

/// Reads and checks the list; one that does not pass stops the program, because a wrong list sends people for papers that
/// nobody needs.
pub fn load() -> Result<Papers, PapersError> {
    let file: PapersFile = toml::from_str(FILE)?;
    Papers::try_from(file)
        .map_err(|faults| PapersError::Refused(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")))
}

#[cfg(test)]
mod tests {
    use domain::document::PaperKind;

    #[test]
    fn the_list_passes_and_has_every_paper() {
        let rules = super::load().expect("a list").rules(&[]);
        let mut papers: Vec<PaperKind> = rules.iter().map(|rule| rule.paper).collect();
        papers.sort_unstable();
        assert_eq!(papers, PaperKind::ALL);
        assert!(rules.iter().all(|rule| rule.checked_on.is_none()), "nobody has confirmed anything");
    }
}
