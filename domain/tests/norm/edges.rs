//! Edges that no table of a section reaches: codes, words and readers, each seen to matter.

use crate::support::{TABLES, amounts, estimate, faults, file, household, request};
use domain::norm::{
    ChildRequest, CostRequest, EstimateRequest, Field, Given, Group, HouseholdRequest, IncomeKind, LineCode,
    LocalPractice, Month, NormTable, NoticeCode, Person, Share, Status, TableFault, Why,
    file::Entry,
    law::{Act, LawBook, Rule},
    practice::{ChildMoney, DayDivisor, PartMonthCommon},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// Absurd in every way, in one request: each fault is told, with its place, at once.
#[test]
fn bad_input_is_told_all_at_once() {
    let body = json!({
        "month": "2026-13",
        "household": { "adults": 1, "children": vec![json!({ "age": 150 }); 40] },
        "costs": [{ "kind": "rent", "amount": -1 }, { "kind": "castle", "amount": 1 }],
        "incomes": [{ "kind": "wage", "amount": 9_000_000_000_000_000_000_i64 }, { "kind": "luck", "amount": 1 }],
        "previous_surplus": -1,
    });
    let found = faults(body);
    let has = |pointer: &str, code: &str| found.contains(&(pointer.to_owned(), code.to_owned()));
    assert!(has("/month", "not_a_month"));
    assert!(has("/household/children", "too_many"));
    for child in 0..20 {
        assert!(has(&format!("/household/children/{child}/age"), "out_of_range"), "{child}");
    }
    assert!(has("/costs/0/amount", "out_of_range") && has("/costs/1/kind", "unknown_choice"));
    assert!(has("/incomes/0/amount", "out_of_range") && has("/incomes/1/kind", "unknown_choice"));
    assert!(has("/previous_surplus", "out_of_range"));
    assert_eq!(found.len(), 27, "{found:?}");
}

#[test]
fn a_month_is_four_digits_a_hyphen_and_two() {
    for text in ["2026-1", "226-11", "226-1", "+26-11", "2026-+1", "20260-11", "2026-011", "2026/11", "2026-00", "-"] {
        assert!(text.parse::<Month>().is_err(), "{text}");
    }
    let first = month("2026-11").first_day();
    assert_eq!((first.year(), first.month(), first.day()), (2026, 11, 1));
    assert_eq!((month("2026-11").year(), month("2026-11").number()), (2026, 11));
    assert_eq!(Month::containing(first.last_of_month()), month("2026-11"));
}

#[test]
fn a_share_is_shown_as_it_came_about() {
    let share = |of, out_of| Share::new(of, out_of).unwrap();
    assert_eq!((share(3, 4).of(), share(3, 4).out_of()), (3, 4));
    // A whole of many parts leaves the other as it is.
    assert_eq!(share(5, 5).times(share(3, 4)), share(3, 4));
    assert_eq!(share(3, 4).times(share(5, 5)), share(3, 4));
    assert_eq!(share(3, 4).times(share(1, 2)), share(3, 8));
    assert_eq!((Share::new(1, 10_000).is_some(), Share::new(1, 10_001)), (true, None));
    assert_eq!((Share::new(0, 1).is_some(), Share::new(2, 1), Share::new(0, 0)), (true, None, None));
    assert_eq!((Share::capped(30, 30), Share::capped(31, 30)), (Share::WHOLE, Share::WHOLE));
    assert_eq!(Share::capped(29, 30), share(29, 30));
    for (amount, up, down) in [(0, 0, 0), (1, 1, 0), (3, 3, 2), (4, 3, 3), (5, 4, 3)] {
        assert_eq!((share(3, 4).round_up(amount), share(3, 4).round_down(amount)), (up, down), "{amount}");
    }
}

#[test]
fn tables_answer_beyond_their_ends() {
    let table = TABLES.year(2026).unwrap();
    assert_eq!([table.common(0), table.common(1), table.common(2)], [0, 1280, 1410]);
    assert_eq!([table.common(7), table.common(8)], [2830, 2830 + 190]);
    assert_eq!((table.child(21), table.child(u8::MAX)), (5000, 5000));
    assert_eq!(table.child_without_lunch(7), None);
    let years: Vec<_> = TABLES.between(2024, 2025).iter().map(NormTable::year).collect();
    assert_eq!(years, [2024, 2025]);
    // A table has a size: the largest amount is still one, the next is a slip of the pen.
    let mut file = file(2026);
    file.adults.couple = 100_000;
    assert_eq!(NormTable::try_from(&file).unwrap().couple(), 100_000);
    file.adults.couple = 100_010;
    assert_eq!(NormTable::try_from(&file), Err(vec![TableFault::Absurd(Entry::Couple)]));
}

#[test]
fn every_fault_of_a_table_has_words_of_its_own() {
    let entries = [
        Entry::Single,
        Entry::Couple,
        Entry::Child(3),
        Entry::ChildWithoutLunch(3),
        Entry::Common(3),
        Entry::ExtraPerson,
        Entry::PriceBase,
    ];
    let of_entries = entries.into_iter().flat_map(|entry| {
        [
            TableFault::Missing(entry),
            TableFault::NotPositive(entry),
            TableFault::Absurd(entry),
            TableFault::NotTens(entry),
        ]
    });
    let others = [
        TableFault::NotVerified,
        TableFault::WrongUnit,
        TableFault::NotTheWholeYear,
        TableFault::ClassBackwards(3),
        TableFault::AgeWithoutClass(3),
        TableFault::AgeInTwoClasses(3),
        TableFault::AgeOutside(3),
        TableFault::LunchTooOld(3),
        TableFault::LunchNotLower(3),
        TableFault::CommonNotRising(3),
        TableFault::ExtraPersonDiffers,
        TableFault::YearTwice,
    ];
    let words: BTreeSet<String> = of_entries.chain(others).map(|fault| fault.to_string()).collect();
    assert_eq!(words.len(), 4 * 7 + 12);
    assert!(words.iter().all(|words| words.len() > 10), "{words:?}");
    assert!(!"x".parse::<Month>().unwrap_err().to_string().is_empty());
    assert!(!"x".parse::<Person>().unwrap_err().to_string().is_empty());
}

#[test]
fn the_law_is_cited_by_its_day_and_its_number() {
    let cited = |of: &str, rule| LawBook::of(month(of)).section(rule).map(|law| law.to_string());
    assert_eq!(cited("2025-06", Rule::Norm), None);
    assert_eq!(cited("2025-07", Rule::Application).as_deref(), Some("19 § förvaltningslagen (2017:900)"));
    assert_eq!(cited("2026-12", Rule::BesideNorm).as_deref(), Some("12 kap. 7 § 2 socialtjänstlagen (2025:400)"));
    assert_eq!(cited("2027-01", Rule::Norm), None, "the reform has not been read");
    for act in [Act::SocialServicesAct, Act::SocialServicesOrdinance, Act::AdministrativeProcedureAct] {
        assert_eq!(json!(act), json!(act.as_str()));
        // The number stands in the name too.
        assert!(act.name().contains(act.as_str().trim_start_matches("SFS ")), "{}", act.name());
    }
}

#[test]
fn a_line_has_the_code_it_travels_with() {
    let answer = estimate(json!({
        "month": "2026-11", "household": { "adults": 1 },
        "costs": [{ "kind": "other", "amount": 1 }], "incomes": [{ "kind": "other", "amount": 1 }],
    }));
    let codes: Vec<_> = answer.lines.iter().map(|line| line.code.as_str()).collect();
    assert_eq!(codes, ["adult_single", "common", "other", "other"]);
    for line in &answer.lines {
        assert_eq!(json!(line.code), json!(line.code.as_str()));
    }
    assert_ne!(answer.lines[2].code, LineCode::Income(IncomeKind::Other), "the group tells them apart");
}

#[test]
fn people_are_called_by_one_spelling() {
    for person in [Person::Adult1, Person::Adult2, Person::Child(1), Person::Child(20)] {
        let text = person.to_string();
        assert_eq!((Person::from_name(&text), text.parse()), (Some(person), Ok(person)));
        assert_eq!(json!(person), json!(text));
        assert_eq!(serde_json::from_value::<Person>(json!(text)).unwrap(), person);
    }
    for text in ["child0", "child01", "child+1", "child", "adult3", "Adult1", "child256", ""] {
        assert_eq!(Person::from_name(text), None, "{text}");
    }
}

#[test]
fn a_request_travels_as_it_was_built() {
    let child = ChildRequest { age: 4.into(), lunch_away: true.into(), ..ChildRequest::default() };
    let built = EstimateRequest {
        month: String::from("2026-11").into(),
        household: Given::Here(HouseholdRequest {
            adults: 1.into(),
            children: [child].into_iter().collect(),
            ..HouseholdRequest::default()
        }),
        costs: [CostRequest { kind: "rent".into(), amount: 8200.into(), ..CostRequest::default() }]
            .into_iter()
            .collect(),
        ..EstimateRequest::default()
    };
    let text = serde_json::to_string(&built).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&text).unwrap(),
        json!({
            "month": "2026-11",
            "household": { "adults": 1, "children": [{ "age": 4, "lunch_away": true }] },
            "costs": [{ "kind": "rent", "amount": 8200 }],
        })
    );
    assert_eq!(serde_json::from_str::<EstimateRequest>(&text).unwrap(), built);
    // Text with escapes reaches the reader by another way.
    let escaped = r#"{ "month": "\u0032026-11", "household": { "adults": 1, "children": [] }, "costs": [{ "kind": "r\u0065nt", "amount": 1 }] }"#;
    let answer = serde_json::from_str::<EstimateRequest>(escaped).unwrap().estimate(&TABLES, &LocalPractice::default());
    assert_eq!(answer.unwrap().costs_total, 1);
    assert!(Field::Missing.is_missing() && !Field::Flag(false).is_missing());
}

