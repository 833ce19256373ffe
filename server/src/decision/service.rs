//! The use cases of decisions: authorise → validate → one transaction (change + messages + audit row) → a domain type.

use super::{
    earlier,
    store::{self, CaseRow, DecisionRow},
};
use crate::{
    account::SharedDirectory,
    application,
    auth::policy,
    casework,
    db::{
        Db, audit,
        idempotency::{self, Key, Outcome},
    },
    error::Error,
    message,
    world::World,
};
use app::{decision::port::DecisionPort, norm::port::NormPort};
use async_trait::async_trait;
use domain::{
    Actor, Conflict, Fault, FieldCode, FieldFault,
    decision::{
        Calculation, DecisionContent, DecisionItem, DecisionLaw, DecisionStatus, Demand, EarlierDecision,
        PublishDecision, PublishedDecision, ReadDecision, SaveDecision, SavedDecision, StaffDecision,
    },
    id::{ApplicationId, CaseId, DecisionId, StaffId},
    message::MessageKind,
    norm::{EstimateRequest, LocalPractice, Month},
};
use futures::FutureExt;
use jiff::{civil::Date, tz::TimeZone};
use serde_json::json;
use sqlx::PgConnection;
use std::sync::Arc;

#[derive(Clone)]
pub struct DecisionService {
    pub(super) db: Db,
    pub(super) world: World,
    directory: SharedDirectory,
    norms: Arc<dyn NormPort>,
    pub(super) law: Arc<DecisionLaw>,
}

/// What deciding on one application rests on, as it is in the transaction.
pub(super) struct Known {
    pub(super) case: CaseRow,
    pub(super) saved: Option<DecisionRow>,
    /// By the caseworker's figures where there are any, else by the applicant's.
    pub(super) calculated: Option<Calculation>,
    /// The version of the caseworker's figures; 0 for the applicant's own.
    pub(super) figures: i64,
    /// The version of the municipality's practice for the applicant's own; 0 where nothing is settled, and for verified ones,
    /// which keep theirs.
    pub(super) practice: i64,
    /// The application says nothing of the household, as one taken at the desk may: its own figures are a guess.
    pub(super) unanswered: bool,
    /// What has been published in the case for the same month on other applications.
    pub(super) earlier: Vec<EarlierDecision>,
    pub(super) demand: Demand,
}

/// Which application of which case.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) case: CaseId,
    pub(super) application: ApplicationId,
}

impl DecisionService {
    pub fn new(db: Db, world: World, directory: SharedDirectory, norms: Arc<dyn NormPort>, law: DecisionLaw) -> Self {
        Self { db, world, directory, norms, law: Arc::new(law) }
    }

    pub(super) fn zone(&self, actor: &Actor) -> Result<TimeZone, Error> {
        self.directory.current().zone(actor.municipality).ok_or(Error::Broken("the actor's municipality is known"))
    }

    fn calculate(&self, actor: &Actor, request: &EstimateRequest, practice: &LocalPractice) -> Option<Calculation> {
        self.norms.estimate_as(actor, request, practice).ok().map(|estimate| Calculation::from(&estimate))
    }

    /// The case, if it lies at the office where the actor decides.
    async fn case(&self, tx: &mut PgConnection, actor: &Actor, place: Place) -> Result<CaseRow, Error> {
        let (_, office) = policy::decide(actor)?;
        store::case(tx, actor, place.case, place.application)
            .await?
            .filter(|case| case.office == office)
            .ok_or_else(Error::not_found)
    }

