//! What else a household could apply for, and what to do besides.
//!
//! Support is for those who cannot be supported in another way (12 kap. 1 § SoL), so the board asks about other benefits.
//! What is named here is never a condition for applying to us, and never an answer to whether somebody is entitled: who
//! decides on a benefit says so. A step is named only where something in the answers speaks for it and the income is not
//! stated already.

use super::{
    kind::{CostKind, IncomeKind, Situation, codes},
    raw::{Field, Given},
    request::EstimateRequest,
};
use serde::{Deserialize, Serialize};
use std::fmt;

codes! {
    /// Something to apply for or to do.
    FirstStep {
        /// Support of those who seek asylum, from the Migration Agency (10 kap. 2 § SoL leaves them to it).
        AsylumSupport = "asylum_support",
        /// Register at Arbetsförmedlingen, on the first day without work.
        EmploymentService = "employment_service",
        /// Ersättning from an a-kassa.
        Unemployment = "unemployment",
        /// Aktivitetsstöd, utvecklingsersättning or etableringsersättning.
        ActivityGrant = "activity_grant",
        /// Sjukpenning.
        SicknessBenefit = "sickness_benefit",
        /// Föräldrapenning.
        ParentalBenefit = "parental_benefit",
        /// Studiemedel.
        StudentAid = "student_aid",
        /// Äldreförsörjningsstöd; asked for together with bostadstillägg.
        ElderlySupport = "elderly_support",
        /// Bostadsbidrag: for households with children, and for those under 29.
        HousingAllowance = "housing_allowance",
        /// Bostadstillägg: for those with a pension, sjukersättning or aktivitetsersättning.
        HousingSupplement = "housing_supplement",
        /// Underhållsstöd.
        Maintenance = "maintenance",
        /// Barnbidrag.
        ChildBenefit = "child_benefit",
        /// Studiehjälp of pupils from 16 years.
        PupilGrant = "pupil_grant",
        /// Budget- och skuldrådgivning, which every municipality must offer (13 kap. 2 § SoL).
        DebtAdvice = "debt_advice",
    }

    /// Who decides on it, or does it with the person.
    DecidedBy {
        /// Arbetsförmedlingen.
        EmploymentService = "employment_service",
        /// The a-kassa one belongs to, or the one for those who belong to none.
        UnemploymentFund = "unemployment_fund",
        /// CSN.
        StudyAidBoard = "study_aid_board",
        /// Försäkringskassan.
        SocialInsurance = "social_insurance",
        /// Migrationsverket.
        MigrationAgency = "migration_agency",
        /// The municipality itself.
        Municipality = "municipality",
        /// Pensionsmyndigheten.
        PensionsAgency = "pensions_agency",
    }
}

/// A step and whom to turn to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct First {
    pub code: FirstStep,
    pub decided_by: DecidedBy,
}

/// Whether something in the answers speaks for a step.
type Speaks = fn(&Answers) -> bool;

/// The steps with what in the answers speaks for each, in the order they are shown: a living first, the home next.
const STEPS: [(FirstStep, DecidedBy, Speaks); 14] = [
    (FirstStep::AsylumSupport, DecidedBy::MigrationAgency, Answers::seeks_asylum),
    (FirstStep::EmploymentService, DecidedBy::EmploymentService, Answers::somebody_without_a_living),
    (FirstStep::Unemployment, DecidedBy::UnemploymentFund, |a| {
        a.somebody_without_a_living() && !a.has(IncomeKind::Unemployment)
    }),
    (FirstStep::ActivityGrant, DecidedBy::SocialInsurance, |a| {
        let known = a.has(IncomeKind::ActivityGrant) || a.has(IncomeKind::EstablishmentAllowance);
        a.somebody_without_a_living() && !known
    }),
    (FirstStep::SicknessBenefit, DecidedBy::SocialInsurance, |a| {
        let cared_for = a.pays(CostKind::Medical) || a.pays(CostKind::Medicine);
        cared_for && !a.has(IncomeKind::SicknessBenefit) && !a.has(IncomeKind::Pension)
    }),
    (FirstStep::ParentalBenefit, DecidedBy::SocialInsurance, |a| {
        let small_child = a.child_of(0, 3) || a.pays(CostKind::BabyEquipment);
        small_child && !a.has(IncomeKind::ParentalBenefit)
    }),
    (FirstStep::StudentAid, DecidedBy::StudyAidBoard, |a| a.is(Situation::Student) && !a.has(IncomeKind::StudentAid)),
    (FirstStep::ElderlySupport, DecidedBy::PensionsAgency, |a| a.has(IncomeKind::Pension)),
    (FirstStep::HousingAllowance, DecidedBy::SocialInsurance, |a| a.could_have_help_with_rent(false)),
    (FirstStep::HousingSupplement, DecidedBy::PensionsAgency, |a| a.could_have_help_with_rent(true)),
    (FirstStep::Maintenance, DecidedBy::SocialInsurance, |a| {
        let known = a.has(IncomeKind::Maintenance) || a.has(IncomeKind::ChildPension);
        a.adults == 1 && a.child_of(0, 20) && !known
    }),
    (FirstStep::ChildBenefit, DecidedBy::SocialInsurance, |a| a.child_of(0, 15) && !a.has(IncomeKind::ChildBenefit)),
    (FirstStep::PupilGrant, DecidedBy::StudyAidBoard, |a| a.child_of(16, 20) && !a.has(IncomeKind::StudentAid)),
    (FirstStep::DebtAdvice, DecidedBy::Municipality, |a| {
        a.pays(CostKind::RentDebt) || a.pays(CostKind::ElectricityDebt)
    }),
];

