//! What must hold for every household, tried on many.

use crate::support::{TABLES, request, try_estimate};
use domain::norm::{
    CostKind, Estimate, Group, IncomeKind, Line, LocalPractice, Share, Situation, Why,
    practice::{Ceiling, ChildMoney, DayDivisor, PartMonthCommon},
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};

/// Years with everything, so that nothing drawn is unknown in them.
fn month() -> impl Strategy<Value = String> {
    (select(vec![2019, 2021, 2023, 2025, 2026]), 1..=12).prop_map(|(year, month)| format!("{year}-{month:02}"))
}

fn child() -> impl Strategy<Value = Value> {
    (0..=20, any::<bool>(), option::of(1..=28))
        .prop_map(|(age, away, days)| json!({ "age": age, "lunch_away": away, "days": days }))
}

/// With room for one more child.
fn household() -> impl Strategy<Value = Value> {
    let adults = select(vec![
        json!({ "adults": 1 }),
        json!({ "adults": 2 }),
        json!({ "adults": 2, "partner": "no_right" }),
        json!({ "adults": 2, "partner": "not_in_application" }),
    ]);
    (adults, vec(child(), 0..=19), 0..=20).prop_map(|(mut household, children, shared_with)| {
        household["children"] = json!(children);
        household["shared_with"] = json!(shared_with);
        household
    })
}

fn cost() -> impl Strategy<Value = Value> {
    (select(CostKind::ALL), 0..=1_000_000).prop_map(|(kind, amount)| json!({ "kind": kind, "amount": amount }))
}

fn income() -> impl Strategy<Value = Value> {
    (select(IncomeKind::ALL), 0..=100_000, 0..12, 1..30, 0..=200_000).prop_map(
        |(kind, amount, months_with_support, stimulus_month, year_to_date)| {
            json!({
                "kind": kind, "amount": amount, "months_with_support": months_with_support,
                "stimulus_month": stimulus_month, "year_to_date": year_to_date,
            })
        },
    )
}

/// Incomes with people of the household they can belong to, or with nobody.
fn with_people(incomes: Vec<(Value, usize)>, household: &Value) -> Vec<Value> {
    let children = household["children"].as_array().map_or(0, Vec::len);
    let adults: &[_] = if household["adults"] == 2 { &["adult1", "adult2"] } else { &["adult1"] };
    let adults = adults.iter().map(|adult| (*adult).to_owned());
    let everybody: Vec<String> = adults.chain((1..=children).map(|place| format!("child{place}"))).collect();
    let owned = |(mut income, whose): (Value, usize)| {
        if let Some(person) = everybody.get(whose) {
            let fits = match income["kind"].as_str() {
                Some("wage") => person.starts_with("adult"),
                Some("pupil_wage") => person.starts_with("child"),
                _ => true,
            };
            income["person"] = if fits { json!(person) } else { Value::Null };
        }
        income
    };
    incomes.into_iter().map(owned).collect()
}

pub fn body() -> impl Strategy<Value = Value> {
    let situation = vec(select(Situation::ALL), 0..5);
    let incomes = vec((income(), 0..6_usize), 0..8);
    (month(), household(), vec(cost(), 0..8), incomes, 0..=50_000, situation).prop_map(
        |(month, household, costs, incomes, previous_surplus, situation)| {
            let incomes = with_people(incomes, &household);
            json!({
                "month": month, "household": household, "costs": costs, "incomes": incomes,
                "previous_surplus": previous_surplus, "situation": situation,
            })
        },
    )
}

/// A municipality's way, whatever it may be.
pub fn practice() -> impl Strategy<Value = LocalPractice> {
    let divisor = select(vec![DayDivisor::Thirty, DayDivisor::CalendarDays]);
    let common = select(vec![PartMonthCommon::Full, PartMonthCommon::ByDays]);
    let money = select(vec![ChildMoney::Fully, ChildMoney::AtMostOwnShare]);
    let half = (0..=100u32).prop_filter_map("a share", |of| Share::new(of, 100));
    let amounts = vec(1..=20_000u32, 1..5).prop_map(|mut amounts| {
        amounts.sort_unstable();
        amounts
    });
    let ceilings = vec(amounts, 0..=CostKind::ALL.len()).prop_map(|all| {
        CostKind::ALL.iter().zip(all).map(|(kind, amounts)| Ceiling { kind: *kind, amounts }).collect()
    });
    (divisor, common, half, money, 0..=12u8, ceilings).prop_map(
        |(day_divisor, part_month_common, one_of_couple, child_money, surplus_rolls, ceilings)| LocalPractice {
            day_divisor,
            part_month_common,
            one_of_couple,
            child_money,
            surplus_rolls,
            ceilings,
        },
    )
}

