//! The use cases of the desk: authorise → validate → one transaction (change + audit row) → a domain type. What staff
//! read is recorded like every read by staff. Everything happens at the actor's own office, today.

use super::{events::Feeds, store};
use crate::{
    account::SharedDirectory,
    auth::policy,
    db::{Db, Tx, audit, idempotency::Key},
    error::Error,
    world::World,
};
use app::reception::port::{BoardFeed, ReceptionPort};
use async_trait::async_trait;
use domain::{
    Actor, Fault, FieldCode, FieldFault,
    account::{Role, Who},
    application::ApplicationForm,
    id::{OfficeId, PersonId, StaffId, TicketId},
    reception::{
        ConfirmIdentity, DeskBoard, DeskDay, DeskReceipt, IdentityClaim, PersonHit, RegisterWalkIn, Screen, Ticket,
        WalkIn,
    },
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;
use sqlx::PgConnection;

#[derive(Clone)]
pub struct ReceptionService {
    pub(super) db: Db,
    pub(super) world: World,
    directory: SharedDirectory,
    feeds: Feeds,
}

/// Where and when the actor is at the desk.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub office: OfficeId,
    pub staff: StaffId,
    pub zone: TimeZone,
    pub now: Timestamp,
    /// The local day.
    pub day: Date,
}

impl ReceptionService {
    pub fn new(db: Db, world: World, directory: SharedDirectory) -> Self {
        let feeds = Feeds::new(db.clone(), world.clone(), directory.clone());
        Self { db, world, directory, feeds }
    }

    fn zone(&self, actor: &Actor) -> Result<TimeZone, Error> {
        self.directory.current().zone(actor.municipality).ok_or(Error::Broken("the actor's municipality is known"))
    }

    /// The actor's place at the desk, if she has one.
    pub(super) fn desk(&self, actor: &Actor) -> Result<Desk, Error> {
        policy::desk(actor)?;
        let Who::Staff { office, staff, .. } = actor.who else { return Err(Error::not_found()) };
        let (zone, now) = (self.zone(actor)?, self.world.now());
        let day = zone.to_datetime(now).date();
        Ok(Desk { office, staff, zone, now, day })
    }

    /// One audit row of this instant.
    pub(super) fn entry(&self, actor: &Actor, desk: &Desk, action: &'static str, kind: &'static str) -> audit::Entry {
        audit::Entry::new(actor, self.world.id(), desk.now, action, kind)
    }

    async fn today_in(&self, tx: &mut PgConnection, actor: &Actor, desk: &Desk) -> Result<DeskDay, Error> {
        let instant = |day: Date| day.to_zoned(desk.zone.clone()).map(|zoned| zoned.timestamp());
        let (Ok(from), Ok(to)) = (instant(desk.day), desk.day.tomorrow().and_then(instant)) else {
            return Err(Error::Broken("every day begins and ends"));
        };
        let (office, office_name) = store::office(tx, actor, desk.office).await?.ok_or_else(Error::not_found)?;
        let visitors = store::visitors(tx, actor, desk.office, from, to).await?;
        let entry = self
            .entry(actor, desk, "reception.day", "visit")
            .objects(visitors.iter().map(|visitor| visitor.visit_id.0))
            .because("desk_day")
            .detail(&json!({ "office": desk.office, "day": desk.day.to_string() }));
        audit::write_list_read(tx, &entry).await?;
        Ok(DeskDay { office, office_name, day: desk.day, visitors })
    }

    async fn queue_in(&self, tx: &mut PgConnection, actor: &Actor, desk: &Desk) -> Result<Vec<Ticket>, Error> {
        let rows = store::tickets(tx, actor, desk.office, desk.day, None).await?;
        // A list of nobody shows nothing of anybody.
        if !rows.is_empty() {
            let entry = self
                .entry(actor, desk, "reception.queue", "ticket")
                .objects(rows.iter().map(|row| row.ticket.ticket_id.0))
                .because("desk_day")
                .detail(&json!({ "office": desk.office, "day": desk.day.to_string() }));
            audit::write_list_read(tx, &entry).await?;
        }
        Ok(rows.into_iter().map(|row| seen_by(actor, row)).collect())
    }

    async fn today_inner(&self, actor: &Actor) -> Result<DeskDay, Error> {
        let desk = self.desk(actor)?;
        let mut tx: Tx = self.db.begin(actor).await?;
        let day = self.today_in(&mut tx, actor, &desk).await?;
        tx.commit().await?;
        Ok(day)
    }

