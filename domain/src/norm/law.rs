//! Which section of which act a line or notice rests on, by the day the law is from.
//!
//! A reference is given only where the text itself was read. For months before 1 July 2025 the old act (2001:453) and
//! ordinance (2001:937) applied; their sections were not read again, so nothing is cited. The changes that took effect
//! on 1 July 2026 concern 12 kap. 3-5 §§ socialtjänstlagen (activity requirement, medical certificates); those sections
//! are not cited here. From 1 January 2027 a reform is to change the chapter: nothing is cited until it has been read.

use super::month::Month;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An act or ordinance, by its number in Svensk författningssamling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Act {
    /// Socialtjänstlagen (2025:400), SoL.
    #[serde(rename = "SFS 2025:400")]
    SocialServicesAct,
    /// Socialtjänstförordningen (2025:468), SoF.
    #[serde(rename = "SFS 2025:468")]
    SocialServicesOrdinance,
    /// Förvaltningslagen (2017:900), FL.
    #[serde(rename = "SFS 2017:900")]
    AdministrativeProcedureAct,
}

impl Act {
    /// The number, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SocialServicesAct => "SFS 2025:400",
            Self::SocialServicesOrdinance => "SFS 2025:468",
            Self::AdministrativeProcedureAct => "SFS 2017:900",
        }
    }

    /// The Swedish name with its number, as it is cited in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SocialServicesAct => "socialtjänstlagen (2025:400)",
            Self::SocialServicesOrdinance => "socialtjänstförordningen (2025:468)",
            Self::AdministrativeProcedureAct => "förvaltningslagen (2017:900)",
        }
    }

    const fn chapter(self, chapter: u8, section: u8) -> LawRef {
        LawRef { act: self, chapter: Some(chapter), section, letter: None, point: None }
    }

    const fn section(self, section: u8) -> LawRef {
        LawRef { act: self, chapter: None, section, letter: None, point: None }
    }
}

/// A place in the law. Shown as `12 kap. 7 § 2 socialtjänstlagen (2025:400)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LawRef {
    pub act: Act,
    /// Absent in acts without chapters.
    pub chapter: Option<u8>,
    pub section: u8,
    /// Of a section put in between: `7 a §`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, example = "a"))]
    pub letter: Option<char>,
    /// The numbered point of the section, if it has points.
    pub point: Option<u8>,
}

impl LawRef {
    const fn letter(self, letter: char) -> Self {
        Self { letter: Some(letter), ..self }
    }

    const fn point(self, point: u8) -> Self {
        Self { point: Some(point), ..self }
    }
}

impl fmt::Display for LawRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(chapter) = self.chapter {
            write!(f, "{chapter} kap. ")?;
        }
        write!(f, "{} ", self.section)?;
        if let Some(letter) = self.letter {
            write!(f, "{letter} ")?;
        }
        f.write_str("§ ")?;
        if let Some(point) = self.point {
            write!(f, "{point} ")?;
        }
        f.write_str(self.act.name())
    }
}

/// A rule the calculation follows, whatever its section is called in a given year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// The norm is the members' personal costs and the household's common costs.
    Norm,
    /// Common costs above seven persons, and of an adult who shares a household without being sambo.
    CommonCostsBeyondTable,
    /// What the norm is meant to cover: food, clothes, play and leisure, health, newspaper, phone.
    InsideNorm,
    /// Reasonable costs beside the norm: home, household electricity, work travel, home insurance, union, a-kassa.
    BesideNorm,
    /// Right to support for what one cannot meet in another way, livelihood and other living costs.
    RightToSupport,
    /// The norm may be set higher or lower for special reasons: each household is tested by itself.
    IndividualLevel,
    /// A quarter of income from employment is left out after six months of support (jobbstimulans).
    JobStimulus,
    /// Work income of children and pupils at home is left out up to one prisbasbelopp a year.
    PupilIncome,
    /// What a leisure card is worth leaves support as it is.
    LeisureCard,
    /// Who is covered by the law on reception of asylum seekers gets support under that law instead.
    AsylumSeekers,
    /// What an application is; anybody may hand one in.
    Application,
}

/// The section that holds each rule, as long as the law stands.
type Sections = fn(Rule) -> LawRef;

/// From which month which sections are cited, where they have been read. The last row that has begun applies.
const LAW: [(Month, Option<Sections>); 3] =
    [(Month::fixed(1, 1), None), (Month::fixed(2025, 7), Some(from_july_2025)), (Month::fixed(2027, 1), None)];

/// The law as it stands in one month.
#[derive(Debug, Clone, Copy)]
pub struct LawBook {
    sections: Option<Sections>,
}

impl LawBook {
    /// The law that applies to support for `month`.
    pub fn of(month: Month) -> Self {
        let begun = LAW.iter().rev().find(|(from, _)| *from <= month);
        Self { sections: begun.and_then(|(_, sections)| *sections) }
    }

    /// The section that holds the rule; `None` where the text has not been read.
    pub fn section(self, rule: Rule) -> Option<LawRef> {
        self.sections.map(|sections| sections(rule))
    }
}

/// Socialtjänstlagen (2025:400) and socialtjänstförordningen (2025:468), in force 1 July 2025; read with changes up to
/// SFS 2025:1501 and SFS 2025:1046. Förvaltningslagen read with SFS 2025:582.
const fn from_july_2025(rule: Rule) -> LawRef {
    const SOL: Act = Act::SocialServicesAct;
    const SOF: Act = Act::SocialServicesOrdinance;
    const FL: Act = Act::AdministrativeProcedureAct;
    match rule {
        Rule::Norm => SOF.chapter(12, 2),
        Rule::CommonCostsBeyondTable => SOF.chapter(12, 3),
        Rule::InsideNorm => SOL.chapter(12, 7).point(1),
        Rule::BesideNorm => SOL.chapter(12, 7).point(2),
        Rule::RightToSupport => SOL.chapter(12, 1),
        Rule::IndividualLevel => SOL.chapter(12, 7),
        Rule::JobStimulus => SOL.chapter(12, 8),
        Rule::PupilIncome => SOL.chapter(12, 9),
        Rule::LeisureCard => SOL.chapter(12, 7).letter('a'),
        Rule::AsylumSeekers => SOL.chapter(10, 2),
        Rule::Application => FL.section(19),
    }
}
