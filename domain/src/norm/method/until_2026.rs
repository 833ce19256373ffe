//! The calculation for months up to and including December 2026.
//!
//! Support = norm + reasonable costs beside it − counted incomes (12 kap. 1 and 7 §§ socialtjänstlagen (2025:400), SoL;
//! 12 kap. 2-3 §§ socialtjänstförordningen (2025:468), SoF). The earlier act (2001:453) and ordinance (2001:937) built
//! the norm the same way, so earlier years' tables are calculated here too.

use super::Method;
use crate::norm::{
    Kronor,
    estimate::{Sheet, Stated},
    input::{Adults, Child, EstimateInput, Household, Income},
    kind::{CostKind, IncomeKind, NormCode, NoticeCode, Person, Situation, Status},
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

/// Support in a row before jobbstimulans begins: six months (12 kap. 8 § SoL).
const STIMULUS_AFTER_MONTHS: u16 = 6;

/// How long jobbstimulans lasts: two years (12 kap. 8 § SoL). In months.
const STIMULUS_MONTHS: u16 = 24;

/// What is counted of the wage meanwhile: all but 25 percent (12 kap. 8 § SoL).
const STIMULUS_COUNTED: Share = Share::capped(75, 100);

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

    fn costs(&self, input: &EstimateInput<'_>, sheet: &mut Sheet) {
        for cost in &input.costs {
            let (status, rule) = how_cost_counts(cost.kind);
            sheet.cost(cost.kind, cost.amount, status, rule);
        }
    }

    fn incomes(&self, input: &EstimateInput<'_>, sheet: &mut Sheet) {
        for (place, income) in input.incomes.iter().enumerate() {
            let stated = Stated { kind: income.kind, amount: income.amount, person: income.person, share: None };
            match how_income_counts(income.kind) {
                HowCounted::Wage => wage(income, stated, sheet),
                HowCounted::PupilWage => {
                    let counted = counted_of_pupil_wage(input.table, &input.incomes, place);
                    sheet.income(&stated, counted, in_part(counted, income.amount), Some(Rule::PupilIncome));
                }
                HowCounted::Fully => {
                    sheet.income(&stated, income.amount, Status::Counted, Some(Rule::RightToSupport));
                }
                HowCounted::Individually => {
                    sheet.income(&stated, income.amount, Status::DecidedIndividually, Some(Rule::RightToSupport));
                }
                HowCounted::NotAtAll => sheet.income(&stated, 0, Status::NotCounted, None),
            }
        }
    }

    fn notices(&self, input: &EstimateInput<'_>, sheet: &mut Sheet) {
        sheet.notice(NoticeCode::Preliminary, Some(Rule::IndividualLevel));
        sheet.notice(NoticeCode::RightToApply, Some(Rule::Application));
        // Always tested, also for those who stay only for a time; the section is not read, so none is cited.
        sheet.notice(NoticeCode::EmergencyTested, None);
        if sheet.balance() >= 0 {
            sheet.notice(NoticeCode::SurplusCanApplyAnyway, Some(Rule::RightToSupport));
        }
        if !input.costs.is_empty() {
            // The yardstick is what somebody with a low income can normally afford.
            sheet.notice(NoticeCode::CostsTested, Some(Rule::BesideNorm));
        }
        if sheet.has_status(Status::DecidedIndividually) {
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
    let (code, basis, share, person) = match adults {
        Adults::Single => (NormCode::AdultSingle, table.single(), Share::WHOLE, Some(Person::Adult1)),
        Adults::Couple => (NormCode::AdultCouple, table.couple(), Share::WHOLE, None),
        // Practice: the couple's amount, and of it the part that falls on the one who applies.
        Adults::OneOfCouple => {
            (NormCode::AdultOneOfCouple, table.couple(), practice.one_of_couple, Some(Person::Adult1))
        }
    };
    sheet.norm(code, basis, share, Rule::Norm, person);
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
    let (code, basis) = match without_lunch {
        Some(amount) => (NormCode::ChildWithoutLunch, amount),
        None => (NormCode::Child, table.child(child.age)),
    };
    let share = child.days.map_or(Share::WHOLE, |days| days_of(days, month, practice));
    sheet.norm(code, basis, share, Rule::Norm, Some(Person::Child(place)));
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
    let code = if outside == 0 { NormCode::Common } else { NormCode::CommonShared };
    let in_table = outside == 0 && usize::try_from(size).is_ok_and(|size| size <= SIZES);
    let rule = if in_table { Rule::Norm } else { Rule::CommonCostsBeyondTable };
    sheet.norm_in_units(code, (in_units, units), of_case.times(of_applicant), rule, None);
}

/// Which costs count beside the norm, and on what ground.
///
/// What is decided individually is counted as stated: the estimate shows what is missing if the board accepts it all,
/// and says that it tests each.
const fn how_cost_counts(kind: CostKind) -> (Status, Rule) {
    match kind {
        // Named in 12 kap. 7 § SoL, second point: part of every försörjningsstöd, as far as reasonable.
        CostKind::Rent
        | CostKind::Electricity
        | CostKind::HomeInsurance
        | CostKind::Union
        | CostKind::UnemploymentFund
        | CostKind::WorkTravel => (Status::Counted, Rule::BesideNorm),

        // Play and leisure are in the norm already (12 kap. 7 § SoL, first point): adding them would count them twice.
        CostKind::Leisure => (Status::NotCounted, Rule::InsideNorm),

        // Other living costs, tested one by one (12 kap. 1 § SoL). Debts are here too: some are accepted, to keep a home
        // or the light. Whether broadband is accepted is the municipality's guideline.
        CostKind::Childcare
        | CostKind::Broadband
        | CostKind::Medical
        | CostKind::Medicine
        | CostKind::Dental
        | CostKind::Glasses
        | CostKind::HomeEquipment
        | CostKind::BabyEquipment
        | CostKind::Moving
        | CostKind::Funeral
        | CostKind::VisitingTravel
        | CostKind::RentDebt
        | CostKind::ElectricityDebt
        | CostKind::Other => (Status::DecidedIndividually, Rule::RightToSupport),
    }
}

/// The ways an income can count.
enum HowCounted {
    Fully,
    NotAtAll,
    /// Counted as stated; in a real case the board looks at it.
    Individually,
    /// By 12 kap. 8 § SoL.
    Wage,
    /// By 12 kap. 9 § SoL.
    PupilWage,
}

/// Which incomes count: what the household can live on instead of support (12 kap. 1 § SoL).
const fn how_income_counts(kind: IncomeKind) -> HowCounted {
    match kind {
        IncomeKind::Wage => HowCounted::Wage,
        IncomeKind::PupilWage => HowCounted::PupilWage,

        IncomeKind::ChildBenefit
        | IncomeKind::HousingAllowance
        | IncomeKind::Maintenance
        | IncomeKind::ParentalBenefit
        | IncomeKind::SicknessBenefit
        | IncomeKind::Unemployment
        | IncomeKind::ActivityGrant
        | IncomeKind::EstablishmentAllowance
        | IncomeKind::Pension
        | IncomeKind::ChildPension
        | IncomeKind::StudentAid
        | IncomeKind::CareAllowance
        | IncomeKind::LodgerRent
        | IncomeKind::TaxRefund => HowCounted::Fully,

        // Meets costs that a disability brings, not the living costs that support is for.
        IncomeKind::AdditionalCostAllowance => HowCounted::NotAtAll,

        // Deposits usually count and small occasional gifts do not; a benefit for earlier months may be claimed back or
        // belong to another time; of the rest we know nothing.
        IncomeKind::GiftOrTransfer | IncomeKind::RetroactiveBenefit | IncomeKind::Other => HowCounted::Individually,
    }
}

/// An adult's wage: counted, but only to 75 percent after six months in a row with support, for two years (12 kap. 8 §
/// SoL, jobbstimulans). On the wage after tax: practice, the act says "inkomsterna av anställning".
fn wage(income: &Income, stated: Stated, sheet: &mut Sheet) {
    let stimulated = income.months_with_support >= STIMULUS_AFTER_MONTHS && income.stimulus_month <= STIMULUS_MONTHS;
    if stimulated {
        let counted = STIMULUS_COUNTED.round_down(income.amount);
        let stated = Stated { share: Some(STIMULUS_COUNTED), ..stated };
        sheet.income(&stated, counted, Status::Partly, Some(Rule::JobStimulus));
    } else {
        sheet.income(&stated, income.amount, Status::Counted, Some(Rule::RightToSupport));
    }
}

/// What counts of a child's or pupil's own wage: only what goes above one prisbasbelopp in the calendar year (12 kap.
/// 9 § SoL). In kronor.
///
/// The year's earnings are stated with this month's included, as on a payslip. With several jobs the limit is still one
/// for each child: what goes above it falls on the jobs in their order, and no krona is counted twice.
fn counted_of_pupil_wage(table: &NormTable, incomes: &[Income], place: usize) -> Kronor {
    let (Some(limit), Some(this)) = (table.price_base(), incomes.get(place)) else { return 0 };
    let of_same_child = |income: &&Income| income.kind == IncomeKind::PupilWage && income.person == this.person;
    let (mut this_month, mut so_far) = (0, 0);
    for income in incomes.iter().filter(of_same_child) {
        this_month += income.amount;
        so_far = income.year_to_date.max(so_far);
    }
    let this_year = so_far.max(this_month);
    let above_limit = (this_year - limit).max(0);
    let counted_before: Kronor = incomes.iter().take(place).filter(of_same_child).map(|income| income.amount).sum();
    (above_limit - counted_before).clamp(0, this.amount)
}

/// What to call a counted part.
const fn in_part(counted: Kronor, stated: Kronor) -> Status {
    match counted {
        0 => Status::NotCounted,
        _ if counted < stated => Status::Partly,
        _ => Status::Counted,
    }
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