    async fn board_inner(&self, actor: &Actor) -> Result<DeskBoard, Error> {
        let desk = self.desk(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let day = self.today_in(&mut tx, actor, &desk).await?;
        let tickets = self.queue_in(&mut tx, actor, &desk).await?;
        tx.commit().await?;
        Ok(DeskBoard { day, tickets })
    }

    async fn queue_inner(&self, actor: &Actor) -> Result<Vec<Ticket>, Error> {
        let desk = self.desk(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let tickets = self.queue_in(&mut tx, actor, &desk).await?;
        tx.commit().await?;
        Ok(tickets)
    }

    /// The office of a screen, which anybody may look at.
    async fn screen_office(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        slug: &str,
    ) -> Result<(OfficeId, String), Error> {
        store::office_named(tx, actor, slug).await?.ok_or_else(Error::not_found)
    }

    async fn screen_inner(&self, actor: &Actor, slug: &str) -> Result<Screen, Error> {
        let day = self.zone(actor)?.to_datetime(self.world.now()).date();
        let mut tx = self.db.begin(actor).await?;
        let (office, office_name) = self.screen_office(&mut tx, actor, slug).await?;
        let called = store::called(&mut tx, actor, office, day).await?;
        Ok(Screen { office_name, called })
    }

    async fn watch_inner(&self, actor: &Actor, slug: &str) -> Result<Box<dyn BoardFeed>, Error> {
        let desk = self.desk(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let own = store::office(&mut tx, actor, desk.office).await?;
        drop(tx);
        // Another office's board is as absent as none at all.
        if own.is_none_or(|(own, _)| own != slug) {
            return Err(Error::not_found());
        }
        Ok(Box::new(self.feeds.of_desk(actor, desk.office).await?))
    }

    async fn watch_screen_inner(&self, actor: &Actor, slug: &str) -> Result<Box<dyn BoardFeed>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let (office, _) = self.screen_office(&mut tx, actor, slug).await?;
        drop(tx);
        Ok(Box::new(self.feeds.of_screen(actor, office).await?))
    }
}

/// All walk-ins of a person who said who she is, at the office of the member of staff who asks. For other rooms, in their
/// transaction: they authorise and write the audit row.
pub async fn of_person(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<Vec<WalkIn>, Error> {
    store::of_person(tx, actor, person, policy::visits_at(actor)).await
}

/// A ticket as far as the actor may see it: who a booked visitor is, the desk does not need to know.
pub(super) fn seen_by(actor: &Actor, row: store::TicketRow) -> Ticket {
    let visitor = row.visitor.filter(|_| actor.has_role(Role::OnCall));
    Ticket { person_id: row.ticket.person_id.or(visitor), ..row.ticket }
}

/// The caller's key for one act.
pub(super) fn key(text: &str) -> Result<Key, Error> {
    Key::new(text).ok_or_else(|| Error::invalid(vec![FieldFault::new("/idempotency_key", FieldCode::Malformed)]))
}

#[async_trait]
impl ReceptionPort for ReceptionService {
    fn enter(&self, actor: &Actor) -> Result<(), Fault> {
        policy::desk(actor)
    }

    async fn today(&self, actor: &Actor) -> Result<DeskDay, Fault> {
        Ok(self.today_inner(actor).await?)
    }

    async fn board(&self, actor: &Actor) -> Result<DeskBoard, Fault> {
        Ok(self.board_inner(actor).await?)
    }

    async fn queue(&self, actor: &Actor) -> Result<Vec<Ticket>, Fault> {
        Ok(self.queue_inner(actor).await?)
    }

    async fn search(&self, actor: &Actor, text: &str) -> Result<Vec<PersonHit>, Fault> {
        Ok(self.search_inner(actor, text).await?)
    }

    async fn register(&self, actor: &Actor, key: &str, command: RegisterWalkIn) -> Result<Ticket, Fault> {
        Ok(self.register_inner(actor, key, command).await?)
    }

    async fn call_next(&self, actor: &Actor, key: &str) -> Result<Ticket, Fault> {
        Ok(self.call_next_inner(actor, key).await?)
    }

    async fn call(&self, actor: &Actor, key: &str, ticket: TicketId) -> Result<Ticket, Fault> {
        Ok(self.call_inner(actor, key, ticket).await?)
    }

    async fn done(&self, actor: &Actor, key: &str, ticket: TicketId) -> Result<Ticket, Fault> {
        Ok(self.done_inner(actor, key, ticket).await?)
    }

    async fn apply(
        &self,
        actor: &Actor,
        key: &str,
        ticket: Option<TicketId>,
        form: ApplicationForm,
    ) -> Result<DeskReceipt, Fault> {
        Ok(self.apply_inner(actor, key, ticket, form).await?)
    }

    async fn find_claim(&self, actor: &Actor, case_number: &str) -> Result<IdentityClaim, Fault> {
        Ok(self.find_claim_inner(actor, case_number).await?)
    }

    async fn confirm_identity(&self, actor: &Actor, key: &str, command: ConfirmIdentity) -> Result<(), Fault> {
        Ok(self.confirm_inner(actor, key, command).await?)
    }

    async fn screen(&self, actor: &Actor, office: &str) -> Result<Screen, Fault> {
        Ok(self.screen_inner(actor, office).await?)
    }

    async fn watch(&self, actor: &Actor, office: &str) -> Result<Box<dyn BoardFeed>, Fault> {
        Ok(self.watch_inner(actor, office).await?)
    }

    async fn watch_screen(&self, actor: &Actor, office: &str) -> Result<Box<dyn BoardFeed>, Fault> {
        Ok(self.watch_screen_inner(actor, office).await?)
    }

    fn end_feeds(&self) {
        self.feeds.end();
    }
}
