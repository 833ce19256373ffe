//! The caseworker's view of a decision: the saved draft, or what the figures propose, or what was published; and the paper
//! as the applicant will read it.

use super::{
    service::{DecisionService, Known, Place, wrong_period},
    store,
};
use crate::{auth::policy, casework, db::audit, error::Error, message};
use domain::{
    Actor, FieldCode, FieldFault,
    casework::Party,
    decision::{
        CitedSection, Confirmation, DecisionContent, DecisionLaw, DecisionPaper, DecisionStatus, NeededLine,
        SectionChoice, StaffDecision,
    },
    id::StaffId,
    message::{Ahead, Reach, Unread},
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
    ahead: Vec<Party>,
    unread: Vec<Unread>,
}

/// How a party comes to know of what is published now.
fn ahead(party: Party) -> Ahead {
    let Party { person_id, name, way, identity_claimed, .. } = party;
    Ahead { person_id, name, reach: Reach::ahead(way, identity_claimed) }
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
        let ahead = casework::parties(&mut tx, actor, place.case).await?;
        let unread = message::not_read(&mut tx, actor, known.case.office, place.case).await?;
        let unread = unread.into_iter().map(|one| one.unread).filter(|one| Some(one.about) == decision).collect();
        let entry = audit::Entry::new(actor, self.world.id(), now, "decision.read", "case")
            .objects([place.case.0, place.application.0].into_iter().chain(decision))
            .because("casework");
        audit::write(&mut tx, &entry).await?;
        tx.commit().await?;
        let frame = Frame { staff, now, zone, confirmed, office_name, office_street, reader, ahead, unread };
        Ok(self.staff_view(place, known, frame))
    }

    fn staff_view(&self, place: Place, mut known: Known, frame: Frame) -> StaffDecision {
        let today = frame.zone.to_datetime(frame.now).date();
        for NeededLine { line, .. } in &mut known.demand.lines {
            line.sections = self.law.usual(line.need, line.outcome, today);
        }
        let (decision_id, status, version, content, published) = if let Some(saved) = known.saved.take() {
            (Some(saved.decision), saved.status, saved.version, saved.content, saved.published)
        } else {
            let lines = known.demand.lines.iter().map(|needed| needed.line.clone()).collect();
            let period = Month::containing(known.case.month);
            let content = DecisionContent { period, lines, reasons: String::new(), pay_on: None };
            (None, DecisionStatus::Draft, 0, content, None)
        };
        let (calculation, by, at) = match published {
            Some(published) => (Some(published.calculation), published.by, published.at),
            None => (known.calculated.clone(), frame.reader, frame.now),
        };
        let day = frame.zone.to_datetime(at).date();
        let draft = status == DecisionStatus::Draft;
        let content = if draft { content.routed(&self.law, day) } else { content };
        let (faults, law_unsettled, more_than_calculated) = if draft {
            let unsettled = content.rests_on_unsettled_law(&self.law, today, &frame.confirmed);
            let more = if calculation.is_some() { known.demand.more(&content) } else { 0 };
            (self.faults(&content, &known, today), unsettled, more)
        } else {
            (Vec::new(), false, 0)
        };
        let Known { case, figures, practice, earlier, demand, .. } = known;
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
            practice,
            needed: demand.lines,
            earlier,
            more_than_calculated,
            sections: sections.collect(),
            mine: case.handler == Some(frame.staff),
            taken: case.handler.is_some(),
            identity_claimed: case.identity_claimed,
            faults,
            law_unsettled,
            ahead: if draft { frame.ahead.into_iter().map(ahead).collect() } else { Vec::new() },
            unread: frame.unread,
            paper,
        }
    }

    /// What stands in the way of publishing.
    pub(super) fn faults(&self, content: &DecisionContent, known: &Known, today: Date) -> Vec<FieldFault> {
        let mut faults = content.faults(&self.law, today);
        faults.extend(known.demand.faults(content));
        faults.extend(wrong_period(content, &known.case));
        if known.calculated.is_none() {
            faults.push(FieldFault::new("/calculation", FieldCode::Required));
        } else if known.unanswered && known.figures == 0 {
            // Who lives there is a guess until a caseworker has saved figures: nobody gets a norm by default.
            faults.push(FieldFault::new("/calculation", FieldCode::DoesNotFit));
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
