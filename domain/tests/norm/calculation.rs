//! Hand-checked figures, each with its sum written out, and what is said beside them.

use crate::support::{TABLES, amounts, estimate, household, incomes, request};
use domain::norm::{
    Estimate, Group, LocalPractice, NoticeCode, Status,
    practice::{DayDivisor, PartMonthCommon},
};
use serde_json::{Value, json};

fn norm(body: Value) -> Vec<i64> {
    amounts(&estimate(household(body)), Group::Norm)
}

fn said(estimate: &Estimate) -> Vec<NoticeCode> {
    estimate.notices.iter().map(|notice| notice.code).collect()
}

#[test]
fn common_costs_are_shared_with_those_outside_the_case() {
    // 2030 × 3/4 = 1522.5: the half krona goes to the household.
    let shared = json!({ "adults": 1, "shared_with": 1, "children": [{ "age": 4, "lunch_away": true }, { "age": 9 }] });
    assert_eq!(norm(shared), [3940, 2720, 3820, 1523]);
    // One adult with one other: 1410 / 2.
    assert_eq!(norm(json!({ "adults": 1, "shared_with": 1 })), [3940, 705]);
    // One adult in a household of three: 1790 / 3 = 596.67.
    assert_eq!(norm(json!({ "adults": 1, "shared_with": 2 })), [3940, 597]);
}

#[test]
fn a_child_part_of_the_month_counts_by_days_and_fully_in_the_common_costs() {
    assert_eq!(norm(json!({ "adults": 1, "children": [{ "age": 9, "days": 15 }] })), [3940, 1910, 1410]);
    // 3820 × 1/30 = 127.33.
    assert_eq!(norm(json!({ "adults": 1, "children": [{ "age": 9, "days": 1 }] })), [3940, 128, 1410]);
    assert_eq!(norm(json!({ "adults": 1, "children": [{ "age": 9, "days": 30 }] })), [3940, 3820, 1410]);
}

#[test]
fn thirty_days_are_a_whole_month_and_so_is_all_of_february() {
    let child = |month: &str, days: u8| {
        let answer = estimate(json!({
            "month": month, "household": { "adults": 1, "children": [{ "age": 9, "days": days }] }
        }));
        amounts(&answer, Group::Norm)[1]
    };
    assert_eq!(child("2026-12", 30), 3820);
    assert_eq!(child("2026-12", 31), 3820);
    assert_eq!(child("2026-02", 28), 3820);
    // 3820 × 27/30.
    assert_eq!(child("2026-02", 27), 3438);
}

#[test]
fn days_may_be_divided_by_the_calendar_and_common_costs_by_days_where_that_is_the_practice() {
    let calendar = LocalPractice { day_divisor: DayDivisor::CalendarDays, ..LocalPractice::default() };
    let body = json!({ "month": "2026-12", "household": { "adults": 1, "children": [{ "age": 9, "days": 15 }] } });
    let answer = request(body.clone()).estimate(&TABLES, &calendar).unwrap();
    // 3820 × 15/31 = 1848.39.
    assert_eq!(amounts(&answer, Group::Norm), [3940, 1849, 1410]);

    let by_days = LocalPractice { part_month_common: PartMonthCommon::ByDays, ..LocalPractice::default() };
    let answer = request(body).estimate(&TABLES, &by_days).unwrap();
    // Halfway between 1280 and 1410.
    assert_eq!(amounts(&answer, Group::Norm), [3940, 1910, 1345]);
}

#[test]
fn the_age_of_a_child_decides_the_amount() {
    let year_2026 = [
        (0, 2740, Some(2560)),
        (1, 3060, Some(2800)),
        (2, 3060, Some(2800)),
        (3, 2720, Some(2500)),
        (4, 3060, Some(2720)),
        (6, 3060, Some(2720)),
        (7, 3820, None),
        (10, 3820, None),
        (11, 4390, None),
        (14, 4390, None),
        (15, 4960, None),
        (18, 4960, None),
        (19, 5000, None),
        (20, 5000, None),
    ];
    for (age, full, without_lunch) in year_2026 {
        let child = |away: bool| norm(json!({ "adults": 1, "children": [{ "age": age, "lunch_away": away }] }))[1];
        assert_eq!(child(false), full, "{age} years");
        // From 7 years lunch makes no difference.
        assert_eq!(child(true), without_lunch.unwrap_or(full), "{age} years, lunch away");
    }
}

