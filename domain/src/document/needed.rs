//! Which papers a household needs: conditions as data, asked of what is known about it.
//!
//! The list helps and never stops anything: anybody may apply without papers and send them later (service rule; the board
//! investigates, 23 § förvaltningslagen). What is not known adds no paper.

use super::paper::{Also, Concerns, Home, Occasion, PaperKind};
use crate::{
    application::{ApplicationForm, ApplicationKind},
    norm::{CostKind, IncomeKind, Situation},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// What decides which papers are needed. Everything may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PapersQuestion {
    /// Default: the first application.
    pub occasion: Option<Occasion>,
    /// Lives with a spouse or sambo.
    pub partner: bool,
    /// Has children at home.
    pub children: bool,
    pub home: Option<Home>,
    pub incomes: Vec<IncomeKind>,
    pub costs: Vec<CostKind>,
    pub situation: Vec<Situation>,
    pub also: Vec<Also>,
}

impl PapersQuestion {
    /// What an application form tells, valid or not: what cannot be read adds nothing.
    pub fn of(form: &ApplicationForm, occasion: Occasion) -> Self {
        let situation: Vec<_> = form.situation.iter().filter_map(|code| Situation::from_name(code)).collect();
        let costs: Vec<_> = form.costs.iter().filter_map(|row| CostKind::from_name(&row.kind)).collect();
        let home = Home::told_by(&situation, &costs);
        Self {
            occasion: Some(occasion),
            partner: form.adults == "2",
            children: form.children.iter().any(|row| !row.is_blank()),
            home,
            incomes: form.incomes.iter().filter_map(|row| IncomeKind::from_name(&row.kind)).collect(),
            costs,
            situation,
            also: form.also.iter().filter_map(|code| Also::from_name(code)).collect(),
        }
    }

    pub fn occasion(&self) -> Occasion {
        self.occasion.unwrap_or(Occasion::First)
    }
}

impl Home {
    /// Where one lives, as far as situation and costs tell. The fee of a home of one's own is a rent too; who has no home and
    /// pays rent for something has a paper on it.
    pub fn told_by(situation: &[Situation], costs: &[CostKind]) -> Option<Self> {
        if situation.contains(&Situation::OwnsHome) {
            Some(Self::Owns)
        } else if costs.contains(&CostKind::Rent) {
            Some(Self::Rents)
        } else {
            situation.contains(&Situation::NoHome).then_some(Self::NoHome)
        }
    }
}

impl Occasion {
    /// What papers are asked for with an application for `month` (if one is chosen) beside those sent for `others`.
    pub fn beside(month: Option<Date>, others: &[Date]) -> Self {
        let first =
            month.map_or(others.is_empty(), |month| ApplicationKind::beside(month, others) == ApplicationKind::First);
        if first { Self::First } else { Self::Renewal }
    }
}

impl From<ApplicationKind> for Occasion {
    fn from(kind: ApplicationKind) -> Self {
        if kind == ApplicationKind::First { Self::First } else { Self::Renewal }
    }
}

/// One condition under which a paper is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// `always`
    Always,
    /// `rents`: also as somebody's lodger.
    Rents,
    /// `owns_home`
    OwnsHome,
    /// `any_income`
    AnyIncome,
    /// `income.wage`
    Income(IncomeKind),
    /// `cost.dental`
    Cost(CostKind),
    /// `situation.business`
    Situation(Situation),
    /// `also.moved`
    Also(Also),
}

