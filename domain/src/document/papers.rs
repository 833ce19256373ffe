//! `domain/documents.toml` as it is written, the checks it must pass, and what municipalities have settled on top of it.

use super::{
    needed::{Fact, PaperRule, PaperTime},
    paper::{Concerns, Occasion, PaperKind},
    setting::{MOST_MONTHS, PaperSetting},
};
use serde::Deserialize;
use std::{collections::BTreeMap, fmt};

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PapersFile {
    /// Read in sources that can be trusted.
    pub verified: bool,
    /// A list of Stockholm's own has been read.
    pub stockholm_list_verified: bool,
    pub stockholm_note: String,
    /// Short name → address.
    pub sources: BTreeMap<String, String>,
    pub document: Vec<PaperRow>,
    /// Facts beside the list, in words.
    pub rules: BTreeMap<String, String>,
}

/// One paper of it: facts as found, and our reading of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperRow {
    pub id: String,
    pub name_sv: String,
    pub gloss_en: String,
    /// `first`, `renewal`, `if`.
    pub when: Vec<String>,
    pub who: Option<String>,
    pub condition: Option<String>,
    pub period_first: Option<String>,
    pub period_renewal: Option<String>,
    /// Names of sources.
    pub seen_at: Vec<String>,
    pub note: Option<String>,
    pub concerns: Concerns,
    /// Names of conditions, any of which makes it needed the first time.
    #[serde(default)]
    pub first: Vec<String>,
    #[serde(default)]
    pub renewal: Vec<String>,
    pub months_first: Option<u8>,
    pub months_renewal: Option<u8>,
    /// Where there are children, theirs may be asked for too.
    #[serde(default)]
    pub children_too: bool,
}

impl PaperRow {
    fn facts(&self, occasion: Occasion) -> &[String] {
        match occasion {
            Occasion::First => &self.first,
            Occasion::Renewal => &self.renewal,
        }
    }

    fn months(&self, occasion: Occasion) -> Option<u8> {
        match occasion {
            Occasion::First => self.months_first,
            Occasion::Renewal => self.months_renewal,
        }
    }

    fn says(&self, word: &str) -> bool {
        self.when.iter().any(|when| when == word)
    }
}

/// What is wrong with the file. For those who look after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PapersFault {
    /// `verified` is not true.
    NotVerified,
    /// No paper of the program has this id.
    UnknownPaper(String),
    /// The paper is not in the file, or more than once.
    NotOnce(PaperKind),
    /// A name or gloss is empty.
    Blank(String),
    /// A word of `when`, a condition or a source that nobody knows.
    UnknownWord(String, String),
    /// What `when` says and the conditions do not fit: one says that it is asked for, the other not.
    Contradiction(String, Occasion),
    /// `if` without a condition in words.
    NoCondition(String),
    /// Neither a source nor a note that says why there is none.
    NoSource(String),
    /// Months that are none, too many, or for an occasion at which it is not asked for.
    Months(String, Occasion),
}

impl fmt::Display for PapersFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotVerified => f.write_str("not verified"),
            Self::UnknownPaper(id) => write!(f, "{id}: no such paper"),
            Self::NotOnce(paper) => write!(f, "{paper}: must be there once"),
            Self::Blank(id) => write!(f, "{id}: name_sv and gloss_en must be filled in"),
            Self::UnknownWord(id, word) => write!(f, "{id}: nobody knows {word}"),
            Self::Contradiction(id, occasion) => write!(f, "{id}: when and {occasion} contradict each other"),
            Self::NoCondition(id) => write!(f, "{id}: the condition is missing"),
            Self::NoSource(id) => write!(f, "{id}: neither source nor note"),
            Self::Months(id, occasion) => write!(f, "{id}: the months of {occasion}"),
        }
    }
}

/// One paper of the checked list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PaperItem {
    paper: PaperKind,
    concerns: Concerns,
    first: Vec<Fact>,
    renewal: Vec<Fact>,
    months_first: Option<u8>,
    months_renewal: Option<u8>,
    children_too: bool,
}

/// The checked list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Papers {
    items: Vec<PaperItem>,
}

impl TryFrom<PapersFile> for Papers {
    type Error = Vec<PapersFault>;

