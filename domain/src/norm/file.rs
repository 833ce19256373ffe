//! A year's norm as it is written down (`riksnorm/<year>.toml`), and the checks it must pass.
//!
//! The file is kept wide on purpose: amounts may be missing or odd, so that one reading can name every fault.

use super::{
    Kronor,
    table::{ChildCost, MAX_AGE, NormTable, SIZES},
};
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Above this an amount is a slip of the pen, not a norm. Kronor.
const ABSURD: Kronor = 100_000;

/// Lunch away from home lowers the norm of these ages only: the four youngest classes. Years.
pub const LAST_LUNCH_AGE: u8 = 6;

/// The unit every file must state.
const UNIT: &str = "SEK per month";

/// One file. Amounts in kronor per month.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormFile {
    pub year: i16,
    pub valid_from: Date,
    /// The last day.
    pub valid_to: Date,
    pub unit: String,
    /// Read in a source that can be trusted. Without it nobody is calculated with the table.
    pub verified: bool,
    pub unverified_reason: Option<String>,
    pub source: String,
    pub source_urls: Vec<String>,
    pub legal_basis: String,
    pub amending_act: Option<String>,
    #[serde(default)]
    pub notes: Vec<String>,
    pub children_rules: ChildrenRules,
    pub children: Vec<AgeClass>,
    pub adults: Adults,
    pub common: Common,
    pub shared_household: Option<SharedHousehold>,
    pub prisbasbelopp: Option<PriceBase>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChildrenRules {
    /// The amounts without lunch were published, not worked out. Without it they are never used.
    pub without_lunch_verified: bool,
    pub without_lunch_note: Option<String>,
    pub age_19_20_condition: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeClass {
    pub min_age: u8,
    /// Included.
    pub max_age: u8,
    pub amount: Option<Kronor>,
    pub amount_without_lunch: Option<Kronor>,
    /// No trustworthy amount was found.
    #[serde(default)]
    pub missing: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adults {
    pub single: Kronor,
    /// Both together.
    pub couple: Kronor,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Common {
    pub persons_1: Option<Kronor>,
    pub persons_2: Option<Kronor>,
    pub persons_3: Option<Kronor>,
    pub persons_4: Option<Kronor>,
    pub persons_5: Option<Kronor>,
    pub persons_6: Option<Kronor>,
    pub persons_7: Option<Kronor>,
    pub extra_per_person_above_7: Kronor,
}

impl Common {
    const fn sizes(&self) -> [Option<Kronor>; SIZES] {
        [self.persons_1, self.persons_2, self.persons_3, self.persons_4, self.persons_5, self.persons_6, self.persons_7]
    }
}

/// The rule in words, for those who read the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedHousehold {
    pub formula: String,
    pub rounding: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceBase {
    pub amount: Kronor,
    pub verified: bool,
    pub source_url: Option<String>,
}

/// Which amount of a table is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    Single,
    Couple,
    /// The class that begins at this age.
    Child(u8),
    /// The class that begins at this age, lunch away from home.
    ChildWithoutLunch(u8),
    /// A household of this many.
    Common(u8),
    ExtraPerson,
    PriceBase,
}

/// What is wrong with a file. For those who look after the tables, never shown to applicants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFault {
    /// `verified` is not true.
    NotVerified,
    /// `unit` is not kronor per month.
    WrongUnit,
    /// The table does not say that it is for 1 January to 31 December of its year.
    NotTheWholeYear,
    /// There is no amount.
    Missing(Entry),
    /// The amount is zero or less.
    NotPositive(Entry),
    /// The amount is above anything a norm could hold.
    Absurd(Entry),
    /// The norm is set in tens of kronor.
    NotTens(Entry),
    /// The class that begins at this age ends before it.
    ClassBackwards(u8),
    /// No class holds this age.
    AgeWithoutClass(u8),
    /// More than one class holds this age.
    AgeInTwoClasses(u8),
    /// This age is beyond the norm's classes.
    AgeOutside(u8),
    /// Lunch away from home lowers the norm only up to 6 years; this class begins later or goes further.
    LunchTooOld(u8),
    /// Without lunch the amount must be lower than with it.
    LunchNotLower(u8),
    /// Common costs must rise with every person; they do not at this size.
    CommonNotRising(u8),
    /// A further person adds what the seventh adds to six: 12 kap. 3 § socialtjänstförordningen.
    ExtraPersonDiffers,
    /// Another file is for the same year.
    YearTwice,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single => f.write_str("adults.single"),
            Self::Couple => f.write_str("adults.couple"),
            Self::Child(age) => write!(f, "children from {age} years, amount"),
            Self::ChildWithoutLunch(age) => write!(f, "children from {age} years, amount_without_lunch"),
            Self::Common(size) => write!(f, "common.persons_{size}"),
            Self::ExtraPerson => f.write_str("common.extra_per_person_above_7"),
            Self::PriceBase => f.write_str("prisbasbelopp.amount"),
        }
    }
}