/// Incomes that say that an adult has a living, or is on the way to one.
const LIVING: [IncomeKind; 8] = [
    IncomeKind::Wage,
    IncomeKind::ParentalBenefit,
    IncomeKind::SicknessBenefit,
    IncomeKind::Unemployment,
    IncomeKind::ActivityGrant,
    IncomeKind::EstablishmentAllowance,
    IncomeKind::Pension,
    IncomeKind::StudentAid,
];

/// What to apply for or do as well. What cannot be read in the request says nothing, so it can be asked at any time.
pub fn first_steps(request: &EstimateRequest) -> Vec<First> {
    let answers = Answers::of(request);
    // Most benefits ask for a right to live here: naming them to somebody without would lead astray.
    let open = |step| match step {
        FirstStep::AsylumSupport | FirstStep::DebtAdvice => true,
        _ => !answers.seeks_asylum(),
    };
    STEPS
        .into_iter()
        .filter(|(step, _, speaks_for_it)| open(*step) && speaks_for_it(&answers))
        .map(|(code, decided_by, _)| First { code, decided_by })
        .collect()
}

/// What the steps look at.
struct Answers {
    /// 1 or 2.
    adults: usize,
    /// Of the children, in years.
    ages: Vec<i64>,
    /// One for each cost above zero.
    costs: Vec<CostKind>,
    /// One for each income above zero.
    incomes: Vec<IncomeKind>,
    situations: Vec<Situation>,
}

impl Answers {
    fn of(request: &EstimateRequest) -> Self {
        let household = match &request.household {
            Given::Here(household) => Some(household),
            Given::Missing | Given::Odd => None,
        };
        let couple = household.is_some_and(|household| household.adults == Field::Whole(2));
        let children = household.map(|household| entries(&household.children)).unwrap_or_default();
        let named = |situation: &Field| Situation::from_name(text(situation)?);
        Self {
            adults: if couple { 2 } else { 1 },
            ages: children.into_iter().filter_map(|child| whole(&child.age)).collect(),
            costs: entries(&request.costs)
                .into_iter()
                .filter(|cost| whole(&cost.amount) > Some(0))
                .filter_map(|cost| CostKind::from_name(text(&cost.kind)?))
                .collect(),
            incomes: entries(&request.incomes)
                .into_iter()
                .filter(|income| whole(&income.amount) > Some(0))
                .filter_map(|income| IncomeKind::from_name(text(&income.kind)?))
                .collect(),
            situations: match &request.situation {
                Given::Here(situations) => situations.iter().filter_map(named).collect(),
                Given::Missing | Given::Odd => Vec::new(),
            },
        }
    }

    fn has(&self, kind: IncomeKind) -> bool {
        self.incomes.contains(&kind)
    }

    fn pays(&self, kind: CostKind) -> bool {
        self.costs.contains(&kind)
    }

    fn is(&self, situation: Situation) -> bool {
        self.situations.contains(&situation)
    }

    fn seeks_asylum(&self) -> bool {
        self.is(Situation::NoPermitOrAsylum)
    }

    fn child_of(&self, from: i64, to: i64) -> bool {
        self.ages.iter().any(|age| (from..=to).contains(age))
    }

    /// Fewer livings than adults. Whose an income is is not always stated; they are only counted.
    fn somebody_without_a_living(&self) -> bool {
        let of_incomes = self.incomes.iter().filter(|kind| LIVING.contains(kind)).count();
        // Who studies or runs a business does something, with an income from it or not.
        let studies = self.is(Situation::Student) && !self.has(IncomeKind::StudentAid);
        let all = of_incomes + usize::from(studies) + usize::from(self.is(Situation::Business));
        all < self.adults
    }

    /// Rent is stated and no help with it; those with a pension ask another agency.
    fn could_have_help_with_rent(&self, with_pension: bool) -> bool {
        self.pays(CostKind::Rent)
            && !self.has(IncomeKind::HousingAllowance)
            && self.has(IncomeKind::Pension) == with_pension
    }
}

/// What is readable of a list.
fn entries<T>(list: &Given<Vec<Given<T>>>) -> Vec<&T> {
    let Given::Here(list) = list else { return Vec::new() };
    let readable = list.iter().filter_map(|entry| match entry {
        Given::Here(entry) => Some(entry),
        Given::Missing | Given::Odd => None,
    });
    readable.collect()
}

fn whole(field: &Field) -> Option<i64> {
    match field {
        Field::Whole(number) => Some(*number),
        _ => None,
    }
}

fn text(field: &Field) -> Option<&str> {
    match field {
        Field::Text(text) => Some(text),
        _ => None,
    }
}
