//! What could be otherwise: "if I work 20 hours a week", "if the child turns 7", "if we move in together".
//!
//! A change arrives as a [`ChangeRequest`], is read as a [`Change`], and is [applied](super::apply()) to a request. It says
//! nothing about amounts of support: the changed request is estimated like any other.

use super::{
    Kronor,
    input::{At, Check, MOST_KRONOR, MOST_MONTHS, small},
    kind::{ChangeKind, IncomeKind, Partner, Person},
    month::Month,
    raw::{Field, Unknown},
    table::MAX_AGE,
};
use crate::fault::FieldCode;
use serde::{Deserialize, Serialize};

/// The hours of a week.
const HOURS_OF_WEEK: i64 = 168;
const WEEKS_OF_YEAR: i64 = 52;
const MONTHS_OF_YEAR: i64 = 12;

/// One thing that is otherwise, as it arrived. Which fields belong to which `kind` is said beside them; a field of another
/// kind is refused. Children are numbered as in the estimate, whatever else changes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChangeRequest {
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = ChangeKind, required = true))]
    pub kind: Field,
    /// `work`: `adult1` (default) or `adult2`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "adult1"))]
    pub person: Field,
    /// `work`: hours a week, together with `hourly` and instead of `amount`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 0, maximum = 168))]
    pub hours: Field,
    /// `work`: kronor an hour after tax. The month is hours × kronor × 52/12, to the nearest krona.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 0, maximum = 1_000_000))]
    pub hourly: Field,
    /// `work`: the wage of the month after tax, in place of all that person's wages. `move_together`: the partner's income
    /// of the month after tax, default 0. `rent`: the new rent. Kronor; 0 is none.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 0, maximum = 1_000_000))]
    pub amount: Field,
    /// `work`: as of a wage. Default: as in the estimate.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 0, maximum = 600))]
    pub months_with_support: Field,
    /// `work`: as of a wage. Default: as in the estimate.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 1, maximum = 600))]
    pub stimulus_month: Field,
    /// `child_age`, `child_moves_out`: which child, from 1.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 1, maximum = 20))]
    pub child: Field,
    /// `child_age`, `child_moves_in`: years.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 0, maximum = 20))]
    pub age: Field,
    /// `child_moves_in`: as of a child.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = bool))]
    pub lunch_away: Field,
    /// `child_moves_in`: as of a child.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = i64, minimum = 1, maximum = 31))]
    pub days: Field,
    /// `move_together`: how the partner stands to the application. Default `applies`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = Partner))]
    pub partner: Field,
    /// `move_together`: what the partner's income is. Default `wage`.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = IncomeKind))]
    pub income: Field,
    /// `month`: the other month.
    #[serde(default, skip_serializing_if = "Field::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2026-12"))]
    pub month: Field,
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schema(ignore))]
    pub unknown: Unknown,
}

/// One thing that is otherwise: every number in its range. Whether it fits a household is seen when it is
/// [applied](super::apply()).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The person's wage of the month after tax is this, and nothing else. What is not said about jobbstimulans stays.
    Work {
        person: Person,
        wage: Kronor,
        months_with_support: Option<i64>,
        stimulus_month: Option<i64>,
    },
    ChildAge {
        child: u8,
        age: u8,
    },
    ChildMovesIn {
        age: u8,
        lunch_away: bool,
        days: Option<u8>,
    },
    ChildMovesOut {
        child: u8,
    },
    MoveTogether {
        partner: Partner,
        income: IncomeKind,
        amount: Kronor,
    },
    MoveApart,
    Rent {
        amount: Kronor,
    },
    Month {
        month: Month,
    },
}

/// What a month of work pays, from hours a week and kronor an hour: × 52/12, to the nearest krona.
pub const fn monthly_wage(hours: i64, hourly: Kronor) -> Kronor {
    (hours * hourly * WEEKS_OF_YEAR + MONTHS_OF_YEAR / 2) / MONTHS_OF_YEAR
}

