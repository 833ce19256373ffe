//! Sending a command twice does it once: the same key gives the same answer.
//!
//! The key is claimed in the command's own transaction, so an acknowledged act is never lost and never done twice: a
//! second sender waits for the first to commit and then reads its answer. A refusal (the slot was taken) is an answer
//! too and is kept; a broken connection or a faulty command is not.

use crate::{
    db::{Db, Tx, audit},
    error::Error,
    world::World,
};
use domain::{Actor, Conflict, Fault};
use futures::future::BoxFuture;
use jiff_sqlx::ToSqlx;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

/// What a command answered.
pub type Outcome<T> = Result<T, Conflict>;

/// A client's key for one act: 1 to 128 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    pub fn new(text: &str) -> Option<Self> {
        let fine = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fine.then(|| Self(text.to_owned()))
    }
}

enum Claim<T> {
    /// The key is ours: do it.
    New,
    /// It was done before.
    Replay(Outcome<T>),
}

/// What identifies one act of one actor.
#[derive(Clone, Copy)]
struct Act<'a> {
    actor: &'a Actor,
    actor_id: Uuid,
    operation: &'static str,
    key: &'a Key,
    hash: [u8; 32],
}

/// Carries `work` out once per key, in one transaction. `Err(conflict)` from it undoes its changes and is remembered.
pub async fn once<T, C, F>(
    db: &Db,
    world: &World,
    actor: &Actor,
    operation: &'static str,
    key: &Key,
    command: &C,
    work: F,
) -> Result<T, Error>
where
    T: Serialize + DeserializeOwned + Send + Sync,
    C: Serialize + Sync,
    F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<Outcome<T>, Error>> + Send,
{
    let (_, actor_id) = audit::kind_and_id(actor);
    let actor_id = actor_id.ok_or(Error::Fault(Fault::SignInRequired))?;
    let hash = Sha256::digest(serde_json::to_vec(command)?).into();
    let act = Act { actor, actor_id, operation, key, hash };

    let mut tx = db.begin(actor).await?;
    if let Claim::Replay(outcome) = claim::<T>(&mut tx, world, act).await? {
        return Ok(outcome?);
    }
    let outcome = work(&mut tx).await?;
    if outcome.is_ok() {
        settle(&mut tx, act, &outcome).await?;
        tx.commit().await?;
        return Ok(outcome?);
    }
    // Undo what was half done, then remember the refusal. Should somebody with the same key get in between, theirs is
    // the answer.
    tx.rollback().await?;
    let mut tx: Tx = db.begin(actor).await?;
    if let Claim::Replay(outcome) = claim::<T>(&mut tx, world, act).await? {
        return Ok(outcome?);
    }
    settle(&mut tx, act, &outcome).await?;
    tx.commit().await?;
    Ok(outcome?)
}

async fn claim<T: DeserializeOwned>(tx: &mut PgConnection, world: &World, act: Act<'_>) -> Result<Claim<T>, Error> {
    let (kind, _) = audit::kind_and_id(act.actor);
    let municipality = act.actor.municipality.0;
    let claimed = sqlx::query!(
        "INSERT INTO idempotency (municipality_id, actor_kind, actor_id, operation, key, command_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        municipality,
        kind,
        act.actor_id,
        act.operation,
        act.key.0,
        &act.hash[..],
        world.now().to_sqlx() as _,
    )
    .execute(&mut *tx)
    .await?;
    if claimed.rows_affected() == 1 {
        return Ok(Claim::New);
    }
    let before = sqlx::query!(
        "SELECT command_hash, outcome FROM idempotency
         WHERE municipality_id = $1 AND actor_kind = $2 AND actor_id = $3 AND operation = $4 AND key = $5",
        municipality,
        kind,
        act.actor_id,
        act.operation,
        act.key.0,
    )
    .fetch_one(&mut *tx)
    .await?;
    if before.command_hash != act.hash {
        return Err(Conflict::IdempotencyKeyReused.into());
    }
    let outcome = before.outcome.ok_or(Error::Broken("a committed idempotency row has an outcome"))?;
    Ok(Claim::Replay(serde_json::from_value(outcome)?))
}

async fn settle<T: Serialize>(tx: &mut PgConnection, act: Act<'_>, outcome: &Outcome<T>) -> Result<(), Error> {
    let (kind, _) = audit::kind_and_id(act.actor);
    sqlx::query!(
        "UPDATE idempotency SET outcome = $6
         WHERE municipality_id = $1 AND actor_kind = $2 AND actor_id = $3 AND operation = $4 AND key = $5",
        act.actor.municipality.0,
        kind,
        act.actor_id,
        act.operation,
        act.key.0,
        serde_json::to_value(outcome)?,
    )
    .execute(tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_short_and_visible() {
        assert!(Key::new("0190-abc").is_some());
        for bad in ["", "a b", "å", "a\n", &"x".repeat(129)] {
            assert!(Key::new(bad).is_none(), "{bad:?}");
        }
    }
}
