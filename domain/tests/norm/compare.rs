//! What if: a comparison is two estimates and nothing else, and says what differs.

use crate::{
    properties,
    support::{TABLES, estimate, request},
};
use domain::{
    FieldFault,
    norm::{
        CompareRequest, Comparison, Difference, Estimate, Group, LocalPractice, Person, Why, change::monthly_wage,
        practice::DayDivisor,
    },
};
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

fn try_compare_by(estimate: &Value, changes: &Value, practice: &LocalPractice) -> Result<Comparison, Vec<FieldFault>> {
    let body = json!({ "estimate": estimate, "changes": changes });
    let question: CompareRequest = serde_json::from_str(&body.to_string()).unwrap();
    question.compare(|request| request.estimate(&TABLES, practice))
}

fn compare(estimate: &Value, changes: &Value) -> Comparison {
    try_compare_by(estimate, changes, &LocalPractice::default())
        .unwrap_or_else(|faults| panic!("{estimate} {changes}: {faults:?}"))
}

fn faults(estimate: &Value, changes: &Value) -> Vec<(String, String)> {
    let faults = try_compare_by(estimate, changes, &LocalPractice::default()).expect_err("the question is faulty");
    let code = |fault: &FieldFault| serde_json::to_value(fault.code).unwrap().as_str().unwrap().to_owned();
    faults.iter().map(|fault| (fault.pointer.clone(), code(fault))).collect()
}

/// Whose, before, after; absent is −1.
fn rows(comparison: &Comparison) -> Vec<(Group, Option<Person>, i64, i64)> {
    let row = |difference: &Difference| {
        let amount = |line: Option<domain::norm::Line>| line.map_or(-1, |line| line.amount);
        (difference.group, difference.person, amount(difference.before), amount(difference.after))
    };
    comparison.differences.iter().map(row).collect()
}

/// One adult with rent and a wage; six months with support or not.
fn one_adult(months_with_support: i64) -> Value {
    json!({
        "month": "2026-11", "household": { "adults": 1 },
        "costs": [{ "kind": "rent", "amount": 8200 }],
        "incomes": [{ "kind": "wage", "amount": 2000, "person": "adult1", "months_with_support": months_with_support }],
    })
}

#[test]
fn hours_of_a_week_become_a_wage_of_a_month() {
    for (hours, hourly, month) in [(20, 120, 10_400), (0, 120, 0), (40, 100, 17_333), (10, 101, 4377), (1, 1, 4)] {
        assert_eq!(monthly_wage(hours, hourly), month, "{hours} {hourly}");
    }
}

#[test]
fn who_has_no_wage_gets_one() {
    let without = json!({ "month": "2026-11", "household": { "adults": 2 }, "incomes": [] });
    let answer = compare(&without, &json!([{ "kind": "work", "person": "adult2", "amount": 5000 }]));
    assert_eq!(rows(&answer), [(Group::Income, Some(Person::Adult2), -1, 5000)]);
    assert_eq!(answer.differences.first().and_then(|row| row.after).map(|line| line.why), Some(Why::IncomeWage));
}

#[test]
fn sol_12_8_with_jobbstimulans_work_pays() {
    let work = json!([{ "kind": "work", "hours": 20, "hourly": 120 }]);
    // 3940 + 1280 + 8200 − three quarters of the wage.
    let with = compare(&one_adult(6), &work);
    assert_eq!((with.sums.support.before, with.sums.support.after), (13_420 - 1500, 13_420 - 7800));
    assert_eq!(with.sums.support.change, -6300);
    // The quarter of 10 400 instead of the quarter of 2 000.
    assert_eq!(with.sums.to_live_on.change, 2600 - 500);
    assert_eq!(rows(&with), [(Group::Income, Some(Person::Adult1), 1500, 7800)]);
    assert_eq!(with.differences[0].after.unwrap().why, Why::IncomeStimulus);
    assert!(with.same_people);

    let without = compare(&one_adult(0), &work);
    assert_eq!((without.sums.support.change, without.sums.to_live_on.change), (-8400, 0));
    // The change may say what the estimate did not.
    let six = json!([{ "kind": "work", "amount": 10_400, "months_with_support": 6 }]);
    assert_eq!(compare(&one_adult(0), &six).sums.to_live_on.change, 2600);
    let over = json!([{ "kind": "work", "amount": 10_400, "stimulus_month": 25 }]);
    assert_eq!(compare(&one_adult(6), &over).sums.to_live_on.change, -500);
    // Without work there is no wage, and no line of nothing.
    let none = compare(&one_adult(6), &json!([{ "kind": "work", "amount": 0 }]));
    assert_eq!(rows(&none), [(Group::Income, Some(Person::Adult1), 1500, -1)]);
    assert_eq!(none.sums.to_live_on.change, -500);
}

