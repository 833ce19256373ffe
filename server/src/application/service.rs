//! The use cases of applications: authorise → validate → one transaction (change + audit row) → a domain type.

use super::{register::register, store};
use crate::{
    account::SharedDirectory,
    auth::{policy, session},
    db::{
        Db, draft,
        idempotency::{self, Key, Outcome},
    },
    error::Error,
    limit::{self, Action},
    world::World,
};
use app::application::port::ApplicationPort;
use async_trait::async_trait;
use domain::{
    Actor, Conflict, Fault, FieldCode, FieldFault,
    account::Who,
    application::{Application, ApplicationForm, Door, PaperNotes, answer_by},
    id::{ApplicationId, PersonId},
    norm::EstimateRequest,
};
use futures::FutureExt;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;
use sqlx::PgConnection;

/// The name of the form's draft.
const FORM: &str = "application";
/// Another window may save in between; figures that are carried along, and what is said of papers, try again so often.
const CARRY_TRIES: usize = 3;

#[derive(Clone)]
pub struct ApplicationService {
    db: Db,
    world: World,
    directory: SharedDirectory,
}

/// Sends what the draft held at this version: a version names one content, so it stands for all of it.
#[derive(Serialize)]
struct SendDraft {
    version: i64,
}

fn door(actor: &Actor) -> Door {
    if matches!(actor.who, Who::Guest { .. }) { Door::Guest } else { Door::Portal }
}

fn key(text: &str) -> Result<Key, Error> {
    Key::new(text).ok_or_else(|| Error::invalid(vec![FieldFault::new("/idempotency_key", FieldCode::Malformed)]))
}

impl ApplicationService {
    pub fn new(db: Db, world: World, directory: SharedDirectory) -> Self {
        Self { db, world, directory }
    }

    fn zone(&self, actor: &Actor) -> Result<TimeZone, Error> {
        self.directory.current().zone(actor.municipality).ok_or(Error::Broken("the actor's municipality is known"))
    }

