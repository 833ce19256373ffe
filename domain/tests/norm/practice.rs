//! What a municipality settles: ceilings, a child's own money, how long a surplus rolls. And why each line counts as it does.

use crate::support::{TABLES, amounts, estimate, household, incomes, request};
use domain::norm::{Ceiling, ChildMoney, CostKind, Estimate, Group, Line, LocalPractice, NoticeCode, Status, Why};
use serde_json::{Value, json};

fn by(practice: &LocalPractice, body: Value) -> Estimate {
    request(body).estimate(&TABLES, practice).unwrap()
}

fn ceilings(ceilings: &[(CostKind, &[u32])]) -> LocalPractice {
    let ceilings = ceilings.iter().map(|(kind, amounts)| Ceiling { kind: *kind, amounts: amounts.to_vec() });
    LocalPractice { ceilings: ceilings.collect(), ..LocalPractice::default() }
}

fn lines(estimate: &Estimate, group: Group) -> Vec<Line> {
    estimate.lines.iter().filter(|line| line.group == group).copied().collect()
}

fn told(estimate: &Estimate, code: NoticeCode) -> bool {
    estimate.notices.iter().any(|notice| notice.code == code)
}

#[test]
fn a_rent_counts_up_to_the_ceiling_of_the_households_size_and_stays_on_the_line() {
    let practice = ceilings(&[(CostKind::Rent, &[6000, 7000, 8000])]);
    let child = json!({ "age": 9 });
    for (living, rent, counted) in [
        (json!({ "adults": 1 }), 5999, 5999),
        (json!({ "adults": 1 }), 6000, 6000),
        (json!({ "adults": 1 }), 6001, 6000),
        // Who shares the household has a rent of their own.
        (json!({ "adults": 1, "shared_with": 3 }), 9000, 6000),
        (json!({ "adults": 2 }), 9000, 7000),
        // The partner lives in the home, whoever applies.
        (json!({ "adults": 2, "partner": "no_right" }), 9000, 7000),
        (json!({ "adults": 1, "children": [child] }), 9000, 7000),
        // A child who is there at times needs room all month.
        (json!({ "adults": 1, "children": [{ "age": 9, "days": 1 }] }), 9000, 7000),
        (json!({ "adults": 2, "children": [child] }), 9000, 8000),
        // The last stands for all larger ones.
        (json!({ "adults": 2, "children": [child, child] }), 9000, 8000),
    ] {
        let body = json!({ "month": "2026-11", "household": living, "costs": [{ "kind": "rent", "amount": rent }] });
        let answer = by(&practice, body.clone());
        let [line] = lines(&answer, Group::Cost)[..] else { panic!("{body}") };
        let above = rent > counted;
        assert_eq!((line.amount, line.basis), (counted, rent), "{body}");
        assert_eq!(line.status, if above { Status::Partly } else { Status::Counted }, "{body}");
        assert_eq!(line.why, if above { Why::CostAboveCeiling } else { Why::CostNamed }, "{body}");
        assert_eq!(line.law.map(|law| law.to_string()).as_deref(), Some("12 kap. 7 § 2 socialtjänstlagen (2025:400)"));
        assert_eq!(answer.costs_total, counted, "{body}");
        // One of the two is said: that costs count as stated, or that one is above what is usual.
        assert_eq!(told(&answer, NoticeCode::CostAboveCeiling), above, "{body}");
        assert_eq!(told(&answer, NoticeCode::CostsTested), !above, "{body}");
    }
}

#[test]
fn costs_of_a_kind_are_one_cost_below_the_ceiling_and_other_kinds_have_theirs() {
    let practice = ceilings(&[(CostKind::Rent, &[6000]), (CostKind::Glasses, &[1500])]);
    let answer = by(
        &practice,
        json!({ "month": "2026-11", "household": { "adults": 1 }, "costs": [
            { "kind": "rent", "amount": 4000 },
            { "kind": "glasses", "amount": 1500 },
            { "kind": "electricity", "amount": 90_000 },
            { "kind": "rent", "amount": 2500 },
            { "kind": "rent", "amount": 100 },
            { "kind": "glasses", "amount": 1 },
            { "kind": "leisure", "amount": 500 },
        ] }),
    );
    assert_eq!(amounts(&answer, Group::Cost), [4000, 1500, 90_000, 2000, 0, 0, 0]);
    let why: Vec<Why> = lines(&answer, Group::Cost).iter().map(|line| line.why).collect();
    let above = Why::CostAboveCeiling;
    assert_eq!(why, [Why::CostNamed, Why::CostTested, Why::CostNamed, above, above, above, Why::CostInNorm]);
    assert_eq!(answer.costs_total, 4000 + 1500 + 90_000 + 2000);
}