#[test]
fn each_person_above_seven_adds_the_same() {
    let common = |children: usize| {
        *norm(json!({ "adults": 1, "children": vec![json!({ "age": 8 }); children] })).last().unwrap()
    };
    assert_eq!([common(0), common(5), common(6)], [1280, 2640, 2830]);
    assert_eq!([common(7), common(8), common(20)], [2830 + 190, 2830 + 2 * 190, 2830 + 14 * 190]);
}

#[test]
fn a_partner_outside_the_application_leaves_half_and_why_makes_no_difference() {
    // 7100 / 2, and half of the common costs of all three: 1790 / 2.
    let expected = [3550, 3820, 895];
    for partner in ["no_right", "not_in_application"] {
        let body = household(json!({ "adults": 2, "partner": partner, "children": [{ "age": 9 }] }));
        let answer = estimate(body);
        assert_eq!(amounts(&answer, Group::Norm), expected, "{partner}");
        assert!(said(&answer).contains(&NoticeCode::PartnerPractice));
    }
    assert_eq!(norm(json!({ "adults": 2, "partner": "applies", "children": [{ "age": 9 }] })), [7100, 3820, 1790]);
    // Shared with one outside: half of 2/3 of 1790 = 596.67.
    assert_eq!(norm(json!({ "adults": 2, "partner": "no_right", "shared_with": 1 })), [3550, 597]);
}

#[test]
fn a_quarter_of_the_wage_is_left_out_after_six_months_for_two_years() {
    let counted = |support: u16, month: u16| {
        let wage = json!([{ "kind": "wage", "amount": 8001, "months_with_support": support, "stimulus_month": month }]);
        estimate(incomes(wage)).incomes_total
    };
    assert_eq!(counted(5, 1), 8001);
    // 8001 × 0.75 = 6000.75: the part of a krona is left to the person.
    assert_eq!(counted(6, 1), 6000);
    assert_eq!(counted(6, 24), 6000);
    assert_eq!(counted(6, 25), 8001);
    // Only a wage.
    assert_eq!(
        estimate(incomes(json!([{ "kind": "sickness_benefit", "amount": 8000, "months_with_support": 9 }])))
            .incomes_total,
        8000
    );
}

#[test]
fn a_pupils_wages_count_only_above_one_prisbasbelopp_a_year() {
    let counted = |amount: i64, so_far: i64| {
        let answer = estimate(incomes(json!([{ "kind": "pupil_wage", "amount": amount, "year_to_date": so_far }])));
        (answer.incomes_total, answer.lines[2].status)
    };
    // Prisbasbelopp 2026: 59 200.
    assert_eq!(counted(5000, 5000), (0, Status::NotCounted));
    assert_eq!(counted(5000, 59_200), (0, Status::NotCounted));
    assert_eq!(counted(5000, 60_000), (800, Status::Partly));
    assert_eq!(counted(5000, 70_000), (5000, Status::Counted));
    // The year can hold no less than this month.
    assert_eq!(counted(60_000, 0), (800, Status::Partly));
}

#[test]
fn the_limit_is_one_for_each_child_whatever_the_number_of_jobs() {
    let answer = estimate(json!({
        "month": "2026-11",
        "household": { "adults": 1, "children": [{ "age": 17 }, { "age": 19 }] },
        "incomes": [
            { "kind": "pupil_wage", "amount": 3000, "person": "child1", "year_to_date": 62_000 },
            { "kind": "pupil_wage", "amount": 2000, "person": "child2", "year_to_date": 20_000 },
            { "kind": "pupil_wage", "amount": 1000, "person": "child1", "year_to_date": 62_000 },
        ],
    }));
    // 62 000 − 59 200 = 2 800 of the first child's 4 000.
    assert_eq!(amounts(&answer, Group::Income), [2800, 0, 0]);
}

#[test]
fn codes_are_spelled_the_same_everywhere() {
    use domain::norm::{CostKind, IncomeKind, NormCode, Partner, Situation, Why};
    macro_rules! same {
        ($($name:ident),+) => {$(
            for code in $name::ALL {
                assert_eq!(json!(code), json!(code.as_str()));
                assert_eq!($name::from_name(code.as_str()), Some(*code));
                assert_eq!(serde_json::from_value::<$name>(json!(code)).unwrap(), *code);
            }
        )+};
    }
    same!(IncomeKind, CostKind, Situation, Partner, Status, Why, NormCode, NoticeCode);
}

