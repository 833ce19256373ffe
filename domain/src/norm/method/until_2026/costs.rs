//! Costs beside the norm: which count, on what ground, and up to how much.

use crate::norm::{
    Kronor,
    estimate::{Counted, Sheet},
    input::{Cost, EstimateInput},
    kind::{CostKind, Status, Why},
    law::Rule,
    practice::LocalPractice,
};

/// A line for each cost that was stated.
pub(super) fn write(input: &EstimateInput<'_>, practice: &LocalPractice, sheet: &mut Sheet) {
    for (place, cost) in input.costs.iter().enumerate() {
        let (status, why, rule) = how_cost_counts(cost.kind);
        let amount = if status == Status::NotCounted { 0 } else { cost.amount };
        let counted = Counted { amount, status, why, rule: Some(rule) };
        let counted = match practice.ceiling(cost.kind, input.household.persons()) {
            Some(ceiling) => below(ceiling, earlier(&input.costs, place, cost.kind), counted),
            None => counted,
        };
        sheet.cost(cost.kind, cost.amount, counted);
    }
}

/// Whether the board tests one of them by itself.
pub(super) fn any_tested(costs: &[Cost]) -> bool {
    costs.iter().any(|cost| how_cost_counts(cost.kind).0 == Status::DecidedIndividually)
}

/// What was stated before this place of the same kind.
fn earlier(costs: &[Cost], place: usize, kind: CostKind) -> Kronor {
    costs.iter().take(place).filter(|cost| cost.kind == kind).map(|cost| cost.amount).sum()
}

/// A cost is accepted as far as it is reasonable (12 kap. 1 and 7 §§ SoL); where the line usually goes is practice. Costs of
/// one kind are one cost: they fill what is usually accepted in their order. What is above stays on the line as stated.
fn below(ceiling: Kronor, earlier: Kronor, counted: Counted) -> Counted {
    let room = (ceiling - earlier).max(0);
    if counted.amount <= room {
        return counted;
    }
    Counted { amount: room, status: Status::Partly, why: Why::CostAboveCeiling, ..counted }
}

/// Which costs count beside the norm, and on what ground.
///
/// What is decided individually is counted as stated: the estimate shows what is missing if the board accepts it all,
/// and says that it tests each.
const fn how_cost_counts(kind: CostKind) -> (Status, Why, Rule) {
    match kind {
        // Named in 12 kap. 7 § SoL, second point: part of every försörjningsstöd, as far as reasonable.
        CostKind::Rent
        | CostKind::Electricity
        | CostKind::HomeInsurance
        | CostKind::Union
        | CostKind::UnemploymentFund
        | CostKind::WorkTravel => (Status::Counted, Why::CostNamed, Rule::BesideNorm),

        // Play and leisure are in the norm already (12 kap. 7 § SoL, first point): adding them would count them twice.
        CostKind::Leisure => (Status::NotCounted, Why::CostInNorm, Rule::InsideNorm),

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
        | CostKind::Other => (Status::DecidedIndividually, Why::CostTested, Rule::RightToSupport),
    }
}
