//! Changes put into a request: which entries they replace, and which they do not fit.

use super::{
    Kronor,
    change::Change,
    input::small,
    kind::{CostKind, IncomeKind, Person},
    month::Month,
    raw::{Field, Given},
    request::{ChildRequest, CostRequest, EstimateRequest, HouseholdRequest, IncomeRequest},
};
use crate::fault::{FieldCode, FieldFault};

/// What a change is about: two changes of the same thing contradict each other.
#[derive(PartialEq, Eq)]
enum About {
    Work(Person),
    Child(u8),
    /// Nothing that anything else could be about.
    NewChild,
    Partner,
    Rent,
    Month,
}

impl Change {
    const fn about(&self) -> About {
        match *self {
            Self::Work { person, .. } => About::Work(person),
            Self::ChildAge { child, .. } | Self::ChildMovesOut { child } => About::Child(child),
            Self::ChildMovesIn { .. } => About::NewChild,
            Self::MoveTogether { .. } | Self::MoveApart => About::Partner,
            Self::Rent { .. } => About::Rent,
            Self::Month { .. } => About::Month,
        }
    }
}

/// A request with the changes in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub request: EstimateRequest,
    /// For each child of the changed request: its number in the one before, counted on for those who moved in.
    pub children: Vec<u8>,
}

/// Puts the changes into a request that has been checked. Their order does not matter. A change that does not fit the
/// household, or contradicts another, is a fault at its place.
pub fn apply(request: &EstimateRequest, changes: &[Change]) -> Result<Changed, Vec<FieldFault>> {
    let mut parts = Parts::of(request);
    let faults = parts.misfits(changes);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut month = request.month.clone();
    for change in changes {
        parts.change_household(change);
    }
    for change in changes {
        match *change {
            Change::Work { person, wage, months_with_support, stimulus_month } => {
                parts.set_wage(person, wage, months_with_support, stimulus_month);
            }
            Change::Rent { amount } => parts.set_rent(amount),
            Change::Month { month: to } => {
                parts.fit_days(&request.month, to);
                month = Field::from(to.to_string());
            }
            _ => {}
        }
    }
    Ok(parts.together(request, month))
}

/// The parts of a request that changes work on.
struct Parts {
    household: HouseholdRequest,
    /// With their numbers in the request before.
    children: Vec<(u8, ChildRequest)>,
    /// The highest number given so far.
    last_place: u8,
    incomes: Vec<IncomeRequest>,
    costs: Vec<CostRequest>,
}

/// The entries of a list in which nothing is odd.
fn entries<T: Clone>(list: &Given<Vec<Given<T>>>) -> Vec<T> {
    let Given::Here(list) = list else { return Vec::new() };
    let here = |entry: &Given<T>| if let Given::Here(entry) = entry { Some(entry.clone()) } else { None };
    list.iter().filter_map(here).collect()
}

fn is_of(income: &IncomeRequest, person: Person) -> bool {
    income.person == Field::from(person.to_string())
}

impl Parts {
    fn of(request: &EstimateRequest) -> Self {
        let household = if let Given::Here(household) = &request.household {
            household.clone()
        } else {
            HouseholdRequest::default()
        };
        let children: Vec<_> = (1..).zip(entries(&household.children)).collect();
        let last_place = small(i64::try_from(children.len()).unwrap_or(i64::MAX));
        Self { household, children, last_place, incomes: entries(&request.incomes), costs: entries(&request.costs) }
    }

    fn misfits(&self, changes: &[Change]) -> Vec<FieldFault> {
        let couple = self.household.adults == Field::from(2);
        let couple_then = changes.iter().fold(couple, |couple, change| match change {
            Change::MoveTogether { .. } => true,
            Change::MoveApart => false,
            _ => couple,
        });
        let field = |(index, change): (usize, &Change)| {
            let before = changes.get(..index).unwrap_or_default();
            let again = change.about() != About::NewChild && before.iter().any(|one| one.about() == change.about());
            let field = match *change {
                Change::Work { person, .. } if person == Person::Adult2 && !couple_then => "person",
                Change::ChildAge { child, .. } | Change::ChildMovesOut { child }
                    if usize::from(child) > self.children.len() =>
                {
                    "child"
                }
                Change::MoveTogether { .. } if couple => "kind",
                Change::MoveApart if !couple => "kind",
                _ if again => "kind",
                _ => return None,
            };
            Some(FieldFault::new(format!("/changes/{index}/{field}"), FieldCode::DoesNotFit))
        };
        changes.iter().enumerate().filter_map(field).collect()
    }

