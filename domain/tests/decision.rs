//! What a decision may say: outcomes that agree with the amounts, a way to appeal for each section, every fault at once.

#![expect(clippy::expect_used, reason = "what a test relies on, also in its helper functions")]

use domain::{
    FieldCode,
    decision::{
        AppealRoute, Calculation, CalculationLine, Confirmation, DecisionContent, DecisionLaw, DecisionLine, Demand,
        EarlierDecision, LawFile, Need, OneSentence, Outcome, proposal,
    },
    norm::{CostKind, Group, Month, Status},
};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const DAY: Date = date(2026, 11, 23);

fn law() -> DecisionLaw {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/law.toml");
    let file: LawFile = toml::from_str(&std::fs::read_to_string(path).expect("the table")).expect("its shape");
    DecisionLaw::from_rows(file.section).expect("no contradiction")
}

fn line(need: Need, asked: i64, granted: i64, section: &str) -> DecisionLine {
    DecisionLine {
        need,
        asked,
        granted,
        outcome: Outcome::of_amounts(asked, granted),
        reason: "Därför.".to_owned(),
        sections: vec![section.to_owned()],
        appeal_route: AppealRoute::default(),
    }
}

fn content(lines: Vec<DecisionLine>) -> DecisionContent {
    let period = Month::new(2026, 11).expect("a month");
    DecisionContent { period, lines, reasons: String::new(), pay_on: None }
}