#[test]
fn a_whole_february_is_a_whole_person_in_the_common_costs() {
    let by_days = |day_divisor| LocalPractice {
        day_divisor,
        part_month_common: PartMonthCommon::ByDays,
        ..LocalPractice::default()
    };
    for (month, days, divisor, common) in [
        ("2026-02", 28, DayDivisor::Thirty, 1410),
        ("2026-02", 28, DayDivisor::CalendarDays, 1410),
        // 1280 + 130 × 27/30, × 27/28.
        ("2026-02", 27, DayDivisor::Thirty, 1397),
        ("2026-02", 27, DayDivisor::CalendarDays, 1406),
        ("2026-12", 30, DayDivisor::Thirty, 1410),
        // 1280 + 130 × 30/31.
        ("2026-12", 30, DayDivisor::CalendarDays, 1406),
        ("2026-12", 31, DayDivisor::CalendarDays, 1410),
    ] {
        let body = json!({ "month": month, "household": { "adults": 1, "children": [{ "age": 9, "days": days }] } });
        let answer = request(body).estimate(&TABLES, &by_days(divisor)).unwrap();
        assert_eq!(amounts(&answer, Group::Norm).last(), Some(&common), "{month} {days} {divisor:?}");
    }
    // Shared by days: 60 + 15 of 90 + 15 days, of three persons and a half: 1790 + 240 × 15/30.
    let body = household(json!({ "adults": 2, "shared_with": 1, "children": [{ "age": 9, "days": 15 }] }));
    let answer = request(body).estimate(&TABLES, &by_days(DayDivisor::Thirty)).unwrap();
    let line = answer.lines.last().unwrap();
    let share = line.share.unwrap();
    assert_eq!((line.amount, line.basis, share.of(), share.out_of()), (1365, 1910, 75, 105));
}