#[test]
fn one_wage_stands_for_all_of_the_person_and_for_nobody_elses() {
    let couple = json!({
        "month": "2026-11", "household": { "adults": 2 },
        "incomes": [
            { "kind": "wage", "amount": 1000 }, { "kind": "child_benefit", "amount": 100 },
            { "kind": "wage", "amount": 2000, "person": "adult1" }, { "kind": "wage", "amount": 3000, "person": "adult2" },
        ],
    });
    let mut first = couple.clone();
    first["incomes"] = json!([
        { "kind": "wage", "amount": 500 }, { "kind": "child_benefit", "amount": 100 },
        { "kind": "wage", "amount": 3000, "person": "adult2" },
    ]);
    assert_eq!(compare(&couple, &json!([{ "kind": "work", "amount": 500 }])).after, estimate(first));
    // The other's wage is the same line as before.
    let mut two = couple.clone();
    two["incomes"] = json!([couple["incomes"][2], couple["incomes"][3]]);
    let none = compare(&two, &json!([{ "kind": "work", "amount": 0 }]));
    assert_eq!(rows(&none), [(Group::Income, Some(Person::Adult1), 2000, -1)]);
    // What is said with one of the wages holds for the new one.
    let mut months = couple.clone();
    months["incomes"][2]["months_with_support"] = json!(7);
    assert_eq!(compare(&months, &json!([{ "kind": "work", "amount": 500 }])).sums.incomes.after, 375 + 3100);
    let mut second = couple.clone();
    second["incomes"][3]["amount"] = json!(500);
    let change = json!([{ "kind": "work", "person": "adult2", "amount": 500 }]);
    assert_eq!(compare(&couple, &change).after, estimate(second));
}

#[test]
fn sof_12_2_a_child_turns_seven() {
    let body =
        json!({ "month": "2026-11", "household": { "adults": 1, "children": [{ "age": 6, "lunch_away": true }] } });
    let turned = compare(&body, &json!([{ "kind": "child_age", "child": 1, "age": 7 }]));
    assert_eq!(rows(&turned), [(Group::Norm, Some(Person::Child(1)), 2720, 3820)]);
    assert_eq!(turned.sums.norm.change, 1100);
    let codes =
        (turned.differences[0].before.unwrap().code.as_str(), turned.differences[0].after.unwrap().code.as_str());
    assert_eq!(codes, ("child_without_lunch", "child"));
    // A birthday within the age class.
    let same = compare(&body, &json!([{ "kind": "child_age", "child": 1, "age": 5 }]));
    assert_eq!((same.differences, same.sums.norm.change), (vec![], 0));
}

#[test]
fn sof_12_2_moving_together_and_apart() {
    let alone = json!({ "month": "2026-11", "household": { "adults": 1 } });
    let together = json!([{ "kind": "move_together", "amount": 12_000 }]);
    let found = compare(&alone, &together);
    let two = json!({
        "month": "2026-11", "household": { "adults": 2 },
        "incomes": [{ "kind": "wage", "amount": 12_000, "person": "adult2" }],
    });
    assert_eq!(found.after, estimate(two.clone()));
    assert_eq!(
        rows(&found),
        [
            (Group::Norm, None, 3940, 7100),
            (Group::Norm, None, 1280, 1410),
            (Group::Income, Some(Person::Adult2), -1, 12_000),
        ]
    );
    assert!(!found.same_people);
    let back = compare(&two, &json!([{ "kind": "move_apart" }]));
    assert_eq!((back.before, back.after), (found.after, found.before));
    // A partner without income adds no line of nothing.
    assert_eq!(compare(&alone, &json!([{ "kind": "move_together" }])).after.lines.len(), 2);
    // How the partner stands to the application, what the income is, and what the partner then works.
    let other =
        json!([{ "kind": "move_together", "partner": "not_in_application", "income": "pension", "amount": 9000 }]);
    let half = json!({
        "month": "2026-11", "household": { "adults": 2, "partner": "not_in_application" },
        "incomes": [{ "kind": "pension", "amount": 9000, "person": "adult2" }],
    });
    assert_eq!(compare(&alone, &other).after, estimate(half));
    let works =
        json!([{ "kind": "work", "person": "adult2", "amount": 500 }, { "kind": "move_together", "amount": 9 }]);
    assert_eq!(compare(&alone, &works).sums.incomes.after, 500);
}

