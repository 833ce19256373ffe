//! The use cases of casework: authorise → validate → one transaction (change or read + audit row) → a domain type.
//!
//! Every case of another office answers as one that does not exist, and so does every case to the desk.

use super::{
    intake::{self, Part},
    store,
};
use crate::{
    account::SharedDirectory,
    auth::policy,
    db::{
        Db, audit,
        idempotency::{self, Key, Outcome},
    },
    error::Error,
    message,
    world::World,
};
use app::{casework::port::CaseworkPort, norm::port::NormPort};
use async_trait::async_trait;
use domain::{
    Actor, Conflict, Fault, FieldCode, FieldFault,
    account::Who,
    casework::{
        CalculationView, CaseApplication, CaseHead, CaseStatus, CaseView, Handler, IntakeList, IntakeQuery, MAX_NOTE,
        Note, SaveCalculation, WriteNote,
    },
    id::{ApplicationId, CaseId, NoteId, OfficeId, StaffId},
    message::{SayTold, Told, Unread},
};
use futures::FutureExt;
use serde_json::json;
use sqlx::PgConnection;
use std::sync::Arc;

#[derive(Clone)]
pub struct CaseworkService {
    pub(super) db: Db,
    pub(super) world: World,
    directory: SharedDirectory,
    pub(super) norm: Arc<dyn NormPort>,
}

/// A member of staff who may work on the cases of an office.
#[derive(Clone, Copy)]
pub(super) struct Caseworker {
    office: OfficeId,
    pub(super) staff: StaffId,
    /// In which role: the reason for every read.
    role: &'static str,
}

impl Caseworker {
    pub(super) fn of(actor: &Actor) -> Result<Self, Fault> {
        let office = policy::casework(actor)?;
        match (&actor.who, policy::casework_role(actor)) {
            (Who::Staff { staff, .. }, Some(role)) => Ok(Self { office, staff: *staff, role: role.as_str() }),
            _ => Err(Fault::NotFound),
        }
    }

    /// Why this case is opened: it is hers, or she works in that role at its office.
    pub(super) fn reason(self, head: &CaseHead) -> &'static str {
        match &head.handler {
            Some(handler) if handler.staff_id == self.staff => "handler",
            _ => self.role,
        }
    }
}

pub(super) fn key(text: &str) -> Result<Key, Error> {
    Key::new(text).ok_or_else(|| Error::invalid(vec![FieldFault::new("/idempotency_key", FieldCode::Malformed)]))
}

impl CaseworkService {
    pub fn new(db: Db, world: World, directory: SharedDirectory, norm: Arc<dyn NormPort>) -> Self {
        Self { db, world, directory, norm }
    }