fn estimate(body: &Value, practice: &LocalPractice) -> Estimate {
    request(body.clone()).estimate(&TABLES, practice).unwrap_or_else(|faults| panic!("{body}: {faults:?}"))
}

fn sum(estimate: &Estimate, group: Group) -> i64 {
    estimate.lines.iter().filter(|line| line.group == group).map(|line| line.amount).sum()
}

fn list<'a>(body: &'a mut Value, pointer: &str) -> &'a mut Vec<Value> {
    body.pointer_mut(pointer).unwrap().as_array_mut().unwrap()
}

/// Counted by itself, whatever else is stated.
fn by_itself(line: &Line) -> bool {
    line.code.as_str() != "pupil_wage" && !matches!(line.why, Why::CostAboveCeiling | Why::IncomeChildsOwnAboveShare)
}

/// Lines without their order and without whose they are.
fn terms(estimate: &Estimate) -> Vec<(&'static str, i64, i64)> {
    let mut terms: Vec<_> = estimate.lines.iter().map(|line| (line.code.as_str(), line.amount, line.basis)).collect();
    terms.sort_unstable();
    terms
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_sum_to_totals_and_totals_to_the_balance(body in body(), practice in practice()) {
        let answer = estimate(&body, &practice);
        prop_assert_eq!(sum(&answer, Group::Norm), answer.norm_total);
        prop_assert_eq!(sum(&answer, Group::Cost), answer.costs_total);
        prop_assert_eq!(sum(&answer, Group::Income), answer.incomes_total);
        let balance = answer.incomes_total + answer.previous_surplus - answer.norm_total - answer.costs_total;
        prop_assert_eq!(answer.balance, balance);
        prop_assert_eq!(answer.surplus - answer.support, balance);
        prop_assert!(answer.support == 0 || answer.surplus == 0);
        prop_assert!(answer.preliminary);
        for line in &answer.lines {
            prop_assert!((0..=line.basis).contains(&line.amount), "{:?}", line);
        }
    }

    #[test]
    fn one_more_child_never_lowers_the_norm(body in body(), child in child(), practice in practice()) {
        let before = estimate(&body, &practice).norm_total;
        let mut more = body;
        list(&mut more, "/household/children").push(child);
        prop_assert!(estimate(&more, &practice).norm_total >= before);
    }

    #[test]
    fn one_more_day_or_lunch_at_home_never_lowers_the_norm(body in body(), practice in practice()) {
        let before = estimate(&body, &practice).norm_total;
        let mut more = body;
        for child in list(&mut more, "/household/children") {
            let days = child["days"].as_i64();
            *child = json!({ "age": child["age"], "days": days.map(|days| (days + 1).min(28)) });
        }
        prop_assert!(estimate(&more, &practice).norm_total >= before);
    }

    #[test]
    fn sharing_with_more_people_never_raises_the_norm(body in body(), practice in practice()) {
        let before = estimate(&body, &practice).norm_total;
        let mut more = body;
        let shared_with = more["household"]["shared_with"].as_i64().unwrap();
        more["household"]["shared_with"] = json!((shared_with + 1).min(20));
        prop_assert!(estimate(&more, &practice).norm_total <= before);
    }

    #[test]
    fn more_income_never_gives_more_support(
        body in body(), one_more in income(), raise in 0..50_000i64, practice in practice(),
    ) {
        // One more wage is nobody's: months with support that are stated with it would be jobbstimulans for the person's
        // other wages, which is the one rule that says otherwise.
        let before = estimate(&body, &practice).support;
        let mut more = body.clone();
        list(&mut more, "/incomes").push(one_more);
        prop_assert!(estimate(&more, &practice).support <= before);
        let mut more = body;
        for income in list(&mut more, "/incomes") {
            income["amount"] = json!(income["amount"].as_i64().unwrap() + raise);
        }
        prop_assert!(estimate(&more, &practice).support <= before);
    }

    #[test]
    fn a_krona_more_of_cost_never_gives_less_support(body in body(), one_more in cost(), practice in practice()) {
        let before = estimate(&body, &practice).support;
        let mut more = body;
        list(&mut more, "/costs").push(one_more);
        prop_assert!(estimate(&more, &practice).support >= before);
    }

    #[test]
    fn the_order_of_what_is_stated_does_not_matter(body in body(), practice in practice()) {
        let answer = estimate(&body, &practice);
        let mut turned = body;
        for pointer in ["/household/children", "/costs", "/incomes", "/situation"] {
            list(&mut turned, pointer).reverse();
        }
        // Who was the first child is the last one now.
        let children = list(&mut turned, "/household/children").len();
        for income in list(&mut turned, "/incomes") {
            let place = income["person"].as_str().and_then(|person| person.strip_prefix("child"));
            if let Some(place) = place.and_then(|place| place.parse::<usize>().ok()) {
                income["person"] = json!(format!("child{}", children + 1 - place));
            }
        }
        let other = estimate(&turned, &practice);
        prop_assert_eq!(
            (answer.norm_total, answer.costs_total, answer.incomes_total, answer.balance),
            (other.norm_total, other.costs_total, other.incomes_total, other.balance)
        );
        // Jobs of one pupil, costs of one kind and a child's own money share a limit that is filled in their order: those
        // lines may differ while their sum does not.
        if answer.lines.iter().chain(&other.lines).all(by_itself) {
            prop_assert_eq!(terms(&answer), terms(&other));
        }
        prop_assert_eq!(answer.notices, other.notices);
    }

    #[test]
    fn a_situation_changes_no_figure(body in body()) {
        let answer = estimate(&body, &LocalPractice::default());
        let mut without = body;
        list(&mut without, "/situation").clear();
        prop_assert_eq!(answer.lines, estimate(&without, &LocalPractice::default()).lines);
    }

    #[test]
    fn anything_at_all_is_answered_or_refused(body in anything()) {
        // A body that is an object is always read; what is wrong is told by field.
        if let Err(faults) = try_estimate(body) {
            prop_assert!(!faults.is_empty());
            prop_assert!(faults.iter().all(|fault| fault.pointer.starts_with('/')));
        }
    }
}

