//! Work that happens after the answer: durable, in PostgreSQL, enqueued in the caller's own transaction, so a job
//! exists exactly when the change it follows from does.
//!
//! A job carries ids only and is idempotent: running it twice is as good as once. A passing trouble is retried with
//! growing pauses ([`Trouble::Retry`]); one that will never pass ([`Trouble::Fail`]) is dead at once. Dead jobs stay in
//! the queue's table, are counted in `/health/ready` and logged, until somebody has looked at them.

pub mod tidy;

use crate::{
    db::Db,
    error::{Error, describe},
    mail::Mailer,
    storage::Storage,
    world::World,
};
use domain::{Fault, id::MunicipalityId};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::PgConnection;
use std::{
    fmt,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// A kind of job: its ids and what is done with them.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Room and verb, as a crontab can name it: `visit:make_slots`.
    const NAME: &'static str;

    /// Does the work. May run again after a crash at any point.
    fn run(self, context: &JobContext) -> impl Future<Output = Result<(), Trouble>> + Send;
}

/// What a job works with.
#[derive(Clone, Debug)]
pub struct JobContext {
    pub db: Db,
    pub world: World,
    pub mail: Mailer,
    pub storage: Storage,
}

/// Why a job did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Will pass: try again later. The code says what, without data.
    Retry(&'static str),
    /// Will not pass: somebody must look.
    Fail(&'static str),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match Fault::from(error) {
            Fault::Unavailable | Fault::TooMany { .. } => Trouble::Retry("unavailable"),
            Fault::Internal => Trouble::Retry("internal"),
            Fault::Invalid(_) => Trouble::Fail("invalid"),
            Fault::Conflict(_) => Trouble::Fail("conflict"),
            Fault::NotFound | Fault::SignInRequired => Trouble::Fail("not_found"),
        }
    }
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Error::from(error).into()
    }
}

/// How often a job is tried before it is dead. The pauses grow exponentially: the last is about three days after the first.
pub const ATTEMPTS: i32 = 20;

/// Enqueues a job in the caller's transaction. Two waiting jobs with the same `once` key become one; a
/// dead one stays to be looked at and hinders no new one.
pub async fn enqueue<J: Job>(tx: &mut PgConnection, job: &J, once: Option<&str>) -> Result<(), Error> {
    // The queue's tables are not there when queries are checked (it brings its own migrations), so this one is not.
    sqlx::query("SELECT graphile_worker.add_job($1, payload => $2::json, max_attempts => $3, job_key => $4)")
        .bind(J::NAME)
        .bind(serde_json::to_value(job)?)
        .bind(ATTEMPTS)
        .bind(once)
        .execute(tx)
        .await?;
    Ok(())
}

/// The state of the queue: (waiting, dead).
pub async fn counts(db: &Db) -> Result<(i64, i64), Error> {
    let mut connection = db.directory().await?;
    let counts = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE attempts < max_attempts), count(*) FILTER (WHERE attempts >= max_attempts)
         FROM graphile_worker._private_jobs",
    )
    .fetch_one(&mut *connection)
    .await?;
    Ok(counts)
}

/// One dead job, for `porten jobs` and the staff task it will become.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Dead {
    pub id: i64,
    pub name: String,
    pub attempts: i16,
    pub last_error: Option<String>,
}

/// All dead jobs, oldest first.
pub async fn dead(db: &Db) -> Result<Vec<Dead>, Error> {
    let mut connection = db.directory().await?;
    let dead = sqlx::query_as(
        "SELECT job.id, task.identifier AS name, job.attempts,
                -- The queue writes the error type's name around the code.
                coalesce(substring(job.last_error FROM '\"(.*)\"'), job.last_error) AS last_error
         FROM graphile_worker._private_jobs job JOIN graphile_worker._private_tasks task ON task.id = job.task_id
         WHERE job.attempts >= job.max_attempts ORDER BY job.id LIMIT 100",
    )
    .fetch_all(&mut *connection)
    .await?;
    Ok(dead)
}