    /// Checks the file; every fault at once.
    fn try_from(file: PapersFile) -> Result<Self, Vec<PapersFault>> {
        let mut faults = Vec::new();
        if !file.verified {
            faults.push(PapersFault::NotVerified);
        }
        for row in &file.document {
            check(row, &file.sources, &mut faults);
        }
        for paper in PaperKind::ALL {
            if file.document.iter().filter(|row| row.id == paper.as_str()).count() != 1 {
                faults.push(PapersFault::NotOnce(*paper));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let facts = |names: &[String]| names.iter().filter_map(|name| Fact::from_name(name)).collect();
        let items = file.document.iter().filter_map(|row| {
            Some(PaperItem {
                paper: PaperKind::from_name(&row.id)?,
                concerns: row.concerns,
                first: facts(&row.first),
                renewal: facts(&row.renewal),
                months_first: row.months_first,
                months_renewal: row.months_renewal,
                children_too: row.children_too,
            })
        });
        Ok(Self { items: items.collect() })
    }
}

fn check(row: &PaperRow, sources: &BTreeMap<String, String>, faults: &mut Vec<PapersFault>) {
    let id = || row.id.clone();
    if PaperKind::from_name(&row.id).is_none() {
        faults.push(PapersFault::UnknownPaper(id()));
    }
    if row.name_sv.trim().is_empty() || row.gloss_en.trim().is_empty() {
        faults.push(PapersFault::Blank(id()));
    }
    let unknown_when = row.when.iter().filter(|word| !matches!(word.as_str(), "first" | "renewal" | "if"));
    let unknown_fact = row.first.iter().chain(&row.renewal).filter(|name| Fact::from_name(name).is_none());
    let unknown_source = row.seen_at.iter().filter(|name| !sources.contains_key(*name));
    for word in unknown_when.chain(unknown_fact).chain(unknown_source) {
        faults.push(PapersFault::UnknownWord(id(), word.clone()));
    }
    let conditional = row.says("if");
    if conditional && row.condition.is_none() {
        faults.push(PapersFault::NoCondition(id()));
    }
    if row.seen_at.is_empty() && row.note.is_none() {
        faults.push(PapersFault::NoSource(id()));
    }
    let mut asked = false;
    for occasion in Occasion::ALL.iter().copied() {
        let reading = !row.facts(occasion).is_empty();
        asked |= reading;
        let said = row.says(occasion.as_str());
        // "If" alone leaves open when; what is said must be read, and what is not said must not be made up.
        if (said && !reading) || (reading && !said && !conditional) {
            faults.push(PapersFault::Contradiction(id(), occasion));
        }
        if row.months(occasion).is_some_and(|months| !reading || !(1..=MOST_MONTHS).contains(&months)) {
            faults.push(PapersFault::Months(id(), occasion));
        }
    }
    if !asked {
        faults.push(PapersFault::Contradiction(id(), Occasion::First));
    }
}

impl PaperItem {
    /// The conditions at an occasion. A municipality may ask for a paper when the file does not: then they are those of
    /// the other occasion.
    fn when(&self, occasion: Occasion) -> &[Fact] {
        let (own, other) = match occasion {
            Occasion::First => (&self.first, &self.renewal),
            Occasion::Renewal => (&self.renewal, &self.first),
        };
        if own.is_empty() { other } else { own }
    }

    fn rule(&self, setting: Option<&PaperSetting>) -> PaperRule {
        let time = |occasion, asked, months| PaperTime { asked, months, when: self.when(occasion).to_vec() };
        let (first, renewal) = match setting {
            Some(own) => ((own.asked_first, own.months_first), (own.asked_renewal, own.months_renewal)),
            None => ((!self.first.is_empty(), self.months_first), (!self.renewal.is_empty(), self.months_renewal)),
        };
        PaperRule {
            paper: self.paper,
            concerns: self.concerns,
            first: time(Occasion::First, first.0, first.1),
            renewal: time(Occasion::Renewal, renewal.0, renewal.1),
            children_too: self.children_too,
            extra: setting.and_then(|own| own.extra.clone()),
            checked_on: setting.map(|own| own.checked_on),
        }
    }
}

impl Papers {
    /// The list as a municipality has it: its own newest setting for each paper, else the built-in reading.
    pub fn rules(&self, settings: &[PaperSetting]) -> Vec<PaperRule> {
        self.items.iter().map(|item| item.rule(settings.iter().find(|setting| setting.paper == item.paper))).collect()
    }
}