/// What somebody asks for is asked for in full, also where less is usually accepted.
#[test]
fn without_ceilings_everything_else_stays() {
    let practice = LocalPractice { surplus_rolls: 1, ..ceilings(&[(CostKind::Rent, &[6000])]) };
    assert_eq!(practice.without_ceilings(), LocalPractice { surplus_rolls: 1, ..LocalPractice::default() });
    let body = json!({
        "month": "2026-11", "household": { "adults": 1 }, "costs": [{ "kind": "rent", "amount": 8200 }]
    });
    assert_eq!(
        (by(&practice, body.clone()).costs_total, by(&practice.without_ceilings(), body).costs_total),
        (6000, 8200)
    );
}

#[test]
fn nothing_is_shipped() {
    assert_eq!(LocalPractice::default().ceilings, []);
    let answer = estimate(json!({
        "month": "2026-11", "household": { "adults": 1 }, "costs": [{ "kind": "rent", "amount": 1_000_000 }]
    }));
    assert_eq!(answer.costs_total, 1_000_000);
}

#[test]
fn a_childs_own_money_counts_at_most_for_the_child_where_that_is_the_practice() {
    let practice = LocalPractice { child_money: ChildMoney::AtMostOwnShare, ..LocalPractice::default() };
    let with = |practice: &LocalPractice, incomes: Value| {
        by(
            practice,
            json!({
                "month": "2026-11",
                "household": { "adults": 1, "children": [{ "age": 9 }, { "age": 15, "days": 15 }] },
                "incomes": incomes,
            }),
        )
    };
    let pension = |child: &str, amount: i64| json!({ "kind": "child_pension", "amount": amount, "person": child });
    // The first child: 3820 and a third of 1790 = 596.67. The second, half of the month: 4960 / 2 and the same third.
    for (child, share) in [("child1", 3820 + 596), ("child2", 2480 + 596)] {
        let line = |amount: i64| lines(&with(&practice, json!([pension(child, amount)])), Group::Income)[0];
        let own_share = line(share);
        assert_eq!((own_share.amount, own_share.status, own_share.why), (share, Status::Counted, Why::IncomeCounted));
        let more = line(share + 1);
        assert_eq!((more.amount, more.basis, more.status), (share, share + 1, Status::Partly));
        assert_eq!((more.why, more.law), (Why::IncomeChildsOwnAboveShare, None));
    }
    // All of the child's incomes together, each child for itself, nobody else's.
    let answer = with(
        &practice,
        json!([
            pension("child1", 4000),
            pension("child2", 5000),
            { "kind": "maintenance", "amount": 1000, "person": "child1" },
            { "kind": "other", "amount": 10, "person": "child1" },
            { "kind": "maintenance", "amount": 9000, "person": "adult1" },
            { "kind": "maintenance", "amount": 9000 },
            { "kind": "pupil_wage", "amount": 9000, "person": "child1", "year_to_date": 100_000 },
            { "kind": "additional_cost_allowance", "amount": 9000, "person": "child1" },
        ]),
    );
    assert_eq!(amounts(&answer, Group::Income), [4000, 3076, 416, 0, 9000, 9000, 9000, 0]);
    let statuses: Vec<Status> = lines(&answer, Group::Income)[2..4].iter().map(|line| line.status).collect();
    assert_eq!(statuses, [Status::Partly, Status::NotCounted]);
    assert!(told(&answer, NoticeCode::ChildMoneyPractice));
    // The default counts it like everybody's, and says nothing.
    let plain = with(&LocalPractice::default(), json!([pension("child1", 9000)]));
    assert_eq!(amounts(&plain, Group::Income), [9000]);
    assert!(!told(&plain, NoticeCode::ChildMoneyPractice));
}

#[test]
fn a_surplus_counts_for_as_many_months_as_it_rolls() {
    let with = |rolls: u8, age: Option<u16>| {
        let practice = LocalPractice { surplus_rolls: rolls, ..LocalPractice::default() };
        let mut body = household(json!({ "adults": 1 }));
        body["previous_surplus"] = json!(300);
        if let Some(age) = age {
            body["surplus_age"] = json!(age);
        }
        let answer = by(&practice, body);
        assert_eq!(answer.balance, answer.previous_surplus - 5220);
        (answer.previous_surplus, told(&answer, NoticeCode::SurplusTooOld))
    };
    assert_eq!(LocalPractice::default().surplus_rolls, 3);
    for (rolls, age, expected) in [
        (3, None, (300, false)),
        (3, Some(1), (300, false)),
        (3, Some(3), (300, false)),
        (3, Some(4), (0, true)),
        (0, None, (0, true)),
        (12, Some(600), (0, true)),
    ] {
        assert_eq!(with(rolls, age), expected, "{rolls} {age:?}");
    }
    // Without one nothing is too old.
    let mut body = household(json!({ "adults": 1 }));
    body["surplus_age"] = json!(9);
    assert!(!told(&estimate(body), NoticeCode::SurplusTooOld));
    let faults = crate::support::faults(json!({ "month": "2026-11", "household": { "adults": 1 }, "surplus_age": 0 }));
    assert_eq!(faults, [("/surplus_age".to_owned(), "out_of_range".to_owned())]);
}

