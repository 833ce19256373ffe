//! What an estimate is made of once it has been checked: nothing in it can be wrong, and it carries the table and the
//! way of calculating of its month, so that neither can be mixed up with another year's.

use super::{
    Kronor,
    estimate::{self, Estimate},
    file::LAST_LUNCH_AGE,
    kind::{CostKind, IncomeKind, Partner, Person, Situation},
    method::{self, Method},
    month::Month,
    practice::{LocalPractice, Practices},
    raw::{Field, Given, Unknown},
    request::{ChildRequest, CostRequest, EstimateRequest, HouseholdRequest, IncomeRequest},
    table::{MAX_AGE, NormTable, NormTables},
};
use crate::fault::{FieldCode, FieldFault};
use std::{fmt, ops::RangeInclusive};

/// The most children in a request.
pub const MOST_CHILDREN: usize = 20;
/// The most people outside the case who share the household's costs.
pub const MOST_SHARING: i64 = 20;
/// The most entries in a list of costs, incomes or situations.
pub const MOST_ENTRIES: usize = 50;
/// The largest amount of one entry, in kronor.
pub const MOST_KRONOR: Kronor = 1_000_000;
/// The longest time with support that can be stated, in months.
pub const MOST_MONTHS: i64 = 600;

/// A checked request. Comes only out of [`EstimateRequest::check`].
#[derive(Debug, Clone)]
pub struct EstimateInput<'t> {
    pub(super) month: Month,
    pub(super) table: &'t NormTable,
    pub(super) method: &'static dyn Method,
    pub(super) household: Household,
    pub(super) costs: Vec<Cost>,
    pub(super) incomes: Vec<Income>,
    pub(super) previous_surplus: Kronor,
    /// How many months ago that was left; 1 is the month before.
    pub(super) surplus_age: u16,
    pub(super) situations: Situations,
}

/// Who lives together.
#[derive(Debug, Clone)]
pub(super) struct Household {
    pub(super) adults: Adults,
    pub(super) children: Vec<Child>,
    /// People outside the case who share the common costs.
    pub(super) shared_with: u8,
}

/// The adults of the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Adults {
    Single,
    /// Spouses or sambor who apply together.
    Couple,
    /// Spouses or sambor of whom one applies. Why is never asked: a partner without right to the benefit and one who is
    /// not in the application are calculated alike.
    OneOfCouple,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Child {
    /// Years, 0 to 20.
    pub(super) age: u8,
    /// Of a child up to 6 years; always `false` for older ones.
    pub(super) lunch_away: bool,
    /// Days in the household, 1 to the days of the month; `None` is all.
    pub(super) days: Option<u8>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    pub(super) kind: CostKind,
    pub(super) amount: Kronor,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Income {
    pub(super) kind: IncomeKind,
    pub(super) amount: Kronor,
    pub(super) person: Option<Person>,
    /// Months in a row with support right before the month.
    pub(super) months_with_support: u16,
    /// Which month of the two years with jobbstimulans; the first is 1.
    pub(super) stimulus_month: u16,
    /// Earned so far this calendar year, this amount included. Kronor.
    pub(super) year_to_date: Kronor,
}

/// A set of situations.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Situations(u16);

impl Situations {
    fn add(&mut self, situation: Situation) {
        self.0 |= 1 << (situation as u16);
    }

    /// In the order of [`Situation::ALL`], each once.
    pub(super) fn iter(self) -> impl Iterator<Item = Situation> {
        Situation::ALL.iter().copied().filter(move |situation| self.0 & (1 << (*situation as u16)) != 0)
    }
}

impl Household {
    /// Everybody in the case, the partner included however the partner stands to the application.
    pub(super) fn adult_count(&self) -> u8 {
        match self.adults {
            Adults::Single => 1,
            Adults::Couple | Adults::OneOfCouple => 2,
        }
    }

    /// How many live in the home of the case. A child who is there part of the month needs room in it all month.
    pub(super) fn persons(&self) -> usize {
        usize::from(self.adult_count()) + self.children.len()
    }
}

impl EstimateInput<'_> {
    pub const fn month(&self) -> Month {
        self.month
    }

    /// The calculation.
    pub fn estimate(&self, practice: &LocalPractice) -> Estimate {
        estimate::make(self, practice)
    }
}

impl EstimateRequest {
    /// Checks and calculates in one step.
    pub fn estimate(&self, tables: &NormTables, practice: &LocalPractice) -> Result<Estimate, Vec<FieldFault>> {
        self.check(tables).map(|input| input.estimate(practice))
    }

