//! The calculation for months up to and including December 2026.
//!
//! Support = norm + reasonable costs beside it − counted incomes (12 kap. 1 and 7 §§ socialtjänstlagen (2025:400), SoL;
//! 12 kap. 2-3 §§ socialtjänstförordningen (2025:468), SoF). The earlier act (2001:453) and ordinance (2001:937) built
//! the norm the same way, so earlier years' tables are calculated here too.

mod costs;
mod incomes;

use super::Method;
use crate::norm::{
    Kronor,
    estimate::Sheet,
    input::{Adults, Child, EstimateInput, Household},
    kind::{NormCode, NoticeCode, Person, Situation, Why},
    law::Rule,
    month::Month,
    practice::{LocalPractice, PartMonthCommon},
    share::Share,
    table::{NormTable, SIZES},
};

#[derive(Debug)]
pub(super) struct Until2026;

/// The last month of this way of calculating.
const LAST: Month = Month::fixed(2026, 12);

/// From here on people may be planning for 2027, so they are told that the rules are to change.
const REFORM_TOLD_FROM: Month = Month::fixed(2026, 7);

impl Method for Until2026 {
    fn applies_to(&self, month: Month) -> bool {
        month <= LAST
    }

    /// The norm: personal costs of every member, and common costs by the size of the household (12 kap. 2 § SoF).
    fn norm(&self, input: &EstimateInput<'_>, practice: &LocalPractice, sheet: &mut Sheet) {
        let EstimateInput { month, table, household, .. } = input;
        adults(table, household.adults, practice, sheet);
        for (child, place) in household.children.iter().zip(1u8..) {
            personal_costs_of_child(table, *child, place, *month, practice, sheet);
        }
        common_costs(table, household, *month, practice, sheet);
    }

    fn costs(&self, input: &EstimateInput<'_>, practice: &LocalPractice, sheet: &mut Sheet) {
        costs::write(input, practice, sheet);
    }

    fn incomes(&self, input: &EstimateInput<'_>, practice: &LocalPractice, sheet: &mut Sheet) {
        incomes::write(input, practice, sheet);
    }

    /// A surplus is lived on in the months after it; how many is practice.
    fn surplus(&self, input: &EstimateInput<'_>, practice: &LocalPractice) -> Kronor {
        if input.surplus_age <= u16::from(practice.surplus_rolls) { input.previous_surplus } else { 0 }
    }

    fn notices(&self, input: &EstimateInput<'_>, sheet: &mut Sheet) {
        sheet.notice(NoticeCode::Preliminary, Some(Rule::IndividualLevel));
        sheet.notice(NoticeCode::RightToApply, Some(Rule::Application));
        // Always tested, also for those who stay only for a time; the section is not read, so none is cited.
        sheet.notice(NoticeCode::EmergencyTested, None);
        if sheet.balance() >= 0 {
            sheet.notice(NoticeCode::SurplusCanApplyAnyway, Some(Rule::RightToSupport));
        }
        // The yardstick is what somebody with a low income can normally afford.
        if sheet.has_why(Why::CostAboveCeiling) {
            sheet.notice(NoticeCode::CostAboveCeiling, Some(Rule::BesideNorm));
        } else if !input.costs.is_empty() {
            sheet.notice(NoticeCode::CostsTested, Some(Rule::BesideNorm));
        }
        if costs::any_tested(&input.costs) || incomes::any_tested(&input.incomes) {
            sheet.notice(NoticeCode::DecidedIndividuallyIncluded, Some(Rule::RightToSupport));
        }
        let household = &input.household;
        if household.children.iter().any(|child| child.age >= 19) {
            sheet.notice(NoticeCode::Pupil19To20, Some(Rule::Norm));
        }
        if household.children.iter().any(|child| child.days.is_some_and(|days| days < input.month.days())) {
            sheet.notice(NoticeCode::PartMonthPractice, None);
        }
        // The ordinance speaks of one adult in a shared household (12 kap. 3 § SoF); for more it is practice.
        let one_adult_alone = household.adults == Adults::Single && household.children.is_empty();
        if household.shared_with > 0 && !one_adult_alone {
            sheet.notice(NoticeCode::SharedHouseholdPractice, None);
        }
        if household.adults == Adults::OneOfCouple {
            sheet.notice(NoticeCode::PartnerPractice, None);
        }
        if sheet.has_why(Why::IncomeChildsOwnAboveShare) {
            sheet.notice(NoticeCode::ChildMoneyPractice, None);
        }
        if input.previous_surplus > sheet.previous_surplus() {
            sheet.notice(NoticeCode::SurplusTooOld, None);
        }
        for situation in input.situations.iter() {
            let (code, rule) = notice_of(situation);
            sheet.notice(code, rule);
        }
        if input.month >= REFORM_TOLD_FROM {
            sheet.notice(NoticeCode::Reform2027, None);
        }
    }
}