    async fn draft_inner(&self, actor: &Actor) -> Result<(i64, ApplicationForm), Error> {
        let person = policy::applying(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let found = draft::load(&mut tx, actor, person, FORM).await?;
        Ok(found.map_or((0, ApplicationForm::default()), |draft| (draft.version, draft.content)))
    }

    async fn save_inner(&self, actor: &Actor, version: i64, form: &ApplicationForm) -> Result<i64, Error> {
        let person = policy::applying(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let saved = draft::save(&mut tx, actor, person, FORM, version, form, self.world.now()).await?;
        tx.commit().await?;
        Ok(saved)
    }

    async fn note_papers_inner(&self, actor: &Actor, notes: &PaperNotes) -> Result<bool, Error> {
        for _ in 0..CARRY_TRIES {
            let (version, before) = self.draft_inner(actor).await?;
            let mut form = before.clone();
            form.note_papers(notes);
            if version == 0 || form == before {
                return Ok(false);
            }
            match self.save_inner(actor, version, &form).await {
                Err(Error::Fault(Fault::Conflict(Conflict::VersionConflict))) => {}
                saved => return saved.map(|_| true),
            }
        }
        Err(Conflict::VersionConflict.into())
    }

    async fn carry_inner(&self, actor: &Actor, request: &EstimateRequest, replace: bool) -> Result<bool, Error> {
        for _ in 0..CARRY_TRIES {
            let (version, mut form) = self.draft_inner(actor).await?;
            if !replace && form.has_figures() {
                return Ok(false);
            }
            form.take(request);
            match self.save_inner(actor, version, &form).await {
                Err(Error::Fault(Fault::Conflict(Conflict::VersionConflict))) => {}
                saved => return saved.map(|_| true),
            }
        }
        Err(Conflict::VersionConflict.into())
    }

    /// Sends the draft, once per key and once in all: the draft is gone with it.
    async fn send_inner(&self, actor: &Actor, given: &str, version: i64) -> Result<Application, Error> {
        let person = policy::applying(actor)?;
        let (key, zone) = (key(given)?, self.zone(actor)?);
        limit::take(&self.db, &self.world, actor, Action::Apply).await?;
        let sent: ApplicationId =
            idempotency::once(&self.db, &self.world, actor, "application.send", &key, &SendDraft { version }, {
                move |tx| {
                    let (service, actor) = (self.clone(), actor.clone());
                    async move {
                        session::stands(tx, &service.world, &actor).await?;
                        store::lock_draft(tx, &actor, person, FORM).await?;
                        let Some(draft) = draft::load::<ApplicationForm>(tx, &actor, person, FORM).await? else {
                            return Ok(Err(Conflict::AlreadySent));
                        };
                        if draft.version != version {
                            return Ok(Err(Conflict::VersionConflict));
                        }
                        let sent = service.take(tx, &actor, person, &zone, &draft.content).await?;
                        if sent.is_ok() {
                            draft::forget(tx, &actor, person, FORM).await?;
                        }
                        Ok(sent)
                    }
                    .boxed()
                }
            })
            .await?;
        self.get_inner(actor, sent).await
    }

    /// Sends a whole form that names no draft, and so ends none: what she types in a window meanwhile stays hers.
    async fn submit_inner(&self, actor: &Actor, given: &str, form: ApplicationForm) -> Result<Application, Error> {
        let person = policy::applying(actor)?;
        let (key, zone) = (key(given)?, self.zone(actor)?);
        limit::take(&self.db, &self.world, actor, Action::Apply).await?;
        let command = form.clone();
        let sent: ApplicationId =
            idempotency::once(&self.db, &self.world, actor, "application.submit", &key, &command, move |tx| {
                let (service, actor) = (self.clone(), actor.clone());
                async move {
                    session::stands(tx, &service.world, &actor).await?;
                    service.take(tx, &actor, person, &zone, &form).await
                }
                .boxed()
            })
            .await?;
        self.get_inner(actor, sent).await
    }

    /// Judges the form and registers it, in the caller's transaction.
    async fn take(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        person: PersonId,
        zone: &TimeZone,
        form: &ApplicationForm,
    ) -> Result<Outcome<ApplicationId>, Error> {
        let mut form = form.clone();
        form.drop_blank_rows();
        let (door, today) = (door(actor), zone.to_datetime(self.world.now()).date());
        let mut faults = form.faults(door, today);
        let office = if faults.iter().any(|fault| fault.pointer == "/office") {
            None
        } else {
            let office = store::office(tx, actor, &form.office).await?;
            if office.is_none() {
                faults.push(FieldFault::new("/office", FieldCode::UnknownChoice));
            }
            office
        };
        let (Some(office), Some(month), []) = (office, form.month(), faults.as_slice()) else {
            return Err(Error::invalid(faults));
        };
        let application = register(tx, actor, &self.world, zone, person, office, door, month, &form).await?;
        Ok(Ok(application.application_id))
    }

    async fn get_inner(&self, actor: &Actor, application: ApplicationId) -> Result<Application, Error> {
        let person = policy::applying(actor)?;
        let mut tx = self.db.begin(actor).await?;
        // Her own and nobody else's: what is another's is as absent.
        store::one(&mut tx, actor, application)
            .await?
            .filter(|application| application.person_id == person)
            .ok_or_else(Error::not_found)
    }

    async fn answer_by_inner(&self, actor: &Actor, arrived_at: Timestamp) -> Result<Option<Date>, Error> {
        let day = self.zone(actor)?.to_datetime(arrived_at).date();
        let mut tx = self.db.begin(actor).await?;
        let working_days = store::answer_time(&mut tx, actor, day).await?;
        Ok(working_days.map(|working_days| answer_by(day, working_days)))
    }

    async fn list_inner(&self, actor: &Actor) -> Result<Vec<Application>, Error> {
        let person = policy::applying(actor)?;
        let mut tx = self.db.begin(actor).await?;
        store::of_person(&mut tx, actor, person).await
    }
}

#[async_trait]
impl ApplicationPort for ApplicationService {
    async fn draft(&self, actor: &Actor) -> Result<(i64, ApplicationForm), Fault> {
        Ok(self.draft_inner(actor).await?)
    }

    async fn save_draft(&self, actor: &Actor, version: i64, form: &ApplicationForm) -> Result<i64, Fault> {
        Ok(self.save_inner(actor, version, form).await?)
    }

    async fn note_papers(&self, actor: &Actor, notes: &PaperNotes) -> Result<bool, Fault> {
        Ok(self.note_papers_inner(actor, notes).await?)
    }

    async fn carry(&self, actor: &Actor, request: &EstimateRequest, replace: bool) -> Result<bool, Fault> {
        Ok(self.carry_inner(actor, request, replace).await?)
    }

    async fn send(&self, actor: &Actor, key: &str, version: i64) -> Result<Application, Fault> {
        Ok(self.send_inner(actor, key, version).await?)
    }

    async fn submit(&self, actor: &Actor, key: &str, form: ApplicationForm) -> Result<Application, Fault> {
        Ok(self.submit_inner(actor, key, form).await?)
    }

    async fn get(&self, actor: &Actor, application: ApplicationId) -> Result<Application, Fault> {
        Ok(self.get_inner(actor, application).await?)
    }

    async fn answer_by(&self, actor: &Actor, arrived_at: Timestamp) -> Result<Option<Date>, Fault> {
        Ok(self.answer_by_inner(actor, arrived_at).await?)
    }

    async fn list(&self, actor: &Actor) -> Result<Vec<Application>, Fault> {
        Ok(self.list_inner(actor).await?)
    }
}
