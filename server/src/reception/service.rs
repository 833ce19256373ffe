//! The use cases of the desk. Reading the list is recorded like every read by staff.

use super::store;
use crate::{
    account::SharedDirectory,
    auth::policy,
    db::{Db, audit},
    error::Error,
    world::World,
};
use app::reception::port::ReceptionPort;
use async_trait::async_trait;
use domain::{Actor, Fault, account::Who, reception::DeskDay};
use serde_json::json;

#[derive(Clone)]
pub struct ReceptionService {
    db: Db,
    world: World,
    directory: SharedDirectory,
}

impl ReceptionService {
    pub fn new(db: Db, world: World, directory: SharedDirectory) -> Self {
        Self { db, world, directory }
    }

    async fn today_inner(&self, actor: &Actor) -> Result<DeskDay, Error> {
        policy::desk(actor)?;
        let Who::Staff { office, .. } = actor.who else { return Err(Error::not_found()) };
        let zone = self
            .directory
            .current()
            .zone(actor.municipality)
            .ok_or(Error::Broken("the actor's municipality is known"))?;
        let now = self.world.now();
        let day = zone.to_datetime(now).date();
        let instant = |day: jiff::civil::Date| day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp());
        let (Ok(from), Ok(to)) = (instant(day), day.tomorrow().and_then(instant)) else {
            return Err(Error::Broken("every day begins and ends"));
        };
        let mut tx = self.db.begin(actor).await?;
        let (slug, name) = store::office(&mut tx, actor, office).await?.ok_or_else(Error::not_found)?;
        let visitors = store::visitors(&mut tx, actor, office, from, to).await?;
        let entry = audit::Entry::new(actor, self.world.id(), now, "reception.day", "visit")
            .objects(visitors.iter().map(|visitor| visitor.visit_id.0))
            .because("desk_day")
            .detail(&json!({ "office": office, "day": day.to_string() }));
        audit::write_list_read(&mut tx, &entry).await?;
        tx.commit().await?;
        Ok(DeskDay { office: slug, office_name: name, day, visitors })
    }
}

#[async_trait]
impl ReceptionPort for ReceptionService {
    async fn today(&self, actor: &Actor) -> Result<DeskDay, Fault> {
        Ok(self.today_inner(actor).await?)
    }
}