/// Personal costs of the adults (12 kap. 2 § SoF).
fn adults(table: &NormTable, adults: Adults, practice: &LocalPractice, sheet: &mut Sheet) {
    let first = Some(Person::Adult1);
    let (code, why, basis, share, person) = match adults {
        Adults::Single => (NormCode::AdultSingle, Why::NormAdult, table.single(), Share::WHOLE, first),
        Adults::Couple => (NormCode::AdultCouple, Why::NormCouple, table.couple(), Share::WHOLE, None),
        // Practice: the couple's amount, and of it the part that falls on the one who applies.
        Adults::OneOfCouple => {
            (NormCode::AdultOneOfCouple, Why::NormOneOfCouple, table.couple(), practice.one_of_couple, first)
        }
    };
    sheet.norm((code, why, Rule::Norm), basis, share, person);
}

/// Personal costs of a child, by age (12 kap. 2 § SoF), for the days in the household (SOSFS 2013:1).
fn personal_costs_of_child(
    table: &NormTable,
    child: Child,
    place: u8,
    month: Month,
    practice: &LocalPractice,
    sheet: &mut Sheet,
) {
    let without_lunch = table.child_without_lunch(child.age).filter(|_| child.lunch_away);
    let (code, why, basis) = match without_lunch {
        Some(amount) => (NormCode::ChildWithoutLunch, Why::NormChildLunch, amount),
        None => (NormCode::Child, Why::NormChild, table.child(child.age)),
    };
    let share = child.days.map_or(Share::WHOLE, |days| days_of(days, month, practice));
    let why = if share.is_whole() { why } else { Why::NormChildDays };
    sheet.norm((code, why, Rule::Norm), basis, share, Some(Person::Child(place)));
}

/// Days as a part of the month. As many as the divisor, or more, are the whole month; so is every day of a short one.
fn days_of(days: u8, month: Month, practice: &LocalPractice) -> Share {
    if days >= month.days() {
        return Share::WHOLE;
    }
    Share::capped(days.into(), practice.day_divisor.days(month).into())
}

/// Common costs, by how many live in the household.
///
/// For `n` in the case who share with `m` outside it: those of `n + m`, of which `n` parts in `n + m` fall on the case.
/// For one adult alone that is 12 kap. 3 § SoF; for a family it is practice. With nobody outside it is the whole.
fn common_costs(table: &NormTable, household: &Household, month: Month, practice: &LocalPractice, sheet: &mut Sheet) {
    let Household { adults, children, shared_with } = household;

    // People are counted in units, so that a child can be there for part of the month: one unit each, or one a day.
    let units = match practice.part_month_common {
        PartMonthCommon::Full => 1,
        PartMonthCommon::ByDays => u32::from(practice.day_divisor.days(month)),
    };
    let units_of = |child: &Child| match (practice.part_month_common, child.days) {
        (PartMonthCommon::ByDays, Some(days)) if days < month.days() => u32::from(days).min(units),
        _ => units,
    };
    let in_case = u32::from(household.adult_count()) * units + children.iter().map(units_of).sum::<u32>();
    let outside = u32::from(*shared_with) * units;
    let everybody = in_case + outside;

    // Between two sizes the costs lie in proportion. With whole persons there is nothing between.
    let (size, beyond) = (everybody / units, everybody % units);
    let step = table.common(size + 1) - table.common(size);
    let in_units = table.common(size) * Kronor::from(units) + step * Kronor::from(beyond);

    let of_case = Share::capped(in_case, everybody);
    let of_applicant = match adults {
        Adults::Single | Adults::Couple => Share::WHOLE,
        Adults::OneOfCouple => practice.one_of_couple,
    };
    let in_table = usize::try_from(size).is_ok_and(|size| size <= SIZES);
    let need = match (outside, in_table) {
        (0, true) => (NormCode::Common, Why::NormCommon, Rule::Norm),
        (0, false) => (NormCode::Common, Why::NormCommonBeyondTable, Rule::CommonCostsBeyondTable),
        _ => (NormCode::CommonShared, Why::NormCommonShared, Rule::CommonCostsBeyondTable),
    };
    sheet.norm_in_units(need, (in_units, units), of_case.times(of_applicant), None);
}

/// What a situation means: something to know, never a no.
const fn notice_of(situation: Situation) -> (NoticeCode, Option<Rule>) {
    match situation {
        Situation::Student => (NoticeCode::Student, None),
        Situation::Business => (NoticeCode::Business, None),
        Situation::OwnsHome => (NoticeCode::OwnsHome, None),
        Situation::Assets => (NoticeCode::Assets, None),
        Situation::NoPermitOrAsylum => (NoticeCode::NoPermitOrAsylum, Some(Rule::AsylumSeekers)),
        Situation::EuCitizen => (NoticeCode::EuCitizen, None),
        Situation::StayingElsewhere => (NoticeCode::StayingElsewhere, None),
        Situation::NoHome => (NoticeCode::NoHome, None),
    }
}