#[test]
fn incomes_and_costs_count_by_their_kind() {
    use domain::norm::{CostKind, IncomeKind};
    for kind in IncomeKind::ALL {
        let answer = estimate(incomes(json!([{ "kind": kind, "amount": 1000 }])));
        let expected = match kind {
            IncomeKind::AdditionalCostAllowance | IncomeKind::PupilWage | IncomeKind::LeisureCard => {
                (0, Status::NotCounted)
            }
            IncomeKind::GiftOrTransfer | IncomeKind::RetroactiveBenefit | IncomeKind::OneOff | IncomeKind::Other => {
                (1000, Status::DecidedIndividually)
            }
            _ => (1000, Status::Counted),
        };
        assert_eq!((answer.incomes_total, answer.lines[2].status), expected, "{kind}");
    }
    for kind in CostKind::ALL {
        let answer = estimate(json!({
            "month": "2026-11", "household": { "adults": 1 }, "costs": [{ "kind": kind, "amount": 1000 }]
        }));
        let expected = match kind {
            CostKind::Rent
            | CostKind::Electricity
            | CostKind::HomeInsurance
            | CostKind::Union
            | CostKind::UnemploymentFund
            | CostKind::WorkTravel => (1000, Status::Counted),
            CostKind::Leisure => (0, Status::NotCounted),
            _ => (1000, Status::DecidedIndividually),
        };
        assert_eq!((answer.costs_total, answer.lines[2].status), expected, "{kind}");
    }
}

#[test]
fn a_surplus_from_the_month_before_is_a_term_of_its_own() {
    let answer = estimate(json!({
        "month": "2026-11", "household": { "adults": 1 },
        "costs": [{ "kind": "rent", "amount": 5000 }],
        "incomes": [{ "kind": "wage", "amount": 9000 }],
        "previous_surplus": 300,
    }));
    assert_eq!((answer.norm_total, answer.costs_total, answer.incomes_total), (5220, 5000, 9000));
    // 9000 + 300 − 5220 − 5000.
    assert_eq!((answer.balance, answer.support, answer.surplus), (-920, 920, 0));
    assert_eq!(amounts(&answer, Group::Income), [9000]);
}

#[test]
fn the_answer_reads_as_agreed() {
    let answer = estimate(json!({
        "month": "2026-11",
        "household": { "adults": 1, "children": [{ "age": 9, "days": 15 }] },
        "costs": [{ "kind": "rent", "amount": 8200 }],
        "incomes": [{ "kind": "wage", "amount": 9000, "person": "adult1", "months_with_support": 6 }],
    }));
    let law = |act: &str, chapter: u8, section: u8, point: Option<u8>| json!({ "act": act, "chapter": chapter, "section": section, "point": point });
    let sof = law("SFS 2025:468", 12, 2, None);
    let expected = json!({
        "month": "2026-11",
        "norm_total": 7260, "costs_total": 8200, "incomes_total": 6750, "previous_surplus": 0,
        "balance": -8710, "support": 8710, "surplus": 0, "preliminary": true,
        "lines": [
            { "group": "norm", "code": "adult_single", "amount": 3940, "status": "counted", "why": "norm_adult", "law": sof,
              "basis": 3940, "person": "adult1" },
            { "group": "norm", "code": "child", "amount": 1910, "status": "counted", "why": "norm_child_days", "law": sof,
              "basis": 3820, "share": { "of": 15, "out_of": 30 }, "person": "child1" },
            { "group": "norm", "code": "common", "amount": 1410, "status": "counted", "why": "norm_common", "law": sof, "basis": 1410 },
            { "group": "cost", "code": "rent", "amount": 8200, "status": "counted", "why": "cost_named",
              "law": law("SFS 2025:400", 12, 7, Some(2)), "basis": 8200 },
            { "group": "income", "code": "wage", "amount": 6750, "status": "partly", "why": "income_stimulus",
              "law": law("SFS 2025:400", 12, 8, None), "basis": 9000,
              "share": { "of": 75, "out_of": 100 }, "person": "adult1" },
        ],
        "notices": [
            { "code": "preliminary", "law": law("SFS 2025:400", 12, 7, None) },
            { "code": "right_to_apply", "law": { "act": "SFS 2017:900", "chapter": null, "section": 19, "point": null } },
            { "code": "emergency_tested", "law": null },
            { "code": "costs_tested", "law": law("SFS 2025:400", 12, 7, Some(2)) },
            { "code": "part_month_practice", "law": null },
            { "code": "reform_2027", "law": null },
        ],
    });
    assert_eq!(serde_json::to_value(&answer).unwrap(), expected);
}

