//! Removes what was begun and never became a paper: a process was killed, a connection lost, a paper taken back.

use super::store;
use crate::db::Db;
use crate::{
    error::Error,
    jobs::{self, Job, JobContext, Trouble},
    storage::Storage,
};
use domain::{
    Actor,
    id::{MunicipalityId, ObjectId},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// An object staged for longer is an orphan. No upload takes that long: its door is closed before.
const ORPHAN: SignedDuration = SignedDuration::from_hours(1);
/// How many are removed of a municipality in one run; the rest waits for the next.
const MOST: usize = 1000;

/// Reaps in every municipality. Recurs every ten minutes.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reap {}

impl Job for Reap {
    const NAME: &'static str = "document:reap";

    async fn run(self, context: &JobContext) -> Result<(), Trouble> {
        let all = {
            let mut directory = context.db.directory().await?;
            jobs::municipalities(&mut directory).await?
        };
        let before = context.world.now() - ORPHAN;
        for municipality in all {
            let reaped = reap(&context.db, &context.storage, municipality, before).await?;
            if reaped > 0 {
                tracing::info!(reaped, "orphaned objects removed");
            }
        }
        Ok(())
    }
}

/// Removes the objects begun before that time which never became a paper: the bytes first, then the row, so that there is
/// no moment with bytes nobody knows of. Gives how many.
async fn reap(db: &Db, storage: &Storage, municipality: MunicipalityId, before: Timestamp) -> Result<usize, Trouble> {
    let actor = Actor::system(municipality);
    for reaped in 0..MOST {
        let mut tx = db.begin(&actor).await?;
        let Some(object) = store::orphan(&mut tx, &actor, before).await? else { return Ok(reaped) };
        if let Err(error) = storage.delete(municipality, object).await {
            tracing::warn!(%error, "an orphaned object could not be removed");
            return Err(Trouble::Retry("storage"));
        }
        store::forget(&mut tx, &actor, object).await?;
        tx.commit().await?;
    }
    Ok(MOST)
}

/// Removes one staged object at once, as well as may be: what does not succeed now is the job's.
pub(super) async fn discard(db: &Db, storage: &Storage, municipality: MunicipalityId, object: ObjectId) {
    let removed = async {
        let actor = Actor::system(municipality);
        let mut tx = db.begin(&actor).await?;
        if store::lock_staged(&mut tx, &actor, object).await? && storage.delete(municipality, object).await.is_ok() {
            store::forget(&mut tx, &actor, object).await?;
            tx.commit().await?;
        }
        Ok::<(), Error>(())
    };
    if removed.await.is_err() {
        tracing::info!("an object without a paper is left to the reaper");
    }
}
