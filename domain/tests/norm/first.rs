//! What else to apply for: named where the answers speak for it, and not where it is there already.

use crate::support::request;
use domain::norm::{DecidedBy, FirstStep, first_steps};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn codes(body: Value) -> Vec<&'static str> {
    first_steps(&request(body)).into_iter().map(|first| first.code.as_str()).collect()
}

fn ask(household: Value, costs: &[&str], incomes: &[&str], situation: &[&str]) -> Value {
    let entry = |kind: &&str| json!({ "kind": kind, "amount": 1000 });
    json!({
        "month": "2026-11",
        "household": household,
        "costs": costs.iter().map(entry).collect::<Vec<_>>(),
        "incomes": incomes.iter().map(entry).collect::<Vec<_>>(),
        "situation": situation,
    })
}

fn one() -> Value {
    json!({ "adults": 1 })
}

fn with_child(adults: u8, age: u8) -> Value {
    json!({ "adults": adults, "children": [{ "age": age }] })
}

#[test]
fn named_where_the_answers_speak_for_it() {
    const JOBLESS: [&str; 3] = ["employment_service", "unemployment", "activity_grant"];
    let jobless = |more: &[&'static str]| [JOBLESS.as_slice(), more].concat();
    for (asked, wanted) in [
        // Work.
        (ask(one(), &[], &[], &[]), jobless(&[])),
        (ask(one(), &[], &["wage"], &[]), vec![]),
        (ask(one(), &[], &["unemployment"], &[]), vec![]),
        (ask(one(), &[], &["establishment_allowance"], &[]), vec![]),
        (ask(json!({ "adults": 2 }), &[], &["wage"], &[]), jobless(&[])),
        (ask(json!({ "adults": 2 }), &[], &["wage", "wage"], &[]), vec![]),
        (ask(json!({ "adults": 2 }), &[], &["wage", "sickness_benefit"], &[]), vec![]),
        (ask(json!({ "adults": 2 }), &[], &["unemployment"], &[]), vec!["employment_service", "activity_grant"]),
        (ask(json!({ "adults": 2 }), &[], &["activity_grant"], &[]), vec!["employment_service", "unemployment"]),
        (ask(one(), &[], &["pupil_wage"], &[]), jobless(&[])),
        (ask(one(), &[], &[], &["business"]), vec![]),
        // Studies.
        (ask(one(), &[], &[], &["student"]), vec!["student_aid"]),
        (ask(one(), &[], &["student_aid"], &["student"]), vec![]),
        (ask(json!({ "adults": 2 }), &[], &[], &["student"]), jobless(&["student_aid"])),
        // The home.
        (ask(one(), &["rent"], &["wage"], &[]), vec!["housing_allowance"]),
        (ask(one(), &["rent"], &["wage", "housing_allowance"], &[]), vec![]),
        (ask(one(), &["rent"], &["pension"], &[]), vec!["elderly_support", "housing_supplement"]),
        (ask(one(), &["rent"], &["pension", "housing_allowance"], &[]), vec!["elderly_support"]),
        (ask(one(), &["electricity"], &["wage"], &[]), vec![]),
        // Children.
        (ask(with_child(1, 9), &[], &["wage"], &[]), vec!["maintenance", "child_benefit"]),
        (ask(with_child(1, 9), &[], &["wage", "maintenance"], &[]), vec!["child_benefit"]),
        (ask(with_child(1, 9), &[], &["wage", "child_pension", "child_benefit"], &[]), vec![]),
        (ask(with_child(2, 9), &[], &["wage", "wage"], &[]), vec!["child_benefit"]),
        (ask(with_child(1, 15), &[], &["wage", "maintenance"], &[]), vec!["child_benefit"]),
        (ask(with_child(1, 16), &[], &["wage", "maintenance"], &[]), vec!["pupil_grant"]),
        (ask(with_child(1, 20), &[], &["wage", "maintenance"], &[]), vec!["pupil_grant"]),
        (ask(with_child(1, 17), &[], &["wage", "maintenance", "student_aid"], &[]), vec![]),
        (ask(with_child(2, 3), &[], &["wage", "wage", "child_benefit"], &[]), vec!["parental_benefit"]),
        (ask(with_child(2, 4), &[], &["wage", "wage", "child_benefit"], &[]), vec![]),
        (ask(with_child(2, 3), &[], &["wage", "parental_benefit", "child_benefit"], &[]), vec![]),
        (ask(one(), &["baby_equipment"], &["wage"], &[]), vec!["parental_benefit"]),
        // Illness.
        (ask(one(), &["medicine"], &["wage"], &[]), vec!["sickness_benefit"]),
        (ask(one(), &["medical"], &["wage"], &[]), vec!["sickness_benefit"]),
        (ask(one(), &["medicine"], &["sickness_benefit"], &[]), vec![]),
        (ask(one(), &["medicine"], &["pension"], &[]), vec!["elderly_support"]),
        // Debts.
        (ask(one(), &["rent_debt"], &["wage"], &[]), vec!["debt_advice"]),
        (ask(one(), &["electricity_debt"], &["wage"], &[]), vec!["debt_advice"]),
        // Asylum: the Migration Agency, and what the municipality owes everybody.
        (ask(with_child(1, 2), &["rent", "medicine"], &[], &["no_permit_or_asylum"]), vec!["asylum_support"]),
        (ask(one(), &["rent_debt"], &[], &["no_permit_or_asylum"]), vec!["asylum_support", "debt_advice"]),
    ] {
        assert_eq!(codes(asked.clone()), wanted, "{asked}");
    }
}

#[test]
fn what_is_stated_as_nothing_is_not_there() {
    let asked = json!({
        "household": { "adults": 1 },
        "costs": [{ "kind": "rent", "amount": 0 }],
        "incomes": [{ "kind": "wage", "amount": 0 }],
    });
    assert_eq!(codes(asked), ["employment_service", "unemployment", "activity_grant"]);
}

#[test]
fn what_cannot_be_read_says_nothing() {
    for asked in [
        json!({}),
        json!({ "household": 7, "costs": "rent", "incomes": {}, "situation": "student" }),
        json!({ "household": { "adults": "x", "children": [7, { "age": "two" }] }, "costs": [1, { "kind": 2 }] }),
        json!({ "incomes": [{ "kind": "wage", "amount": "9000" }], "situation": [1, "rich"] }),
    ] {
        assert_eq!(codes(asked.clone()), ["employment_service", "unemployment", "activity_grant"], "{asked}");
    }
}

#[test]
fn every_step_is_named_by_somebody_and_has_one_decider() {
    let couple = json!({ "adults": 2, "children": [{ "age": 1 }, { "age": 17 }] });
    let all = [
        ask(couple, &["rent", "medicine", "rent_debt"], &[], &["student"]),
        ask(one(), &["rent"], &["pension"], &[]),
        ask(with_child(1, 5), &[], &[], &["no_permit_or_asylum"]),
        ask(with_child(1, 5), &[], &[], &[]),
    ];
    let named: Vec<_> = all.into_iter().flat_map(|body| first_steps(&request(body))).collect();
    let codes: BTreeSet<FirstStep> = named.iter().map(|first| first.code).collect();
    assert_eq!(codes, FirstStep::ALL.iter().copied().collect());
    let deciders: BTreeSet<DecidedBy> = named.iter().map(|first| first.decided_by).collect();
    assert_eq!(deciders, DecidedBy::ALL.iter().copied().collect());
    let pairs: BTreeSet<(FirstStep, DecidedBy)> = named.iter().map(|first| (first.code, first.decided_by)).collect();
    assert_eq!(pairs.len(), codes.len());
}
