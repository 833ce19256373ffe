//! What a decision says, and when it may be published.

use super::law::{AppealRoute, Confirmation, DecisionLaw};
use crate::{
    fault::{FieldCode, FieldFault},
    norm::{CostKind, Month},
};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The most lines of a decision.
pub const MOST_LINES: usize = 60;
/// The most sections of one line.
pub const MOST_SECTIONS: usize = 10;
/// Characters in the reason of one line.
pub const MOST_REASON: usize = 4_000;
/// Characters in the reasons of the whole.
pub const MOST_REASONS: usize = 10_000;
/// The largest amount of one line, in kronor.
pub const MOST_AMOUNT: i64 = 1_000_000;

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Livelihood support: what the norm is meant to cover.
    Livelihood,
    /// A cost outside the norm.
    Cost(CostKind),
}

impl Need {
    /// The code in JSON: `livelihood`, or the cost's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Livelihood => "livelihood",
            Self::Cost(kind) => kind.as_str(),
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        if name == "livelihood" { Some(Self::Livelihood) } else { CostKind::from_name(name).map(Self::Cost) }
    }

    /// Which part of the law it belongs to.
    pub const fn kind(self) -> NeedKind {
        match self {
            Self::Livelihood => NeedKind::Livelihood,
            Self::Cost(
                CostKind::Rent
                | CostKind::Electricity
                | CostKind::HomeInsurance
                | CostKind::Union
                | CostKind::UnemploymentFund
                | CostKind::WorkTravel
                | CostKind::Leisure,
            ) => NeedKind::LivingCost,
            Self::Cost(_) => NeedKind::OtherCost,
        }
    }
}

/// What the law says of a need: which sections usually decide it (`domain/law.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    /// What the norm is meant to cover.
    Livelihood,
    /// A cost that 12 kap. 7 § SoL names: inside the norm, or beside it as far as it is reasonable.
    LivingCost,
    /// Any other cost, tested by itself (livsföring i övrigt).
    OtherCost,
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Need {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Need {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        // Begins as serde's own words do, so that REST answers `unknown_choice`.
        Self::from_name(&name).ok_or_else(|| de::Error::custom("unknown variant of need"))
    }
}

/// What came of a line, or of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Bifall.
    Granted,
    /// Delvis bifall.
    Partly,
    /// Avslag.
    Refused,
}

impl Outcome {
    pub const ALL: [Outcome; 3] = [Outcome::Granted, Outcome::Partly, Outcome::Refused];

    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Granted => "granted",
            Outcome::Partly => "partly",
            Outcome::Refused => "refused",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == name)
    }

    /// What the amounts say: nothing is a refusal, less than asked a part.
    pub fn of_amounts(asked: i64, granted: i64) -> Self {
        if granted <= 0 {
            Outcome::Refused
        } else if granted < asked {
            Outcome::Partly
        } else {
            Outcome::Granted
        }
    }

    /// Of several: all alike, or partly.
    pub fn of_lines(lines: &[DecisionLine]) -> Self {
        let all = |outcome: Outcome| lines.iter().all(|line| line.outcome == outcome);
        if lines.is_empty() || all(Outcome::Refused) {
            Outcome::Refused
        } else if all(Outcome::Granted) {
            Outcome::Granted
        } else {
            Outcome::Partly
        }
    }
}

/// One need and what was decided about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecisionLine {
    /// `livelihood`, or a cost's name such as `rent`.
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "livelihood"))]
    pub need: Need,
    /// What was missing for it according to the application, in kronor.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 1_000_000))]
    pub asked: i64,
    /// What is paid out for it, in kronor.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 1_000_000))]
    pub granted: i64,
    pub outcome: Outcome,
    /// In plain words. Needed unless granted.
    #[serde(default)]
    pub reason: String,
    /// Sections such as `12:1`. Needed unless granted.
    #[serde(default)]
    pub sections: Vec<String>,
    /// Follows from the sections; what is sent is not read.
    #[serde(default)]
    pub appeal_route: AppealRoute,
}

/// What a decision says. A draft may still have faults; a published one has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecisionContent {
    /// The month it is for.
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2026-11"))]
    pub period: Month,
    pub lines: Vec<DecisionLine>,
    /// Reasons for the whole, in plain words. May be empty: each line has its own.
    #[serde(default)]
    pub reasons: String,
    /// The day the money comes, if there is money and the day is known.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    pub pay_on: Option<Date>,
}

/// What the answer is made of: the texts belong to the languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneSentence {
    /// "Du får 5 970 kronor för november."
    Granted { amount: i64, period: Month, pay_on: Option<Date> },
    /// The same, and that it is not everything.
    Partly { amount: i64, period: Month, pay_on: Option<Date> },
    /// "Du får inte ekonomiskt bistånd för november."
    Refused { period: Month },
    /// The only thing asked for was one cost: "Du får inte pengar till …".
    RefusedNeed { need: Need, period: Month },
}

impl DecisionContent {
    /// What is paid out in all, in kronor.
    pub fn amount(&self) -> i64 {
        self.lines.iter().map(|line| line.granted).sum()
    }

    /// Of the whole.
    pub fn outcome(&self) -> Outcome {
        Outcome::of_lines(&self.lines)
    }

