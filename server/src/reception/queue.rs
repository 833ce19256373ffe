//! Numbers: giving them, calling them, being done. Every change wakes the boards of the office in its own transaction.

use super::{
    service::{Desk, ReceptionService, key, seen_by},
    store,
};
use crate::{
    db::{
        audit,
        idempotency::{self, Outcome},
    },
    error::Error,
};
use domain::{
    Actor, Conflict, Fault,
    id::{PersonId, TicketId, VisitId},
    reception::{RegisterWalkIn, Ticket},
};
use futures::FutureExt;
use sqlx::PgConnection;

/// Each failed try means that somebody else took that number in the same moment: so many at once is a machine.
const NUMBER_TRIES: usize = 1000;

impl ReceptionService {
    pub(super) async fn register_inner(
        &self,
        actor: &Actor,
        given: &str,
        command: RegisterWalkIn,
    ) -> Result<Ticket, Error> {
        let (desk, key, command) = (self.desk(actor)?, key(given)?, command.tidy());
        let faults = command.faults();
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        let again = command.clone();
        idempotency::once(&self.db, &self.world, actor, "reception.register", &key, &command, move |tx| {
            let (service, actor) = (self.clone(), actor.clone());
            async move { service.give(tx, &actor, &desk, &again).await.map(Ok) }.boxed()
        })
        .await
    }

    /// Gives a ticket in the caller's transaction.
    ///
    /// Nobody deadlocks: a transaction waits for the number it tries to take while holding none that others wait for.
    async fn give(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        desk: &Desk,
        command: &RegisterWalkIn,
    ) -> Result<Ticket, Error> {
        let (ticket, why) = match (command.visit_id, command.person_id, &command.name) {
            (Some(visit), ..) => (self.give_visitor(tx, actor, desk, visit).await?, "booked"),
            (None, Some(person), _) => {
                if !store::is_confirmed(tx, actor, person).await? {
                    return Err(Error::not_found());
                }
                (self.give_next(tx, actor, desk, Some(person), None).await?, "walk_in")
            }
            (None, None, Some(name)) => {
                let person = PersonId(self.world.id());
                store::insert_claimed(tx, actor, person, name).await?;
                (self.give_next(tx, actor, desk, Some(person), None).await?, "walk_in")
            }
            (None, None, None) => (self.give_next(tx, actor, desk, None, None).await?, "walk_in"),
        };
        self.told(tx, actor, desk, ticket, "reception.register", why).await
    }

    /// A booked visitor has come: her ticket has the visit's own number. Two desks that see her come give one ticket.
    async fn give_visitor(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        desk: &Desk,
        visit: VisitId,
    ) -> Result<TicketId, Error> {
        let number = store::number_of_visit(tx, actor, desk.office, desk.day, visit)
            .await?
            // Cancelled, of another day or another office: none that could come here now.
            .ok_or_else(Error::not_found)?;
        // Whoever saw her come before has let go of the visit by now.
        if let Some(ticket) = store::ticket_of_visit(tx, actor, visit).await? {
            return Ok(ticket);
        }
        match self.write(tx, actor, desk, number, None, Some(visit)).await? {
            Some(ticket) => Ok(ticket),
            // Somebody else holds it, from before numbers were of one series.
            None => self.give_next(tx, actor, desk, None, Some(visit)).await,
        }
    }

    async fn give_next(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        desk: &Desk,
        person: Option<PersonId>,
        visit: Option<VisitId>,
    ) -> Result<TicketId, Error> {
        for _ in 0..NUMBER_TRIES {
            let Some(number) = store::take_number(tx, actor, desk.office, desk.day).await? else { continue };
            if let Some(ticket) = self.write(tx, actor, desk, number, person, visit).await? {
                return Ok(ticket);
            }
        }
        Err(Error::Fault(Fault::Unavailable))
    }

    async fn write(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        desk: &Desk,
        number: i32,
        person: Option<PersonId>,
        visit: Option<VisitId>,
    ) -> Result<Option<TicketId>, Error> {
        let ticket = TicketId(self.world.id());
        let (office, day, by, now) = (desk.office, desk.day, desk.staff, desk.now);
        let new = store::NewTicket { ticket, office, day, number, person, visit, by, now };
        Ok(store::insert_ticket(tx, actor, &new).await?.then_some(ticket))
    }

    /// The end of every change: the audit row, the wake-up, and the ticket as it now is.
    async fn told(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        desk: &Desk,
        ticket: TicketId,
        action: &'static str,
        why: &'static str,
    ) -> Result<Ticket, Error> {
        let row = store::tickets(tx, actor, desk.office, desk.day, Some(ticket))
            .await?
            .pop()
            .ok_or(Error::Broken("a changed ticket is there"))?;
        let about = [row.ticket.person_id.map(|person| person.0), row.ticket.visit_id.map(|visit| visit.0)];
        let entry = self
            .entry(actor, desk, action, "ticket")
            .objects([ticket.0].into_iter().chain(about.into_iter().flatten()))
            .because(why);
        audit::write(tx, &entry).await?;
        store::notify(tx, desk.office).await?;
        Ok(seen_by(actor, row))
    }

    pub(super) async fn call_next_inner(&self, actor: &Actor, given: &str) -> Result<Ticket, Error> {
        let (desk, key) = (self.desk(actor)?, key(given)?);
        idempotency::once(&self.db, &self.world, actor, "reception.call_next", &key, &(), move |tx| {
            let (service, actor) = (self.clone(), actor.clone());
            async move {
                let called = store::call_next(tx, &actor, desk.office, desk.day, desk.staff, desk.now).await?;
                let Some(ticket) = called else { return Ok(Err(Conflict::NobodyWaiting)) };
                service.told(tx, &actor, &desk, ticket, "reception.call", "next").await.map(Ok)
            }
            .boxed()
        })
        .await
    }

    pub(super) async fn call_inner(&self, actor: &Actor, given: &str, ticket: TicketId) -> Result<Ticket, Error> {
        let (desk, key) = (self.desk(actor)?, key(given)?);
        idempotency::once(&self.db, &self.world, actor, "reception.call", &key, &ticket, move |tx| {
            let (service, actor) = (self.clone(), actor.clone());
            async move {
                if !store::call(tx, &actor, desk.office, desk.day, ticket, desk.staff, desk.now).await? {
                    return moved(tx, &actor, &desk, ticket).await;
                }
                service.told(tx, &actor, &desk, ticket, "reception.call", "chosen").await.map(Ok)
            }
            .boxed()
        })
        .await
    }

    pub(super) async fn done_inner(&self, actor: &Actor, given: &str, ticket: TicketId) -> Result<Ticket, Error> {
        let (desk, key) = (self.desk(actor)?, key(given)?);
        idempotency::once(&self.db, &self.world, actor, "reception.done", &key, &ticket, move |tx| {
            let (service, actor) = (self.clone(), actor.clone());
            async move {
                if !store::done(tx, &actor, desk.office, desk.day, ticket, desk.now).await? {
                    return moved(tx, &actor, &desk, ticket).await;
                }
                service.told(tx, &actor, &desk, ticket, "reception.done", "done").await.map(Ok)
            }
            .boxed()
        })
        .await
    }
}

/// Why a ticket could not be moved: somebody else was faster, or there is none at this desk today.
async fn moved(tx: &mut PgConnection, actor: &Actor, desk: &Desk, ticket: TicketId) -> Result<Outcome<Ticket>, Error> {
    let there = store::tickets(tx, actor, desk.office, desk.day, Some(ticket)).await?;
    if there.is_empty() { Err(Error::not_found()) } else { Ok(Err(Conflict::TicketMoved)) }
}
