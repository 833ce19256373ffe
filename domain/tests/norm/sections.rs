//! The rules by the section that holds them: one table for each, a case in each row with its sum beside it, and with every
//! line the section it cites and the reason it gives. Amounts are those of 2026 unless a month is said.

use crate::support::{TABLES, amounts, estimate, household, incomes, request};
use domain::norm::{
    CostKind, Estimate, Group, IncomeKind, Line, LocalPractice, NoticeCode, Situation, Status, Why, practice::Ceiling,
};
use serde_json::{Value, json};

const SOF_12_2: &str = "12 kap. 2 § socialtjänstförordningen (2025:468)";
const SOF_12_3: &str = "12 kap. 3 § socialtjänstförordningen (2025:468)";
const SOL_10_2: &str = "10 kap. 2 § socialtjänstlagen (2025:400)";
const SOL_12_1: &str = "12 kap. 1 § socialtjänstlagen (2025:400)";
const SOL_12_7: &str = "12 kap. 7 § socialtjänstlagen (2025:400)";
const SOL_12_7_1: &str = "12 kap. 7 § 1 socialtjänstlagen (2025:400)";
const SOL_12_7_2: &str = "12 kap. 7 § 2 socialtjänstlagen (2025:400)";
const SOL_12_8: &str = "12 kap. 8 § socialtjänstlagen (2025:400)";
const SOL_12_7_A: &str = "12 kap. 7 a § socialtjänstlagen (2025:400)";
const SOL_12_9: &str = "12 kap. 9 § socialtjänstlagen (2025:400)";
const FL_19: &str = "19 § förvaltningslagen (2017:900)";

/// What a line says: counted of stated, how, why, where.
type Said = (i64, i64, Status, Why, Option<String>);

fn said(line: &Line) -> Said {
    (line.amount, line.basis, line.status, line.why, line.law.map(|law| law.to_string()))
}

fn last(answer: &Estimate) -> Said {
    said(answer.lines.last().expect("a line"))
}

#[expect(clippy::unnecessary_wraps, reason = "a line may have no section, and is compared with this")]
fn at(section: &str) -> Option<String> {
    Some(section.to_owned())
}

fn children(ages: &[u8]) -> Vec<Value> {
    ages.iter().map(|age| json!({ "age": age })).collect()
}

#[test]
fn sof_12_2_the_norm_is_personal_costs_and_common_costs_by_size() {
    // Common costs of 1 to 7: 1280 1410 1790 2030 2330 2640 2830.
    for (adults, ages, expected) in [
        (1, &[][..], &[3940, 1280][..]),
        (2, &[], &[7100, 1410]),
        (1, &[0], &[3940, 2740, 1410]),
        (2, &[2], &[7100, 3060, 1790]),
        (2, &[3, 6], &[7100, 2720, 3060, 2030]),
        (1, &[7, 10, 11], &[3940, 3820, 3820, 4390, 2030]),
        (2, &[8, 14, 15], &[7100, 3820, 4390, 4960, 2330]),
        (2, &[1, 9, 18, 19], &[7100, 3060, 3820, 4960, 5000, 2640]),
        (2, &[1, 9, 18, 19, 20], &[7100, 3060, 3820, 4960, 5000, 5000, 2830]),
    ] {
        let answer = estimate(household(json!({ "adults": adults, "children": children(ages) })));
        assert_eq!(amounts(&answer, Group::Norm), expected, "{adults} {ages:?}");
        assert_eq!(answer.norm_total, expected.iter().sum::<i64>());
        for line in &answer.lines {
            assert_eq!((line.status, line.law.map(|law| law.to_string())), (Status::Counted, at(SOF_12_2)), "{line:?}");
        }
        let whys: Vec<_> = answer.lines.iter().map(|line| line.why).collect();
        assert_eq!(whys.first(), Some(&if adults == 1 { Why::NormAdult } else { Why::NormCouple }));
        assert_eq!(whys.last(), Some(&Why::NormCommon));
        assert!(whys[1..whys.len() - 1].iter().all(|why| *why == Why::NormChild), "{whys:?}");
    }
}

