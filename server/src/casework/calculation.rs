//! The use cases of the verified calculation: shown side by side with the applicant's, saved over a version.

use super::{
    service::{CaseworkService, Caseworker},
    store::{self, CalculationRow},
};
use crate::{db::audit, error::Error};
use domain::{
    Actor, Conflict, Fault, FieldCode, FieldFault,
    application::Application,
    casework::{CalculationView, CaseHead, Deviations, Figures, SaveCalculation, Saved, calculation::reasons},
    id::{ApplicationId, CaseId},
    norm::{EstimateRequest, Field, LocalPractice, Month},
};
use serde_json::json;
use sqlx::PgConnection;

/// The same faults, one level down.
fn below(parent: &str, faults: Vec<FieldFault>) -> impl Iterator<Item = FieldFault> {
    faults.into_iter().map(move |fault| FieldFault::new(format!("{parent}{}", fault.pointer), fault.code))
}

impl CaseworkService {
    /// A question with the norm's answer, by this practice.
    fn figures(&self, actor: &Actor, request: EstimateRequest, practice: &LocalPractice) -> Result<Figures, Error> {
        match self.norm.estimate_as(actor, &request, practice) {
            Ok(estimate) => Ok(Figures { request, estimate: Some(estimate), faults: Vec::new() }),
            Err(Fault::Invalid(faults)) => Ok(Figures { request, estimate: None, faults }),
            Err(fault) => Err(fault.into()),
        }
    }

    /// An application of a case of her office.
    async fn application(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        me: Caseworker,
        case: CaseId,
        application: ApplicationId,
    ) -> Result<(CaseHead, Application), Error> {
        let head = self.head(tx, actor, me, case).await?;
        let application = crate::application::find(tx, actor, application)
            .await?
            .filter(|found| found.case_id == case)
            .ok_or_else(Error::not_found)?;
        Ok((head, application))
    }

    pub(super) async fn calculation_inner(
        &self,
        actor: &Actor,
        case: CaseId,
        application: ApplicationId,
    ) -> Result<CalculationView, Error> {
        let me = Caseworker::of(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let (head, found) = self.application(&mut tx, actor, me, case, application).await?;
        let saved = store::calculation(&mut tx, actor, application).await?;
        let entry = audit::Entry::new(actor, self.world.id(), self.world.now(), "casework.calculation", "application")
            .objects([application.0, case.0, found.person_id.0])
            .because(me.reason(&head));
        audit::write(&mut tx, &entry).await?;
        tx.commit().await?;
        // What was saved keeps the practice of its day; both sides have the same, so that only figures can differ.
        let month = Month::containing(found.month);
        let present = self.norm.practice(actor, month)?;
        let practice = saved.as_ref().map_or(&present.content, |row| &row.practice).clone();
        let stated = self.figures(actor, found.content.estimate_request(found.month), &practice)?;
        let (request, deviations, version, saved) = match saved {
            Some(row) => (row.request, row.deviations, row.version, Some(Saved { by: row.by, at: row.saved_at })),
            None => (stated.request.clone(), Deviations::new(), 0, None),
        };
        Ok(CalculationView {
            case: head,
            application_id: application,
            month,
            verified: self.figures(actor, request, &practice)?,
            practice_changed: practice != present.content,
            practice: present.version,
            stated,
            deviations,
            version,
            saved,
        })
    }

    pub(super) async fn save_inner(
        &self,
        actor: &Actor,
        case: CaseId,
        application: ApplicationId,
        command: SaveCalculation,
    ) -> Result<i64, Error> {
        let me = Caseworker::of(actor)?;
        let mut tx = self.db.begin(actor).await?;
        self.head(&mut tx, actor, me, case).await?;
        // Held before the application is looked for: it is still in this case when the figures are saved.
        store::hold(&mut tx, actor, case).await?;
        let (head, found) = self.application(&mut tx, actor, me, case, application).await?;
        let settled = self.norm.practice(actor, Month::containing(found.month))?;
        let deviations = self.check(actor, &found, &command, &settled.content)?;
        // The municipality calculates otherwise than what was seen: the figures would be saved with a practice unseen.
        let seen = command.practice == settled.version;
        let now = self.world.now();
        let new = CalculationRow {
            version: command.version,
            request: command.request,
            deviations,
            practice: settled.content,
            saved_by: me.staff,
            by: String::new(),
            saved_at: now,
        };
        let written = if seen { store::save_calculation(&mut tx, actor, application, &new).await? } else { None };
        let Some(version) = written else {
            let there = store::calculation(&mut tx, actor, application).await?;
            // A double click or a repeated request: hers is what is saved.
            return match there {
                Some(row) if Some(row.version) == new.version.checked_add(1) && row.same_as(&new) => Ok(row.version),
                _ => Err(Conflict::VersionConflict.into()),
            };
        };
        let entry = audit::Entry::new(actor, self.world.id(), now, "casework.calculate", "application")
            .objects([application.0, case.0])
            .because(me.reason(&head))
            .detail(&json!({ "version": version }));
        audit::write(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// Everything that is wrong at once: the figures, and differences without a reason. A month whose norm is not known yet
    /// is no fault of the figures: they can be verified before the amounts are there.
    fn check(
        &self,
        actor: &Actor,
        found: &Application,
        command: &SaveCalculation,
        practice: &LocalPractice,
    ) -> Result<Deviations, Error> {
        let month = Month::containing(found.month);
        let mut faults: Vec<FieldFault> = self.figures(actor, command.request.clone(), practice)?.faults;
        faults.retain(|fault| fault.code != FieldCode::NormNotKnown);
        if matches!(&command.request.month, Field::Text(text) if text.parse().is_ok_and(|other: Month| other != month))
        {
            faults.push(FieldFault::new("/month", FieldCode::DoesNotFit));
        }
        let mut faults: Vec<FieldFault> = below("/request", faults).collect();
        match reasons(&found.content.estimate_request(found.month), &command.request, &command.deviations) {
            Ok(kept) if faults.is_empty() => Ok(kept),
            Ok(_) => Err(Error::invalid(faults)),
            Err(missing) => {
                faults.extend(missing);
                Err(Error::invalid(faults))
            }
        }
    }
}