    /// The same with the way that applies to the month.
    pub fn estimate_by(&self, tables: &NormTables, practices: &Practices) -> Result<Estimate, Vec<FieldFault>> {
        self.check(tables).map(|input| input.estimate(practices.of(input.month)))
    }

    /// Checks everything and names every fault at once, each with its place. A month without a verified table is a
    /// fault of the month ([`FieldCode::NormNotKnown`]), never a guess.
    pub fn check<'t>(&self, tables: &'t NormTables) -> Result<EstimateInput<'t>, Vec<FieldFault>> {
        let mut check = Check { faults: Vec::new() };
        check.unknown(At::field("", ""), &self.unknown);
        let month = check.month(&self.month);
        let law = month.and_then(|month| {
            let found = tables.for_month(month).zip(method::of(month));
            if found.is_none() {
                check.fault(At::field("", "month"), FieldCode::NormNotKnown);
            }
            found
        });
        let table = law.map(|(table, _)| table);
        let members = Members::of(&self.household);
        let household = check.household(&self.household, month, table);
        let costs = check.list(At::field("", "costs"), &self.costs, MOST_ENTRIES, Check::cost);
        let incomes = check.list(At::field("", "incomes"), &self.incomes, MOST_ENTRIES, |check, index, income| {
            check.income(index, income, members, table)
        });
        let previous_surplus = check.kronor(At::field("", "previous_surplus"), &self.previous_surplus, Some(0));
        let age = &self.surplus_age;
        let surplus_age = check.number(At::field("", "surplus_age"), age, 1..=MOST_MONTHS, Some(1)).map(small);
        let situations = check.situations(&self.situation);

        let (Some(month), Some((table, method)), Some(household), Some(previous_surplus), Some(surplus_age), []) =
            (month, law, household, previous_surplus, surplus_age, check.faults.as_slice())
        else {
            return Err(check.faults);
        };
        Ok(EstimateInput { month, table, method, household, costs, incomes, previous_surplus, surplus_age, situations })
    }
}

/// Where a field is. Spelled out as a JSON pointer (RFC 6901) only when there is a fault to report.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    parent: &'a str,
    index: Option<usize>,
    field: &'a str,
}

impl<'a> At<'a> {
    pub(super) const fn field(parent: &'a str, field: &'a str) -> Self {
        Self { parent, index: None, field }
    }

    pub(super) const fn entry(parent: &'a str, index: usize, field: &'a str) -> Self {
        Self { parent, index: Some(index), field }
    }

    const fn sibling(self, field: &'a str) -> Self {
        Self { field, ..self }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.parent)?;
        if let Some(index) = self.index {
            write!(f, "/{index}")?;
        }
        if self.field.is_empty() {
            return Ok(());
        }
        // Only names from outside can hold these; they must not look like another place.
        write!(f, "/{}", self.field.replace('~', "~0").replace('/', "~1"))
    }
}

/// Reads fields and gathers faults. A reader that finds a fault notes it and gives `None`; whatever is put together in
/// spite of it is never used, because an input only comes out when there are no faults.
pub(super) struct Check {
    pub(super) faults: Vec<FieldFault>,
}

impl Check {
    pub(super) fn fault(&mut self, at: At<'_>, code: FieldCode) {
        self.faults.push(FieldFault::new(at.to_string(), code));
    }

    pub(super) fn refuse<T>(&mut self, at: At<'_>, code: FieldCode) -> Option<T> {
        self.fault(at, code);
        None
    }

    pub(super) fn unknown(&mut self, object: At<'_>, unknown: &Unknown) {
        for name in &unknown.0 {
            self.fault(object.sibling(name), FieldCode::UnknownField);
        }
    }

    /// A whole number in a range, or the default where there is one.
    fn whole(
        &mut self,
        at: At<'_>,
        field: &Field,
        range: RangeInclusive<i64>,
        default: Option<i64>,
        otherwise: FieldCode,
    ) -> Option<i64> {
        match field {
            Field::Whole(number) if range.contains(number) => Some(*number),
            Field::Whole(_) => self.refuse(at, FieldCode::OutOfRange),
            Field::Missing if default.is_some() => default,
            Field::Missing => self.refuse(at, FieldCode::Required),
            _ => self.refuse(at, otherwise),
        }
    }

    pub(super) fn number(
        &mut self,
        at: At<'_>,
        field: &Field,
        range: RangeInclusive<i64>,
        default: Option<i64>,
    ) -> Option<i64> {
        self.whole(at, field, range, default, FieldCode::NotANumber)
    }