#[test]
fn children_keep_their_numbers_when_others_move() {
    let pension = |person, amount| json!({ "kind": "child_pension", "amount": amount, "person": person });
    let body = json!({
        "month": "2026-11", "household": { "adults": 1, "children": [{ "age": 4 }, { "age": 9 }] },
        "incomes": [pension("child1", 100), pension("child2", 200)],
    });
    let changes = json!([
        { "kind": "child_moves_in", "age": 0, "days": 15 },
        { "kind": "child_moves_out", "child": 1 },
    ]);
    let found = compare(&body, &changes);
    let after = json!({
        "month": "2026-11", "household": { "adults": 1, "children": [{ "age": 9 }, { "age": 0, "days": 15 }] },
        "incomes": [pension("child1", 200)],
    });
    assert_eq!(found.after, estimate(after));
    // The child of nine is now the first, and nothing about it differs.
    assert_eq!(
        rows(&found),
        [
            (Group::Norm, Some(Person::Child(1)), 3060, -1),
            (Group::Norm, Some(Person::Child(3)), -1, 1370),
            (Group::Income, Some(Person::Child(1)), 100, -1),
        ]
    );
}

#[test]
fn another_rent_is_one_rent() {
    let body = json!({
        "month": "2026-11", "household": { "adults": 1 },
        "costs": [
            { "kind": "rent", "amount": 5000 }, { "kind": "union", "amount": 90 }, { "kind": "rent", "amount": 800 },
        ],
    });
    let found = compare(&body, &json!([{ "kind": "rent", "amount": 6000 }]));
    assert_eq!((found.sums.costs.after, found.sums.support.change), (6090, 200));
    // The money goes to the rent: there is as much to live on.
    assert_eq!(found.sums.to_live_on.change, 0);
    assert_eq!(rows(&found), [(Group::Cost, None, 5000, 6000), (Group::Cost, None, 800, -1)]);
    let none = compare(&body, &json!([{ "kind": "rent", "amount": 0 }]));
    assert_eq!(none.sums.costs.after, 90);
    assert_eq!(rows(&none), [(Group::Cost, None, 5000, -1), (Group::Cost, None, 800, -1)]);
    let mut beside = body.clone();
    beside["costs"] = json!([{ "kind": "rent", "amount": 5000 }, { "kind": "rent", "amount": 800 }]);
    let found = compare(&beside, &json!([{ "kind": "rent", "amount": 6000 }]));
    assert_eq!(rows(&found), [(Group::Cost, None, 5000, 6000), (Group::Cost, None, 800, -1)]);
}

#[test]
fn another_month_has_its_own_norm_and_its_own_days() {
    let body = json!({
        "month": "2025-12",
        "household": { "adults": 1, "children": [{ "age": 9, "days": 31 }, { "age": 9, "days": 29 }, { "age": 9, "days": 3 }] },
    });
    let found = compare(&body, &json!([{ "kind": "month", "month": "2026-02" }]));
    let february = json!({
        "month": "2026-02",
        "household": { "adults": 1, "children": [{ "age": 9 }, { "age": 9, "days": 28 }, { "age": 9, "days": 3 }] },
    });
    assert_eq!(found.after, estimate(february));
    // The same days and amounts under another section are no difference; another amount is.
    assert!(found.sums.norm.change > 0 && found.same_people);
    // All of November is all of December, also where days are counted by the calendar.
    let november = json!({ "month": "2026-11", "household": { "adults": 1, "children": [{ "age": 9, "days": 30 }] } });
    let december = json!([{ "kind": "month", "month": "2026-12" }]);
    let practice = LocalPractice { day_divisor: DayDivisor::CalendarDays, ..LocalPractice::default() };
    assert_eq!(try_compare_by(&november, &december, &practice).unwrap().differences, []);
}

#[test]
fn what_was_left_before_is_to_live_on_too() {
    let mut body = one_adult(0);
    let without = compare(&body, &json!([]));
    body["previous_surplus"] = json!(300);
    let with = compare(&body, &json!([]));
    // 3940 + 1280: the norm, whether the money comes from the board or was left.
    assert_eq!((without.sums.to_live_on.before, with.sums.to_live_on.before), (5220, 5220));
    assert_eq!(with.sums.support.after, without.sums.support.after - 300);
}