#[test]
fn a_childs_own_money_counts_at_most_for_the_child_where_that_is_the_practice() {
    let practice = LocalPractice { child_money: ChildMoney::AtMostOwnShare, ..LocalPractice::default() };
    let body = json!({
        "month": "2026-11",
        "household": { "adults": 1, "children": [{ "age": 9 }] },
        "incomes": [
            { "kind": "maintenance", "amount": 1000, "person": "adult1" },
            { "kind": "pupil_wage", "amount": 10_000, "person": "child1", "year_to_date": 90_000 },
            { "kind": "child_pension", "amount": 4000, "person": "child1" },
            { "kind": "maintenance", "amount": 1000, "person": "child1" },
            { "kind": "maintenance", "amount": 1000, "person": "child1" },
        ],
    });
    let answer = request(body.clone()).estimate(&TABLES, &practice).unwrap();
    // 3820 of its own and half of 1410: 4525. Its work is another section's, and an adult's money another's.
    assert_eq!(amounts(&answer, Group::Income), [1000, 10_000, 4000, 525, 0]);
    let whys: Vec<_> = answer.lines[5..].iter().map(|line| (line.why, line.status)).collect();
    let above = Why::IncomeChildsOwnAboveShare;
    assert_eq!(whys, [(Why::IncomeCounted, Status::Counted), (above, Status::Partly), (above, Status::NotCounted)]);
    assert!(answer.notices.iter().any(|notice| notice.code == NoticeCode::ChildMoneyPractice));
    let usual = estimate(body);
    assert_eq!(amounts(&usual, Group::Income), [1000, 10_000, 4000, 1000, 1000]);
    assert!(usual.notices.iter().all(|notice| notice.code != NoticeCode::ChildMoneyPractice));
}