#[test]
fn sof_12_2_lunch_away_from_home_lowers_the_norm_of_the_four_youngest_classes() {
    for (age, with, without) in [(0, 2740, 2560), (2, 3060, 2800), (3, 2720, 2500), (6, 3060, 2720)] {
        let child = |away: bool| {
            let answer = estimate(household(json!({ "adults": 1, "children": [{ "age": age, "lunch_away": away }] })));
            said(&answer.lines[1])
        };
        assert_eq!(child(false), (with, with, Status::Counted, Why::NormChild, at(SOF_12_2)));
        assert_eq!(child(true), (without, without, Status::Counted, Why::NormChildLunch, at(SOF_12_2)));
    }
}

#[test]
fn sof_12_3_above_seven_each_person_adds_what_the_seventh_adds() {
    for (number, common, why, section) in [
        (5, 2830, Why::NormCommon, SOF_12_2),
        (6, 2830 + 190, Why::NormCommonBeyondTable, SOF_12_3),
        (7, 2830 + 2 * 190, Why::NormCommonBeyondTable, SOF_12_3),
        (20, 2830 + 15 * 190, Why::NormCommonBeyondTable, SOF_12_3),
    ] {
        let answer = estimate(household(json!({ "adults": 2, "children": children(&vec![8; number]) })));
        assert_eq!(last(&answer), (common, common, Status::Counted, why, at(section)), "{number} children");
    }
}

#[test]
fn sof_12_3_who_shares_a_household_has_a_part_of_its_common_costs() {
    for (body, common, of, part) in [
        (json!({ "adults": 1, "shared_with": 1 }), 705, 1410, (1, 2)),
        (json!({ "adults": 1, "shared_with": 2 }), 597, 1790, (1, 3)),
        (json!({ "adults": 1, "shared_with": 6 }), 405, 2830, (1, 7)),
        // 2830 + 190, an eighth of it.
        (json!({ "adults": 1, "shared_with": 7 }), 378, 3020, (1, 8)),
        // Practice: two parts of three, and three of four.
        (json!({ "adults": 2, "shared_with": 1 }), 1194, 1790, (2, 3)),
        (json!({ "adults": 1, "shared_with": 1, "children": children(&[9, 9]) }), 1523, 2030, (3, 4)),
    ] {
        let answer = estimate(household(body.clone()));
        assert_eq!(last(&answer), (common, of, Status::Counted, Why::NormCommonShared, at(SOF_12_3)), "{body}");
        let share = answer.lines.last().and_then(|line| line.share).expect("a part");
        assert_eq!((share.of(), share.out_of()), part, "{body}");
    }
}

#[test]
fn sosfs_2013_1_a_child_part_of_the_month_counts_by_days() {
    for (month, days, amount, part) in [
        ("2026-11", 1, 128, Some((1, 30))),
        ("2026-11", 15, 1910, Some((15, 30))),
        ("2026-11", 29, 3693, Some((29, 30))),
        ("2026-11", 30, 3820, None),
        ("2026-12", 30, 3820, None),
        ("2026-12", 31, 3820, None),
        ("2026-02", 27, 3438, Some((27, 30))),
        ("2026-02", 28, 3820, None),
    ] {
        let answer = estimate(json!({
            "month": month, "household": { "adults": 1, "children": [{ "age": 9, "days": days }] }
        }));
        let why = if part.is_some() { Why::NormChildDays } else { Why::NormChild };
        assert_eq!(said(&answer.lines[1]), (amount, 3820, Status::Counted, why, at(SOF_12_2)), "{month} {days}");
        assert_eq!(answer.lines[1].share.map(|share| (share.of(), share.out_of())), part, "{month} {days}");
    }
}

#[test]
fn a_couple_of_whom_one_applies_has_half() {
    let answer = estimate(household(json!({ "adults": 2, "partner": "not_in_application" })));
    assert_eq!(said(&answer.lines[0]), (3550, 7100, Status::Counted, Why::NormOneOfCouple, at(SOF_12_2)));
    assert_eq!(last(&answer), (705, 1410, Status::Counted, Why::NormCommon, at(SOF_12_2)));
}