    fn change_household(&mut self, change: &Change) {
        match *change {
            Change::ChildAge { child, age } => {
                for (_, request) in self.children.iter_mut().filter(|(place, _)| *place == child) {
                    request.age = Field::from(i64::from(age));
                }
            }
            Change::ChildMovesIn { age, lunch_away, days } => {
                let request = ChildRequest {
                    age: Field::from(i64::from(age)),
                    lunch_away: Field::from(lunch_away),
                    days: days.map_or(Field::Missing, |days| Field::from(i64::from(days))),
                    ..ChildRequest::default()
                };
                self.last_place = self.last_place.saturating_add(1);
                self.children.push((self.last_place, request));
            }
            Change::ChildMovesOut { child } => {
                self.children.retain(|(place, _)| *place != child);
                self.incomes.retain(|income| !is_of(income, Person::Child(child)));
            }
            Change::MoveTogether { partner, income, amount } => {
                self.household.adults = Field::from(2);
                self.household.partner = Field::from(partner.as_str());
                if amount > 0 {
                    self.incomes.push(IncomeRequest {
                        kind: Field::from(income.as_str()),
                        amount: Field::from(amount),
                        person: Field::from(Person::Adult2.to_string()),
                        ..IncomeRequest::default()
                    });
                }
            }
            Change::MoveApart => {
                self.household.adults = Field::from(1);
                self.household.partner = Field::Missing;
                self.incomes.retain(|income| !is_of(income, Person::Adult2));
            }
            Change::Work { .. } | Change::Rent { .. } | Change::Month { .. } => {}
        }
    }

    /// The person's one wage, where the first of them stood. A wage of nobody in particular is the first adult's.
    fn set_wage(&mut self, person: Person, wage: Kronor, support: Option<i64>, stimulus: Option<i64>) {
        let is_wage = |income: &IncomeRequest| {
            let nobodys = income.person.is_missing() && person == Person::Adult1;
            income.kind == Field::from(IncomeKind::Wage.as_str()) && (nobodys || is_of(income, person))
        };
        let first = self.incomes.iter().position(is_wage);
        let mut income = first.and_then(|first| self.incomes.get(first).cloned()).unwrap_or_else(|| IncomeRequest {
            kind: Field::from(IncomeKind::Wage.as_str()),
            person: Field::from(person.to_string()),
            ..IncomeRequest::default()
        });
        income.amount = Field::from(wage);
        // What is said of the months with one wage of the person holds for all of them.
        let said = |months: fn(&IncomeRequest) -> &Field| {
            let wages = self.incomes.iter().filter(|income| is_wage(income)).map(months);
            wages.filter_map(|field| if let Field::Whole(number) = field { Some(*number) } else { None }).max()
        };
        let (support, stimulus) = (
            support.or(said(|income| &income.months_with_support)),
            stimulus.or(said(|income| &income.stimulus_month)),
        );
        for (said, field) in [(support, &mut income.months_with_support), (stimulus, &mut income.stimulus_month)] {
            if let Some(said) = said {
                *field = Field::from(said);
            }
        }
        self.incomes.retain(|income| !is_wage(income));
        if wage > 0 {
            // Only wages of the person were taken out, and none of them stood before the first.
            self.incomes.insert(first.unwrap_or(self.incomes.len()), income);
        }
    }

    /// The one rent, where the first of them stood.
    fn set_rent(&mut self, amount: Kronor) {
        let is_rent = |cost: &CostRequest| cost.kind == Field::from(CostKind::Rent.as_str());
        let first = self.costs.iter().position(is_rent);
        self.costs.retain(|cost| !is_rent(cost));
        if amount > 0 {
            let rent = CostRequest {
                kind: Field::from(CostKind::Rent.as_str()),
                amount: Field::from(amount),
                ..CostRequest::default()
            };
            self.costs.insert(first.unwrap_or(self.costs.len()), rent);
        }
    }

    /// Who is there every day of one month is there every day of a longer or shorter one.
    fn fit_days(&mut self, from: &Field, to: Month) {
        let Field::Text(from) = from else { return };
        let Ok(from) = from.parse::<Month>() else { return };
        for (_, child) in &mut self.children {
            if let Field::Whole(days) = child.days {
                child.days = match days {
                    _ if days >= i64::from(from.days()) => Field::Missing,
                    _ => Field::from(days.min(i64::from(to.days()))),
                };
            }
        }
    }

    /// The request again, with incomes named after the children's new places.
    fn together(mut self, before: &EstimateRequest, month: Field) -> Changed {
        let places: Vec<u8> = self.children.iter().map(|(place, _)| *place).collect();
        for income in &mut self.incomes {
            let new = (1..).zip(&places).find(|(_, old)| is_of(income, Person::Child(**old)));
            if let Some((new, _)) = new {
                income.person = Field::from(Person::Child(new).to_string());
            }
        }
        let mut household = self.household;
        household.children = self.children.into_iter().map(|(_, child)| child).collect();
        let request = EstimateRequest {
            month,
            household: Given::Here(household),
            costs: self.costs.into_iter().collect(),
            incomes: self.incomes.into_iter().collect(),
            ..before.clone()
        };
        Changed { request, children: places }
    }
}
