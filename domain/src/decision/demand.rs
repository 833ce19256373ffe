//! What the figures ask of a decision: a line for each need that no other decision of the month has answered.

use super::{
    calculation::{Calculation, proposal},
    content::{DecisionContent, DecisionLine, Need, Outcome},
};
use crate::{
    fault::{FieldCode, FieldFault},
    id::ApplicationId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A line the figures ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NeededLine {
    /// As a draft begins with it.
    pub line: DecisionLine,
    /// What is missing for it by the applicant's own figures, in kronor: its `asked` may not be less.
    pub stated: i64,
}

/// A published decision of the same case and month, on another application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EarlierDecision {
    pub application_id: ApplicationId,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub decided_at: Timestamp,
    /// What it has decided.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub needs: Vec<Need>,
}

/// What the figures ask of one decision. Each application is calculated as if it were the month's only one, so what the
/// month's other decisions have answered is left out: otherwise the norm would be given twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    pub lines: Vec<NeededLine>,
    decided: Vec<Need>,
    /// What the calculation gives for each need that is left; nothing where there is no calculation.
    given: Vec<(Need, i64)>,
}

impl Demand {
    pub fn new(stated: Option<&Calculation>, calculated: Option<&Calculation>, earlier: &[EarlierDecision]) -> Self {
        let decided: Vec<Need> = earlier.iter().flat_map(|one| one.needs.iter().copied()).collect();
        let own = stated.map(Calculation::missing).unwrap_or_default();
        let lines = proposal(stated, calculated, &[]).into_iter().map(|line| {
            let stated = own.iter().find(|(need, _)| *need == line.need).map_or(0, |(_, amount)| *amount);
            NeededLine { line, stated }
        });
        let given = calculated.map(Calculation::missing).unwrap_or_default();
        Self {
            lines: lines.filter(|one| !decided.contains(&one.line.need)).collect(),
            given: given.into_iter().filter(|(need, _)| !decided.contains(need)).collect(),
            decided,
        }
    }

    /// The lines that the content lacks, in their order.
    pub fn missing<'a>(&'a self, content: &'a DecisionContent) -> impl Iterator<Item = &'a NeededLine> {
        missing_lines(&self.lines, content)
    }

    /// What of it the content does not answer: a line that is not there (said where it would come, after the others), less
    /// asked for than the applicant did, or everything granted and still less than the calculation gives.
    pub fn faults(&self, content: &DecisionContent) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let of = |need: Need| content.lines.iter().enumerate().filter(move |(_, line)| line.need == need);
        for NeededLine { line, stated } in &self.lines {
            let asked: i64 = of(line.need).map(|(_, line)| line.asked).sum();
            if let Some((place, _)) = of(line.need).next()
                && asked < *stated
            {
                faults.push(FieldFault::new(format!("/lines/{place}/asked"), FieldCode::DoesNotFit));
            }
        }
        let places = content.lines.len()..;
        let absent: Vec<FieldFault> = places
            .zip(self.missing(content))
            .map(|(place, _)| FieldFault::new(format!("/lines/{place}/need"), FieldCode::Required))
            .collect();
        let open = || content.lines.iter().filter(|line| !self.decided.contains(&line.need));
        let granted: i64 = open().map(|line| line.granted).sum();
        let all_of_it = absent.is_empty() && open().all(|line| line.outcome == Outcome::Granted);
        if all_of_it && granted < self.amount() {
            for (need, given) in &self.given {
                let granted: i64 = of(*need).map(|(_, line)| line.granted).sum();
                if let Some((place, _)) = of(*need).next()
                    && granted < *given
                {
                    faults.push(FieldFault::new(format!("/lines/{place}/granted"), FieldCode::DoesNotFit));
                }
            }
        }
        faults.extend(absent);
        faults
    }

    /// What the content grants more than the calculation gives for what is left, in kronor. The board may.
    pub fn more(&self, content: &DecisionContent) -> i64 {
        (content.amount() - self.amount()).max(0)
    }

    fn amount(&self) -> i64 {
        self.given.iter().map(|(_, amount)| amount).sum()
    }
}

/// Of those lines the ones that the content lacks.
pub fn missing_lines<'a>(
    needed: &'a [NeededLine],
    content: &'a DecisionContent,
) -> impl Iterator<Item = &'a NeededLine> {
    needed.iter().filter(|one| content.lines.iter().all(|line| line.need != one.line.need))
}
