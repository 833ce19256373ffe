//! What an application form says of papers that are not sent with it. Never needed to send.

use super::ApplicationForm;
use crate::document::{Also, PaperAnswer, PaperKind};
use std::collections::BTreeMap;

/// What somebody says of the papers of her draft. What is not in it stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaperNotes {
    pub answers: BTreeMap<PaperKind, Option<PaperAnswer>>,
    pub also: Option<Vec<Also>>,
}

impl ApplicationForm {
    /// What she said of a paper that she does not send now.
    pub fn said_of(&self, paper: PaperKind) -> Option<PaperAnswer> {
        self.papers.get(paper.as_str()).and_then(|answer| PaperAnswer::from_name(answer))
    }

    /// Notes what she says of her papers: no answer takes back the one there was.
    pub fn note_papers(&mut self, notes: &PaperNotes) {
        for (paper, answer) in &notes.answers {
            match answer {
                Some(answer) => self.papers.insert(paper.as_str().to_owned(), answer.as_str().to_owned()),
                None => self.papers.remove(paper.as_str()),
            };
        }
        if let Some(also) = &notes.also {
            self.also = also.iter().map(|code| code.as_str().to_owned()).collect();
        }
    }
}