    pub(super) async fn known(&self, tx: &mut PgConnection, actor: &Actor, place: Place) -> Result<Known, Error> {
        let case = self.case(tx, actor, place).await?;
        let saved = store::of_application(tx, actor, place.application).await?;
        let sent = application::find(tx, actor, place.application).await?.ok_or_else(Error::not_found)?;
        let verified = casework::verified(tx, actor, place.application).await?;
        // Verified figures keep the practice of the day they were saved; what was stated is compared by the same, but asked
        // for in full: a part above a ceiling needs its answer and its reason.
        let (practice, settled) = if let Some(verified) = &verified {
            (verified.practice.clone(), 0)
        } else {
            let settled = self.norms.practice(actor, Month::containing(case.month))?;
            (settled.content, settled.version)
        };
        let request = sent.content.estimate_request(case.month);
        let stated = self.calculate(actor, &request, &practice.without_ceilings());
        let calculated = match &verified {
            Some(verified) => self.calculate(actor, &verified.request, &practice),
            None => self.calculate(actor, &request, &practice),
        };
        let earlier = earlier::of_month(tx, actor, place, case.month).await?;
        Ok(Known {
            demand: Demand::new(stated.as_ref(), calculated.as_ref(), &earlier),
            unanswered: sent.content.adults.trim().is_empty(),
            figures: verified.map_or(0, |verified| verified.version),
            practice: settled,
            case,
            saved,
            calculated,
            earlier,
        })
    }

    /// The same, with the case and its decision held until the transaction ends.
    async fn held(&self, tx: &mut PgConnection, actor: &Actor, place: Place) -> Result<Known, Error> {
        self.case(tx, actor, place).await?;
        // One that was closed meanwhile has no application left: it is not found below.
        casework::hold_open(tx, actor, place.case).await?;
        store::lock(tx, actor, place.application).await?;
        self.known(tx, actor, place).await
    }