impl fmt::Display for TableFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotVerified => f.write_str("the table is not verified"),
            Self::WrongUnit => write!(f, "unit is not \"{UNIT}\""),
            Self::NotTheWholeYear => f.write_str("valid_from and valid_to are not the first and last day of the year"),
            Self::Missing(entry) => write!(f, "{entry}: no amount"),
            Self::NotPositive(entry) => write!(f, "{entry}: not above zero"),
            Self::Absurd(entry) => write!(f, "{entry}: above {ABSURD}"),
            Self::NotTens(entry) => write!(f, "{entry}: not whole tens of kronor"),
            Self::ClassBackwards(age) => write!(f, "the class from {age} years ends before it begins"),
            Self::AgeWithoutClass(age) => write!(f, "no class holds {age} years"),
            Self::AgeInTwoClasses(age) => write!(f, "more than one class holds {age} years"),
            Self::AgeOutside(age) => write!(f, "{age} years is above {MAX_AGE}"),
            Self::LunchTooOld(age) => {
                write!(f, "the class from {age} years has an amount without lunch above {LAST_LUNCH_AGE} years")
            }
            Self::LunchNotLower(age) => write!(f, "the class from {age} years is not lower without lunch"),
            Self::CommonNotRising(size) => write!(f, "common.persons_{size} is not above that of one person less"),
            Self::ExtraPersonDiffers => f.write_str("extra_per_person_above_7 is not persons_7 minus persons_6"),
            Self::YearTwice => f.write_str("there is another table for the year"),
        }
    }
}

impl std::error::Error for TableFault {}

/// Gathers faults while it reads amounts.
#[derive(Default)]
struct Check {
    faults: Vec<TableFault>,
}

impl Check {
    fn unless(&mut self, holds: bool, fault: TableFault) {
        if !holds {
            self.faults.push(fault);
        }
    }

    /// A positive amount of a size a norm can have. 0 where it is not: the fault stops the table.
    fn amount(&mut self, entry: Entry, amount: Option<Kronor>) -> u32 {
        let Some(amount) = amount else {
            self.faults.push(TableFault::Missing(entry));
            return 0;
        };
        self.unless(amount > 0, TableFault::NotPositive(entry));
        self.unless(amount <= ABSURD, TableFault::Absurd(entry));
        u32::try_from(amount.clamp(0, ABSURD)).unwrap_or(0)
    }

    /// The same, in whole tens as the ordinance sets them.
    fn tens(&mut self, entry: Entry, amount: Option<Kronor>) -> u32 {
        self.unless(amount.is_none_or(|amount| amount % 10 == 0), TableFault::NotTens(entry));
        self.amount(entry, amount)
    }

    fn children(&mut self, file: &NormFile) -> [ChildCost; MAX_AGE as usize + 1] {
        let mut children = [None; MAX_AGE as usize + 1];
        for class in &file.children {
            let AgeClass { min_age: first, max_age: last, .. } = *class;
            self.unless(first <= last, TableFault::ClassBackwards(first));
            self.unless(last <= MAX_AGE, TableFault::AgeOutside(last));
            let cost = ChildCost {
                full: self.tens(Entry::Child(first), class.amount.filter(|_| !class.missing)),
                without_lunch: self.without_lunch(class, file.children_rules.without_lunch_verified),
            };
            for (slot, age) in children.iter_mut().zip(0u8..).filter(|(_, age)| (first..=last).contains(age)) {
                self.unless(slot.is_none(), TableFault::AgeInTwoClasses(age));
                *slot = Some(cost);
            }
        }
        for (_, age) in children.iter().zip(0u8..).filter(|(slot, _)| slot.is_none()) {
            self.faults.push(TableFault::AgeWithoutClass(age));
        }
        children.map(Option::unwrap_or_default)
    }

    /// Checked even where it is not verified, but then never passed on.
    fn without_lunch(&mut self, class: &AgeClass, verified: bool) -> Option<u32> {
        let entry = Entry::ChildWithoutLunch(class.min_age);
        let young = class.max_age <= LAST_LUNCH_AGE;
        let Some(stated) = class.amount_without_lunch else {
            // Verified amounts are complete: otherwise a child would silently get another amount.
            self.unless(!(verified && young), TableFault::Missing(entry));
            return None;
        };
        self.unless(young, TableFault::LunchTooOld(class.min_age));
        self.unless(class.amount.is_none_or(|full| stated < full), TableFault::LunchNotLower(class.min_age));
        let amount = self.tens(entry, Some(stated));
        verified.then_some(amount)
    }

