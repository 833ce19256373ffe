//! Turns openings into slots, day by day, always [`HORIZON_DAYS`] ahead.

use super::store;
use crate::{
    error::Error,
    jobs::{self, Job, JobContext, Trouble},
};
use domain::{
    Actor,
    id::{MunicipalityId, SlotId},
    visit::HORIZON_DAYS,
};
use jiff::{ToSpan, tz::TimeZone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Starts [`MakeSlots`] for every municipality. Recurs hourly, so that a missed night is made up for by breakfast.
#[derive(Debug, Serialize, Deserialize)]
pub struct SlotsDue {}

impl Job for SlotsDue {
    const NAME: &'static str = "visit:slots_due";

    async fn run(self, context: &JobContext) -> Result<(), Trouble> {
        let mut tx = context.db.directory().await?;
        for municipality in jobs::municipalities(&mut tx).await? {
            let once = format!("visit:make_slots:{municipality}");
            jobs::enqueue(&mut tx, &MakeSlots { municipality: municipality.0 }, Some(&once)).await?;
        }
        Ok(())
    }
}

/// Makes the slots of one municipality that are missing. Making them again makes nothing twice.
#[derive(Debug, Serialize, Deserialize)]
pub struct MakeSlots {
    pub municipality: Uuid,
}

impl Job for MakeSlots {
    const NAME: &'static str = "visit:make_slots";

    async fn run(self, context: &JobContext) -> Result<(), Trouble> {
        Ok(make_slots(context, MunicipalityId(self.municipality)).await.map(|_| ())?)
    }
}

/// Gives how many slots were made.
pub async fn make_slots(context: &JobContext, municipality: MunicipalityId) -> Result<usize, Error> {
    let actor = Actor::system(municipality);
    let mut tx = context.db.begin(&actor).await?;
    let zone = sqlx::query_scalar!("SELECT time_zone FROM municipality WHERE municipality_id = $1", municipality.0)
        .fetch_optional(&mut *tx)
        .await?
        .and_then(|name| TimeZone::get(&name).ok())
        .ok_or(Error::Broken("a job's municipality exists and has a time zone"))?;
    let today = zone.to_datetime(context.world.now()).date();
    let mut made = 0;
    for opening in store::openings(&mut tx, &actor).await? {
        for ahead in 0..=HORIZON_DAYS {
            let Some(time) = today.checked_add(ahead.days()).ok().and_then(|day| opening.on(day, &zone)) else {
                continue;
            };
            if store::insert_slot(&mut tx, &actor, SlotId(context.world.id()), &opening, time).await? {
                made += 1;
            }
        }
    }
    tx.commit().await?;
    if made > 0 {
        tracing::info!(made, "slots made");
    }
    Ok(made)
}