    pub(super) fn kronor(&mut self, at: At<'_>, field: &Field, default: Option<Kronor>) -> Option<Kronor> {
        self.whole(at, field, 0..=MOST_KRONOR, default, FieldCode::NotAnAmount)
    }

    /// One of the codes.
    pub(super) fn choice<T>(&mut self, at: At<'_>, field: &Field, from_name: fn(&str) -> Option<T>) -> Option<T> {
        let choice = match field {
            Field::Missing => return self.refuse(at, FieldCode::Required),
            Field::Text(name) => from_name(name),
            _ => None,
        };
        if choice.is_none() {
            self.fault(at, FieldCode::UnknownChoice);
        }
        choice
    }

    /// Every entry of a list that is read, in order. Beyond the most allowed nothing is read.
    pub(super) fn list<R, T>(
        &mut self,
        at: At<'_>,
        list: &Given<Vec<Given<R>>>,
        most: usize,
        mut read: impl FnMut(&mut Self, usize, &R) -> Option<T>,
    ) -> Vec<T> {
        let Some(entries) = self.entries(at, list, most) else { return Vec::new() };
        let mut kept = Vec::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            match entry {
                Given::Here(entry) => kept.extend(read(self, index, entry)),
                Given::Missing | Given::Odd => {
                    self.fault(At::entry(&at.to_string(), index, ""), FieldCode::Malformed);
                }
            }
        }
        kept
    }

    fn entries<'r, R>(&mut self, at: At<'_>, list: &'r Given<Vec<R>>, most: usize) -> Option<&'r [R]> {
        match list {
            Given::Missing => Some(&[]),
            Given::Odd => self.refuse(at, FieldCode::Malformed),
            Given::Here(entries) => {
                if entries.len() > most {
                    self.fault(at, FieldCode::TooMany);
                }
                Some(entries.get(..most).unwrap_or(entries))
            }
        }
    }

    fn month(&mut self, field: &Field) -> Option<Month> {
        let at = At::field("", "month");
        match field {
            Field::Missing => self.refuse(at, FieldCode::Required),
            Field::Text(text) => match text.parse() {
                Ok(month) => Some(month),
                Err(_) => self.refuse(at, FieldCode::NotAMonth),
            },
            _ => self.refuse(at, FieldCode::NotAMonth),
        }
    }

    fn household(
        &mut self,
        given: &Given<HouseholdRequest>,
        month: Option<Month>,
        table: Option<&NormTable>,
    ) -> Option<Household> {
        let request = match given {
            Given::Here(request) => request,
            Given::Missing => return self.refuse(At::field("", "household"), FieldCode::Required),
            Given::Odd => return self.refuse(At::field("", "household"), FieldCode::Malformed),
        };
        let at = |field| At::field("/household", field);
        self.unknown(at(""), &request.unknown);
        let adults = self.number(at("adults"), &request.adults, 1..=2, None);
        let partner = match request.partner {
            Field::Missing => None,
            _ => self.choice(at("partner"), &request.partner, Partner::from_name),
        };
        let adults = adults.map(|adults| match (adults, partner) {
            // What is the default for two says nothing about one.
            (1, None | Some(Partner::Applies)) => Adults::Single,
            (1, Some(Partner::NoRight | Partner::NotInApplication)) => {
                self.fault(at("partner"), FieldCode::DoesNotFit);
                Adults::Single
            }
            (_, None | Some(Partner::Applies)) => Adults::Couple,
            (_, Some(Partner::NoRight | Partner::NotInApplication)) => Adults::OneOfCouple,
        });
        let children = self.list(at("children"), &request.children, MOST_CHILDREN, |check, index, child| {
            check.child(index, child, month, table)
        });
        let shared_with = self.number(at("shared_with"), &request.shared_with, 0..=MOST_SHARING, Some(0));
        Some(Household { adults: adults?, children, shared_with: small(shared_with?) })
    }

    fn child(
        &mut self,
        index: usize,
        request: &ChildRequest,
        month: Option<Month>,
        table: Option<&NormTable>,
    ) -> Option<Child> {
        let at = |field| At::entry("/household/children", index, field);
        self.unknown(at(""), &request.unknown);
        let age = self.number(at("age"), &request.age, 0..=i64::from(MAX_AGE), None).map(small);
        let lunch_away = match request.lunch_away {
            Field::Missing => Some(false),
            Field::Flag(flag) => Some(flag),
            _ => self.refuse(at("lunch_away"), FieldCode::Malformed),
        };
        // From 7 years lunch makes no difference.
        let lunch_away = lunch_away.map(|away| away && age.is_some_and(|age| age <= LAST_LUNCH_AGE));
        if let (Some(age), Some(true), Some(table)) = (age, lunch_away, table)
            && table.child_without_lunch(age).is_none()
        {
            self.fault(at("lunch_away"), FieldCode::NormNotKnown);
        }
        let longest = month.map_or(31, Month::days);
        let days = match request.days {
            Field::Missing => None,
            _ => self.number(at("days"), &request.days, 1..=i64::from(longest), None).map(small),
        };
        Some(Child { age: age?, lunch_away: lunch_away?, days })
    }

    fn cost(&mut self, index: usize, request: &CostRequest) -> Option<Cost> {
        let at = |field| At::entry("/costs", index, field);
        self.unknown(at(""), &request.unknown);
        let kind = self.choice(at("kind"), &request.kind, CostKind::from_name);
        let amount = self.kronor(at("amount"), &request.amount, None);
        Some(Cost { kind: kind?, amount: amount? })
    }

    fn income(
        &mut self,
        index: usize,
        request: &IncomeRequest,
        members: Members,
        table: Option<&NormTable>,
    ) -> Option<Income> {
        let at = |field| At::entry("/incomes", index, field);
        self.unknown(at(""), &request.unknown);
        let kind = self.choice(at("kind"), &request.kind, IncomeKind::from_name);
        if kind == Some(IncomeKind::PupilWage) && table.is_some_and(|table| table.price_base().is_none()) {
            // Without the year's prisbasbelopp nobody can say how much of it counts.
            self.fault(at("kind"), FieldCode::NormNotKnown);
        }
        let amount = self.kronor(at("amount"), &request.amount, None);
        let person = match request.person {
            Field::Missing => None,
            _ => self.choice(at("person"), &request.person, Person::from_name),
        };
        if let Some(person) = person
            && !(members.include(person) && can_have(person, kind))
        {
            self.fault(at("person"), FieldCode::DoesNotFit);
        }
        let support = &request.months_with_support;
        let support = self.number(at("months_with_support"), support, 0..=MOST_MONTHS, Some(0));
        let stimulus = self.number(at("stimulus_month"), &request.stimulus_month, 1..=MOST_MONTHS, Some(1));
        let year_to_date = self.kronor(at("year_to_date"), &request.year_to_date, Some(0));
        Some(Income {
            kind: kind?,
            amount: amount?,
            person,
            months_with_support: small(support?),
            stimulus_month: small(stimulus?),
            year_to_date: year_to_date?,
        })
    }

    fn situations(&mut self, list: &Given<Vec<Field>>) -> Situations {
        let mut situations = Situations::default();
        let entries = self.entries(At::field("", "situation"), list, MOST_ENTRIES).unwrap_or_default();
        for (index, field) in entries.iter().enumerate() {
            if let Some(situation) = self.choice(At::entry("/situation", index, ""), field, Situation::from_name) {
                situations.add(situation);
            }
        }
        situations
    }
}

