//! What if: two estimates beside each other, what differs between them, and why.
//!
//! ```text
//! CompareRequest ── estimate ─────────────► before ─┐
//!                └─ estimate + changes ───► after ──┴─► Comparison: lines that differ, sums, the two estimates
//! ```
//!
//! Both estimates come through the same door as every other: a comparison knows no rule of its own. Preliminary like them.

use super::{
    Kronor,
    apply::apply,
    change::{Change, ChangeRequest},
    estimate::{Estimate, Group, Line, LineCode},
    input::{At, Check},
    kind::{CostKind, IncomeKind, NormCode, Person},
    raw::{Given, Unknown},
    request::EstimateRequest,
};
use crate::fault::{FieldCode, FieldFault};
use serde::{Deserialize, Serialize};

/// The most changes at once.
const MOST_CHANGES: usize = 20;

/// A question: what would be different for this household, if … ?
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CompareRequest {
    #[serde(default, skip_serializing_if = "Given::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = EstimateRequest, required = true))]
    pub estimate: Given<EstimateRequest>,
    /// What is otherwise, in any order. Two changes of the same thing do not fit. At most 20.
    #[serde(default, skip_serializing_if = "Given::is_missing")]
    #[cfg_attr(feature = "schema", schema(value_type = Vec<ChangeRequest>, max_items = 20))]
    pub changes: Given<Vec<Given<ChangeRequest>>>,
    #[serde(flatten, skip_serializing)]
    #[cfg_attr(feature = "schema", schema(ignore))]
    pub unknown: Unknown,
}

/// Two estimates, each exactly what its request gives by itself, and what differs. All amounts are whole kronor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Comparison {
    pub before: Estimate,
    pub after: Estimate,
    /// The lines that differ: norm, costs, incomes; within each as before, then what is new.
    pub differences: Vec<Difference>,
    pub sums: Sums,
    /// Whether the same people live in the household. If not, the same money is for more people or for fewer.
    pub same_people: bool,
}

/// One thing in both estimates, where it is not the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Difference {
    pub group: Group,
    /// Whose it is, where it is one person's. Children as numbered before, counted on for those who move in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, example = "child1"))]
    pub person: Option<Person>,
    /// Absent where there was no such line.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub before: Option<Line>,
    /// Absent where there is none any more.
    #[cfg_attr(feature = "schema", schema(required = true))]
    pub after: Option<Line>,
    /// After minus before. 0 where only the way of counting differs.
    pub change: i64,
}

/// A sum in both estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sum {
    pub before: i64,
    pub after: i64,
    /// After minus before.
    pub change: i64,
}

/// The sums of both estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sums {
    pub norm: Sum,
    pub costs: Sum,
    /// What is counted of the incomes.
    pub incomes: Sum,
    /// What is missing.
    pub support: Sum,
    /// What is more than the norm and the costs.
    pub surplus: Sum,
    /// What the household has to live on: all its incomes, also what is not counted of them, what was left from the month
    /// before, and the support; when the stated costs are paid. Work pays where this grows.
    pub to_live_on: Sum,
}

impl Sum {
    const fn of(before: Kronor, after: Kronor) -> Self {
        Self { before, after, change: after - before }
    }
}

impl CompareRequest {
    /// Estimates the request as it is and with the changes, both with `estimate`. All faults at once: those of the request
    /// below `/estimate`, those of the changes below `/changes`.
    pub fn compare(
        &self,
        estimate: impl Fn(&EstimateRequest) -> Result<Estimate, Vec<FieldFault>>,
    ) -> Result<Comparison, Vec<FieldFault>> {
        let mut check = Check { faults: Vec::new() };
        check.unknown(At::field("", ""), &self.unknown);
        let before = match &self.estimate {
            Given::Here(request) => match estimate(request) {
                Ok(before) => Some((request, before)),
                Err(faults) => {
                    let below = |fault: FieldFault| FieldFault::new(format!("/estimate{}", fault.pointer), fault.code);
                    check.faults.extend(faults.into_iter().map(below));
                    None
                }
            },
            Given::Missing => check.refuse(At::field("", "estimate"), FieldCode::Required),
            Given::Odd => check.refuse(At::field("", "estimate"), FieldCode::Malformed),
        };
        let changes = check.list(At::field("", "changes"), &self.changes, MOST_CHANGES, |check, index, change| {
            change.read(check, index)
        });
        let (Some((request, before)), []) = (before, check.faults.as_slice()) else { return Err(check.faults) };

        let then = apply(request, &changes)?;
        let after = estimate(&then.request).map_err(|faults| blame(&faults, &changes, &then.children))?;
        let same_people = !changes.iter().any(Change::changes_who_lives_there);
        Ok(Comparison {
            differences: differences(&before, &after, &then.children),
            sums: Sums::of(&before, &after),
            before,
            after,
            same_people,
        })
    }
}