#[test]
fn jobbstimulans_is_the_persons_whichever_wage_it_is_stated_with() {
    let counted = |first: (u16, u16), second: Value| {
        let (months, month) = first;
        let wage = json!({ "kind": "wage", "amount": 8000, "person": "adult1", "months_with_support": months, "stimulus_month": month });
        amounts(
            &estimate(json!({ "month": "2026-11", "household": { "adults": 2 }, "incomes": [wage, second] })),
            Group::Income,
        )
    };
    let wage = |person: &str| json!({ "kind": "wage", "amount": 4000, "person": person });
    assert_eq!(counted((6, 24), wage("adult1")), [6000, 3000]);
    assert_eq!(counted((6, 25), wage("adult1")), [8000, 4000]);
    assert_eq!(counted((5, 1), wage("adult1")), [8000, 4000]);
    assert_eq!(counted((6, 24), wage("adult2")), [6000, 4000]);
    // Whose it is, is not said: then only its own months count.
    assert_eq!(counted((6, 24), json!({ "kind": "wage", "amount": 4000 })), [6000, 4000]);
    // Not a wage.
    assert_eq!(counted((6, 24), json!({ "kind": "pension", "amount": 4000, "person": "adult1" })), [6000, 4000]);
}

#[test]
fn every_line_says_why() {
    let of = |body: Value| estimate(body).lines.iter().map(|line| line.why).collect::<Vec<_>>();
    let living = |household: Value| of(json!({ "month": "2026-11", "household": household }));
    assert_eq!(living(json!({ "adults": 1 })), [Why::NormAdult, Why::NormCommon]);
    assert_eq!(living(json!({ "adults": 2 })), [Why::NormCouple, Why::NormCommon]);
    assert_eq!(living(json!({ "adults": 2, "partner": "no_right" })), [Why::NormOneOfCouple, Why::NormCommon]);
    assert_eq!(living(json!({ "adults": 1, "shared_with": 1 })), [Why::NormAdult, Why::NormCommonShared]);
    let children = json!([{ "age": 4, "lunch_away": true }, { "age": 9 }, { "age": 4, "lunch_away": true, "days": 9 }]);
    assert_eq!(
        living(json!({ "adults": 1, "children": children })),
        [Why::NormAdult, Why::NormChildLunch, Why::NormChild, Why::NormChildDays, Why::NormCommon]
    );
    let seven = |children: usize| {
        *living(json!({ "adults": 1, "children": vec![json!({ "age": 8 }); children] })).last().unwrap()
    };
    assert_eq!([seven(6), seven(7)], [Why::NormCommon, Why::NormCommonBeyondTable]);

    let income = |income: Value| of(incomes(json!([income])))[2];
    for (said, why) in [
        (json!({ "kind": "wage", "amount": 8000 }), Why::IncomeWage),
        (json!({ "kind": "wage", "amount": 8000, "months_with_support": 6 }), Why::IncomeStimulus),
        (json!({ "kind": "child_benefit", "amount": 8000 }), Why::IncomeCounted),
        (json!({ "kind": "pupil_wage", "amount": 8000 }), Why::IncomePupilFree),
        (json!({ "kind": "pupil_wage", "amount": 8000, "year_to_date": 60_000 }), Why::IncomePupilAbove),
        (json!({ "kind": "retroactive_benefit", "amount": 8000 }), Why::IncomeTested),
        (json!({ "kind": "one_off", "amount": 8000 }), Why::IncomeTested),
        (json!({ "kind": "additional_cost_allowance", "amount": 8000 }), Why::IncomeOtherPurpose),
        (json!({ "kind": "leisure_card", "amount": 8000 }), Why::IncomeOtherPurpose),
    ] {
        assert_eq!(income(said.clone()), why, "{said}");
    }
    let card = estimate(incomes(json!([{ "kind": "leisure_card", "amount": 500 }]))).lines[2].law.unwrap();
    assert_eq!(card.to_string(), "12 kap. 7 a § socialtjänstlagen (2025:400)");
}