fn cost(kind: CostKind) -> Said {
    last(&estimate(json!({
        "month": "2026-11", "household": { "adults": 1 }, "costs": [{ "kind": kind, "amount": 777 }]
    })))
}

/// A cost is in exactly one of the three tables.
const NAMED: [CostKind; 6] = [
    CostKind::Rent,
    CostKind::Electricity,
    CostKind::HomeInsurance,
    CostKind::Union,
    CostKind::UnemploymentFund,
    CostKind::WorkTravel,
];

#[test]
fn sol_12_7_point_1_what_the_norm_holds_is_not_counted_twice() {
    assert_eq!(cost(CostKind::Leisure), (0, 777, Status::NotCounted, Why::CostInNorm, at(SOL_12_7_1)));
}

#[test]
fn sol_12_7_point_2_named_costs_are_part_of_forsorjningsstod() {
    for kind in NAMED {
        assert_eq!(cost(kind), (777, 777, Status::Counted, Why::CostNamed, at(SOL_12_7_2)), "{kind}");
    }
}

#[test]
fn sol_12_1_other_costs_are_tested_one_by_one() {
    let other: Vec<_> =
        CostKind::ALL.iter().filter(|kind| **kind != CostKind::Leisure && !NAMED.contains(kind)).collect();
    assert_eq!(other.len(), 14);
    for kind in other {
        let expected = (777, 777, Status::DecidedIndividually, Why::CostTested, at(SOL_12_1));
        assert_eq!(cost(*kind), expected, "{kind}");
    }
}

#[test]
fn sol_12_7_point_2_costs_count_as_far_as_they_are_reasonable_where_a_municipality_says_how_far() {
    let ceiling = |kind, amounts: &[u32]| Ceiling { kind, amounts: amounts.to_vec() };
    let practice = LocalPractice {
        ceilings: vec![ceiling(CostKind::Rent, &[7000, 8000, 9500]), ceiling(CostKind::Dental, &[500])],
        ..LocalPractice::default()
    };
    let above = |amount, basis, law| (amount, basis, Status::Partly, Why::CostAboveCeiling, at(law));
    let named = |amount| (amount, amount, Status::Counted, Why::CostNamed, at(SOL_12_7_2));
    for (number, costs, expected) in [
        (0, vec![("rent", 6999)], vec![named(6999)]),
        (0, vec![("rent", 7000)], vec![named(7000)]),
        (0, vec![("rent", 7001)], vec![above(7000, 7001, SOL_12_7_2)]),
        (1, vec![("rent", 8001)], vec![above(8000, 8001, SOL_12_7_2)]),
        (2, vec![("rent", 9501)], vec![above(9500, 9501, SOL_12_7_2)]),
        // The last amount holds for all larger ones.
        (5, vec![("rent", 9501)], vec![above(9500, 9501, SOL_12_7_2)]),
        // Costs of a kind fill the ceiling in their order; another kind has nothing to do with it.
        (
            0,
            vec![("rent", 6000), ("electricity", 900), ("rent", 1500)],
            vec![named(6000), named(900), above(1000, 1500, SOL_12_7_2)],
        ),
        (0, vec![("dental", 800)], vec![above(500, 800, SOL_12_1)]),
    ] {
        let costs: Vec<_> = costs.into_iter().map(|(kind, amount)| json!({ "kind": kind, "amount": amount })).collect();
        let body = json!({
            "month": "2026-11", "household": { "adults": 1, "children": children(&vec![8; number]) }, "costs": costs
        });
        let answer = request(body.clone()).estimate(&TABLES, &practice).unwrap();
        let found: Vec<_> = answer.lines.iter().filter(|line| line.group == Group::Cost).map(said).collect();
        assert_eq!(found, expected, "{body}");
        let told = answer.notices.iter().any(|notice| notice.code == NoticeCode::CostAboveCeiling);
        assert_eq!(told, found.iter().any(|line| line.3 == Why::CostAboveCeiling), "{body}");
    }
}

