//! Removes what was begun and never became a paper (a process was killed, a connection lost, a paper taken back), and
//! papers that were never sent and that nobody has touched for long.

use super::store;
use crate::{
    db::{Db, audit},
    error::Error,
    jobs::{self, Job, JobContext, Trouble},
    storage::Storage,
};
use domain::{
    Actor,
    document::UNSENT_KEPT,
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
            let left = let_go(context, municipality).await?;
            if left > 0 {
                tracing::info!(left, "unsent papers nobody touched for long removed");
            }
            let reaped = reap(&context.db, &context.storage, municipality, before).await?;
            if reaped > 0 {
                tracing::info!(reaped, "orphaned objects removed");
            }
        }
        Ok(())
    }
}

/// Removes the papers of people who never sent them and have not been back for as long as a draft lives: their objects
/// are orphans from now on. Gives how many papers.
async fn let_go(context: &JobContext, municipality: MunicipalityId) -> Result<usize, Trouble> {
    let actor = Actor::system(municipality);
    let (now, mut papers) = (context.world.now(), 0);
    for _ in 0..MOST {
        let mut tx = context.db.begin(&actor).await?;
        let Some(person) = store::who_left(&mut tx, &actor, None, now - UNSENT_KEPT).await? else { break };
        let gone = store::remove_left(&mut tx, &actor, person, now - UNSENT_KEPT).await?;
        if !gone.is_empty() {
            let ids = gone.iter().map(|document| document.0).chain([person.0]);
            let entry = audit::Entry::new(&actor, context.world.id(), now, "document.let_go", "document")
                .objects(ids)
                .because("unsent");
            audit::write(&mut tx, &entry).await?;
        }
        tx.commit().await?;
        papers += gone.len();
    }
    Ok(papers)
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