fn faults(content: &DecisionContent) -> Vec<(String, FieldCode)> {
    content.faults(&law(), DAY).into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

#[test]
fn the_outcome_is_what_the_amounts_say() {
    for (asked, granted, outcome) in [
        (100, 100, Outcome::Granted),
        (100, 120, Outcome::Granted),
        (0, 50, Outcome::Granted),
        (100, 99, Outcome::Partly),
        (100, 1, Outcome::Partly),
        (100, 0, Outcome::Refused),
        (0, 0, Outcome::Refused),
    ] {
        assert_eq!(Outcome::of_amounts(asked, granted), outcome, "{granted} of {asked}");
        for claimed in Outcome::ALL {
            let mut one = content(vec![line(Need::Livelihood, asked, granted, "12:1")]);
            one.lines[0].outcome = claimed;
            let wrong = faults(&one).contains(&("/lines/0/outcome".to_owned(), FieldCode::DoesNotFit));
            assert_eq!(wrong, claimed != outcome, "{claimed:?} for {granted} of {asked}");
        }
    }
}

#[test]
fn the_whole_follows_from_the_lines() {
    let (yes, part, no) = ((10, 10), (10, 5), (10, 0));
    for (amounts, outcome) in [
        (vec![yes, yes], Outcome::Granted),
        (vec![yes, no], Outcome::Partly),
        (vec![yes, part], Outcome::Partly),
        (vec![part], Outcome::Partly),
        (vec![no, no], Outcome::Refused),
        (vec![part, no], Outcome::Partly),
    ] {
        let lines = amounts.iter().map(|(asked, granted)| line(Need::Livelihood, *asked, *granted, "12:1")).collect();
        let whole = content(lines);
        assert_eq!(whole.outcome(), outcome, "{amounts:?}");
        assert_eq!(whole.has_refusal(), outcome != Outcome::Granted);
    }
}

#[test]
fn one_sentence_for_each_outcome() {
    let bicycle = Need::Cost(CostKind::Other);
    let period = Month::new(2026, 11).expect("a month");
    let mut paid = content(vec![line(Need::Livelihood, 5970, 5970, "12:1")]);
    paid.pay_on = Some(date(2026, 11, 27));
    let granted = OneSentence::Granted { amount: 5970, period, pay_on: Some(date(2026, 11, 27)) };
    assert_eq!(paid.one_sentence(), granted);
    paid.lines.push(line(bicycle, 1500, 0, "12:1"));
    let partly = OneSentence::Partly { amount: 5970, period, pay_on: Some(date(2026, 11, 27)) };
    assert_eq!(paid.one_sentence(), partly);
    let nothing = content(vec![line(Need::Livelihood, 100, 0, "12:1"), line(bicycle, 1500, 0, "12:1")]);
    assert_eq!(nothing.one_sentence(), OneSentence::Refused { period });
    let no_bicycle = content(vec![line(bicycle, 1500, 0, "12:1")]);
    assert_eq!(no_bicycle.one_sentence(), OneSentence::RefusedNeed { need: bicycle, period });
}

#[test]
fn the_way_to_appeal_follows_from_the_section() {
    for (section, route) in [
        ("12:1", AppealRoute::AdministrativeCourt),
        ("12:2", AppealRoute::LegalityReview),
        ("12:5", AppealRoute::AdministrativeCourt),
        ("12:7", AppealRoute::AdministrativeCourt),
    ] {
        let routed = content(vec![line(Need::Livelihood, 10, 0, section)]).routed(&law(), DAY);
        assert_eq!(routed.lines[0].appeal_route, route, "{section}");
        assert_eq!(routed.appeal_routes(), [route]);
    }
    // What was sent is not read.
    let mut lied = content(vec![line(Need::Livelihood, 10, 0, "12:1")]);
    lied.lines[0].appeal_route = AppealRoute::LegalityReview;
    assert_eq!(lied.routed(&law(), DAY).lines[0].appeal_route, AppealRoute::AdministrativeCourt);
    let mut both = content(vec![line(Need::Livelihood, 10, 0, "12:1")]);
    both.lines[0].sections.push("12:2".to_owned());
    assert_eq!(faults(&both), [("/lines/0/sections".to_owned(), FieldCode::DoesNotFit)]);
}

#[test]
fn every_fault_is_named_at_once() {
    let mut wrong = content(vec![
        line(Need::Livelihood, -1, 2_000_000, "12:1"),
        line(Need::Cost(CostKind::Rent), 10, 0, "4:1"),
        line(Need::Cost(CostKind::Dental), 10, 5, "12:1"),
    ]);
    wrong.lines[1].reason = "a\0b".to_owned();
    wrong.lines[2].reason = " \n ".to_owned();
    wrong.lines[2].sections.clear();
    wrong.reasons = "x".repeat(10_001);
    wrong.pay_on = Some(date(2026, 11, 22));
    let mut found = faults(&wrong);
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [
        ("/lines/0/asked", FieldCode::OutOfRange),
        ("/lines/0/granted", FieldCode::OutOfRange),
        ("/lines/1/reason", FieldCode::Malformed),
        ("/lines/1/sections", FieldCode::UnknownChoice),
        ("/lines/2/reason", FieldCode::Required),
        ("/lines/2/sections", FieldCode::Required),
        ("/pay_on", FieldCode::OutOfRange),
        ("/reasons", FieldCode::TooLong),
    ];
    assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    assert_eq!(faults(&content(Vec::new())), [("/lines".to_owned(), FieldCode::Required)]);
    let mut nothing_to_pay = content(vec![line(Need::Livelihood, 10, 0, "12:1")]);
    nothing_to_pay.pay_on = Some(DAY);
    assert_eq!(faults(&nothing_to_pay), [("/pay_on".to_owned(), FieldCode::DoesNotFit)]);
}

#[test]
fn a_granted_line_needs_neither_reason_nor_section() {
    let mut granted = content(vec![line(Need::Livelihood, 10, 10, "12:1")]);
    granted.lines[0].reason.clear();
    granted.lines[0].sections.clear();
    assert_eq!(faults(&granted), []);
}

#[test]
fn a_refusal_rests_on_unsettled_law_until_that_row_is_confirmed() {
    let law = law();
    let confirmed = |section: &str, from: Date| vec![Confirmation { section: section.to_owned(), valid_from: from }];
    for section in ["12:3", "12:4", "12:5"] {
        let refused = content(vec![line(Need::Livelihood, 10, 0, section)]);
        let reduced = content(vec![line(Need::Livelihood, 10, 5, section)]);
        let granted = content(vec![line(Need::Livelihood, 10, 10, section)]);
        for one in [&refused, &reduced] {
            assert!(!one.rests_on_unsettled_law(&law, date(2026, 6, 30), &[]), "{section}");
            assert!(one.rests_on_unsettled_law(&law, date(2026, 7, 1), &[]), "{section}");
            assert!(one.rests_on_unsettled_law(&law, DAY, &confirmed(section, date(2025, 7, 1))), "another row");
            assert!(!one.rests_on_unsettled_law(&law, DAY, &confirmed(section, date(2026, 7, 1))), "{section}");
        }
        assert!(!granted.rests_on_unsettled_law(&law, DAY, &[]), "{section}");
    }
}

#[test]
fn a_saved_decision_reads_back_and_its_names_stay() {
    let written = content(vec![line(Need::Livelihood, 10, 5, "12:1"), line(Need::Cost(CostKind::Rent), 8, 8, "12:1")]);
    let json = serde_json::to_value(&written).expect("JSON");
    assert_eq!(json["lines"][0]["need"], "livelihood");
    assert_eq!(json["lines"][1]["need"], "rent");
    assert_eq!(json["lines"][0]["outcome"], "partly");
    assert_eq!(json["lines"][0]["appeal_route"], "administrative_court");
    assert_eq!(serde_json::from_value::<DecisionContent>(json).expect("the same"), written);
}

fn calculation(norm: i64, costs: &[(CostKind, i64)], incomes: i64, previous: i64) -> Calculation {
    let costs_total: i64 = costs.iter().map(|(_, amount)| amount).sum();
    let balance = incomes + previous - norm - costs_total;
    let line = |group, code: &str, amount| CalculationLine {
        group,
        code: code.to_owned(),
        amount,
        status: Status::Counted,
        law: None,
        person: None,
    };
    let mut lines = vec![line(Group::Norm, "adult_single", norm)];
    lines.extend(costs.iter().map(|(kind, amount)| line(Group::Cost, kind.as_str(), *amount)));
    Calculation {
        month: Month::new(2026, 11).expect("a month"),
        norm_total: norm,
        costs_total,
        incomes_total: incomes,
        previous_surplus: previous,
        support: (-balance).max(0),
        surplus: balance.max(0),
        lines,
    }
}

#[test]
fn a_draft_begins_with_livelihood_and_every_cost() {
    let rent = Need::Cost(CostKind::Rent);
    let stated = calculation(5220, &[(CostKind::Rent, 8200), (CostKind::Other, 1500)], 3000, 0);
    let verified = calculation(5220, &[(CostKind::Rent, 7000)], 3000, 0);
    let lines = proposal(Some(&stated), Some(&verified), &["12:1".to_owned()]);
    let short: Vec<_> = lines.iter().map(|line| (line.need, line.asked, line.granted, line.outcome)).collect();
    let expected = [
        (Need::Livelihood, 2220, 2220, Outcome::Granted),
        (rent, 8200, 7000, Outcome::Partly),
        (Need::Cost(CostKind::Other), 1500, 0, Outcome::Refused),
    ];
    assert_eq!(short, expected);
    assert!(lines.iter().all(|line| line.sections == ["12:1"]));
    // Where the calculation gives more than she saw, that is what she asks for.
    let more = proposal(Some(&verified), Some(&stated), &[]);
    assert!(more.iter().all(|line| line.outcome == Outcome::Granted));
    // Wages above the norm leave a part of the rent; a surplus leaves one line that the board must still decide.
    let part = calculation(5220, &[(CostKind::Rent, 8200)], 9000, 0);
    let lines = proposal(Some(&part), Some(&part), &[]);
    assert_eq!(lines.iter().map(|line| (line.need, line.granted)).collect::<Vec<_>>(), [(rent, 4420)]);
    let rich = calculation(5220, &[(CostKind::Rent, 8200)], 20_000, 0);
    let lines = proposal(Some(&rich), Some(&rich), &[]);
    assert_eq!(
        lines.iter().map(|line| (line.need, line.outcome)).collect::<Vec<_>>(),
        [(Need::Livelihood, Outcome::Refused)]
    );
    assert_eq!(proposal(None, None, &[]).len(), 1);
}

#[test]
fn a_decision_answers_what_the_figures_ask_and_not_what_has_been_answered() {
    let (rent, dental) = (Need::Cost(CostKind::Rent), Need::Cost(CostKind::Dental));
    let stated = calculation(5220, &[(CostKind::Rent, 8200)], 3000, 0);
    let verified = calculation(5220, &[(CostKind::Rent, 8300), (CostKind::Dental, 700)], 3000, 0);
    let demand = Demand::new(Some(&stated), Some(&verified), &[]);
    let faults = |demand: &Demand, lines: Vec<DecisionLine>| -> Vec<(String, FieldCode)> {
        demand.faults(&content(lines)).into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    };
    let fault = |pointer: &str, code: FieldCode| vec![(pointer.to_owned(), code)];
    let living = || line(Need::Livelihood, 2220, 2220, "12:1");
    let teeth = || line(dental, 700, 700, "12:1");
    // The need is not there; less is asked than she did; all is granted and it is less than the calculation gives.
    assert_eq!(
        faults(&demand, vec![living(), line(rent, 8300, 8300, "12:1")]),
        fault("/lines/2/need", FieldCode::Required)
    );
    assert_eq!(
        faults(&demand, vec![living(), line(rent, 8000, 0, "12:1"), teeth()]),
        fault("/lines/1/asked", FieldCode::DoesNotFit)
    );
    assert_eq!(
        faults(&demand, vec![living(), line(rent, 8200, 8200, "12:1"), teeth()]),
        fault("/lines/1/granted", FieldCode::DoesNotFit)
    );
    // Less with a reason, and more, is the board's to decide.
    assert_eq!(faults(&demand, vec![living(), line(rent, 8300, 8200, "12:1"), teeth()]), []);
    let more = content(vec![living(), line(rent, 8500, 8500, "12:1"), teeth()]);
    assert_eq!((demand.faults(&more), demand.more(&more)), (vec![], 200));
    // What another decision of the month has answered is not asked again; given again it is more.
    let earlier = EarlierDecision {
        application_id: domain::id::ApplicationId(uuid::Uuid::nil()),
        decided_at: jiff::Timestamp::UNIX_EPOCH,
        needs: vec![Need::Livelihood, rent],
    };
    let remaining = Demand::new(Some(&stated), Some(&verified), &[earlier]);
    assert_eq!(remaining.lines.iter().map(|one| one.line.need).collect::<Vec<_>>(), [dental]);
    assert_eq!(faults(&remaining, vec![teeth()]), []);
    assert_eq!(remaining.more(&content(vec![teeth()])), 0);
    assert_eq!(remaining.more(&content(vec![teeth(), living()])), 2220);
}

proptest! {
    #[test]
    fn the_needs_sum_to_the_support(
        norm in 0_i64..30_000,
        costs in prop::collection::vec((0..CostKind::ALL.len(), 0_i64..20_000), 0..8),
        incomes in 0_i64..60_000,
        previous in 0_i64..5_000,
    ) {
        let costs: Vec<_> = costs.into_iter().map(|(kind, amount)| (CostKind::ALL[kind], amount)).collect();
        let calculation = calculation(norm, &costs, incomes, previous);
        let missing = calculation.missing();
        prop_assert!(missing.iter().all(|(_, amount)| *amount >= 0));
        prop_assert_eq!(missing.iter().map(|(_, amount)| amount).sum::<i64>(), calculation.support);
        let lines = proposal(Some(&calculation), Some(&calculation), &[]);
        prop_assert_eq!(lines.iter().map(|line| line.granted).sum::<i64>(), calculation.support);
    }
}