/// Whom an income can belong to. Read from the request itself: a fault in one child must not look like a fault in the
/// incomes of the others, so what is unreadable counts as being there.
#[derive(Clone, Copy)]
struct Members {
    second_adult: bool,
    children: usize,
}

impl Members {
    const fn of(household: &Given<HouseholdRequest>) -> Self {
        let Given::Here(household) = household else { return Self { second_adult: true, children: usize::MAX } };
        let children = match &household.children {
            Given::Missing => 0,
            Given::Here(children) => children.len(),
            Given::Odd => usize::MAX,
        };
        Self { second_adult: !matches!(household.adults, Field::Whole(1)), children }
    }

    fn include(self, person: Person) -> bool {
        match person {
            Person::Adult1 => true,
            Person::Adult2 => self.second_adult,
            Person::Child(place) => usize::from(place) <= self.children,
        }
    }
}

/// Whether this can be the income of this person. A child's own earnings are [`IncomeKind::PupilWage`]: the law treats
/// them in another way than an adult's wage, so the one must not pass as the other.
fn can_have(person: Person, kind: Option<IncomeKind>) -> bool {
    match person {
        Person::Adult1 | Person::Adult2 => kind != Some(IncomeKind::PupilWage),
        Person::Child(_) => kind != Some(IncomeKind::Wage),
    }
}

/// A number whose range has been checked, in its small type.
pub(super) fn small<T: TryFrom<i64> + Default>(checked: i64) -> T {
    T::try_from(checked).unwrap_or_default()
}