#[test]
fn sections_are_cited_only_where_they_have_been_read() {
    let law = |month: &str| {
        let answer = estimate(json!({ "month": month, "household": { "adults": 1 } }));
        answer.lines[0].law.map(|law| law.to_string())
    };
    assert_eq!(law("2025-06"), None);
    assert_eq!(law("2025-07").as_deref(), Some("12 kap. 2 § socialtjänstförordningen (2025:468)"));
    assert_eq!(law("2026-12").as_deref(), Some("12 kap. 2 § socialtjänstförordningen (2025:468)"));
    assert_eq!(law("2015-01"), None);
}

#[test]
fn sharing_rests_on_the_section_that_speaks_of_it() {
    let common = |body: Value| estimate(household(body)).lines.last().unwrap().law.unwrap().to_string();
    assert!(common(json!({ "adults": 1 })).starts_with("12 kap. 2 §"));
    assert!(common(json!({ "adults": 1, "shared_with": 1 })).starts_with("12 kap. 3 §"));
    let eight = json!({ "adults": 2, "children": vec![json!({ "age": 8 }); 6] });
    assert!(common(eight).starts_with("12 kap. 3 §"));
}

#[test]
fn everybody_is_told_that_it_is_preliminary_that_they_may_apply_and_that_need_is_tested() {
    let always = [NoticeCode::Preliminary, NoticeCode::RightToApply, NoticeCode::EmergencyTested];
    for body in [
        json!({ "month": "2021-01", "household": { "adults": 1 } }),
        incomes(json!([{ "kind": "wage", "amount": 50_000 }])),
        household(json!({ "adults": 2, "children": [{ "age": 1 }] })),
    ] {
        assert_eq!(said(&estimate(body))[..3], always);
    }
}

#[test]
fn each_situation_is_answered_with_its_notice_and_no_change_of_figures() {
    use domain::norm::Situation;
    let plain = estimate(household(json!({ "adults": 1 })));
    for situation in Situation::ALL {
        let mut body = household(json!({ "adults": 1 }));
        body["situation"] = json!([situation, situation]);
        let answer = estimate(body);
        assert_eq!(answer.lines, plain.lines, "{situation}");
        let named = answer.notices.iter().filter(|notice| notice.code.as_str() == situation.as_str());
        assert_eq!(named.count(), 1, "{situation}");
    }
}

#[test]
fn notices_come_where_they_belong_and_only_there() {
    let has = |body: Value, code: NoticeCode| said(&estimate(body)).contains(&code);
    let rich = json!([{ "kind": "wage", "amount": 5220 }]);
    assert!(has(incomes(rich), NoticeCode::SurplusCanApplyAnyway));
    assert!(!has(incomes(json!([{ "kind": "wage", "amount": 5219 }])), NoticeCode::SurplusCanApplyAnyway));

    let shared = |children: Value| household(json!({ "adults": 1, "children": children, "shared_with": 1 }));
    // The ordinance itself speaks of one adult.
    assert!(!has(shared(json!([])), NoticeCode::SharedHouseholdPractice));
    assert!(has(shared(json!([{ "age": 3 }])), NoticeCode::SharedHouseholdPractice));

    assert!(has(household(json!({ "adults": 1, "children": [{ "age": 19 }] })), NoticeCode::Pupil19To20));
    assert!(!has(household(json!({ "adults": 1, "children": [{ "age": 18 }] })), NoticeCode::Pupil19To20));

    let days = |days: u8| household(json!({ "adults": 1, "children": [{ "age": 8, "days": days }] }));
    assert!(has(days(29), NoticeCode::PartMonthPractice));
    assert!(!has(days(30), NoticeCode::PartMonthPractice));

    let in_month = |month: &str| json!({ "month": month, "household": { "adults": 1 } });
    assert!(has(in_month("2026-07"), NoticeCode::Reform2027));
    assert!(!has(in_month("2026-06"), NoticeCode::Reform2027));

    assert!(has(incomes(json!([{ "kind": "other", "amount": 1 }])), NoticeCode::DecidedIndividuallyIncluded));
    assert!(!has(incomes(json!([{ "kind": "wage", "amount": 1 }])), NoticeCode::DecidedIndividuallyIncluded));
}
