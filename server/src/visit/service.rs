//! The use cases of visits: authorise → validate → one transaction (change + audit row) → a domain type.

use super::store;
use crate::{
    account::{Directory, SharedDirectory},
    auth::policy,
    db::{
        Db, audit, draft,
        idempotency::{self, Key, Outcome},
    },
    error::Error,
    limit::{self, Action},
    world::World,
};
use app::visit::port::VisitPort;
use async_trait::async_trait;
use domain::{
    Actor, Conflict, Fault, FieldCode, FieldFault,
    account::Who,
    id::{PersonId, SlotId, VisitId},
    visit::{BookVisit, BookingDraft, MAX_SPAN_DAYS, Office, Slot, SlotQuery, Visit, VisitStatus},
};
use futures::FutureExt;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;
use sqlx::PgConnection;
use validator::Validate;

/// The name of the booking form's draft.
const FORM: &str = "visit_booking";
/// Random numbers are tried this often before the day counts as full of numbers. The first half have three digits.
const NUMBER_TRIES: usize = 50;

#[derive(Clone)]
pub struct VisitService {
    db: Db,
    world: World,
    directory: SharedDirectory,
}

impl VisitService {
    pub fn new(db: Db, world: World, directory: SharedDirectory) -> Self {
        Self { db, world, directory }
    }

    fn zone(&self, actor: &Actor) -> Result<TimeZone, Error> {
        let directory: std::sync::Arc<Directory> = self.directory.current();
        directory.zone(actor.municipality).ok_or(Error::Broken("the actor's municipality is known"))
    }

    async fn slots_inner(&self, actor: &Actor, query: &SlotQuery) -> Result<Vec<Slot>, Error> {
        let span = query.from.until(query.to).map_or(-1, |span| span.get_days());
        if !(0..=MAX_SPAN_DAYS - 1).contains(&span) {
            return Err(Error::invalid(vec![FieldFault::new("/to", FieldCode::NotADate)]));
        }
        let zone = self.zone(actor)?;
        let mut tx = self.db.begin(actor).await?;
        let offices = store::offices(&mut tx, actor).await?;
        let office = offices.into_iter().find(|office| office.slug == query.office).ok_or_else(Error::not_found)?;
        let (Some(from), Some(to)) =
            (midnight(query.from, &zone), query.to.tomorrow().ok().and_then(|day| midnight(day, &zone)))
        else {
            return Err(Error::invalid(vec![FieldFault::new("/from", FieldCode::NotADate)]));
        };
        // What begins this instant can no longer be booked.
        let from = from.max(self.world.now() + SignedDuration::from_micros(1));
        // Nothing that is over can be booked, and PostgreSQL's calendar begins later than ours: it is not even asked.
        if to <= from {
            return Ok(Vec::new());
        }
        store::slots(&mut tx, actor, office.office_id, query.kind, from, to).await
    }

    async fn book_inner(&self, actor: &Actor, key: &str, command: BookVisit) -> Result<Visit, Error> {
        let person = policy::visits_of(actor, command.person_id)?;
        let key = Key::new(key)
            .ok_or_else(|| Error::invalid(vec![FieldFault::new("/idempotency_key", FieldCode::Malformed)]))?;
        let command = BookVisit { needs: tidy(command.needs), language: tidy(command.language), ..command };
        check(&command)?;
        let zone = self.zone(actor)?;
        limit::take(&self.db, &self.world, actor, Action::Book).await?;
        let again = command.clone();
        idempotency::once(&self.db, &self.world, actor, "visit.book", &key, &command, move |tx| {
            let service = self.clone();
            let actor = actor.clone();
            async move { service.take(tx, &actor, person, &again, &zone).await }.boxed()
        })
        .await
    }

