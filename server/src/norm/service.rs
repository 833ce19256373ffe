//! The use cases of the norm. Calculating asks no database: the tables are built in, what the municipality has settled is
//! kept with the directory, and nothing of the question is kept.

use super::{store, tables::Norms};
use crate::{
    account::{Settled, SharedDirectory},
    auth::policy,
    db::{
        Db, audit,
        idempotency::{self, Key},
    },
    error::Error,
    world::World,
};
use app::norm::port::NormPort;
use async_trait::async_trait;
use domain::{
    Actor, Conflict, Fault, FieldCode, FieldFault,
    norm::{
        CompareRequest, Comparison, Estimate, EstimateRequest, LocalPractice, Month, NormTables, NormView,
        PracticeHistory, PracticeView, Practices, SavePractice,
    },
};
use serde_json::json;
use std::sync::Arc;

#[derive(Clone)]
pub struct NormService {
    db: Db,
    world: World,
    directory: SharedDirectory,
    norms: Arc<Norms>,
}

impl NormService {
    pub fn new(db: Db, world: World, directory: SharedDirectory, norms: Norms) -> Self {
        Self { db, world, directory, norms: Arc::new(norms) }
    }

    /// What the actor's municipality has settled. Where that cannot be read nothing is calculated.
    fn settled(&self, actor: &Actor) -> Result<Arc<Settled>, Fault> {
        let directory = self.directory.current();
        let place = directory.place(actor.municipality).ok_or(Fault::NotFound)?;
        place.settled.clone().ok_or(Fault::Unavailable)
    }

    async fn history(&self, actor: &Actor) -> Result<PracticeHistory, Error> {
        let mut tx = self.db.begin(actor).await?;
        store::history(&mut tx, actor.municipality).await
    }

    async fn save_inner(&self, actor: &Actor, key: &str, command: SavePractice) -> Result<i64, Error> {
        let staff = policy::administrator(actor)?;
        let key = Key::new(key)
            .ok_or_else(|| Error::invalid(vec![FieldFault::new("/idempotency_key", FieldCode::Malformed)]))?;
        let zone = self.directory.current().zone(actor.municipality);
        let now = self.world.now();
        let today = zone.ok_or(Error::Broken("the actor's municipality is known"))?.to_datetime(now).date();
        let faults = command.faults(today);
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        let id = self.world.id();
        let entry = audit::Entry::new(actor, self.world.id(), now, "norm.settle", "practice")
            .objects([id])
            .detail(&json!({ "from": command.valid_from }));
        let (me, new) = (actor.clone(), command.clone());
        let version = idempotency::once(&self.db, &self.world, actor, "norm.settle", &key, &command, |tx| {
            Box::pin(async move {
                let Some(version) = store::save(tx, &me, id, &new, staff, now).await? else {
                    return Ok(Err(Conflict::VersionConflict));
                };
                audit::write(tx, &entry).await?;
                Ok(Ok(version))
            })
        })
        .await?;
        // Saved is saved, also when it cannot be read just now: then the directory has it the next time it is read.
        if let Ok(history) = self.history(actor).await {
            self.directory.settle(actor.municipality, history);
        }
        Ok(version)
    }
}

#[async_trait]
impl NormPort for NormService {
    fn estimate(&self, actor: &Actor, request: &EstimateRequest) -> Result<Estimate, Fault> {
        let settled = self.settled(actor)?;
        request.estimate_by(&self.norms.tables, &settled.practices).map_err(Fault::Invalid)
    }

    fn estimate_as(&self, _: &Actor, request: &EstimateRequest, practice: &LocalPractice) -> Result<Estimate, Fault> {
        request.estimate(&self.norms.tables, practice).map_err(Fault::Invalid)
    }

    fn compare(&self, actor: &Actor, request: &CompareRequest) -> Result<Comparison, Fault> {
        let settled = self.settled(actor)?;
        let estimate = |request: &EstimateRequest| request.estimate_by(&self.norms.tables, &settled.practices);
        request.compare(estimate).map_err(Fault::Invalid)
    }

    fn norm(&self, _: &Actor, year: i16) -> Result<NormView, Fault> {
        self.norms.views.iter().find(|view| view.year == year).cloned().ok_or(Fault::NotFound)
    }

    fn tables(&self, _: &Actor, first: i16, last: i16) -> NormTables {
        self.norms.tables.between(first, last)
    }

    fn practice(&self, actor: &Actor, month: Month) -> Result<PracticeView, Fault> {
        Ok(self.settled(actor)?.history.view(month))
    }

    fn practices(&self, actor: &Actor, first: Month, last: Month) -> Result<Practices, Fault> {
        Ok(self.settled(actor)?.practices.between(first, last))
    }

    async fn practice_history(&self, actor: &Actor) -> Result<PracticeHistory, Fault> {
        policy::administrator(actor)?;
        Ok(self.history(actor).await?)
    }

    async fn save_practice(&self, actor: &Actor, key: &str, command: SavePractice) -> Result<i64, Fault> {
        Ok(self.save_inner(actor, key, command).await?)
    }
}