/// The request was right before the changes, so each fault now is a change's. It is said once, where the person can
/// correct it.
fn blame(faults: &[FieldFault], changes: &[Change], children: &[u8]) -> Vec<FieldFault> {
    let place = |fits: &dyn Fn(&Change) -> bool| changes.iter().position(fits);
    let mut found: Vec<FieldFault> = Vec::new();
    for fault in faults {
        let parts: Vec<&str> = fault.pointer.split('/').skip(1).collect();
        let of_child = match parts.as_slice() {
            ["household", "children", index, field] => {
                let number = index.parse().ok().and_then(|index: usize| children.get(index)).copied();
                number.and_then(|number| in_change_of_child(number, field, changes, children))
            }
            _ => None,
        };
        let month = place(&|change| matches!(change, Change::Month { .. })).map(|index| (index, "month"));
        let moved_in = place(&|change| matches!(change, Change::ChildMovesIn { .. })).map(|index| (index, "age"));
        let in_children = parts.starts_with(&["household", "children"]);
        let (index, field) = of_child
            .or(month)
            .or(moved_in.filter(|_| in_children))
            .unwrap_or((changes.len().saturating_sub(1), "kind"));
        let fault = FieldFault::new(format!("/changes/{index}/{field}"), fault.code);
        if !found.contains(&fault) {
            found.push(fault);
        }
    }
    found
}

/// Which change said this about the child with this number.
fn in_change_of_child<'f>(number: u8, field: &'f str, changes: &[Change], children: &[u8]) -> Option<(usize, &'f str)> {
    let by_age = |change: &Change| matches!(change, Change::ChildAge { child, .. } if *child == number);
    if let Some(index) = changes.iter().position(by_age) {
        return Some((index, "age"));
    }
    let moved_in = || changes.iter().enumerate().filter(|(_, change)| matches!(change, Change::ChildMovesIn { .. }));
    // Those who moved in are last, in the order of their changes.
    let first = children.len().checked_sub(moved_in().count())?;
    let place = children.iter().position(|one| *one == number)?.checked_sub(first)?;
    moved_in().nth(place).map(|(index, _)| (index, field))
}

impl Sums {
    fn of(before: &Estimate, after: &Estimate) -> Self {
        let sum = |of: fn(&Estimate) -> Kronor| Sum::of(of(before), of(after));
        Self {
            norm: sum(|estimate| estimate.norm_total),
            costs: sum(|estimate| estimate.costs_total),
            incomes: sum(|estimate| estimate.incomes_total),
            support: sum(|estimate| estimate.support),
            surplus: sum(|estimate| estimate.surplus),
            to_live_on: sum(to_live_on),
        }
    }
}

fn to_live_on(estimate: &Estimate) -> Kronor {
    let stated = |group| estimate.lines.iter().filter(move |line| line.group == group).map(|line| line.basis);
    let has: Kronor = stated(Group::Income).sum::<Kronor>() + estimate.previous_surplus + estimate.support;
    has - stated(Group::Cost).sum::<Kronor>()
}

/// What a line is about: the same in both estimates, though its code may differ (one adult, two adults).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Adults,
    Child(Option<Person>),
    Common,
    /// And which of several alike.
    Cost(CostKind, usize),
    Income(IncomeKind, Option<Person>, usize),
}

/// A line with what it is about and whose it is, in the numbers of the request before.
#[derive(Clone, Copy)]
struct Placed {
    slot: Slot,
    person: Option<Person>,
    line: Line,
}

fn placed(estimate: &Estimate, number: impl Fn(Person) -> Person) -> Vec<Placed> {
    let mut found: Vec<Placed> = Vec::with_capacity(estimate.lines.len());
    for line in &estimate.lines {
        let person = line.person.map(&number);
        let alike = found.iter().filter(|one| one.line.code == line.code && one.person == person).count();
        let slot = match line.code {
            LineCode::Norm(NormCode::AdultSingle | NormCode::AdultCouple | NormCode::AdultOneOfCouple) => Slot::Adults,
            LineCode::Norm(NormCode::Child | NormCode::ChildWithoutLunch) => Slot::Child(person),
            LineCode::Norm(NormCode::Common | NormCode::CommonShared) => Slot::Common,
            LineCode::Cost(kind) => Slot::Cost(kind, alike),
            LineCode::Income(kind) => Slot::Income(kind, person, alike),
        };
        found.push(Placed { slot, person, line: *line });
    }
    found
}

fn differences(before: &Estimate, after: &Estimate, children: &[u8]) -> Vec<Difference> {
    let old_number = |person| match person {
        Person::Child(place) => {
            let old = usize::from(place).checked_sub(1).and_then(|index| children.get(index));
            Person::Child(old.copied().unwrap_or(place))
        }
        adult => adult,
    };
    let (before, after) = (placed(before, |person| person), placed(after, old_number));
    let mut pairs: Vec<(Option<Placed>, Option<Placed>)> = Vec::with_capacity(before.len() + after.len());
    for group in [Group::Norm, Group::Cost, Group::Income] {
        let of_group = |one: &&Placed| one.line.group == group;
        for one in before.iter().filter(of_group) {
            pairs.push((Some(*one), after.iter().find(|other| other.slot == one.slot).copied()));
        }
        let is_new = |one: &&Placed| !before.iter().any(|other| other.slot == one.slot);
        pairs.extend(after.iter().filter(of_group).filter(is_new).map(|one| (None, Some(*one))));
    }
    let difference = |(before, after): (Option<Placed>, Option<Placed>)| {
        let (old, new) = (before.map(|one| one.line), after.map(|one| one.line));
        let counted = |line: Line| (line.code, line.amount, line.basis, line.status, line.why);
        if old.map(counted) == new.map(counted) {
            return None;
        }
        let named = after.or(before)?;
        let amount = |line: Option<Line>| line.map_or(0, |line| line.amount);
        let person = if named.slot == Slot::Adults { None } else { named.person };
        Some(Difference { group: named.line.group, person, before: old, after: new, change: amount(new) - amount(old) })
    };
    pairs.into_iter().filter_map(difference).collect()
}
