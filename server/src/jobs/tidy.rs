//! Removes what has had its time: sessions that are over, answers older than seven days, drafts nobody touched for
//! thirty days, the codes that opened them, the people without e-ID who never sent anything, and limits nobody is near.

use super::{Job, JobContext, Trouble, municipalities};
use crate::{
    auth::{resume, session},
    limit,
};
use domain::{Actor, application::DRAFT_DAYS};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};

/// How long a command's answer is kept: a client may send it again for seven days.
const ANSWERS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long an untouched draft is kept.
const DRAFTS: SignedDuration = SignedDuration::from_hours(DRAFT_DAYS * 24);

/// Tidies every municipality. Recurs hourly.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tidy {}

impl Job for Tidy {
    const NAME: &'static str = "jobs:tidy";

    async fn run(self, context: &JobContext) -> Result<(), Trouble> {
        let all = {
            let mut directory = context.db.directory().await?;
            municipalities(&mut directory).await?
        };
        for municipality in all {
            session::sweep(&context.db, &context.world, municipality).await?;
            let mut tx = context.db.begin(&Actor::system(municipality)).await?;
            let now = context.world.now();
            sqlx::query!(
                "DELETE FROM idempotency WHERE municipality_id = $1 AND created_at < $2",
                municipality.0,
                (now - ANSWERS).to_sqlx() as _,
            )
            .execute(&mut *tx)
            .await?;
            sqlx::query!(
                "DELETE FROM draft WHERE municipality_id = $1 AND saved_at < $2",
                municipality.0,
                (now - DRAFTS).to_sqlx() as _,
            )
            .execute(&mut *tx)
            .await?;
            resume::tidy(&mut tx, municipality, now - DRAFTS).await?;
            limit::tidy(&mut tx, municipality, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
