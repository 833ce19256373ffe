//! What no act says and every municipality settles for itself. None of it is law and none of it is verified for a
//! particular municipality: it is data, with the most common way as the default and no amounts at all. An estimate says
//! in a notice where it rests on it: where a part is taken, an amount limited or a surplus left out.
//!
//! It is dated: [`Practices`] says which way applies to which month, so that old months keep theirs.

use super::{
    Kronor,
    input::{MOST_CHILDREN, MOST_KRONOR},
    kind::CostKind,
    month::Month,
    share::Share,
};
use crate::fault::{FieldCode, FieldFault};
use serde::{Deserialize, Serialize};

/// Sizes of households that can have an amount of their own: two adults and all the children of a request.
pub const MOST_SIZES: usize = MOST_CHILDREN + 2;
/// The longest a surplus can roll, in months.
pub const MOST_ROLLS: u8 = 12;

/// A municipality's way of calculating, where the law leaves it open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LocalPractice {
    /// What a child's days in the household are divided by. Default: 30.
    pub day_divisor: DayDivisor,
    /// How a child who is there part of the month counts in the common costs. Default: fully.
    pub part_month_common: PartMonthCommon,
    /// How much of the couple's personal costs, and of the common costs, falls on the one who applies when the partner
    /// has no right or is not in the application. Default: half.
    pub one_of_couple: Share,
    /// How a child's own money counts. Default: fully.
    pub child_money: ChildMoney,
    /// How many months back a surplus may come from and still count. Default: 3.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 12))]
    pub surplus_rolls: u8,
    /// What is usually accepted as reasonable. Default: none known, so every cost counts as stated.
    pub ceilings: Vec<Ceiling>,
}

/// Up to how much the costs of one kind are usually accepted in a month, all of them together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Ceiling {
    pub kind: CostKind,
    /// Kronor for households of 1, 2, 3 … people; the last also for all larger ones. At least one.
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 22))]
    pub amounts: Vec<u32>,
}

/// What applies as long as a municipality has settled nothing.
static UNSETTLED: LocalPractice = LocalPractice {
    day_divisor: DayDivisor::Thirty,
    part_month_common: PartMonthCommon::Full,
    one_of_couple: Share::HALF,
    child_money: ChildMoney::Fully,
    surplus_rolls: 3,
    ceilings: Vec::new(),
};

impl Default for LocalPractice {
    fn default() -> Self {
        UNSETTLED.clone()
    }
}

impl LocalPractice {
    /// The same without what is usually accepted: what somebody asks for, which is answered in full also where less of it
    /// is accepted.
    #[must_use]
    pub fn without_ceilings(&self) -> Self {
        Self { ceilings: Vec::new(), ..self.clone() }
    }

    /// What is usually accepted for a household of this many; `None` where nothing is settled.
    pub(super) fn ceiling(&self, kind: CostKind, persons: usize) -> Option<Kronor> {
        let ceiling = self.ceilings.iter().find(|ceiling| ceiling.kind == kind)?;
        let of_size = ceiling.amounts.get(persons.saturating_sub(1)).or(ceiling.amounts.last())?;
        Some(Kronor::from(*of_size))
    }

    /// Everything that is wrong with it, with places below `parent`. What the types cannot say: each kind once and none
    /// that the norm holds already, amounts that are amounts and never fall when the household grows.
    pub fn faults(&self, parent: &str) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |place: String, code| faults.push(FieldFault::new(format!("{parent}/{place}"), code));
        if self.one_of_couple.of() == 0 {
            // Nothing would be left for the one who applies.
            fault("one_of_couple".to_owned(), FieldCode::OutOfRange);
        }
        if self.surplus_rolls > MOST_ROLLS {
            fault("surplus_rolls".to_owned(), FieldCode::OutOfRange);
        }
        for (index, ceiling) in self.ceilings.iter().enumerate() {
            let before = self.ceilings.get(..index).unwrap_or_default();
            if ceiling.kind == CostKind::Leisure || before.iter().any(|other| other.kind == ceiling.kind) {
                fault(format!("ceilings/{index}/kind"), FieldCode::DoesNotFit);
            }
            if ceiling.amounts.is_empty() {
                fault(format!("ceilings/{index}/amounts"), FieldCode::Required);
            }
            if ceiling.amounts.len() > MOST_SIZES {
                fault(format!("ceilings/{index}/amounts"), FieldCode::TooMany);
            }
            let mut smaller = 0;
            for (size, amount) in ceiling.amounts.iter().enumerate() {
                let place = || format!("ceilings/{index}/amounts/{size}");
                if *amount == 0 || Kronor::from(*amount) > MOST_KRONOR {
                    fault(place(), FieldCode::OutOfRange);
                } else if *amount < smaller {
                    fault(place(), FieldCode::DoesNotFit);
                }
                smaller = smaller.max(*amount);
            }
        }
        faults
    }
}