impl Fact {
    /// The one with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        match (name, name.split_once('.')) {
            ("always", _) => Some(Self::Always),
            ("rents", _) => Some(Self::Rents),
            ("owns_home", _) => Some(Self::OwnsHome),
            ("any_income", _) => Some(Self::AnyIncome),
            (_, Some(("income", code))) => IncomeKind::from_name(code).map(Self::Income),
            (_, Some(("cost", code))) => CostKind::from_name(code).map(Self::Cost),
            (_, Some(("situation", code))) => Situation::from_name(code).map(Self::Situation),
            (_, Some(("also", code))) => Also::from_name(code).map(Self::Also),
            _ => None,
        }
    }

    /// Whether it is so, as far as is known.
    pub fn holds(self, known: &PapersQuestion) -> bool {
        match self {
            Self::Always => true,
            Self::Rents => known.home == Some(Home::Rents) || known.also.contains(&Also::Sublet),
            Self::OwnsHome => known.home == Some(Home::Owns) || known.situation.contains(&Situation::OwnsHome),
            Self::AnyIncome => !known.incomes.is_empty(),
            Self::Income(kind) => known.incomes.contains(&kind),
            Self::Cost(kind) => known.costs.contains(&kind),
            Self::Situation(code) => known.situation.contains(&code),
            Self::Also(code) => known.also.contains(&code),
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => f.write_str("always"),
            Self::Rents => f.write_str("rents"),
            Self::OwnsHome => f.write_str("owns_home"),
            Self::AnyIncome => f.write_str("any_income"),
            Self::Income(kind) => write!(f, "income.{kind}"),
            Self::Cost(kind) => write!(f, "cost.{kind}"),
            Self::Situation(code) => write!(f, "situation.{code}"),
            Self::Also(code) => write!(f, "also.{code}"),
        }
    }
}

impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A paper as a municipality asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PaperRule {
    pub paper: PaperKind,
    pub concerns: Concerns,
    /// With the first application.
    pub first: PaperTime,
    /// With one for a later month.
    pub renewal: PaperTime,
    /// Where there are children, theirs may be asked for too.
    pub children_too: bool,
    /// What the municipality adds in its own words; Swedish is always there.
    pub extra: Option<Words>,
    /// Somebody in the municipality has said that it asks for it so, on that day; absent: the built-in reading, which
    /// nobody there has confirmed.
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    pub checked_on: Option<Date>,
}

/// A paper at one occasion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PaperTime {
    pub asked: bool,
    /// How many months back; absent: the latest one.
    pub months: Option<u8>,
    /// Needed when any of these holds: `always`, `rents`, `cost.dental`, `also.moved` …
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub when: Vec<Fact>,
}

/// A municipality's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Words {
    pub sv: String,
    pub en: Option<String>,
    pub ar: Option<String>,
}

impl Words {
    /// In that language, or in Swedish.
    pub fn in_language(&self, language: &str) -> &str {
        let other = match language {
            "en" => self.en.as_deref(),
            "ar" => self.ar.as_deref(),
            _ => None,
        };
        other.unwrap_or(&self.sv)
    }
}

impl PaperRule {
    pub fn at(&self, occasion: Occasion) -> &PaperTime {
        match occasion {
            Occasion::First => &self.first,
            Occasion::Renewal => &self.renewal,
        }
    }
}

/// One paper that a household needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NeededPaper {
    pub paper: PaperKind,
    pub concerns: Concerns,
    /// How many months back; absent: the latest one.
    pub months: Option<u8>,
    /// The children's may be asked for too.
    pub children_too: bool,
    pub extra: Option<Words>,
}

/// Those of the papers that are needed, in the order they are listed: by whom they concern.
pub fn needed(rules: &[PaperRule], known: &PapersQuestion) -> Vec<NeededPaper> {
    let mut papers: Vec<NeededPaper> = rules
        .iter()
        .filter_map(|rule| {
            let time = rule.at(known.occasion());
            let is_needed = time.asked && time.when.iter().any(|fact| fact.holds(known));
            is_needed.then(|| NeededPaper {
                paper: rule.paper,
                concerns: rule.concerns,
                months: time.months,
                children_too: rule.children_too && known.children,
                extra: rule.extra.clone(),
            })
        })
        .collect();
    papers.sort_by_key(|paper| (paper.concerns, paper.paper));
    papers
}