#[test]
fn every_fault_is_told_at_once_at_its_place() {
    let body = json!({ "month": "2026-13", "household": { "adults": 1 }, "surplus": 1 });
    let changes = json!([
        { "kind": "work", "person": "child1", "hours": 169, "hourly": "x", "amount": 5 },
        { "kind": "work" },
        { "kind": "work", "hours": 168, "hourly": 1_000_000 },
        { "kind": "child_age", "age": 21, "rent": 1 },
        { "kind": "child_moves_in", "lunch_away": 1, "days": 0 },
        { "kind": "move_together", "partner": "friend", "income": "pupil_wage", "amount": -1 },
        { "kind": "rent", "month": "2026-11" },
        { "kind": "month" },
        { "kind": "month", "month": "november" },
        { "kind": "lottery" },
        7,
        { "kind": "work", "hours": 5 },
        { "kind": "work", "hourly": 5 },
    ]);
    let mut found = faults(&body, &changes);
    found.sort();
    let mut expected = [
        ("/estimate/month", "not_a_month"),
        ("/estimate/surplus", "unknown_field"),
        ("/changes/0/person", "does_not_fit"),
        ("/changes/0/amount", "does_not_fit"),
        ("/changes/0/hours", "out_of_range"),
        ("/changes/0/hourly", "not_an_amount"),
        ("/changes/1/amount", "required"),
        ("/changes/2/hourly", "out_of_range"),
        ("/changes/3/rent", "unknown_field"),
        ("/changes/3/child", "required"),
        ("/changes/3/age", "out_of_range"),
        ("/changes/4/age", "required"),
        ("/changes/4/lunch_away", "malformed"),
        ("/changes/4/days", "out_of_range"),
        ("/changes/5/partner", "unknown_choice"),
        ("/changes/5/income", "does_not_fit"),
        ("/changes/5/amount", "out_of_range"),
        ("/changes/6/month", "does_not_fit"),
        ("/changes/6/amount", "required"),
        ("/changes/7/month", "required"),
        ("/changes/8/month", "not_a_month"),
        ("/changes/9/kind", "unknown_choice"),
        ("/changes/10", "malformed"),
        ("/changes/11/hourly", "required"),
        ("/changes/12/hours", "required"),
    ]
    .map(|(place, code)| (place.to_owned(), code.to_owned()));
    expected.sort();
    assert_eq!(found, expected);

    let question = |body: Value| -> Vec<FieldFault> {
        let question: CompareRequest = serde_json::from_str(&body.to_string()).unwrap();
        question.compare(|request| request.estimate(&TABLES, &LocalPractice::default())).unwrap_err()
    };
    let places = |body| question(body).into_iter().map(|fault| fault.pointer).collect::<Vec<_>>();
    assert_eq!(places(json!({ "more": 1 })), ["/more", "/estimate"]);
    assert_eq!(places(json!({ "estimate": 1, "changes": 1 })), ["/estimate", "/changes"]);
    assert_eq!(
        places(json!({ "estimate": one_adult(0), "changes": vec![json!({ "kind": "rent", "amount": 1 }); 21] })),
        ["/changes"]
    );
}

#[test]
fn a_change_that_does_not_fit_is_a_fault_of_its_own() {
    let alone =
        json!({ "month": "2026-11", "household": { "adults": 1, "children": [{ "age": 8, "lunch_away": true }] } });
    let couple = json!({ "month": "2026-11", "household": { "adults": 2 } });
    let work = |person: &str| json!({ "kind": "work", "person": person, "amount": 1 });
    for (body, changes, place, code) in [
        (&alone, json!([work("adult2")]), "/changes/0/person", "does_not_fit"),
        (&couple, json!([work("adult2"), { "kind": "move_apart" }]), "/changes/0/person", "does_not_fit"),
        (&alone, json!([work("adult1"), work("adult1")]), "/changes/1/kind", "does_not_fit"),
        (&alone, json!([{ "kind": "move_apart" }]), "/changes/0/kind", "does_not_fit"),
        (&couple, json!([{ "kind": "move_together" }]), "/changes/0/kind", "does_not_fit"),
        (&alone, json!([{ "kind": "child_moves_out", "child": 2 }]), "/changes/0/child", "does_not_fit"),
        (
            &alone,
            json!([{ "kind": "child_age", "child": 1, "age": 9 }, { "kind": "child_moves_out", "child": 1 }]),
            "/changes/1/kind",
            "does_not_fit",
        ),
        (&alone, json!([{ "kind": "month", "month": "2027-01" }]), "/changes/0/month", "norm_not_known"),
        (
            &alone,
            json!([{ "kind": "rent", "amount": 1 }, { "kind": "month", "month": "2020-05" }]),
            "/changes/1/month",
            "norm_not_known",
        ),
        // November has 30 days.
        (&alone, json!([{ "kind": "child_moves_in", "age": 3, "days": 31 }]), "/changes/0/days", "out_of_range"),
    ] {
        assert_eq!(faults(body, &changes), [(place.to_owned(), code.to_owned())], "{changes}");
    }
    // The amounts without lunch of 2024 are not verified: who turns six there cannot be calculated.
    let mut old = alone.clone();
    old["month"] = json!("2024-05");
    let six = json!([{ "kind": "child_age", "child": 1, "age": 6 }]);
    assert_eq!(faults(&old, &six), [("/changes/0/age".to_owned(), "norm_not_known".to_owned())]);
    let born =
        json!([{ "kind": "child_moves_in", "age": 1 }, { "kind": "child_moves_in", "age": 1, "lunch_away": true }]);
    assert_eq!(faults(&old, &born), [("/changes/1/lunch_away".to_owned(), "norm_not_known".to_owned())]);
    let mut full = alone.clone();
    full["incomes"] = json!(vec![json!({ "kind": "other", "amount": 1 }); 50]);
    let work_too = json!([{ "kind": "child_moves_in", "age": 1 }, work("adult1")]);
    assert_eq!(faults(&full, &work_too), [("/changes/1/kind".to_owned(), "too_many".to_owned())]);
    let mut many = alone.clone();
    many["household"]["children"] = json!(vec![json!({ "age": 5 }); 20]);
    let one_more = json!([{ "kind": "rent", "amount": 1 }, { "kind": "child_moves_in", "age": 1 }]);
    assert_eq!(faults(&many, &one_more), [("/changes/1/age".to_owned(), "too_many".to_owned())]);
}

