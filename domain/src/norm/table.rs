//! The amounts of one year's norm, checked, and the collection of years.
//!
//! A table can only come out of a [`NormFile`] that passed every check, or travel from the server to
//! the browser. Amounts are kronor per month.

use super::{Kronor, file::NormFile, file::TableFault, method, month::Month};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Children's ages the norm knows, in years: 0 to 20. At 19-20 a school pupil whom the parents must support.
pub const MAX_AGE: u8 = 20;

/// Household sizes with an amount of their own; each further person adds the same amount.
pub const SIZES: usize = 7;

/// One year's norm: 12 kap. 2-3 §§ socialtjänstförordningen (2025:468).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NormTable {
    pub(super) year: i16,
    /// Personal costs of one adult.
    pub(super) single: u32,
    /// Personal costs of two adults living together, both.
    pub(super) couple: u32,
    #[serde(serialize_with = "to_classes", deserialize_with = "from_classes")]
    pub(super) children: [ChildCost; MAX_AGE as usize + 1],
    /// Common costs of households of 1 to 7.
    pub(super) common: [u32; SIZES],
    /// What each person above 7 adds to the common costs.
    pub(super) extra: u32,
    /// Prisbasbelopp for the year, where it is verified. Kronor.
    pub(super) price_base: Option<u32>,
}

/// Personal costs of a child of one age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ChildCost {
    pub(super) full: u32,
    /// With lunch away from home five days a week. Absent for older children, and where the amount is not verified.
    pub(super) without_lunch: Option<u32>,
}

impl NormTable {
    pub const fn year(&self) -> i16 {
        self.year
    }

    /// Personal costs of one adult.
    pub fn single(&self) -> Kronor {
        self.single.into()
    }

    /// Personal costs of two adults living together, both.
    pub fn couple(&self) -> Kronor {
        self.couple.into()
    }

    /// Personal costs of a child of this age in years. Above 20 there is no class; the oldest is given.
    pub fn child(&self, age: u8) -> Kronor {
        self.cost(age).full.into()
    }

    /// The same with lunch away from home five days a week, where there is a verified amount for the age.
    pub fn child_without_lunch(&self, age: u8) -> Option<Kronor> {
        self.cost(age).without_lunch.map(Kronor::from)
    }

    /// Common costs of a household of this many, however many they are.
    pub fn common(&self, persons: u32) -> Kronor {
        let [.., seven] = self.common;
        match usize::try_from(persons).unwrap_or(usize::MAX) {
            0 => 0,
            size if size <= SIZES => self.common[size - 1].into(),
            _ => {
                let above = persons.saturating_sub(7);
                Kronor::from(seven) + Kronor::from(above) * Kronor::from(self.extra)
            }
        }
    }

    /// What each person above 7 adds to the common costs.
    pub fn extra_person(&self) -> Kronor {
        self.extra.into()
    }

    /// Prisbasbelopp for the year, where it is verified.
    pub fn price_base(&self) -> Option<Kronor> {
        self.price_base.map(Kronor::from)
    }

    fn cost(&self, age: u8) -> ChildCost {
        self.children[usize::from(age.min(MAX_AGE))]
    }
}

/// Neighbouring ages with the same amounts travel as one row: `[last age, amount, amount without lunch]`.
type Class = (u8, u32, Option<u32>);

fn to_classes<S: Serializer>(children: &[ChildCost], serializer: S) -> Result<S::Ok, S::Error> {
    let ages = children.iter().zip(0u8..);
    let last_of_class = ages.filter(|(cost, age)| children.get(usize::from(*age) + 1) != Some(*cost));
    serializer.collect_seq(last_of_class.map(|(cost, age)| -> Class { (age, cost.full, cost.without_lunch) }))
}

fn from_classes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[ChildCost; MAX_AGE as usize + 1], D::Error> {
    let classes = Vec::<Class>::deserialize(deserializer)?;
    let mut children = [ChildCost::default(); MAX_AGE as usize + 1];
    for (cost, age) in children.iter_mut().zip(0u8..) {
        let class = classes.iter().find(|(last_age, ..)| age <= *last_age);
        let (_, full, without_lunch) = class.ok_or_else(|| de::Error::custom("an age class is missing"))?;
        *cost = ChildCost { full: *full, without_lunch: *without_lunch };
    }
    Ok(children)
}

/// The years we can calculate, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NormTables(Vec<NormTable>);

/// A file that cannot be used, with everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFaults {
    /// As the file says itself.
    pub year: i16,
    pub faults: Vec<TableFault>,
}

impl NormTables {
    /// Checks every file; on any fault returns all faults of all files.
    pub fn from_files<'f>(files: impl IntoIterator<Item = &'f NormFile>) -> Result<Self, Vec<FileFaults>> {
        let mut tables = Self::default();
        let mut refused = Vec::new();
        for file in files {
            match NormTable::try_from(file) {
                Ok(table) if tables.year(table.year).is_some() => {
                    refused.push(FileFaults { year: file.year, faults: vec![TableFault::YearTwice] });
                }
                Ok(table) => tables.0.push(table),
                Err(faults) => refused.push(FileFaults { year: file.year, faults }),
            }
        }
        tables.0.sort_unstable_by_key(NormTable::year);
        if refused.is_empty() { Ok(tables) } else { Err(refused) }
    }

    /// The table that applies to support for this month; `None` where there is no verified table or no known way of
    /// calculating. Never another year's.
    pub fn for_month(&self, month: Month) -> Option<&NormTable> {
        method::of(month)?;
        self.year(month.year())
    }

    /// The table of this year.
    pub fn year(&self, year: i16) -> Option<&NormTable> {
        self.0.iter().find(|table| table.year == year)
    }

    /// In order of year.
    pub fn iter(&self) -> impl Iterator<Item = &NormTable> {
        self.0.iter()
    }

    /// Only these years: what an island needs, not the whole history.
    #[must_use]
    pub fn between(&self, first: i16, last: i16) -> Self {
        Self(self.0.iter().filter(|table| (first..=last).contains(&table.year)).cloned().collect())
    }
}
