//! Brings the database to this program's shape, as its owner. Forward only; running it twice changes nothing.

use graphile_worker::WorkerOptions;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// The numbered files of `migrations/`.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("cannot connect to the database as its owner")]
    Connect(#[source] sqlx::Error),
    #[error("a migration failed")]
    Tables(#[from] sqlx::migrate::MigrateError),
    #[error("the job queue's tables could not be made")]
    Jobs(#[from] graphile_worker::WorkerBuildError),
    #[error("the application's role could not be given its rights")]
    Rights(#[source] sqlx::Error),
}

/// Migrates the tables, then the job queue's own schema, and gives `porten_app` what it needs of the latter.
pub async fn run(owner: PgConnectOptions) -> Result<(), MigrateError> {
    let pool = PgPoolOptions::new().max_connections(2).connect_with(owner).await.map_err(MigrateError::Connect)?;
    let outcome = run_with(&pool).await;
    pool.close().await;
    outcome
}

async fn run_with(pool: &PgPool) -> Result<(), MigrateError> {
    MIGRATIONS.run(pool).await?;
    // The queue brings its own migrations and runs them when a worker is made.
    WorkerOptions::default().pg_pool(pool.clone()).listen_os_shutdown_signals(false).init().await?;
    sqlx::raw_sql(JOB_RIGHTS).execute(pool).await.map_err(MigrateError::Rights)?;
    Ok(())
}

/// The queue's tables have row level security without a policy: only their owner would see a row. Job rows hold ids
/// only, so `porten_app` may see and change all of them.
const JOB_RIGHTS: &str = r"
DO $$
DECLARE
    guarded record;
BEGIN
    GRANT USAGE ON SCHEMA graphile_worker TO porten_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO porten_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA graphile_worker TO porten_app;
    FOR guarded IN
        SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'graphile_worker' AND c.relkind = 'r' AND c.relrowsecurity
          AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'porten_app')
    LOOP
        EXECUTE format('CREATE POLICY porten_app ON %s TO porten_app USING (true) WITH CHECK (true)', guarded.name);
    END LOOP;
END
$$";
