//! People at the desk: finding them, registering their application, confirming who they are. None of the answers says
//! whether a case was there before.

use super::{
    service::{Desk, ReceptionService, key},
    store,
};
use crate::{
    application,
    casework::{confirm_identity, identity},
    db::{audit, idempotency},
    error::Error,
    limit::{self, Action},
};
use domain::{
    Actor, Fault, FieldCode, FieldFault,
    application::{ApplicationForm, Door, personal_number},
    id::{PersonId, TicketId},
    reception::{
        ConfirmIdentity, DeskReceipt, IdentityClaim, LEAST_LETTERS, PersonHit, case_number, check_digit_fits,
        name_fault,
    },
};
use futures::FutureExt;
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;

/// Registers an application; what the idempotency key stands for.
#[derive(Serialize)]
struct Apply {
    ticket: Option<TicketId>,
    form: ApplicationForm,
}

impl ReceptionService {
    pub(super) async fn search_inner(&self, actor: &Actor, text: &str) -> Result<Vec<PersonHit>, Error> {
        let desk = self.desk(actor)?;
        let text = text.trim();
        let invalid = |code| Error::invalid(vec![FieldFault::new("/search", code)]);
        if text.is_empty() {
            return Err(invalid(FieldCode::Required));
        }
        let number = personal_number(text, desk.day);
        // Half a number is no name.
        let readable =
            number.is_some() || !text.contains(|letter: char| letter.is_ascii_digit() || letter.is_control());
        if !readable || text.chars().count() < LEAST_LETTERS {
            return Err(invalid(FieldCode::Malformed));
        }
        limit::take(&self.db, &self.world, actor, Action::PersonSearch).await?;
        let mut tx = self.db.begin(actor).await?;
        let (hits, by) = match &number {
            Some(number) => (store::numbered(&mut tx, actor, number).await?.into_iter().collect(), "personal_number"),
            None => (store::named(&mut tx, actor, text).await?, "name"),
        };
        let entry = self
            .entry(actor, &desk, "reception.search", "person")
            .objects(hits.iter().map(|hit| hit.person_id.0))
            .because("walk_in")
            .detail(&json!({ "by": by, "found": hits.len() }));
        audit::write(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(hits)
    }

    pub(super) async fn apply_inner(
        &self,
        actor: &Actor,
        given: &str,
        ticket: Option<TicketId>,
        form: ApplicationForm,
    ) -> Result<DeskReceipt, Error> {
        let (desk, key) = (self.desk(actor)?, key(given)?);
        let mut form = form;
        form.drop_blank_rows();
        form.name = form.name.trim().to_owned();
        let command = Apply { ticket, form: form.clone() };
        idempotency::once(&self.db, &self.world, actor, "reception.apply", &key, &command, move |tx| {
            let (service, actor) = (self.clone(), actor.clone());
            async move { service.take(tx, &actor, &desk, ticket, form).await.map(Ok) }.boxed()
        })
        .await
    }

    /// Registers the application in the caller's transaction.
    async fn take(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        desk: &Desk,
        ticket: Option<TicketId>,
        mut form: ApplicationForm,
    ) -> Result<DeskReceipt, Error> {
        let known = match ticket {
            None => None,
            Some(ticket) => {
                let rows = store::tickets(tx, actor, desk.office, desk.day, Some(ticket)).await?;
                let row = rows.into_iter().next().ok_or_else(Error::not_found)?;
                match row.ticket.person_id {
                    Some(said) => Some(store::hold_person_behind(tx, actor, said).await?),
                    None => row.visitor,
                }
            }
        };
        (form.office, _) = store::office(tx, actor, desk.office).await?.ok_or_else(Error::not_found)?;
        let mut faults = form.faults(Door::Desk, desk.day);
        if known.is_none() {
            if form.name.is_empty() {
                faults.insert(0, FieldFault::new("/name", FieldCode::Required));
            } else if !faults.iter().any(|fault| fault.pointer == "/name") {
                faults.extend(name_fault("/name", &form.name));
            }
        }
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        // Nothing need be said at the desk: without a month it is for this one.
        let month = form.month().unwrap_or(desk.day);
        let person = if let Some(person) = known {
            person
        } else {
            let person = PersonId(self.world.id());
            store::insert_claimed(tx, actor, person, &form.name).await?;
            person
        };
        let (world, zone) = (&self.world, &desk.zone);
        let taken =
            application::register(tx, actor, world, zone, person, desk.office, Door::Desk, month, &form).await?;
        let known = store::is_confirmed(tx, actor, person).await?;
        Ok(DeskReceipt { number: (!known).then_some(taken.number), arrived_at: taken.arrived_at })
    }

    pub(super) async fn find_claim_inner(&self, actor: &Actor, typed: &str) -> Result<IdentityClaim, Error> {
        let desk = self.desk(actor)?;
        limit::take(&self.db, &self.world, actor, Action::IdentityLookup).await?;
        let mut tx = self.db.begin(actor).await?;
        let found = self.claim(&mut tx, actor, &desk, typed).await?;
        self.looked_up(&mut tx, actor, &desk, found.as_ref()).await?;
        tx.commit().await?;
        let found = found.ok_or_else(Error::not_found)?;
        Ok(IdentityClaim { number: found.number, name: found.name, arrived_at: found.arrived_at })
    }

    /// Every look is written down, also one that finds nothing: whoever tries numbers until one fits is seen doing it. The
    /// number itself is not kept.
    async fn looked_up(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        desk: &Desk,
        found: Option<&identity::Unconfirmed>,
    ) -> Result<(), Error> {
        let entry = self
            .entry(actor, desk, "reception.identity", "person")
            .objects(found.map(|found| found.person.0))
            .because("receipt_shown")
            .detail(&json!({ "found": found.is_some() }));
        audit::write(tx, &entry).await
    }

    /// The sender of the case on the receipt, while who she is is only claimed. None for every other number, whatever it is.
    async fn claim(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        desk: &Desk,
        typed: &str,
    ) -> Result<Option<identity::Unconfirmed>, Error> {
        match case_number(typed) {
            Some(number) => identity::unconfirmed(tx, actor, desk.office, &number).await,
            None => Ok(None),
        }
    }

    pub(super) async fn confirm_inner(
        &self,
        actor: &Actor,
        given: &str,
        command: ConfirmIdentity,
    ) -> Result<(), Error> {
        let (desk, key) = (self.desk(actor)?, key(given)?);
        let fault = |code| Error::invalid(vec![FieldFault::new("/personal_number", code)]);
        if command.personal_number.trim().is_empty() {
            return Err(fault(FieldCode::Required));
        }
        let number = personal_number(&command.personal_number, desk.day).ok_or_else(|| fault(FieldCode::Malformed))?;
        // One wrong digit would give the application to somebody else: it is compared once more.
        if !command.sure && !check_digit_fits(&number) {
            return Err(fault(FieldCode::DoesNotFit));
        }
        // A number that fits nothing is told here too.
        limit::take(&self.db, &self.world, actor, Action::IdentityLookup).await?;
        let (again, here) = (command.clone(), desk.clone());
        let operation = "reception.confirm_identity";
        let done = idempotency::once(&self.db, &self.world, actor, operation, &key, &command, move |tx| {
            let (service, actor) = (self.clone(), actor.clone());
            async move {
                let found = service.claim(tx, &actor, &desk, &again.case_number).await?;
                let claim = found.ok_or_else(Error::not_found)?;
                let entry = service
                    .entry(&actor, &desk, "reception.confirm_identity", "person")
                    .objects([claim.person.0])
                    .because("id_shown");
                audit::write(tx, &entry).await?;
                confirm_identity(tx, &actor, &service.world, &desk.zone, claim.person, &number).await.map(Ok)
            }
            .boxed()
        })
        .await;
        if matches!(done, Err(Error::Fault(Fault::NotFound))) {
            // That transaction was undone; the look it was is not.
            let mut tx = self.db.begin(actor).await?;
            self.looked_up(&mut tx, actor, &here, None).await?;
            tx.commit().await?;
        }
        done
    }
}