/// Objects with the names of a request and any values.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0..30i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9-]{0,8}".prop_map(Value::from),
        select(vec!["2026-11", "rent", "wage", "pupil_wage", "adult1", "child1", "no_right"]).prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 64, 6, |inner| {
        let name = select(vec![
            "month",
            "household",
            "costs",
            "incomes",
            "previous_surplus",
            "situation",
            "adults",
            "partner",
            "children",
            "shared_with",
            "age",
            "lunch_away",
            "days",
            "kind",
            "amount",
            "person",
            "months_with_support",
            "stimulus_month",
            "year_to_date",
            "~/",
        ]);
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name, inner), 0..6).prop_map(|entries| entries.into_iter().collect()),
        ]
    });
    vec((select(vec!["month", "household", "costs", "incomes", "previous_surplus", "situation"]), value), 0..6)
        .prop_map(|entries| entries.into_iter().collect())
}

#[test]
fn nothing_overflows_at_the_limits() {
    let body = json!({
        "month": "2026-12",
        "household": {
            "adults": 2, "partner": "no_right", "shared_with": 20,
            "children": vec![json!({ "age": 20, "days": 27 }); 20],
        },
        "costs": vec![json!({ "kind": "rent", "amount": 1_000_000 }); 50],
        "incomes": vec![
            json!({ "kind": "pupil_wage", "amount": 1_000_000, "year_to_date": 1_000_000, "person": "child1" }); 50
        ],
        "previous_surplus": 1_000_000,
    });
    for day_divisor in [DayDivisor::Thirty, DayDivisor::CalendarDays] {
        let practice =
            LocalPractice { day_divisor, part_month_common: PartMonthCommon::ByDays, ..LocalPractice::default() };
        let answer = estimate(&body, &practice);
        assert_eq!(answer.costs_total, 50_000_000);
        assert_eq!(answer.incomes_total, 50_000_000 - 59_200);
    }
}

#[test]
fn the_largest_practice_share_does_not_overflow_either() {
    let practice: LocalPractice = serde_json::from_value(json!({
        "day_divisor": "calendar_days", "part_month_common": "by_days",
        "one_of_couple": { "of": 9999, "out_of": 10_000 },
    }))
    .unwrap();
    let body = json!({
        "month": "2026-12",
        "household": {
            "adults": 2, "partner": "no_right", "shared_with": 20,
            "children": vec![json!({ "age": 20, "days": 30 }); 20],
        },
    });
    let answer = estimate(&body, &practice);
    // 1 282 person-days of 31 are 41 persons and 11 days: 2830 + 34 × 190 + 190 × 11/31. Of that 662/1282 × 0.9999.
    assert_eq!(answer.lines.last().unwrap().amount, 4832);
    assert!(serde_json::from_value::<LocalPractice>(json!({ "one_of_couple": { "of": 2, "out_of": 1 } })).is_err());
    assert!(serde_json::from_value::<LocalPractice>(json!({ "one_of_couple": { "of": 0, "out_of": 0 } })).is_err());
}