/// All municipalities, for jobs that start one job for each. No personal data.
pub async fn municipalities(tx: &mut PgConnection) -> Result<Vec<MunicipalityId>, Error> {
    let rows =
        sqlx::query_scalar!("SELECT municipality_id FROM municipality ORDER BY municipality_id").fetch_all(tx).await?;
    Ok(rows.into_iter().map(MunicipalityId).collect())
}

/// Whether the worker of this process is at work; told by `/health/ready`.
#[derive(Clone, Debug)]
pub struct WorkerState(Arc<AtomicBool>);

impl Default for WorkerState {
    fn default() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }
}

impl WorkerState {
    pub fn set(&self, working: bool) {
        self.0.store(working, Ordering::Relaxed);
    }

    pub fn working(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Collects the kinds of jobs a worker knows and when they recur.
pub struct Registry(WorkerOptions);

impl Registry {
    /// A worker on its own pool: jobs never take the connections people wait for.
    pub fn new(context: JobContext, concurrency: usize) -> Self {
        let pool = context.db.pool().clone();
        Self(
            WorkerOptions::default()
                .pg_pool(pool)
                .concurrency(concurrency.max(1))
                .poll_interval(Duration::from_secs(2))
                .heartbeat_interval(Duration::from_secs(10))
                .sweep_interval(Duration::from_secs(20))
                .sweep_threshold(Duration::from_mins(1))
                .listen_os_shutdown_signals(false)
                .shutdown_grace_period(Duration::from_secs(10))
                .add_extension(context),
        )
    }

    /// Adds a kind of job.
    #[must_use]
    pub fn with<J: Job>(self) -> Self {
        Self(self.0.define_job::<Runs<J>>())
    }

    /// Runs a job without ids at the times of a crontab line (UTC), for example `0 * * * *`.
    pub fn every<J: Job>(self, times: &str) -> Result<Self, WorkerError> {
        let line = format!("{times} {} ?max={ATTEMPTS} {{}}", J::NAME);
        Ok(Self(self.0.with_cron(line).map_err(|error| WorkerError(error.to_string()))?))
    }

    /// Works until `stop` is done, then finishes what it holds.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), WorkerError> {
        let worker = self.0.shutdown_signal(stop).init().await.map_err(|error| WorkerError(error.to_string()))?;
        worker.run().await.map_err(|error| WorkerError(error.to_string()))
    }

    /// Does all jobs that are due, then returns. For tests and the first start of the demo.
    pub async fn run_due(self) -> Result<(), WorkerError> {
        let worker = self.0.init().await.map_err(|error| WorkerError(error.to_string()))?;
        worker.run_once().await.map_err(|error| WorkerError(error.to_string()))
    }
}

/// The queue could not be started or stopped working.
#[derive(Debug, thiserror::Error)]
#[error("job queue: {0}")]
pub struct WorkerError(String);

/// Makes a [`Job`] of ours what the queue runs.
#[derive(Serialize, Deserialize)]
#[serde(transparent, bound = "")]
struct Runs<J: Job>(J);

impl<J: Job> TaskHandler for Runs<J> {
    const IDENTIFIER: &'static str = J::NAME;

    async fn run(self, worker: WorkerContext) -> impl IntoTaskHandlerResult {
        let context = worker.get_ext::<JobContext>().cloned().ok_or(Outcome("no_context"))?;
        let job = *worker.job().id();
        match self.0.run(&context).await {
            Ok(()) => Ok(()),
            Err(Trouble::Retry(code)) => {
                tracing::warn!(job = J::NAME, id = job, code, "job will be tried again");
                Err(Outcome(code))
            }
            Err(Trouble::Fail(code)) => {
                tracing::error!(job = J::NAME, id = job, code, "job is dead");
                bury(&context.db, job).await;
                Err(Outcome(code))
            }
        }
    }
}

/// Makes this the job's last attempt. Should that fail it is simply tried again.
async fn bury(db: &Db, job: i64) {
    let buried = sqlx::query("UPDATE graphile_worker._private_jobs SET max_attempts = attempts WHERE id = $1")
        .bind(job)
        .execute(db.pool())
        .await;
    if let Err(error) = buried {
        tracing::warn!(error = describe(&error), id = job, "a job that should be dead will be tried again");
    }
}

/// What the queue writes as the job's last error: a code, never data.
struct Outcome(&'static str);

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