    async fn save_inner(&self, actor: &Actor, place: Place, command: SaveDecision) -> Result<SavedDecision, Error> {
        let (staff, _) = policy::decide(actor)?;
        let now = self.world.now();
        let today = self.zone(actor)?.to_datetime(now).date();
        let mut tx = self.db.begin(actor).await?;
        let known = self.held(&mut tx, actor, place).await?;
        if known.saved.as_ref().is_some_and(|saved| saved.status == DecisionStatus::Published) {
            return Err(Conflict::AlreadyPublished.into());
        }
        if known.case.handler != Some(staff) {
            return Err(Conflict::CaseTaken.into());
        }
        let content = command.content.routed(&self.law, today);
        let mut faults = content.faults_of_draft(&self.law, today);
        faults.extend(wrong_period(&content, &known.case));
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        let (decision, before) = match &known.saved {
            // Saving the same again, as a double click does, succeeds and changes nothing.
            Some(saved) if saved.content == content => return Ok(SavedDecision { version: saved.version }),
            Some(saved) => (saved.decision, saved.version),
            None => (DecisionId(self.world.id()), 0),
        };
        if before != command.version {
            return Err(Conflict::VersionConflict.into());
        }
        let draft = store::Draft {
            decision,
            case: place.case,
            application: place.application,
            content: &content,
            by: staff,
            now,
        };
        let written = if before == 0 {
            store::insert(&mut tx, actor, &draft).await?
        } else {
            store::update(&mut tx, actor, &draft, before).await?
        };
        if !written {
            return Err(Conflict::VersionConflict.into());
        }
        let entry = audit::Entry::new(actor, self.world.id(), now, "decision.save", "decision")
            .objects([decision.0, place.case.0, place.application.0])
            .because("casework")
            .detail(&json!({ "version": before + 1 }));
        audit::write(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(SavedDecision { version: before + 1 })
    }

    async fn publish_inner(
        &self,
        actor: &Actor,
        key: &str,
        place: Place,
        command: PublishDecision,
    ) -> Result<PublishedDecision, Error> {
        let (staff, _) = policy::decide(actor)?;
        let key = checked(key)?;
        let today = self.zone(actor)?.to_datetime(self.world.now()).date();
        let what = (place.case, place.application, command);
        idempotency::once(&self.db, &self.world, actor, "decision.publish", &key, &what, move |tx| {
            let service = self.clone();
            let actor = actor.clone();
            async move { service.decide(tx, &actor, staff, place, command, today).await }.boxed()
        })
        .await
    }

    /// Publishes in the caller's transaction: the decision with its calculation, a message to each party with its notice,
    /// and the audit row, or nothing of it. What can still be put right is not remembered with the key.
    ///
    /// A party whose identity is only claimed is told nothing: nothing of any case is shown to her, and the address she wrote
    /// may be somebody else's. She gets her message when the desk has confirmed who she is ([`super::tell`]); until then
    /// staff tell her, as the caseworker's page says.
    async fn decide(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        staff: StaffId,
        place: Place,
        command: PublishDecision,
        today: Date,
    ) -> Result<Outcome<PublishedDecision>, Error> {
        let mut known = self.held(tx, actor, place).await?;
        let saved = known.saved.take();
        if saved.as_ref().is_some_and(|saved| saved.status == DecisionStatus::Published) {
            return Ok(Err(Conflict::AlreadyPublished));
        }
        if known.case.handler != Some(staff) {
            return Err(Conflict::CaseTaken.into());
        }
        // A colleague has saved other figures since, or the municipality calculates otherwise: it would be published unseen.
        if (known.figures, known.practice) != (command.figures, command.practice) {
            return Err(Conflict::VersionConflict.into());
        }
        // What nobody has written down cannot be published.
        let saved =
            saved.filter(|saved| saved.version == command.version).ok_or(Error::from(Conflict::VersionConflict))?;
        let content = saved.content.routed(&self.law, today);
        let faults = self.faults(&content, &known, today);
        let Some(calculation) = known.calculated.filter(|_| faults.is_empty()) else {
            return Err(Error::invalid(faults));
        };
        let confirmed = store::confirmations(tx, actor).await?;
        if content.rests_on_unsettled_law(&self.law, today, &confirmed) {
            return Err(Conflict::LawNotConfirmed.into());
        }
        let now = self.world.now();
        let decided = store::Draft {
            decision: saved.decision,
            case: place.case,
            application: place.application,
            content: &content,
            by: staff,
            now,
        };
        if !store::publish(tx, actor, &decided, command.version, &calculation).await? {
            return Ok(Err(Conflict::AlreadyPublished));
        }
        for party in store::confirmed_parties(tx, actor, place.case).await? {
            message::post(tx, actor, &self.world, party, MessageKind::Decision, saved.decision.0).await?;
        }
        let entry = audit::Entry::new(actor, self.world.id(), now, "decision.publish", "decision")
            .objects([saved.decision.0, place.case.0, place.application.0])
            .because("casework")
            .detail(&json!({ "version": command.version, "outcome": content.outcome(),
                             "figures": known.figures, "practice": known.practice }));
        audit::write(tx, &entry).await?;
        Ok(Ok(PublishedDecision { decision_id: saved.decision, decided_at: now }))
    }
}

/// A decision is for the month the application is for.
pub(super) fn wrong_period(content: &DecisionContent, case: &CaseRow) -> Option<FieldFault> {
    (content.period != Month::containing(case.month)).then(|| FieldFault::new("/period", FieldCode::DoesNotFit))
}

pub(super) fn checked(key: &str) -> Result<Key, Error> {
    Key::new(key).ok_or_else(|| Error::invalid(vec![FieldFault::new("/idempotency_key", FieldCode::Malformed)]))
}

#[async_trait]
impl DecisionPort for DecisionService {
    async fn staff(&self, actor: &Actor, case: CaseId, application: ApplicationId) -> Result<StaffDecision, Fault> {
        Ok(self.staff_inner(actor, Place { case, application }).await?)
    }

    async fn save(
        &self,
        actor: &Actor,
        case: CaseId,
        application: ApplicationId,
        command: SaveDecision,
    ) -> Result<SavedDecision, Fault> {
        Ok(self.save_inner(actor, Place { case, application }, command).await?)
    }

    async fn publish(
        &self,
        actor: &Actor,
        key: &str,
        case: CaseId,
        application: ApplicationId,
        command: PublishDecision,
    ) -> Result<PublishedDecision, Fault> {
        Ok(self.publish_inner(actor, key, Place { case, application }, command).await?)
    }

    async fn list(&self, actor: &Actor) -> Result<Vec<DecisionItem>, Fault> {
        Ok(self.list_inner(actor).await?)
    }

    async fn read(&self, actor: &Actor, decision: DecisionId) -> Result<ReadDecision, Fault> {
        Ok(self.read_inner(actor, decision).await?)
    }

    async fn open(&self, actor: &Actor, key: &str, decision: DecisionId) -> Result<ReadDecision, Fault> {
        Ok(self.open_inner(actor, key, decision).await?)
    }
}