fn income(kind: IncomeKind) -> Said {
    last(&estimate(incomes(json!([{ "kind": kind, "amount": 777 }]))))
}

#[test]
fn sol_12_1_incomes_count_when_one_can_live_on_them() {
    for kind in IncomeKind::ALL {
        let (amount, status, why, law) = match kind {
            IncomeKind::Wage => (777, Status::Counted, Why::IncomeWage, Some(SOL_12_1)),
            IncomeKind::PupilWage => (0, Status::NotCounted, Why::IncomePupilFree, Some(SOL_12_9)),
            IncomeKind::AdditionalCostAllowance => (0, Status::NotCounted, Why::IncomeOtherPurpose, None),
            IncomeKind::LeisureCard => (0, Status::NotCounted, Why::IncomeOtherPurpose, Some(SOL_12_7_A)),
            IncomeKind::GiftOrTransfer | IncomeKind::RetroactiveBenefit | IncomeKind::OneOff | IncomeKind::Other => {
                (777, Status::DecidedIndividually, Why::IncomeTested, Some(SOL_12_1))
            }
            _ => (777, Status::Counted, Why::IncomeCounted, Some(SOL_12_1)),
        };
        assert_eq!(income(*kind), (amount, 777, status, why, law.map(str::to_owned)), "{kind}");
    }
}

#[test]
fn sol_12_8_jobbstimulans_after_six_months_for_two_years() {
    for (support, month, wage, counted) in [
        (0, 1, 8000, 8000),
        (5, 1, 8000, 8000),
        (6, 1, 8000, 6000),
        (6, 24, 8000, 6000),
        (6, 25, 8000, 8000),
        // Six new months, and stated anew from the first.
        (600, 1, 8000, 6000),
        (7, 600, 8000, 8000),
        // The part of a krona is left to the person: 6000.75, 0.75.
        (6, 1, 8001, 6000),
        (6, 1, 1, 0),
        (6, 1, 0, 0),
    ] {
        let answer = estimate(incomes(json!([{
            "kind": "wage", "amount": wage, "months_with_support": support, "stimulus_month": month
        }])));
        let stimulated = support >= 6 && month <= 24;
        let expected = if stimulated {
            (counted, wage, Status::Partly, Why::IncomeStimulus, at(SOL_12_8))
        } else {
            (counted, wage, Status::Counted, Why::IncomeWage, at(SOL_12_1))
        };
        assert_eq!(last(&answer), expected, "{support} {month} {wage}");
        let part = answer.lines.last().and_then(|line| line.share).map(|share| (share.of(), share.out_of()));
        assert_eq!(part, stimulated.then_some((75, 100)));
    }
}

#[test]
fn sol_12_8_jobbstimulans_is_each_persons_own() {
    let wage = |person: &str, support: u16| json!({ "kind": "wage", "amount": 4000, "person": person, "months_with_support": support });
    let counted = |wages: Value| {
        let body = json!({ "month": "2026-11", "household": { "adults": 2 }, "incomes": wages });
        amounts(&estimate(body), Group::Income)
    };
    assert_eq!(counted(json!([wage("adult1", 6), wage("adult2", 5)])), [3000, 4000]);
    assert_eq!(counted(json!([wage("adult1", 5), wage("adult2", 6)])), [4000, 3000]);
}

#[test]
fn sol_12_8_only_wages_say_how_long_a_person_has_had_support() {
    let answer = estimate(json!({
        "month": "2026-11", "household": { "adults": 1 },
        "incomes": [
            { "kind": "sickness_benefit", "amount": 1000, "person": "adult1", "months_with_support": 9 },
            { "kind": "wage", "amount": 4000, "person": "adult1" },
            { "kind": "wage", "amount": 4000, "months_with_support": 9 },
        ],
    }));
    assert_eq!(amounts(&answer, Group::Income), [1000, 4000, 3000]);
}

