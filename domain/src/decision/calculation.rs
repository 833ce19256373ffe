//! The calculation a decision rests on, kept as it was when it was published: codes, amounts and citations, so that it can
//! be shown in any language and never changes with the tables. And what it proposes for each need.

use super::{
    content::{DecisionLine, Need, Outcome},
    law::AppealRoute,
};
use crate::norm::{CostKind, Estimate, Group, Month, Person, Status};
use serde::{Deserialize, Serialize};

/// The sums and lines of an estimate. Whole kronor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Calculation {
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "2026-11"))]
    pub month: Month,
    pub norm_total: i64,
    pub costs_total: i64,
    /// What is counted of the incomes.
    pub incomes_total: i64,
    /// What was left from the month before.
    pub previous_surplus: i64,
    /// What is missing. Never below zero.
    pub support: i64,
    /// What is more than the norm and the costs. Never below zero.
    pub surplus: i64,
    pub lines: Vec<CalculationLine>,
}

/// One term of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CalculationLine {
    pub group: Group,
    /// What it is, within its group.
    pub code: String,
    /// What is counted.
    pub amount: i64,
    pub status: Status,
    /// Where the law says so, as it is cited.
    pub law: Option<String>,
    /// Whose it is, where it is one person's.
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, example = "child1"))]
    pub person: Option<Person>,
}

impl From<&Estimate> for Calculation {
    fn from(estimate: &Estimate) -> Self {
        let lines = estimate.lines.iter().map(|line| CalculationLine {
            group: line.group,
            code: line.code.as_str().to_owned(),
            amount: line.amount,
            status: line.status,
            law: line.law.map(|law| law.to_string()),
            person: line.person,
        });
        Self {
            month: estimate.month,
            norm_total: estimate.norm_total,
            costs_total: estimate.costs_total,
            incomes_total: estimate.incomes_total,
            previous_surplus: estimate.previous_surplus,
            support: estimate.support,
            surplus: estimate.surplus,
            lines: lines.collect(),
        }
    }
}

impl Calculation {
    /// What is missing for each need when the incomes have been used: for livelihood first, then for the costs in their
    /// order, costs of a kind together. The parts sum to `support`.
    pub fn missing(&self) -> Vec<(Need, i64)> {
        let mut needs = vec![(Need::Livelihood, self.norm_total)];
        for line in self.lines.iter().filter(|line| line.group == Group::Cost) {
            let Some(need) = CostKind::from_name(&line.code).map(Need::Cost) else { continue };
            match needs.iter_mut().find(|(known, _)| *known == need) {
                Some((_, amount)) => *amount += line.amount,
                None => needs.push((need, line.amount)),
            }
        }
        let mut means = self.incomes_total + self.previous_surplus;
        for (_, amount) in &mut needs {
            let used = means.clamp(0, *amount);
            means -= used;
            *amount -= used;
        }
        needs
    }
}

/// The lines a draft begins with: livelihood and every cost; asked as the applicant stated it, granted as the calculation
/// says. Where the calculation gives more than the applicant saw, that is what she is taken to ask for. A need for which
/// nothing is missing is left out, unless nothing is missing at all.
pub fn proposal(
    stated: Option<&Calculation>,
    calculated: Option<&Calculation>,
    sections: &[String],
) -> Vec<DecisionLine> {
    let asked = stated.map(Calculation::missing).unwrap_or_default();
    let granted = calculated.map(Calculation::missing).unwrap_or_default();
    let of =
        |list: &[(Need, i64)], need: Need| list.iter().find(|(known, _)| *known == need).map_or(0, |found| found.1);
    let mut needs: Vec<Need> = vec![Need::Livelihood];
    for (need, _) in asked.iter().chain(&granted) {
        if !needs.contains(need) {
            needs.push(*need);
        }
    }
    let mut lines: Vec<DecisionLine> = needs
        .into_iter()
        .map(|need| {
            let granted = of(&granted, need);
            let asked = of(&asked, need).max(granted);
            DecisionLine {
                need,
                asked,
                granted,
                outcome: Outcome::of_amounts(asked, granted),
                reason: String::new(),
                sections: sections.to_vec(),
                appeal_route: AppealRoute::default(),
            }
        })
        .collect();
    if lines.iter().any(|line| line.asked > 0) {
        lines.retain(|line| line.asked > 0);
    } else {
        lines.truncate(1);
    }
    lines
}
