//! The caseworker's figures beside the applicant's: which lines differ, and that each difference has its reason.
//!
//! A line has a name that stays the same however the lists are ordered: `household`, `child.1`, `cost.rent`, a second
//! rent `cost.rent.2`, `income.wage.adult1`, `previous_surplus`. What else is so (`situation`) changes no amount and is no
//! line.

use crate::{
    fault::{FieldCode, FieldFault},
    norm::{ChildRequest, CostKind, CostRequest, EstimateRequest, Field, Given, IncomeKind, IncomeRequest, Person},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Characters in the reason for one deviation.
pub const MAX_REASON: usize = 1_000;

/// Why lines differ from the applicant's: the name of the line and the reason in the caseworker's words.
pub type Deviations = BTreeMap<String, String>;

/// Saves the caseworker's figures over a version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveCalculation {
    /// The version it started from; 0 when nothing had been saved.
    #[serde(default)]
    pub version: i64,
    /// `practice` of the view that was seen; 0, the default, is none.
    #[serde(default)]
    pub practice: i64,
    pub request: EstimateRequest,
    /// A reason for every line that differs from the applicant's: `{ "cost.rent": "Enligt hyresavin" }`. Reasons for other
    /// lines are not kept.
    #[serde(default)]
    pub deviations: BTreeMap<String, String>,
}

/// The household's line: adults, how the partner stands to the application, who shares.
pub const HOUSEHOLD: &str = "household";
/// The line of what was left from the month before.
pub const PREVIOUS_SURPLUS: &str = "previous_surplus";

/// The entries of a list that can be read as entries.
fn entries<T>(list: &Given<Vec<Given<T>>>) -> impl Iterator<Item = &T> {
    let all = match list {
        Given::Here(all) => all.as_slice(),
        Given::Missing | Given::Odd => &[],
    };
    all.iter().filter_map(|entry| match entry {
        Given::Here(entry) => Some(entry),
        Given::Missing | Given::Odd => None,
    })
}

/// Gives each entry its line's name: the second of the same name gets a `.2`.
fn named<'r, T: 'r>(rows: impl Iterator<Item = &'r T>, name: impl Fn(&T) -> String) -> Vec<(String, &'r T)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    rows.map(|row| {
        let name = name(row);
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        (if *count == 1 { name } else { format!("{name}.{count}") }, row)
    })
    .collect()
}

/// What an unreadable kind is called. It is a fault of the request anyway.
fn text(field: &Field, known: impl Fn(&str) -> bool) -> &str {
    match field {
        Field::Text(text) if known(text) => text,
        _ => "unknown",
    }
}

/// The name of a cost's line, as long as it is the only one of its kind.
pub fn cost_line(cost: &CostRequest) -> String {
    format!("cost.{}", text(&cost.kind, |kind| CostKind::from_name(kind).is_some()))
}

/// The name of an income's line, as long as it is the only one of its kind and person.
pub fn income_line(income: &IncomeRequest) -> String {
    let kind = text(&income.kind, |kind| IncomeKind::from_name(kind).is_some());
    match &income.person {
        Field::Missing => format!("income.{kind}"),
        person => format!("income.{kind}.{}", text(person, |person| Person::from_name(person).is_some())),
    }
}

/// The costs by line, in the request's order.
pub fn costs(request: &EstimateRequest) -> Vec<(String, &CostRequest)> {
    named(entries(&request.costs), cost_line)
}

/// The incomes by line, in the request's order.
pub fn incomes(request: &EstimateRequest) -> Vec<(String, &IncomeRequest)> {
    named(entries(&request.incomes), income_line)
}

/// The children by line: `child.1` is the first.
pub fn children(request: &EstimateRequest) -> Vec<(String, &ChildRequest)> {
    let Given::Here(household) = &request.household else { return Vec::new() };
    entries(&household.children).zip(1..).map(|(child, place)| (format!("child.{place}"), child)).collect()
}

/// What is meant by a field that may be left out.
fn or(field: &Field, default: impl Into<Field>) -> Field {
    if field.is_missing() { default.into() } else { field.clone() }
}

/// Every line with what it says. A line that adds nothing is as good as absent.
fn lines(request: &EstimateRequest) -> Vec<(String, Vec<Field>)> {
    let mut lines = Vec::new();
    if let Given::Here(household) = &request.household {
        let partner = or(&household.partner, "applies");
        lines.push((HOUSEHOLD.to_owned(), vec![household.adults.clone(), partner, or(&household.shared_with, 0)]));
    }
    for (name, child) in children(request) {
        lines.push((name, vec![child.age.clone(), or(&child.lunch_away, false), child.days.clone()]));
    }
    for (name, cost) in costs(request) {
        lines.push((name, vec![or(&cost.amount, 0)]));
    }
    for (name, income) in incomes(request) {
        let said = vec![
            or(&income.amount, 0),
            or(&income.months_with_support, 0),
            or(&income.stimulus_month, 1),
            or(&income.year_to_date, 0),
        ];
        lines.push((name, said));
    }
    let surplus = vec![or(&request.previous_surplus, 0), or(&request.surplus_age, 1)];
    lines.push((PREVIOUS_SURPLUS.to_owned(), surplus));
    let money = |name: &str| name.starts_with("cost.") || name.starts_with("income.");
    lines.retain(|(name, said)| !(money(name) && said.first() == Some(&Field::Whole(0))));
    lines
}