#[test]
fn sol_12_9_a_pupils_earnings_count_above_one_prisbasbelopp_a_year() {
    // 59 200 in 2026, 58 800 in 2025: the month decides.
    for (month, amount, so_far, counted) in [
        ("2026-01", 59_200, 0, 0),
        ("2026-01", 59_201, 0, 1),
        ("2025-12", 5000, 58_800, 0),
        ("2025-12", 5000, 58_801, 1),
        ("2026-12", 5000, 58_801, 0),
        ("2026-12", 5000, 64_199, 4999),
        ("2026-12", 5000, 64_200, 5000),
        ("2026-12", 5000, 1_000_000, 5000),
        ("2026-12", 0, 1_000_000, 0),
    ] {
        let body = json!({
            "month": month, "household": { "adults": 1, "children": [{ "age": 17 }] },
            "incomes": [{ "kind": "pupil_wage", "amount": amount, "person": "child1", "year_to_date": so_far }],
        });
        let (status, why) = match counted {
            0 => (Status::NotCounted, Why::IncomePupilFree),
            _ if counted < amount => (Status::Partly, Why::IncomePupilAbove),
            _ => (Status::Counted, Why::IncomePupilAbove),
        };
        assert_eq!(last(&estimate(body)), (counted, amount, status, why, at(SOL_12_9)), "{month} {amount} {so_far}");
    }
}

#[test]
fn sol_12_9_other_money_of_the_same_child_fills_nothing_of_the_limit() {
    let answer = estimate(json!({
        "month": "2026-11",
        "household": { "adults": 1, "children": [{ "age": 17 }, { "age": 17 }] },
        "incomes": [
            { "kind": "child_pension", "amount": 50_000, "person": "child1" },
            { "kind": "pupil_wage", "amount": 30_000, "person": "child1" },
            { "kind": "pupil_wage", "amount": 40_000, "person": "child2" },
            { "kind": "pupil_wage", "amount": 30_000, "person": "child1" },
        ],
    }));
    // 60 000 of the first child's own work: 800 above the limit. The second's 40 000 are below it.
    assert_eq!(amounts(&answer, Group::Income), [50_000, 800, 0, 0]);
}

/// Where a notice, which is there, says it stands.
fn noticed(answer: &Estimate, code: NoticeCode) -> Option<String> {
    let found = answer.notices.iter().find(|notice| notice.code == code).expect("the notice");
    found.law.map(|law| law.to_string())
}

#[test]
fn notices_rest_on_their_sections() {
    let body = json!({
        "month": "2026-11",
        "household": { "adults": 2, "partner": "no_right", "shared_with": 1, "children": [{ "age": 19, "days": 3 }] },
        "costs": [{ "kind": "rent", "amount": 1 }],
        "incomes": [{ "kind": "other", "amount": 900_000 }],
        "situation": Situation::ALL,
    });
    let answer = estimate(body);
    for (code, section) in [
        (NoticeCode::Preliminary, Some(SOL_12_7)),
        (NoticeCode::RightToApply, Some(FL_19)),
        (NoticeCode::EmergencyTested, None),
        (NoticeCode::SurplusCanApplyAnyway, Some(SOL_12_1)),
        (NoticeCode::CostsTested, Some(SOL_12_7_2)),
        (NoticeCode::DecidedIndividuallyIncluded, Some(SOL_12_1)),
        (NoticeCode::Pupil19To20, Some(SOF_12_2)),
        (NoticeCode::PartMonthPractice, None),
        (NoticeCode::SharedHouseholdPractice, None),
        (NoticeCode::PartnerPractice, None),
        (NoticeCode::Student, None),
        (NoticeCode::Business, None),
        (NoticeCode::OwnsHome, None),
        (NoticeCode::Assets, None),
        (NoticeCode::NoPermitOrAsylum, Some(SOL_10_2)),
        (NoticeCode::EuCitizen, None),
        (NoticeCode::StayingElsewhere, None),
        (NoticeCode::NoHome, None),
        (NoticeCode::Reform2027, None),
    ] {
        assert_eq!(noticed(&answer, code), section.map(str::to_owned), "{code}");
    }
    // Each once, and nothing else.
    assert_eq!(answer.notices.len(), 19);
}