    /// Takes a seat in the caller's transaction.
    ///
    /// Nobody waits for anybody while holding what that one waits for: a transaction writes its own visit row, then waits
    /// for seats, and stops at the first it gets. So there is no deadlock, however many come at once.
    async fn take(
        &self,
        tx: &mut PgConnection,
        actor: &Actor,
        person: PersonId,
        command: &BookVisit,
        zone: &TimeZone,
    ) -> Result<Outcome<Visit>, Error> {
        let now = self.world.now();
        let slot = store::slot(tx, actor, command.slot_id)
            .await?
            .filter(|slot| slot.starts_at > now && slot.kind == command.kind.as_str())
            .ok_or_else(Error::not_found)?;
        if actor.is_staff() && !store::person_exists(tx, actor, person, policy::persons_at(actor)).await? {
            return Err(Error::not_found());
        }
        let visit = VisitId(self.world.id());
        let day = zone.to_datetime(slot.starts_at).date();
        let mut number = None;
        for place in 0..NUMBER_TRIES {
            let random = u16::from_be_bytes(self.world.bytes());
            let short = place < NUMBER_TRIES / 2;
            let candidate = if short { 100 + i32::from(random % 900) } else { 1000 + i32::from(random % 9000) };
            let new = store::NewVisit { visit, person, office: slot.office, day, number: candidate, command, now };
            if store::insert(tx, actor, &new).await? {
                number = Some(candidate);
                break;
            }
            if store::holds_seat(tx, actor, command.slot_id, person).await? {
                return Ok(Err(Conflict::AlreadyBooked));
            }
        }
        // A day with all its numbers given out is full, whatever its seats say.
        let Some(number) = number else { return Ok(Err(Conflict::SlotTaken)) };
        let mut seated = false;
        // Each failed try means that somebody else committed a seat; after as many tries as seats there is none left.
        for _ in 0..=slot.seats {
            if store::take_seat(tx, actor, command.slot_id, slot.seats, visit).await? {
                seated = true;
                break;
            }
        }
        if !seated {
            return Ok(Err(Conflict::SlotTaken));
        }
        if actor.person() == Some(person) {
            draft::forget(tx, actor, person, FORM).await?;
        }
        let entry = audit::Entry::new(actor, self.world.id(), now, "visit.book", "visit")
            .objects([visit.0, command.slot_id.0, person.0])
            .because(if actor.is_staff() { "for_person" } else { "own" });
        audit::write(tx, &entry).await?;
        Ok(Ok(Visit {
            visit_id: visit,
            slot_id: command.slot_id,
            office: slot.office_slug,
            office_name: slot.office_name,
            kind: command.kind,
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            number,
            status: VisitStatus::Booked,
            language: command.language.clone(),
            interpreter: command.interpreter,
            needs: command.needs.clone(),
        }))
    }