impl ChangeRequest {
    /// Reads it, with every fault at its place below `/changes/{index}`.
    pub(super) fn read(&self, check: &mut Check, index: usize) -> Option<Change> {
        let at = |field| At::entry("/changes", index, field);
        check.unknown(at(""), &self.unknown);
        let kind = check.choice(at("kind"), &self.kind, ChangeKind::from_name)?;
        for (name, field) in self.fields() {
            if !field.is_missing() && !belongs(kind, name) {
                check.fault(at(name), FieldCode::DoesNotFit);
            }
        }
        let ages = 0..=i64::from(MAX_AGE);
        Some(match kind {
            ChangeKind::Work => return self.work(check, index),
            ChangeKind::ChildAge => {
                let child = check.number(at("child"), &self.child, 1..=i64::from(u8::MAX), None);
                let age = check.number(at("age"), &self.age, ages, None);
                Change::ChildAge { child: small(child?), age: small(age?) }
            }
            ChangeKind::ChildMovesIn => {
                let age = check.number(at("age"), &self.age, ages, None);
                let lunch_away = match self.lunch_away {
                    Field::Missing => Some(false),
                    Field::Flag(flag) => Some(flag),
                    _ => check.refuse(at("lunch_away"), FieldCode::Malformed),
                };
                let days = match self.days {
                    Field::Missing => Some(None),
                    _ => check.number(at("days"), &self.days, 1..=31, None).map(small).map(Some),
                };
                Change::ChildMovesIn { age: small(age?), lunch_away: lunch_away?, days: days? }
            }
            ChangeKind::ChildMovesOut => {
                let child = check.number(at("child"), &self.child, 1..=i64::from(u8::MAX), None)?;
                Change::ChildMovesOut { child: small(child) }
            }
            ChangeKind::MoveTogether => {
                let partner = match self.partner {
                    Field::Missing => Some(Partner::Applies),
                    _ => check.choice(at("partner"), &self.partner, Partner::from_name),
                };
                let income = match self.income {
                    Field::Missing => Some(IncomeKind::Wage),
                    _ => check.choice(at("income"), &self.income, IncomeKind::from_name),
                };
                if income == Some(IncomeKind::PupilWage) {
                    check.fault(at("income"), FieldCode::DoesNotFit);
                }
                let amount = check.kronor(at("amount"), &self.amount, Some(0));
                Change::MoveTogether { partner: partner?, income: income?, amount: amount? }
            }
            ChangeKind::MoveApart => Change::MoveApart,
            ChangeKind::Rent => Change::Rent { amount: check.kronor(at("amount"), &self.amount, None)? },
            ChangeKind::Month => match &self.month {
                Field::Missing => return check.refuse(at("month"), FieldCode::Required),
                Field::Text(text) => match text.parse() {
                    Ok(month) => Change::Month { month },
                    Err(_) => return check.refuse(at("month"), FieldCode::NotAMonth),
                },
                _ => return check.refuse(at("month"), FieldCode::NotAMonth),
            },
        })
    }

    fn work(&self, check: &mut Check, index: usize) -> Option<Change> {
        let at = |field| At::entry("/changes", index, field);
        let person = match self.person {
            Field::Missing => Some(Person::Adult1),
            _ => check.choice(at("person"), &self.person, Person::from_name),
        };
        if matches!(person, Some(Person::Child(_))) {
            check.fault(at("person"), FieldCode::DoesNotFit);
        }
        let wage = if self.hours.is_missing() && self.hourly.is_missing() {
            check.kronor(at("amount"), &self.amount, None)
        } else {
            if !self.amount.is_missing() {
                check.fault(at("amount"), FieldCode::DoesNotFit);
            }
            let hours = check.number(at("hours"), &self.hours, 0..=HOURS_OF_WEEK, None);
            let hourly = check.kronor(at("hourly"), &self.hourly, None);
            let wage = hours.zip(hourly).map(|(hours, hourly)| monthly_wage(hours, hourly));
            if wage.is_some_and(|wage| !(0..=MOST_KRONOR).contains(&wage)) {
                check.fault(at("hourly"), FieldCode::OutOfRange);
            }
            wage
        };
        let mut months = |name, field: &Field, range| match field {
            Field::Missing => Some(None),
            _ => check.number(at(name), field, range, None).map(Some),
        };
        let months_with_support = months("months_with_support", &self.months_with_support, 0..=MOST_MONTHS);
        let stimulus_month = months("stimulus_month", &self.stimulus_month, 1..=MOST_MONTHS);
        Some(Change::Work {
            person: person?,
            wage: wage?,
            months_with_support: months_with_support?,
            stimulus_month: stimulus_month?,
        })
    }

    /// Every field but the kind.
    fn fields(&self) -> [(&'static str, &Field); 13] {
        [
            ("person", &self.person),
            ("hours", &self.hours),
            ("hourly", &self.hourly),
            ("amount", &self.amount),
            ("months_with_support", &self.months_with_support),
            ("stimulus_month", &self.stimulus_month),
            ("child", &self.child),
            ("age", &self.age),
            ("lunch_away", &self.lunch_away),
            ("days", &self.days),
            ("partner", &self.partner),
            ("income", &self.income),
            ("month", &self.month),
        ]
    }
}

/// Whether a field says something about a change of this kind.
fn belongs(kind: ChangeKind, field: &str) -> bool {
    let fields: &[&str] = match kind {
        ChangeKind::Work => &["person", "hours", "hourly", "amount", "months_with_support", "stimulus_month"],
        ChangeKind::ChildAge => &["child", "age"],
        ChangeKind::ChildMovesIn => &["age", "lunch_away", "days"],
        ChangeKind::ChildMovesOut => &["child"],
        ChangeKind::MoveTogether => &["partner", "income", "amount"],
        ChangeKind::MoveApart => &[],
        ChangeKind::Rent => &["amount"],
        ChangeKind::Month => &["month"],
    };
    fields.contains(&field)
}

impl Change {
    /// Whether other people live in the household afterwards, so that the same money is for more or for fewer.
    pub const fn changes_who_lives_there(&self) -> bool {
        match self {
            Self::ChildMovesIn { .. } | Self::ChildMovesOut { .. } | Self::MoveTogether { .. } | Self::MoveApart => {
                true
            }
            Self::Work { .. } | Self::ChildAge { .. } | Self::Rent { .. } | Self::Month { .. } => false,
        }
    }
}