    async fn intake_inner(&self, actor: &Actor, query: IntakeQuery) -> Result<IntakeList, Error> {
        let me = Caseworker::of(actor)?;
        let zone = self
            .directory
            .current()
            .zone(actor.municipality)
            .ok_or(Error::Broken("the actor's municipality is known"))?;
        let now = self.world.now();
        let day = zone.to_datetime(now).date();
        let mut tx = self.db.begin(actor).await?;
        let office_name = store::office_name(&mut tx, actor, me.office).await?.ok_or_else(Error::not_found)?;
        let whose = store::intake::Whose { office: me.office, staff: me.staff };
        let Part { mut items, previous, next } = intake::part(&mut tx, actor, whose, query, now).await?;
        for item in &mut items {
            let arrived = zone.to_datetime(item.arrived_at).date();
            item.days = arrived.until(day).map_or(0, |span| span.get_days());
        }
        let entry = audit::Entry::new(actor, self.world.id(), now, "casework.intake", "application")
            .objects(items.iter().map(|item| item.application_id.0))
            .because(me.role)
            .detail(&json!({ "filter": query.filter, "office": me.office }));
        audit::write_list_read(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(IntakeList { office_name, day, items, previous, next })
    }

    /// The case if it is one of her office's.
    pub(super) async fn head(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        me: Caseworker,
        case: CaseId,
    ) -> Result<CaseHead, Error> {
        store::head(tx, actor, me.office, case).await?.ok_or_else(Error::not_found)
    }

    async fn open_inner(&self, actor: &Actor, case: CaseId) -> Result<CaseView, Error> {
        let me = Caseworker::of(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let head = self.head(&mut tx, actor, me, case).await?;
        let parties = store::parties(&mut tx, actor, case).await?;
        let versions = store::calculation_versions(&mut tx, actor, case).await?;
        let mut applications = Vec::new();
        for application in crate::application::of_case(&mut tx, actor, case).await? {
            let id = application.application_id;
            let papers = crate::document::of_application(&mut tx, actor, id).await?;
            let version = versions.iter().find(|(one, _)| *one == id).map_or(0, |(_, version)| *version);
            applications.push(CaseApplication { application, papers, calculation_version: version });
        }
        applications.sort_by_key(|one| std::cmp::Reverse((one.application.arrived_at, one.application.application_id)));
        let (mut visits, mut walk_ins) = (Vec::new(), Vec::new());
        for party in &parties {
            visits.extend(crate::visit::of_person(&mut tx, actor, party.person_id).await?);
            walk_ins.extend(crate::reception::of_person(&mut tx, actor, party.person_id).await?);
        }
        visits.sort_by_key(|visit| (visit.starts_at, visit.visit_id));
        walk_ins.sort_by_key(|walk_in| (walk_in.registered_at, walk_in.ticket_id));
        let decisions = crate::decision::of_case(&mut tx, actor, case).await?;
        let now = self.world.now();
        let to_tell = message::to_tell(&mut tx, actor, me.office, Some(&[case]), now).await?;
        let mut unreached: Vec<Unread> = to_tell.into_iter().map(|one| one.unread).collect();
        unreached.sort_by_key(|one| (one.sent_at, one.about));
        let told = message::told(&mut tx, actor, case).await?;
        let notes = store::notes(&mut tx, actor, case).await?;
        let entry = audit::Entry::new(actor, self.world.id(), now, "casework.read", "case")
            .objects(std::iter::once(case.0).chain(parties.iter().map(|party| party.person_id.0)))
            .because(me.reason(&head));
        audit::write(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(CaseView { head, parties, applications, visits, walk_ins, decisions, unreached, told, notes })
    }

    async fn take_inner(&self, actor: &Actor, text: &str, case: CaseId) -> Result<Handler, Error> {
        let me = Caseworker::of(actor)?;
        idempotency::once(&self.db, &self.world, actor, "casework.take", &key(text)?, &case, move |tx| {
            let service = self.clone();
            let actor = actor.clone();
            async move { service.take(tx, &actor, me, case).await }.boxed()
        })
        .await
    }

    async fn take(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        me: Caseworker,
        case: CaseId,
    ) -> Result<Outcome<Handler>, Error> {
        // Of two at once one waits here for the other, and then finds the case taken.
        let taken = store::take(tx, actor, me.office, case, me.staff).await?;
        let head = self.head(tx, actor, me, case).await?;
        let handler = match head.handler {
            _ if head.status == CaseStatus::Closed => return Ok(Err(Conflict::CaseClosed)),
            Some(handler) if handler.staff_id == me.staff => handler,
            // Taken by somebody else; or given back in this very moment, and one may try again.
            _ => return Ok(Err(Conflict::CaseTaken)),
        };
        if taken {
            let entry = audit::Entry::new(actor, self.world.id(), self.world.now(), "casework.take", "case")
                .objects([case.0])
                .because(me.role);
            audit::write(tx, &entry).await?;
        }
        Ok(Ok(handler))
    }

    async fn release_inner(&self, actor: &Actor, text: &str, case: CaseId) -> Result<(), Error> {
        let me = Caseworker::of(actor)?;
        idempotency::once(&self.db, &self.world, actor, "casework.release", &key(text)?, &case, move |tx| {
            let service = self.clone();
            let actor = actor.clone();
            async move { service.release(tx, &actor, me, case).await }.boxed()
        })
        .await
    }

    async fn release(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        me: Caseworker,
        case: CaseId,
    ) -> Result<Outcome<()>, Error> {
        let freed = store::release(tx, actor, me.office, case, me.staff).await?;
        if freed {
            let entry = audit::Entry::new(actor, self.world.id(), self.world.now(), "casework.release", "case")
                .objects([case.0])
                .because("handler");
            audit::write(tx, &entry).await?;
            return Ok(Ok(()));
        }
        // A case nobody works on is as free as it can be; somebody else's is not hers to give.
        let head = self.head(tx, actor, me, case).await?;
        Ok(if head.handler.is_none() { Ok(()) } else { Err(Conflict::CaseTaken) })
    }

    async fn note_inner(&self, actor: &Actor, text: &str, case: CaseId, command: WriteNote) -> Result<Note, Error> {
        let me = Caseworker::of(actor)?;
        let key = key(text)?;
        let command = WriteNote { text: command.text.replace("\r\n", "\n").trim().to_owned() };
        let controls = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
        let fault = match command.text.chars().count() {
            0 => Some(FieldCode::Required),
            length if length > MAX_NOTE => Some(FieldCode::TooLong),
            _ if command.text.contains(controls) => Some(FieldCode::Malformed),
            _ => None,
        };
        if let Some(code) = fault {
            // What is wrong with a note tells nothing of whether the case exists.
            let mut tx = self.db.begin(actor).await?;
            self.head(&mut tx, actor, me, case).await?;
            return Err(Error::invalid(vec![FieldFault::new("/text", code)]));
        }
        let again = command.text.clone();
        idempotency::once(&self.db, &self.world, actor, "casework.note", &key, &(case, &command), move |tx| {
            let service = self.clone();
            let actor = actor.clone();
            async move { service.write_note(tx, &actor, me, case, again).await }.boxed()
        })
        .await
    }

    async fn write_note(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        me: Caseworker,
        case: CaseId,
        text: String,
    ) -> Result<Outcome<Note>, Error> {
        let head = self.head(tx, actor, me, case).await?;
        if !store::hold(tx, actor, case).await? {
            return Ok(Err(Conflict::CaseClosed));
        }
        let now = self.world.now();
        let author = store::staff_name(tx, actor, me.staff).await?;
        let note = Note { note_id: NoteId(self.world.id()), author, written_at: now, text };
        store::insert_note(tx, actor, case, me.staff, &note).await?;
        let entry = audit::Entry::new(actor, self.world.id(), now, "casework.note", "case")
            .objects([case.0, note.note_id.0])
            .because(me.reason(&head));
        audit::write(tx, &entry).await?;
        Ok(Ok(note))
    }
}

#[async_trait]
impl CaseworkPort for CaseworkService {
    async fn intake(&self, actor: &Actor, query: IntakeQuery) -> Result<IntakeList, Fault> {
        Ok(self.intake_inner(actor, query).await?)
    }

    async fn open(&self, actor: &Actor, case: CaseId) -> Result<CaseView, Fault> {
        Ok(self.open_inner(actor, case).await?)
    }

    async fn take(&self, actor: &Actor, key: &str, case: CaseId) -> Result<Handler, Fault> {
        Ok(self.take_inner(actor, key, case).await?)
    }

    async fn release(&self, actor: &Actor, key: &str, case: CaseId) -> Result<(), Fault> {
        Ok(self.release_inner(actor, key, case).await?)
    }

    async fn note(&self, actor: &Actor, key: &str, case: CaseId, note: WriteNote) -> Result<Note, Fault> {
        Ok(self.note_inner(actor, key, case, note).await?)
    }

    async fn told(&self, actor: &Actor, key: &str, case: CaseId, told: SayTold) -> Result<Told, Fault> {
        Ok(self.told_inner(actor, key, case, told).await?)
    }

    async fn calculation(
        &self,
        actor: &Actor,
        case: CaseId,
        application: ApplicationId,
    ) -> Result<CalculationView, Fault> {
        Ok(self.calculation_inner(actor, case, application).await?)
    }

    async fn save_calculation(
        &self,
        actor: &Actor,
        case: CaseId,
        application: ApplicationId,
        command: SaveCalculation,
    ) -> Result<i64, Fault> {
        Ok(self.save_inner(actor, case, application, command).await?)
    }
}