/// The lines of `verified` that differ from what was `stated`, those that only one of them has included; in the order of
/// the verified ones, then those that were left out.
pub fn differing(stated: &EstimateRequest, verified: &EstimateRequest) -> Vec<String> {
    let (before, after) = (lines(stated), lines(verified));
    let was: BTreeMap<&String, &Vec<Field>> = before.iter().map(|(name, said)| (name, said)).collect();
    let kept: BTreeSet<&String> = after.iter().map(|(name, _)| name).collect();
    let changed = after.iter().filter(|(name, said)| was.get(name) != Some(&said));
    let gone = before.iter().filter(|(name, _)| !kept.contains(name));
    changed.chain(gone).map(|(name, _)| name.clone()).collect()
}

/// The reasons for the lines that differ, tidied; every other is dropped. A difference without a reason is a fault at
/// `/deviations/<line>`.
pub fn reasons(
    stated: &EstimateRequest,
    verified: &EstimateRequest,
    given: &Deviations,
) -> Result<Deviations, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let mut kept = Deviations::new();
    for line in differing(stated, verified) {
        let reason = given.get(&line).map_or("", |reason| reason.trim());
        let controls = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
        let fault = if reason.is_empty() {
            Some(FieldCode::Required)
        } else if reason.chars().count() > MAX_REASON {
            Some(FieldCode::TooLong)
        } else if reason.contains(controls) {
            Some(FieldCode::Malformed)
        } else {
            None
        };
        match fault {
            Some(code) => faults.push(FieldFault::new(format!("/deviations/{line}"), code)),
            None => {
                kept.insert(line, reason.to_owned());
            }
        }
    }
    if faults.is_empty() { Ok(kept) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn request(value: Value) -> EstimateRequest {
        serde_json::from_value(value).expect("a request")
    }

    fn stated() -> Value {
        json!({
            "month": "2026-11",
            "household": { "adults": 1, "children": [{ "age": 4 }, { "age": 9 }] },
            "costs": [{ "kind": "rent", "amount": 8200 }, { "kind": "electricity", "amount": 400 }],
            "incomes": [{ "kind": "wage", "amount": 9000, "person": "adult1" }, { "kind": "child_benefit", "amount": 2650 }],
        })
    }

    fn differs(change: impl Fn(&mut Value)) -> Vec<String> {
        let mut changed = stated();
        change(&mut changed);
        differing(&request(stated()), &request(changed))
    }

    #[test]
    fn the_same_figures_in_another_order_or_with_defaults_written_out_do_not_differ() {
        assert_eq!(differs(|_| {}), Vec::<String>::new());
        let same = differs(|value| {
            value["costs"].as_array_mut().expect("costs").reverse();
            value["household"]["shared_with"] = 0.into();
            value["household"]["partner"] = "applies".into();
            value["household"]["children"][0]["lunch_away"] = false.into();
            value["incomes"][0]["stimulus_month"] = 1.into();
            value["previous_surplus"] = 0.into();
            value["costs"].as_array_mut().expect("costs").push(json!({ "kind": "dental", "amount": 0 }));
            value["situation"] = json!(["student"]);
        });
        assert_eq!(same, Vec::<String>::new());
    }

    #[test]
    fn each_line_that_differs_is_named_once() {
        assert_eq!(differs(|value| value["costs"][0]["amount"] = 8000.into()), ["cost.rent"]);
        assert_eq!(differs(|value| value["costs"][0]["amount"] = 0.into()), ["cost.rent"], "not counted at all");
        assert_eq!(differs(|value| value["incomes"][0]["months_with_support"] = 6.into()), ["income.wage.adult1"]);
        assert_eq!(
            differs(|value| value["incomes"][0]["person"] = "adult2".into()),
            ["income.wage.adult2", "income.wage.adult1"],
            "one more and one less"
        );
        assert_eq!(differs(|value| value["household"]["children"][1]["days"] = 15.into()), ["child.2"]);
        assert_eq!(differs(|value| value["household"]["adults"] = 2.into()), ["household"]);
        assert_eq!(differs(|value| value["previous_surplus"] = 300.into()), ["previous_surplus"]);
        assert_eq!(differs(|value| value["costs"] = json!([])), ["cost.rent", "cost.electricity"]);
        let twice = differs(|value| {
            value["costs"].as_array_mut().expect("costs").push(json!({ "kind": "rent", "amount": 100 }));
        });
        assert_eq!(twice, ["cost.rent.2"]);
    }

    #[test]
    fn a_difference_needs_its_reason_and_only_that_is_kept() {
        let mut changed = stated();
        changed["costs"][0]["amount"] = 8000.into();
        changed["costs"][1]["amount"] = 300.into();
        let (stated, changed) = (request(stated()), request(changed));
        let given = |pairs: &[(&str, &str)]| -> Deviations {
            pairs.iter().map(|(line, reason)| ((*line).to_owned(), (*reason).to_owned())).collect()
        };
        let faults = reasons(&stated, &changed, &given(&[("cost.electricity", "  ")])).expect_err("no reasons");
        let required = |line: &str| FieldFault::new(format!("/deviations/{line}"), FieldCode::Required);
        assert_eq!(faults, [required("cost.rent"), required("cost.electricity")]);
        let long = "x".repeat(MAX_REASON + 1);
        let faults = reasons(&stated, &changed, &given(&[("cost.rent", &long), ("cost.electricity", "a\u{0}b")]));
        let codes: Vec<FieldCode> = faults.expect_err("bad").into_iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [FieldCode::TooLong, FieldCode::Malformed]);
        let all = given(&[("cost.rent", " Avin "), ("cost.electricity", "Fakturan"), ("child.1", "Nej")]);
        let kept = reasons(&stated, &changed, &all).expect("reasons");
        assert_eq!(kept, given(&[("cost.rent", "Avin"), ("cost.electricity", "Fakturan")]));
    }
}