    /// Whether anything was refused or reduced: then the page says what one can do now.
    pub fn has_refusal(&self) -> bool {
        self.lines.iter().any(|line| line.outcome != Outcome::Granted)
    }

    /// The answer in one sentence.
    pub fn one_sentence(&self) -> OneSentence {
        let (amount, period, pay_on) = (self.amount(), self.period, self.pay_on);
        match (self.outcome(), self.lines.as_slice()) {
            (Outcome::Granted, _) => OneSentence::Granted { amount, period, pay_on },
            (Outcome::Partly, _) => OneSentence::Partly { amount, period, pay_on },
            (Outcome::Refused, [DecisionLine { need: need @ Need::Cost(_), .. }]) => {
                OneSentence::RefusedNeed { need: *need, period }
            }
            (Outcome::Refused, _) => OneSentence::Refused { period },
        }
    }

    /// The ways to appeal it, each once.
    pub fn appeal_routes(&self) -> Vec<AppealRoute> {
        let has = |route: &AppealRoute| self.lines.iter().any(|line| line.appeal_route == *route);
        [AppealRoute::AdministrativeCourt, AppealRoute::LegalityReview].into_iter().filter(has).collect()
    }

    /// Gives every line the way to appeal that its sections lead to. A line without a known section, which only a granted
    /// one can be, goes the ordinary way.
    #[must_use]
    pub fn routed(mut self, law: &DecisionLaw, day: Date) -> Self {
        for line in &mut self.lines {
            let route = line.sections.iter().find_map(|section| law.section(section, day)).map(|row| row.route);
            line.appeal_route = route.unwrap_or_default();
        }
        self
    }

    /// What is wrong in a draft too: nothing is saved that could not be shown or stored.
    pub fn faults_of_draft(&self, law: &DecisionLaw, day: Date) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if self.lines.len() > MOST_LINES {
            faults.push(FieldFault::new("/lines", FieldCode::TooMany));
        }
        for (place, line) in self.lines.iter().take(MOST_LINES).enumerate() {
            let mut fault = |field: &str, code| faults.push(FieldFault::new(format!("/lines/{place}/{field}"), code));
            for (field, amount) in [("asked", line.asked), ("granted", line.granted)] {
                if !(0..=MOST_AMOUNT).contains(&amount) {
                    fault(field, FieldCode::OutOfRange);
                }
            }
            if let Some(code) = text_fault(&line.reason, MOST_REASON) {
                fault("reason", code);
            }
            if line.sections.len() > MOST_SECTIONS {
                fault("sections", FieldCode::TooMany);
            } else if line.sections.iter().any(|section| law.section(section, day).is_none()) {
                fault("sections", FieldCode::UnknownChoice);
            }
        }
        if let Some(code) = text_fault(&self.reasons, MOST_REASONS) {
            faults.push(FieldFault::new("/reasons", code));
        }
        faults
    }

    /// Everything that stands in the way of publishing it on `day`, at once. Whether an unverified section may be used is
    /// asked apart ([`rests_on_unsettled_law`](Self::rests_on_unsettled_law)).
    pub fn faults(&self, law: &DecisionLaw, day: Date) -> Vec<FieldFault> {
        let mut faults = self.faults_of_draft(law, day);
        if self.lines.is_empty() {
            faults.push(FieldFault::new("/lines", FieldCode::Required));
        }
        for (place, line) in self.lines.iter().take(MOST_LINES).enumerate() {
            let pointer = |field: &str| format!("/lines/{place}/{field}");
            if line.outcome != Outcome::of_amounts(line.asked, line.granted) {
                faults.push(FieldFault::new(pointer("outcome"), FieldCode::DoesNotFit));
            }
            if line.outcome != Outcome::Granted {
                if line.reason.trim().is_empty() {
                    faults.push(FieldFault::new(pointer("reason"), FieldCode::Required));
                }
                if line.sections.is_empty() {
                    faults.push(FieldFault::new(pointer("sections"), FieldCode::Required));
                }
            }
            // One line, one way to appeal.
            let mut routes = line.sections.iter().filter_map(|section| law.section(section, day)).map(|row| row.route);
            let first = routes.next();
            if routes.any(|route| Some(route) != first) {
                faults.push(FieldFault::new(pointer("sections"), FieldCode::DoesNotFit));
            }
        }
        match self.pay_on {
            Some(_) if self.amount() == 0 => faults.push(FieldFault::new("/pay_on", FieldCode::DoesNotFit)),
            Some(pay_on) if pay_on < day => faults.push(FieldFault::new("/pay_on", FieldCode::OutOfRange)),
            _ => {}
        }
        faults
    }

    /// Whether a refusal or reduction cites a section that nobody has verified or confirmed.
    pub fn rests_on_unsettled_law(&self, law: &DecisionLaw, day: Date, confirmed: &[Confirmation]) -> bool {
        self.lines
            .iter()
            .filter(|line| line.outcome != Outcome::Granted)
            .flat_map(|line| &line.sections)
            .filter_map(|section| law.section(section, day))
            .any(|row| !DecisionLaw::is_settled(row, confirmed))
    }
}

/// NUL cannot be stored; other control characters have no place in a sentence.
fn text_fault(text: &str, most: usize) -> Option<FieldCode> {
    if text.chars().count() > most {
        return Some(FieldCode::TooLong);
    }
    let control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    text.contains(control).then_some(FieldCode::Malformed)
}