fn change() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0..=60, 0..=500).prop_map(|(hours, hourly)| json!({ "kind": "work", "hours": hours, "hourly": hourly })),
        (0..=50_000).prop_map(|amount| json!({ "kind": "work", "person": "adult2", "amount": amount })),
        (1..=5, 0..=20).prop_map(|(child, age)| json!({ "kind": "child_age", "child": child, "age": age })),
        (0..=20, 1..=28).prop_map(|(age, days)| json!({ "kind": "child_moves_in", "age": age, "days": days })),
        (1..=5).prop_map(|child| json!({ "kind": "child_moves_out", "child": child })),
        (0..=50_000).prop_map(|amount| json!({ "kind": "move_together", "amount": amount })),
        Just(json!({ "kind": "move_apart" })),
        (0..=20_000).prop_map(|amount| json!({ "kind": "rent", "amount": amount })),
        select(vec!["2025-02", "2026-11", "2021-07"]).prop_map(|month| json!({ "kind": "month", "month": month })),
    ]
}

fn group_total(estimate: &Estimate, group: Group) -> i64 {
    match group {
        Group::Norm => estimate.norm_total,
        Group::Cost => estimate.costs_total,
        Group::Income => estimate.incomes_total,
    }
}

proptest! {
    #[test]
    fn no_change_is_no_difference(body in properties::body(), practice in properties::practice()) {
        let found = try_compare_by(&body, &json!([]), &practice).unwrap();
        prop_assert_eq!(&found.before, &request(body).estimate(&TABLES, &practice).unwrap());
        prop_assert_eq!(&found.before, &found.after);
        prop_assert!(found.differences.is_empty() && found.same_people);
    }

    #[test]
    fn differences_sum_to_the_difference_of_the_sums_in_any_order(
        body in properties::body(), changes in vec(change(), 1..4), practice in properties::practice(),
    ) {
        // Contradictions are tried by name above.
        let Ok(found) = try_compare_by(&body, &json!(changes), &practice) else { return Ok(()) };
        for (group, sum) in
            [(Group::Norm, found.sums.norm), (Group::Cost, found.sums.costs), (Group::Income, found.sums.incomes)]
        {
            let of_group = found.differences.iter().filter(|difference| difference.group == group);
            let change: i64 = of_group.map(|difference| difference.change).sum();
            prop_assert_eq!(change, sum.change);
            prop_assert_eq!(change, group_total(&found.after, group) - group_total(&found.before, group));
        }
        prop_assert_eq!(found.sums.support.change, found.after.support - found.before.support);
        let mut turned = changes.clone();
        turned.reverse();
        let turned = try_compare_by(&body, &json!(turned), &practice).unwrap();
        // Those who move in are numbered in the order of their changes; everything else is the same.
        prop_assert_eq!((turned.sums.norm, turned.sums.to_live_on), (found.sums.norm, found.sums.to_live_on));
        prop_assert_eq!(turned.differences.len(), found.differences.len());
    }
}
