//! Incomes: what the household has and how much of it counts.

use crate::norm::{
    Kronor,
    estimate::{Counted, Sheet, Stated},
    input::{EstimateInput, Income},
    kind::{IncomeKind, Person, Status, Why},
    law::Rule,
    practice::{ChildMoney, LocalPractice},
    share::Share,
    table::NormTable,
};

/// Support in a row before jobbstimulans begins: six months (12 kap. 8 § SoL).
const STIMULUS_AFTER_MONTHS: u16 = 6;

/// How long jobbstimulans lasts: two years (12 kap. 8 § SoL). In months.
const STIMULUS_MONTHS: u16 = 24;

/// What is counted of the wage meanwhile: all but 25 percent (12 kap. 8 § SoL).
const STIMULUS_COUNTED: Share = Share::capped(75, 100);

/// A line for each income that was stated.
pub(super) fn write(input: &EstimateInput<'_>, practice: &LocalPractice, sheet: &mut Sheet) {
    for (place, income) in input.incomes.iter().enumerate() {
        let mut stated = Stated { kind: income.kind, amount: income.amount, person: income.person, share: None };
        let to_support = |status, why| Counted { amount: income.amount, status, why, rule: Some(Rule::RightToSupport) };
        let counted = match how_income_counts(income.kind) {
            HowCounted::Wage if has_stimulus(&input.incomes, income) => {
                stated.share = Some(STIMULUS_COUNTED);
                Counted {
                    amount: STIMULUS_COUNTED.round_down(income.amount),
                    status: Status::Partly,
                    why: Why::IncomeStimulus,
                    rule: Some(Rule::JobStimulus),
                }
            }
            HowCounted::Wage => to_support(Status::Counted, Why::IncomeWage),
            HowCounted::PupilWage => {
                let amount = counted_of_pupil_wage(input.table, &input.incomes, place);
                let why = if amount == 0 { Why::IncomePupilFree } else { Why::IncomePupilAbove };
                Counted { amount, status: in_part(amount, income.amount), why, rule: Some(Rule::PupilIncome) }
            }
            HowCounted::Fully => to_support(Status::Counted, Why::IncomeCounted),
            HowCounted::Individually => to_support(Status::DecidedIndividually, Why::IncomeTested),
            HowCounted::NotAtAll(rule) => {
                Counted { amount: 0, status: Status::NotCounted, why: Why::IncomeOtherPurpose, rule }
            }
        };
        let counted = match (practice.child_money, income.person) {
            (ChildMoney::AtMostOwnShare, Some(child @ Person::Child(_))) if income.kind != IncomeKind::PupilWage => {
                at_most_own_share(child, input.household.persons(), counted, income.amount, sheet)
            }
            _ => counted,
        };
        sheet.income(&stated, counted);
    }
}

/// Whether the board tests one of them by itself.
pub(super) fn any_tested(incomes: &[Income]) -> bool {
    incomes.iter().any(|income| matches!(how_income_counts(income.kind), HowCounted::Individually))
}

/// The ways an income can count.
enum HowCounted {
    Fully,
    /// Is for something else than what support is for, and where the law says so.
    NotAtAll(Option<Rule>),
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
        IncomeKind::AdditionalCostAllowance => HowCounted::NotAtAll(None),
        IncomeKind::LeisureCard => HowCounted::NotAtAll(Some(Rule::LeisureCard)),

        // Deposits usually count and small occasional gifts do not; a benefit for earlier months may be claimed back or
        // belong to another time; what an insurance or damages pay counts where it replaces an income and not where it
        // meets a cost; of the rest we know nothing.
        IncomeKind::GiftOrTransfer | IncomeKind::RetroactiveBenefit | IncomeKind::OneOff | IncomeKind::Other => {
            HowCounted::Individually
        }
    }
}

/// An adult's wage: counted, but only to 75 percent after six months in a row with support, for two years (12 kap. 8 §
/// SoL, jobbstimulans). On the wage after tax: practice, the act says "inkomsterna av anställning".
///
/// The months are the person's: stated with one of her wages they hold for all of them. When the two years are over it
/// takes six new months in a row; then they are stated anew, from the first month.
fn has_stimulus(incomes: &[Income], wage: &Income) -> bool {
    let (mut months, mut stimulus_month) = (wage.months_with_support, wage.stimulus_month);
    let of_same_person =
        |other: &&Income| other.kind == wage.kind && wage.person.is_some() && other.person == wage.person;
    for other in incomes.iter().filter(of_same_person) {
        months = months.max(other.months_with_support);
        stimulus_month = stimulus_month.max(other.stimulus_month);
    }
    months >= STIMULUS_AFTER_MONTHS && stimulus_month <= STIMULUS_MONTHS
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

/// A child's own money for the child itself: up to the child's personal costs and an equal part of the common costs, all
/// of the child's incomes together. A started krona of that part is left to the household.
fn at_most_own_share(child: Person, persons: usize, counted: Counted, stated: Kronor, sheet: &Sheet) -> Counted {
    let persons = Kronor::try_from(persons).unwrap_or(1).max(1);
    let own_share = sheet.personal_costs(child) + sheet.common_costs() / persons;
    let room = (own_share - sheet.counted_of(child)).max(0);
    if counted.amount <= room {
        return counted;
    }
    let why = Why::IncomeChildsOwnAboveShare;
    Counted { amount: room, status: in_part(room, stated), why, rule: None }
}

/// What to call a counted part.
const fn in_part(counted: Kronor, stated: Kronor) -> Status {
    match counted {
        0 => Status::NotCounted,
        _ if counted < stated => Status::Partly,
        _ => Status::Counted,
    }
}