/// How long a month is when a child's days are counted. That they are counted in days: SOSFS 2013:1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayDivisor {
    /// Every month has 30 days; 30 or more are the whole month.
    Thirty,
    /// The calendar days of the month.
    CalendarDays,
}

impl DayDivisor {
    /// In days.
    pub fn days(self, month: Month) -> u8 {
        match self {
            Self::Thirty => 30,
            Self::CalendarDays => month.days(),
        }
    }
}

/// How a child who is there part of the month counts in the size of the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PartMonthCommon {
    /// As a whole person: the home must have room for the child all month.
    Full,
    /// By days: the common costs lie between those of the smaller and the larger household. Our reading of "by days";
    /// a municipality confirms it before choosing it.
    ByDays,
}

/// How incomes that are a child's own count. Not the child's earnings: those have a section of their own (12 kap. 9 § SoL).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChildMoney {
    /// Like everybody's in the household.
    Fully,
    /// At most for the child itself: up to the child's personal costs and an equal part of the common costs. A rule of
    /// practice that has no source we have read; a municipality confirms it before choosing it.
    AtMostOwnShare,
}

/// A municipality's ways and the months they begin with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<u32>", into = "Vec<u32>")]
pub struct Practices(Vec<(Month, LocalPractice)>);

impl Practices {
    /// From the versions in the order they were saved: a later one for the same month replaces the earlier.
    pub fn of_versions(versions: impl IntoIterator<Item = (Month, LocalPractice)>) -> Self {
        let mut begun: Vec<(Month, LocalPractice)> = Vec::new();
        for (from, practice) in versions {
            begun.retain(|(other, _)| *other != from);
            begun.push((from, practice));
        }
        begun.sort_unstable_by_key(|(from, _)| *from);
        Self(begun)
    }

    /// The way that applies to support for this month: the last that has begun, or what applies where nothing is settled.
    pub fn of(&self, month: Month) -> &LocalPractice {
        self.0.iter().rev().find(|(from, _)| *from <= month).map_or(&UNSETTLED, |(_, practice)| practice)
    }

    /// Only what these months need: what an island needs, not the whole history.
    #[must_use]
    pub fn between(&self, first: Month, last: Month) -> Self {
        let needed = self.0.iter().enumerate().filter(|(place, (from, _))| {
            let ends = self.0.get(place + 1).is_some_and(|(next, _)| *next <= first);
            *from <= last && !ends
        });
        Self(needed.map(|(_, version)| version.clone()).collect())
    }
}

// To the browser it travels as numbers: names and their deserialiser would cost the phone more than the figures.

impl From<Practices> for Vec<u32> {
    fn from(practices: Practices) -> Self {
        let mut numbers = Vec::new();
        for (from, practice) in practices.0 {
            numbers.extend([
                u32::from(from.year().unsigned_abs()) * 12 + u32::from(from.number().unsigned_abs()) - 1,
                u32::from(practice.day_divisor == DayDivisor::CalendarDays),
                u32::from(practice.part_month_common == PartMonthCommon::ByDays),
                practice.one_of_couple.of(),
                practice.one_of_couple.out_of(),
                u32::from(practice.child_money == ChildMoney::AtMostOwnShare),
                u32::from(practice.surplus_rolls),
                count(&practice.ceilings),
            ]);
            for ceiling in practice.ceilings {
                numbers.extend([ceiling.kind as u32, count(&ceiling.amounts)]);
                numbers.extend(ceiling.amounts);
            }
        }
        numbers
    }
}

/// Lists here are short; one longer than a number can say does not exist.
fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

impl TryFrom<Vec<u32>> for Practices {
    type Error = &'static str;

    fn try_from(numbers: Vec<u32>) -> Result<Self, Self::Error> {
        let (mut numbers, mut found) = (numbers.into_iter(), Vec::new());
        while !numbers.as_slice().is_empty() {
            found.push(version(&mut numbers).ok_or("not a list of practices")?);
        }
        Ok(Self(found))
    }
}

