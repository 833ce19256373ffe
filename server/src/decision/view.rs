//! The caseworker's view of a decision: the saved draft, or what the figures propose, or what was published; and the paper
//! as the applicant will read it.

use super::{
    service::{DecisionService, Known, Place, wrong_period},
    store::{self, CaseRow},
};
use crate::{auth::policy, db::audit, error::Error};
use domain::{
    Actor, FieldCode, FieldFault,
    decision::{
        Calculation, CitedSection, Confirmation, DecisionContent, DecisionLaw, DecisionPaper, DecisionStatus,
        SectionChoice, StaffDecision, proposal,
    },
    id::StaffId,
    norm::Month,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// What the caseworker's view is framed with.
struct Frame {
    staff: StaffId,
    now: Timestamp,
    zone: TimeZone,
    confirmed: Vec<Confirmation>,
    office_name: String,
    office_street: String,
    reader: String,
}

impl DecisionService {
    pub(super) async fn staff_inner(&self, actor: &Actor, place: Place) -> Result<StaffDecision, Error> {
        let (staff, _) = policy::decide(actor)?;
        let zone = self.zone(actor)?;
        let now = self.world.now();
        let mut tx = self.db.begin(actor).await?;
        let known = self.known(&mut tx, actor, place).await?;
        let decision = known.saved.as_ref().map(|saved| saved.decision.0);
        let confirmed = store::confirmations(&mut tx, actor).await?;
        let (office_name, office_street) =
            store::office(&mut tx, actor, known.case.office).await?.ok_or(Error::Broken("a case has an office"))?;
        let reader = store::staff_name(&mut tx, actor, staff).await?.unwrap_or_default();
        let entry = audit::Entry::new(actor, self.world.id(), now, "decision.read", "case")
            .objects([place.case.0, place.application.0].into_iter().chain(decision))
            .because("casework");
        audit::write(&mut tx, &entry).await?;
        tx.commit().await?;
        let frame = Frame { staff, now, zone, confirmed, office_name, office_street, reader };
        Ok(self.staff_view(place, known, frame))
    }

    fn staff_view(&self, place: Place, known: Known, frame: Frame) -> StaffDecision {
        let Known { case, saved, stated, calculated, figures } = known;
        let today = frame.zone.to_datetime(frame.now).date();
        let (decision_id, status, version, content, published) = if let Some(saved) = saved {
            (Some(saved.decision), saved.status, saved.version, saved.content, saved.published)
        } else {
            let mut lines = proposal(stated.as_ref(), calculated.as_ref(), &[]);
            for line in &mut lines {
                line.sections = self.law.usual(line.need, line.outcome, today);
            }
            let period = Month::containing(case.month);
            let content = DecisionContent { period, lines, reasons: String::new(), pay_on: None };
            (None, DecisionStatus::Draft, 0, content, None)
        };
        let (calculation, by, at) = match published {
            Some(published) => (Some(published.calculation), published.by, published.at),
            None => (calculated, frame.reader, frame.now),
        };
        let day = frame.zone.to_datetime(at).date();
        let content = if status == DecisionStatus::Draft { content.routed(&self.law, day) } else { content };
        let (faults, law_unsettled) = if status == DecisionStatus::Draft {
            (
                self.faults(&content, &case, calculation.as_ref(), today),
                content.rests_on_unsettled_law(&self.law, today, &frame.confirmed),
            )
        } else {
            (Vec::new(), false)
        };
        let sections = self.law.on(today).map(|row| SectionChoice {
            section: row.section.clone(),
            cite: row.cite.clone(),
            heading: row.heading.clone(),
            settled: DecisionLaw::is_settled(row, &frame.confirmed),
            fits: row.fits.clone(),
        });
        let paper = calculation.clone().map(|calculation| DecisionPaper {
            outcome: content.outcome(),
            amount: content.amount(),
            sections: self.cited(&content, day),
            content: content.clone(),
            calculation,
            decided_by: by,
            decided_at: at,
            case_number: case.number.clone(),
            office_name: frame.office_name,
            office_street: frame.office_street,
            receipt: None,
        });
        StaffDecision {
            case_id: place.case,
            case_number: case.number,
            application_id: place.application,
            decision_id,
            status,
            version,
            content,
            calculation,
            verified: figures > 0,
            figures,
            sections: sections.collect(),
            mine: case.handler == Some(frame.staff),
            taken: case.handler.is_some(),
            identity_claimed: case.identity_claimed,
            faults,
            law_unsettled,
            paper,
        }
    }

    /// What stands in the way of publishing.
    pub(super) fn faults(
        &self,
        content: &DecisionContent,
        case: &CaseRow,
        calculation: Option<&Calculation>,
        today: Date,
    ) -> Vec<FieldFault> {
        let mut faults = content.faults(&self.law, today);
        faults.extend(wrong_period(content, case));
        if calculation.is_none() {
            faults.push(FieldFault::new("/calculation", FieldCode::Required));
        }
        faults
    }

    /// The sections the lines name, each once, as they are cited on that day.
    pub(super) fn cited(&self, content: &DecisionContent, day: Date) -> Vec<CitedSection> {
        let named = |section: &str| content.lines.iter().any(|line| line.sections.iter().any(|one| one == section));
        self.law
            .on(day)
            .filter(|row| named(&row.section))
            .map(|row| CitedSection { section: row.section.clone(), cite: row.cite.clone() })
            .collect()
    }
}