    async fn cancel_inner(&self, actor: &Actor, visit: VisitId) -> Result<(), Error> {
        if matches!(actor.who, Who::Anonymous) {
            return Err(Fault::SignInRequired.into());
        }
        let mut tx = self.db.begin(actor).await?;
        let owner = store::owner_locked(&mut tx, actor, visit).await?.ok_or_else(Error::not_found)?;
        policy::visits_of(actor, Some(owner))?;
        let current = store::of_person(&mut tx, actor, owner, Some(visit), policy::visits_at(actor))
            .await?
            .pop()
            // A visit at another office is none of this desk's business.
            .ok_or_else(Error::not_found)?;
        let now = self.world.now();
        if current.status == VisitStatus::Cancelled {
            if actor.is_staff() {
                let entry = audit::Entry::new(actor, self.world.id(), now, "visit.read", "visit")
                    .objects([visit.0, owner.0])
                    .because("for_person");
                audit::write(&mut tx, &entry).await?;
                tx.commit().await?;
            }
            return Ok(());
        }
        if current.starts_at <= now {
            return Err(Conflict::VisitPassed.into());
        }
        store::cancel(&mut tx, actor, visit, now).await?;
        let entry = audit::Entry::new(actor, self.world.id(), now, "visit.cancel", "visit")
            .objects([visit.0, owner.0])
            .because(if actor.is_staff() { "for_person" } else { "own" });
        audit::write(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn list_inner(&self, actor: &Actor, person: Option<PersonId>) -> Result<Vec<Visit>, Error> {
        let person = policy::visits_seen(actor, person)?;
        let mut tx = self.db.begin(actor).await?;
        if actor.is_staff() && !store::person_exists(&mut tx, actor, person, policy::persons_at(actor)).await? {
            return Err(Error::not_found());
        }
        let visits = store::of_person(&mut tx, actor, person, None, policy::visits_at(actor)).await?;
        if actor.is_staff() {
            let entry = audit::Entry::new(actor, self.world.id(), self.world.now(), "visit.list", "visit")
                .objects(visits.iter().map(|visit| visit.visit_id.0))
                .because("for_person")
                .detail(&json!({ "person": person }));
            audit::write_list_read(&mut tx, &entry).await?;
            tx.commit().await?;
        }
        Ok(visits)
    }

    async fn draft_inner(&self, actor: &Actor) -> Result<(i64, BookingDraft), Error> {
        let person = policy::visits_of(actor, None)?;
        let mut tx = self.db.begin(actor).await?;
        let found = draft::load(&mut tx, actor, person, FORM).await?;
        Ok(found.map_or((0, BookingDraft::default()), |draft| (draft.version, draft.content)))
    }

    async fn save_inner(&self, actor: &Actor, version: i64, content: &BookingDraft) -> Result<i64, Error> {
        let person = policy::visits_of(actor, None)?;
        let mut tx = self.db.begin(actor).await?;
        let saved = draft::save(&mut tx, actor, person, FORM, version, content, self.world.now()).await?;
        tx.commit().await?;
        Ok(saved)
    }

    async fn slot_inner(&self, actor: &Actor, slot: SlotId) -> Result<(Office, Slot), Error> {
        let mut tx = self.db.begin(actor).await?;
        let row = store::slot(&mut tx, actor, slot)
            .await?
            .filter(|row| row.starts_at > self.world.now())
            .ok_or_else(Error::not_found)?;
        let offices = store::offices(&mut tx, actor).await?;
        let office = offices
            .into_iter()
            .find(|office| office.office_id == row.office)
            .ok_or(Error::Broken("a slot has an office"))?;
        Ok((office, Slot { slot_id: slot, starts_at: row.starts_at, ends_at: row.ends_at, seats_left: row.seats }))
    }
}

/// All visits of a person, past and cancelled ones too, at the office of the member of staff who asks. For other rooms,
/// in their transaction: they authorise and write the audit row.
pub async fn of_person(tx: &mut PgConnection, actor: &Actor, person: PersonId) -> Result<Vec<Visit>, Error> {
    store::of_person(tx, actor, person, None, policy::visits_at(actor)).await
}

/// The instant a local day begins.
fn midnight(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// Trimmed text; blank is none.
fn tidy(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The rules of the command that are not in its types.
fn check(command: &BookVisit) -> Result<(), Error> {
    let mut faults: Vec<FieldFault> = match command.validate() {
        Ok(()) => Vec::new(),
        Err(errors) => errors
            .field_errors()
            .iter()
            .map(|(field, errors)| {
                let too_long = errors.iter().any(|error| error.code == "too_long");
                FieldFault::new(format!("/{field}"), if too_long { FieldCode::TooLong } else { FieldCode::Malformed })
            })
            .collect(),
    };
    for (pointer, text) in [("/needs", &command.needs), ("/language", &command.language)] {
        // NUL cannot be stored; other control characters have no place in a sentence.
        let controls = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
        if text.as_deref().is_some_and(|text| text.contains(controls)) {
            faults.push(FieldFault::new(pointer, FieldCode::Malformed));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

#[async_trait]
impl VisitPort for VisitService {
    async fn offices(&self, actor: &Actor) -> Result<Vec<Office>, Fault> {
        let mut tx = self.db.begin(actor).await?;
        Ok(store::offices(&mut tx, actor).await?)
    }

    async fn slots(&self, actor: &Actor, query: &SlotQuery) -> Result<Vec<Slot>, Fault> {
        Ok(self.slots_inner(actor, query).await?)
    }

    async fn book(&self, actor: &Actor, key: &str, command: BookVisit) -> Result<Visit, Fault> {
        Ok(self.book_inner(actor, key, command).await?)
    }

    async fn cancel(&self, actor: &Actor, visit: VisitId) -> Result<(), Fault> {
        Ok(self.cancel_inner(actor, visit).await?)
    }

    async fn list(&self, actor: &Actor, person: Option<PersonId>) -> Result<Vec<Visit>, Fault> {
        Ok(self.list_inner(actor, person).await?)
    }

    async fn draft(&self, actor: &Actor) -> Result<(i64, BookingDraft), Fault> {
        Ok(self.draft_inner(actor).await?)
    }

    async fn save_draft(&self, actor: &Actor, version: i64, draft: BookingDraft) -> Result<i64, Fault> {
        Ok(self.save_inner(actor, version, &draft).await?)
    }

    async fn slot(&self, actor: &Actor, slot: SlotId) -> Result<(Office, Slot), Fault> {
        Ok(self.slot_inner(actor, slot).await?)
    }
}