fn version(numbers: &mut std::vec::IntoIter<u32>) -> Option<(Month, LocalPractice)> {
    let month = numbers.next()?;
    let from = Month::new(i16::try_from(month / 12).ok()?, i8::try_from(month % 12 + 1).ok()?)?;
    let day_divisor = if numbers.next()? == 0 { DayDivisor::Thirty } else { DayDivisor::CalendarDays };
    let part_month_common = if numbers.next()? == 0 { PartMonthCommon::Full } else { PartMonthCommon::ByDays };
    let one_of_couple = Share::new(numbers.next()?, numbers.next()?)?;
    let child_money = if numbers.next()? == 0 { ChildMoney::Fully } else { ChildMoney::AtMostOwnShare };
    let surplus_rolls = u8::try_from(numbers.next()?).ok()?;
    let mut ceilings = Vec::new();
    for _ in 0..numbers.next()? {
        let kind = *CostKind::ALL.get(usize::try_from(numbers.next()?).ok()?)?;
        let length = usize::try_from(numbers.next()?).ok()?;
        let amounts: Vec<u32> = numbers.by_ref().take(length).collect();
        ceilings.push(Ceiling { kind, amounts });
    }
    let practice =
        LocalPractice { day_divisor, part_month_common, one_of_couple, child_money, surplus_rolls, ceilings };
    Some((from, practice))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().expect("a month")
    }

    fn with_rent(amounts: &[u32]) -> LocalPractice {
        let ceilings = vec![Ceiling { kind: CostKind::Rent, amounts: amounts.to_vec() }];
        LocalPractice { ceilings, ..LocalPractice::default() }
    }

    #[test]
    fn the_last_that_has_begun_applies_and_a_later_version_of_a_month_replaces_the_earlier() {
        let (first, second, third) = (with_rent(&[1]), with_rent(&[2]), with_rent(&[3]));
        let practices = Practices::of_versions([
            (month("2026-12"), first.clone()),
            (month("2026-10"), second.clone()),
            (month("2026-12"), third.clone()),
        ]);
        for (of, expected) in [
            ("2026-09", &LocalPractice::default()),
            ("2026-10", &second),
            ("2026-11", &second),
            ("2026-12", &third),
            ("2027-01", &third),
        ] {
            assert_eq!(practices.of(month(of)), expected, "{of}");
        }
        for (from, to, left) in [("2026-11", "2026-11", 1), ("2026-11", "2026-12", 2), ("2025-01", "2026-09", 0)] {
            let few = practices.between(month(from), month(to));
            assert_eq!(few.0.len(), left, "{from} {to}");
            assert_eq!(few.of(month(to)), practices.of(month(to)), "{from} {to}");
            assert_eq!(few.of(month(from)), practices.of(month(from)), "{from} {to}");
        }
    }

    #[test]
    fn it_reaches_the_browser_as_it_was() {
        let full = LocalPractice {
            day_divisor: DayDivisor::CalendarDays,
            part_month_common: PartMonthCommon::ByDays,
            one_of_couple: Share::new(2, 5).expect("a share"),
            child_money: ChildMoney::AtMostOwnShare,
            surplus_rolls: 12,
            ceilings: CostKind::ALL.iter().map(|kind| Ceiling { kind: *kind, amounts: vec![1, 2, 900_000] }).collect(),
        };
        let practices = Practices::of_versions([
            (month("2025-12"), LocalPractice::default()),
            (month("2026-01"), full),
            (month("2026-02"), with_rent(&[7])),
        ]);
        let sent = serde_json::to_string(&practices).expect("JSON");
        assert_eq!(serde_json::from_str::<Practices>(&sent).expect("practices"), practices);
        assert!(serde_json::from_str::<Practices>("[24300,0,0]").is_err());
        assert_eq!(serde_json::to_string(&Practices::default()).expect("JSON"), "[]");
    }

    #[test]
    fn what_can_be_wrong_is_named_all_at_once() {
        use CostKind::{Electricity, Leisure, Rent};
        let ceiling = |kind, amounts: &[u32]| Ceiling { kind, amounts: amounts.to_vec() };
        let wrong = LocalPractice {
            one_of_couple: Share::new(0, 2).expect("a share"),
            surplus_rolls: 13,
            ceilings: vec![
                ceiling(Rent, &[7000, 6999, 0, 1_000_001]),
                ceiling(Electricity, &[]),
                ceiling(Rent, &[1; MOST_SIZES + 1]),
                ceiling(Leisure, &[1]),
            ],
            ..LocalPractice::default()
        };
        let found: Vec<(String, FieldCode)> =
            wrong.faults("/content").into_iter().map(|fault| (fault.pointer, fault.code)).collect();
        let expected = [
            ("one_of_couple", FieldCode::OutOfRange),
            ("surplus_rolls", FieldCode::OutOfRange),
            ("ceilings/0/amounts/1", FieldCode::DoesNotFit),
            ("ceilings/0/amounts/2", FieldCode::OutOfRange),
            ("ceilings/0/amounts/3", FieldCode::OutOfRange),
            ("ceilings/1/amounts", FieldCode::Required),
            ("ceilings/2/kind", FieldCode::DoesNotFit),
            ("ceilings/2/amounts", FieldCode::TooMany),
            ("ceilings/3/kind", FieldCode::DoesNotFit),
        ];
        assert_eq!(found, expected.map(|(place, code)| (format!("/content/{place}"), code)));
        assert_eq!(with_rent(&[1; MOST_SIZES]).faults(""), []);
    }
}
