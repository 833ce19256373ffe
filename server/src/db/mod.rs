//! The database: one way in. A room never sees the pool; it asks for a transaction of an actor, and the transaction
//! sees that actor's municipality only.

pub mod audit;
pub mod draft;
pub mod embedded;
pub mod idempotency;
pub mod migrate;

use crate::error::Error;
use domain::Actor;
use sqlx::{
    PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use std::time::Duration;

/// A transaction of one actor. Dropped without `commit` it changes nothing.
pub type Tx = Transaction<'static, Postgres>;

/// How long a request waits for a connection before it is told to come back.
const ACQUIRE: Duration = Duration::from_secs(2);

/// The application's connections, as role `porten_app`.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
}

impl Db {
    /// Opens a pool of at most `size` connections. Connects lazily.
    pub fn new(options: PgConnectOptions, size: u32) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(size)
            .acquire_timeout(ACQUIRE)
            // A broken connection shows at its first statement and is replaced; asking first costs a round trip each time.
            .test_before_acquire(false)
            .connect_lazy_with(options.application_name("porten"));
        Self { pool }
    }

    /// Begins the actor's transaction: row level security is set to its municipality, and no statement or lock waits
    /// longer than a person would. One round trip, and nothing that a pooler in transaction mode would lose.
    pub async fn begin(&self, actor: &Actor) -> Result<Tx, Error> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!(
            "SELECT set_config('porten.municipality', $1, true) AS municipality,
                    set_config('lock_timeout', '3s', true) AS lock_timeout,
                    set_config('statement_timeout', '10s', true) AS statement_timeout",
            actor.municipality.to_string(),
        )
        .fetch_one(&mut *tx)
        .await?;
        Ok(tx)
    }

    /// Reads what belongs to no municipality: the directory of hosts, the state of the jobs, whether the database answers.
    /// Row level security lets nothing else through.
    pub async fn directory(&self) -> Result<sqlx::pool::PoolConnection<Postgres>, Error> {
        Ok(self.pool.acquire().await?)
    }

    /// Listens on a channel, on a connection of the pool for as long as the listener lives. What is heard is a hint and
    /// never the truth: a pooler in transaction mode passes nothing on.
    pub async fn listen(&self, channel: &str) -> Result<PgListener, Error> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(channel).await?;
        Ok(listener)
    }

    /// For the job queue, which keeps ids only.
    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}
