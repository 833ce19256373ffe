//! What arrives can be anything: every fault is named, with its place, all at once.

use crate::support::{faults, household, incomes, request, try_estimate};
use domain::norm::{CostRequest, EstimateRequest, Field, Given, HouseholdRequest, IncomeRequest, Month};
use serde_json::{Value, json};

/// One fault.
fn fault(body: Value) -> (String, String) {
    let mut all = faults(body);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn is(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

#[test]
fn all_faults_come_at_once() {
    let body = json!({
        "month": "2026-13",
        "household": {
            "adults": 3,
            "partner": "maybe",
            "children": [{ "age": 150 }, { "age": 5, "days": 0, "lunch_away": "yes" }, { "age": "nine" }, 7, {}],
            "shared_with": 21,
            "pets": 2,
        },
        "costs": [
            { "kind": "rent", "amount": -1 },
            { "kind": "yacht", "amount": 1_000_001 },
            { "amount": 12.5 },
            { "kind": 7, "amount": "8200" },
            { "kind": "rent" },
            null,
        ],
        "incomes": [
            { "kind": "wage", "amount": 9000, "person": "adult9", "months_with_support": -1, "stimulus_month": 0 },
            { "kind": "wage", "amount": [9000], "person": "child1", "year_to_date": 1e9 },
            { "kind": "wage", "amount": 18_446_744_073_709_551_615u64, "colour/of~money": "red" },
        ],
        "previous_surplus": "much",
        "situation": ["student", "hungry", 4],
        "colour": "green",
    });
    let expected = [
        ("/colour", "unknown_field"),
        ("/month", "not_a_month"),
        ("/household/pets", "unknown_field"),
        ("/household/adults", "out_of_range"),
        ("/household/partner", "unknown_choice"),
        ("/household/children/0/age", "out_of_range"),
        ("/household/children/1/lunch_away", "malformed"),
        ("/household/children/1/days", "out_of_range"),
        ("/household/children/2/age", "not_a_number"),
        ("/household/children/3", "malformed"),
        ("/household/children/4/age", "required"),
        ("/household/shared_with", "out_of_range"),
        ("/costs/0/amount", "out_of_range"),
        ("/costs/1/kind", "unknown_choice"),
        ("/costs/1/amount", "out_of_range"),
        ("/costs/2/kind", "required"),
        ("/costs/2/amount", "not_an_amount"),
        ("/costs/3/kind", "unknown_choice"),
        ("/costs/3/amount", "not_an_amount"),
        ("/costs/4/amount", "required"),
        ("/costs/5", "malformed"),
        ("/incomes/0/person", "unknown_choice"),
        ("/incomes/0/months_with_support", "out_of_range"),
        ("/incomes/0/stimulus_month", "out_of_range"),
        ("/incomes/1/amount", "not_an_amount"),
        ("/incomes/1/person", "does_not_fit"),
        ("/incomes/1/year_to_date", "not_an_amount"),
        ("/incomes/2/colour~1of~0money", "unknown_field"),
        ("/incomes/2/amount", "out_of_range"),
        ("/previous_surplus", "not_an_amount"),
        ("/situation/1", "unknown_choice"),
        ("/situation/2", "unknown_choice"),
    ];
    let expected: Vec<_> = expected.map(|(pointer, code)| is(pointer, code)).into();
    assert_eq!(faults(body), expected);
}

#[test]
fn an_empty_request_says_what_is_needed() {
    assert_eq!(faults(json!({})), [is("/month", "required"), is("/household", "required")]);
    assert_eq!(fault(json!({ "month": "2026-11", "household": {} })), is("/household/adults", "required"));
}

#[test]
fn shapes_that_are_wrong_are_faults_of_one_field() {
    let body = json!({ "month": {}, "household": [], "costs": 5, "incomes": { "wage": 1 }, "situation": "student" });
    let expected = ["/household", "/costs", "/incomes", "/situation"].map(|pointer| is(pointer, "malformed"));
    assert_eq!(faults(body)[..], [vec![is("/month", "not_a_month")], expected.to_vec()].concat()[..]);
    assert_eq!(fault(household(json!({ "adults": 1, "children": "two" }))), is("/household/children", "malformed"));
}

#[test]
fn null_is_as_good_as_nothing() {
    let body = json!({
        "month": "2026-11",
        "household": { "adults": 2, "partner": null, "children": [{ "age": 4, "days": null, "lunch_away": null }] },
        "costs": null, "incomes": [{ "kind": "wage", "amount": 1, "person": null }], "situation": null,
    });
    assert!(try_estimate(body).is_ok());
}

#[test]
fn lists_have_their_limits() {
    let children = |count: usize| household(json!({ "adults": 1, "children": vec![json!({ "age": 8 }); count] }));
    assert!(try_estimate(children(20)).is_ok());
    assert_eq!(fault(children(40)), is("/household/children", "too_many"));
    for (list, entry) in [
        ("costs", json!({ "kind": "rent", "amount": 1 })),
        ("incomes", json!({ "kind": "wage", "amount": 1 })),
        ("situation", json!("student")),
    ] {
        let mut body = household(json!({ "adults": 1 }));
        body[list] = json!(vec![entry.clone(); 50]);
        assert!(try_estimate(body.clone()).is_ok(), "{list}");
        body[list] = json!(vec![entry; 51]);
        assert_eq!(fault(body), is(&format!("/{list}"), "too_many"));
    }
}

#[test]
fn amounts_reach_from_nothing_to_a_million() {
    for (amount, right) in [(0, true), (1_000_000, true), (-1, false), (1_000_001, false)] {
        assert_eq!(try_estimate(incomes(json!([{ "kind": "pension", "amount": amount }]))).is_ok(), right, "{amount}");
    }
}

#[test]
fn days_reach_to_the_end_of_the_month() {
    let body = |month: &str, days: u8| json!({ "month": month, "household": { "adults": 1, "children": [{ "age": 8, "days": days }] } });
    assert!(try_estimate(body("2026-12", 31)).is_ok());
    assert_eq!(fault(body("2026-11", 31)), is("/household/children/0/days", "out_of_range"));
    assert_eq!(fault(body("2026-02", 29)), is("/household/children/0/days", "out_of_range"));
    assert!(try_estimate(body("2024-02", 29)).is_ok());
}

#[test]
fn a_month_without_a_verified_table_is_said_to_be_unknown() {
    for month in ["2027-01", "2020-05", "2016-12", "1999-01", "9999-12"] {
        let body = json!({ "month": month, "household": { "adults": 1 } });
        assert_eq!(fault(body), is("/month", "norm_not_known"), "{month}");
    }
    for month in ["2026-00", "2026-1", "26-01", "2026-11-01", "+026-11", "2026-+1", "november", ""] {
        let body = json!({ "month": month, "household": { "adults": 1 } });
        assert_eq!(fault(body), is("/month", "not_a_month"), "{month}");
    }
}

#[test]
fn what_a_year_does_not_hold_is_said_where_it_is_asked_for() {
    let lunch = |year: i16, age: u8| {
        json!({
            "month": format!("{year}-03"),
            "household": { "adults": 1, "children": [{ "age": 9 }, { "age": age, "lunch_away": true }] },
        })
    };
    assert_eq!(fault(lunch(2024, 6)), is("/household/children/1/lunch_away", "norm_not_known"));
    assert!(try_estimate(lunch(2024, 7)).is_ok());
    assert!(try_estimate(lunch(2025, 6)).is_ok());

    let pupil = json!({
        "month": "2017-03", "household": { "adults": 1 }, "incomes": [{ "kind": "pupil_wage", "amount": 100 }]
    });
    assert_eq!(fault(pupil), is("/incomes/0/kind", "norm_not_known"));
}

#[test]
fn an_income_belongs_to_somebody_in_the_household_who_can_have_it() {
    let body = |adults: u8, kind: &str, person: &str| {
        json!({
            "month": "2026-11",
            "household": { "adults": adults, "children": [{ "age": 16 }, { "age": 4 }] },
            "incomes": [{ "kind": kind, "amount": 100, "person": person }],
        })
    };
    for (adults, kind, person) in
        [(1, "wage", "adult1"), (2, "wage", "adult2"), (1, "pupil_wage", "child2"), (1, "pension", "child1")]
    {
        assert!(try_estimate(body(adults, kind, person)).is_ok(), "{kind} {person}");
    }
    for (adults, kind, person) in
        [(1, "wage", "adult2"), (1, "pension", "child3"), (1, "wage", "child1"), (1, "pupil_wage", "adult1")]
    {
        assert_eq!(fault(body(adults, kind, person)), is("/incomes/0/person", "does_not_fit"), "{kind} {person}");
    }
    for person in ["child0", "child01", "child+1", "child", "child256", "Adult1", ""] {
        assert_eq!(fault(body(1, "pension", person)), is("/incomes/0/person", "unknown_choice"), "{person}");
    }
}

#[test]
fn a_fault_in_one_child_is_no_fault_in_the_incomes_of_another() {
    let body = json!({
        "month": "2026-11",
        "household": { "adults": 1, "children": [{ "age": 99 }, { "age": 16 }] },
        "incomes": [{ "kind": "pupil_wage", "amount": 100, "person": "child2" }],
    });
    assert_eq!(fault(body), is("/household/children/0/age", "out_of_range"));
}

#[test]
fn a_partner_outside_the_application_needs_a_second_adult() {
    for partner in ["no_right", "not_in_application"] {
        let body = household(json!({ "adults": 1, "partner": partner }));
        assert_eq!(fault(body), is("/household/partner", "does_not_fit"));
    }
    assert!(try_estimate(household(json!({ "adults": 1, "partner": "applies" }))).is_ok());
}

#[test]
fn children_are_up_to_20_years() {
    let child = |age: i64| household(json!({ "adults": 1, "children": [{ "age": age }] }));
    assert!(try_estimate(child(0)).is_ok());
    assert!(try_estimate(child(20)).is_ok());
    for age in [-1, 21] {
        assert_eq!(fault(child(age)), is("/household/children/0/age", "out_of_range"));
    }
}

#[test]
fn there_are_one_or_two_adults_and_up_to_twenty_who_share() {
    let body = |adults: i64, shared_with: i64| household(json!({ "adults": adults, "shared_with": shared_with }));
    assert!(try_estimate(body(1, 0)).is_ok());
    assert!(try_estimate(body(2, 20)).is_ok());
    for adults in [0, 3] {
        assert_eq!(fault(body(adults, 0)), is("/household/adults", "out_of_range"));
    }
    for shared_with in [-1, 21] {
        assert_eq!(fault(body(1, shared_with)), is("/household/shared_with", "out_of_range"));
    }
}

#[test]
fn a_flood_of_unknown_fields_is_not_repeated_in_full() {
    let mut body = household(json!({ "adults": 1 }));
    for number in 0..1000 {
        body[format!("{}{number}", "x".repeat(200))] = json!(1);
    }
    let all = faults(body);
    assert_eq!(all.len(), 20);
    assert!(all.iter().all(|(pointer, _)| pointer.len() <= 65));
}

#[test]
fn the_same_field_twice_is_no_request() {
    assert!(serde_json::from_str::<EstimateRequest>(r#"{ "month": "2026-11", "month": "2026-12" }"#).is_err());
}

#[test]
fn what_is_typed_becomes_a_number_when_it_is_one() {
    for (typed, field) in [
        ("8200", Field::Whole(8200)),
        (" 8 200 ", Field::Whole(8200)),
        ("8\u{a0}200 kr", Field::Whole(8200)),
        ("-5", Field::Whole(-5)),
        ("", Field::Missing),
        ("   ", Field::Missing),
        ("8200,50", Field::Text("8200,50".into())),
        ("many", Field::Text("many".into())),
        ("kr", Field::Text("kr".into())),
    ] {
        assert_eq!(Field::typed(typed), field, "{typed:?}");
    }
}

#[test]
fn a_request_built_in_code_is_the_one_that_arrives() {
    let built = EstimateRequest {
        month: "2026-11".into(),
        household: Given::Here(HouseholdRequest { adults: 1.into(), ..HouseholdRequest::default() }),
        costs: [CostRequest { kind: "rent".into(), amount: 8200.into(), ..CostRequest::default() }]
            .into_iter()
            .collect(),
        incomes: [IncomeRequest { kind: "wage".into(), amount: 9000.into(), ..IncomeRequest::default() }]
            .into_iter()
            .collect(),
        ..EstimateRequest::default()
    };
    let body = json!({
        "month": "2026-11", "household": { "adults": 1 },
        "costs": [{ "kind": "rent", "amount": 8200 }], "incomes": [{ "kind": "wage", "amount": 9000 }],
    });
    assert_eq!(serde_json::to_value(&built).unwrap(), body);
    assert_eq!(request(body), built);
}

#[test]
fn months_keep_their_order_and_length() {
    let month = |text: &str| text.parse::<Month>().unwrap();
    assert!(month("2025-12") < month("2026-01"));
    assert_eq!([month("2026-02").days(), month("2024-02").days(), month("2026-12").days()], [28, 29, 31]);
    assert_eq!(month("2026-02").to_string(), "2026-02");
    assert_eq!(Month::new(2026, 13), None);
    assert_eq!(serde_json::to_string(&month("2026-11")).unwrap(), "\"2026-11\"");
}