    fn common(&mut self, common: &Common) -> [u32; SIZES] {
        let sizes = common.sizes();
        let mut checked = [0; SIZES];
        for ((slot, amount), size) in checked.iter_mut().zip(sizes).zip(1u8..) {
            *slot = self.tens(Entry::Common(size), amount);
        }
        for (pair, size) in sizes.windows(2).zip(2u8..) {
            if let [Some(smaller), Some(larger)] = pair {
                self.unless(smaller < larger, TableFault::CommonNotRising(size));
            }
        }
        if let (Some(six), Some(seven)) = (common.persons_6, common.persons_7) {
            let adds = seven.checked_sub(six);
            self.unless(adds == Some(common.extra_per_person_above_7), TableFault::ExtraPersonDiffers);
        }
        checked
    }
}

impl TryFrom<&NormFile> for NormTable {
    type Error = Vec<TableFault>;

    /// Checks everything and names every fault.
    fn try_from(file: &NormFile) -> Result<Self, Vec<TableFault>> {
        let mut check = Check::default();
        check.unless(file.verified, TableFault::NotVerified);
        check.unless(file.unit == UNIT, TableFault::WrongUnit);
        let whole_year = (1..=9999).contains(&file.year)
            && file.valid_from == date(file.year, 1, 1)
            && file.valid_to == date(file.year, 12, 31);
        check.unless(whole_year, TableFault::NotTheWholeYear);
        let table = Self {
            year: file.year,
            single: check.tens(Entry::Single, Some(file.adults.single)),
            couple: check.tens(Entry::Couple, Some(file.adults.couple)),
            children: check.children(file),
            common: check.common(&file.common),
            extra: check.tens(Entry::ExtraPerson, Some(file.common.extra_per_person_above_7)),
            // An unverified prisbasbelopp is as good as none.
            price_base: (file.prisbasbelopp.as_ref())
                .map(|base| (check.amount(Entry::PriceBase, Some(base.amount)), base.verified))
                .and_then(|(amount, verified)| verified.then_some(amount)),
        };
        if check.faults.is_empty() { Ok(table) } else { Err(check.faults) }
    }
}

/// A year's norm as it is shown to everybody, with its source. Amounts in kronor per month. `GET /api/v1/norms/{year}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NormView {
    pub year: i16,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub valid_from: Date,
    /// The last day.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub valid_to: Date,
    pub adults: AdultsView,
    pub children: Vec<ChildrenView>,
    pub common: CommonView,
    /// Prisbasbelopp for the year, in kronor, where it is verified.
    pub price_base: Option<i64>,
    /// Swedish name of the provision that sets the amounts.
    pub legal_basis: String,
    /// The number in Svensk författningssamling of the change that set them.
    pub amending_act: Option<String>,
    /// Where the amounts were read.
    pub source: String,
    pub source_urls: Vec<String>,
    pub notes: Vec<String>,
}

/// Personal costs of adults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdultsView {
    pub single: i64,
    /// Two adults living together, both.
    pub couple: i64,
}

/// Personal costs of children of these ages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChildrenView {
    pub min_age: u8,
    /// Included.
    pub max_age: u8,
    pub amount: i64,
    /// With lunch away from home five days a week; absent where the norm knows no such amount or it is not verified.
    pub amount_without_lunch: Option<i64>,
}

/// Common costs by the size of the household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CommonView {
    /// For 1 to 7 persons.
    pub persons: [i64; SIZES],
    /// For each person above 7.
    pub extra_person: i64,
}

impl TryFrom<&NormFile> for NormView {
    type Error = Vec<TableFault>;

    /// Only of a file that may be calculated with: what is shown and what is counted cannot differ.
    fn try_from(file: &NormFile) -> Result<Self, Vec<TableFault>> {
        let table = NormTable::try_from(file)?;
        let mut children: Vec<_> = (file.children.iter())
            .map(|class| ChildrenView {
                min_age: class.min_age,
                max_age: class.max_age,
                amount: table.child(class.min_age),
                amount_without_lunch: table.child_without_lunch(class.min_age),
            })
            .collect();
        children.sort_unstable_by_key(|class| class.min_age);
        Ok(Self {
            year: file.year,
            valid_from: file.valid_from,
            valid_to: file.valid_to,
            adults: AdultsView { single: table.single(), couple: table.couple() },
            children,
            common: CommonView { persons: table.common.map(Kronor::from), extra_person: table.extra_person() },
            price_base: table.price_base(),
            legal_basis: file.legal_basis.clone(),
            amending_act: file.amending_act.clone(),
            source: file.source.clone(),
            source_urls: file.source_urls.clone(),
            notes: file.notes.clone(),
        })
    }
}
