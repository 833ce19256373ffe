//! Puts the program together: the only place that knows concrete types.

use crate::{
    account::{Directory, SharedDirectory},
    application::ApplicationService,
    auth::{carry::CarryKey, cookie::Cookies},
    casework::CaseworkService,
    config::{Config, ConfigErrors, Database},
    db::{
        Db,
        embedded::{EmbeddedError, EmbeddedPostgres, EmbeddedSettings},
        migrate::{self, MigrateError},
    },
    decision::{
        DecisionService,
        confirmation::{self, ConfirmLaw, NotConfirmed},
        law,
    },
    demo,
    document::{DocumentService, jobs as document_jobs, papers},
    error::{Error, describe},
    http::{
        self, Http,
        assets::{self, SiteError},
        cache::PageCache,
        listener::Limits,
        origin::Origins,
    },
    jobs::{JobContext, Registry, WorkerError, WorkerState},
    mail::{MailError, Mailer},
    message::{MessageService, jobs as message_jobs},
    norm::{NormService, tables},
    reception::ReceptionService,
    storage::{Storage, StorageError},
    visit::{VisitService, jobs as visit_jobs},
    world::World,
};
use app::backend::Backend;
use futures::{FutureExt, future::BoxFuture};
use secrecy::ExposeSecret;
use sqlx::postgres::PgConnectOptions;
use std::{fmt, future::Future, io, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch};

/// How often the directory of municipalities is read anew.
const DIRECTORY: Duration = Duration::from_secs(30);
/// Connections the job queue needs for itself.
const JOB_OVERHEAD: u32 = 4;

/// Why the program could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    #[error("the embedded database: {0}")]
    Embedded(#[from] EmbeddedError),
    #[error("migration: {0}")]
    Migrate(#[from] MigrateError),
    #[error("DATABASE_URL cannot be read")]
    DatabaseUrl,
    #[error("--demo writes its sample data as the database's owner: set PORTEN_MIGRATE_URL beside DATABASE_URL")]
    DemoOwner,
    #[error("the database: {0}")]
    Database(String),
    #[error(transparent)]
    Site(#[from] SiteError),
    #[error("where papers are stored: {0}")]
    Storage(#[from] StorageError),
    #[error("the norm tables: {0}")]
    Norm(#[from] tables::TablesError),
    #[error("the sections of law: {0}")]
    Law(#[from] law::LawError),
    #[error("the papers: {0}")]
    Papers(#[from] papers::PapersError),
    #[error(transparent)]
    NotConfirmed(#[from] NotConfirmed),
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, #[source] io::Error),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Worker(#[from] WorkerError),
}

impl From<Error> for StartupError {
    fn from(error: Error) -> Self {
        Self::Database(match &error {
            Error::Database(database) => describe(database),
            other => other.to_string(),
        })
    }
}

/// The connected database: our own private one, or somebody's.
pub struct Databases {
    embedded: Option<EmbeddedPostgres>,
    /// It is our own: nobody else migrates it.
    private: bool,
    app: PgConnectOptions,
    owner: Option<PgConnectOptions>,
}

impl fmt::Debug for Databases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Databases")
    }
}

/// Finds or starts the database. With `DATABASE_URL` set the embedded one never starts.
pub async fn open(config: &Config) -> Result<Databases, StartupError> {
    let parse = |url: &secrecy::SecretString| -> Result<PgConnectOptions, StartupError> {
        url.expose_secret().parse().map_err(|_| StartupError::DatabaseUrl)
    };
    match config.app_database()? {
        Database::Url(url) => {
            let owner = config.migrate_url.as_ref().map(parse).transpose()?;
            Ok(Databases { embedded: None, private: false, app: parse(url)?, owner })
        }
        Database::Embedded => {
            let settings = EmbeddedSettings::from(config);
            let embedded = EmbeddedPostgres::start(settings).await?;
            Ok(Databases {
                private: true,
                app: embedded.app_options(),
                owner: Some(embedded.owner_options()),
                embedded: Some(embedded),
            })
        }
    }
}

impl Databases {
    pub fn app(&self) -> PgConnectOptions {
        self.app.clone()
    }

    pub fn owner(&self) -> Option<&PgConnectOptions> {
        self.owner.as_ref()
    }

    /// Stops the embedded database, if it is ours.
    pub async fn close(self) {
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

/// What to run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Web and jobs in one process.
    All,
    /// Jobs only.
    Worker,
}

/// Says that the program is at work.
pub type Announce = Box<dyn FnOnce(&Config) + Send>;

/// Runs until `stop` is done, then finishes what is running and stops what it started. `stop` counts from the first
/// moment: a program that is told to end while it starts leaves nothing behind.
///
/// Boxed, so that the whole program is compiled with this crate and not once more with each that calls it.
pub fn run(
    config: Config,
    part: Part,
    stop: BoxFuture<'static, ()>,
    announce: Announce,
) -> BoxFuture<'static, Result<(), StartupError>> {
    run_until(config, part, stop, announce).boxed()
}

async fn run_until(
    config: Config,
    part: Part,
    stop: BoxFuture<'static, ()>,
    announce: Announce,
) -> Result<(), StartupError> {
    let stopped = Stopped::when(stop);
    let mut databases = tokio::select! {
        opened = open(&config) => opened?,
        () = stopped.clone().wait() => return Ok(()),
    };
    let mut embedded = databases.embedded.take();
    let outcome = tokio::select! {
        outcome = run_with(&config, &databases, part, &stopped, announce) => outcome,
        // Without its database the program is of no use: whoever started it starts it again.
        error = gone(embedded.as_mut()) => Err(error.into()),
    };
    databases.embedded = embedded;
    databases.close().await;
    outcome
}

/// Whether the program has been told to end.
#[derive(Clone)]
struct Stopped(watch::Receiver<bool>);

impl Stopped {
    fn when(stop: impl Future<Output = ()> + Send + 'static) -> Self {
        let (stopping, stopped) = watch::channel(false);
        tokio::spawn(async move {
            stop.await;
            let _nobody_listens = stopping.send(true);
        });
        Self(stopped)
    }

    async fn wait(mut self) {
        // An error means that the sender is gone: stopped as well.
        let _ended = self.0.wait_for(|stopped| *stopped).await;
    }

    fn now(&self) -> bool {
        *self.0.borrow()
    }
}

/// Done when the embedded database has ended by itself.
async fn gone(embedded: Option<&mut EmbeddedPostgres>) -> EmbeddedError {
    match embedded {
        Some(embedded) => embedded.exited().await,
        None => std::future::pending().await,
    }
}

/// Brings the database to shape and gives the pools: (web, jobs).
async fn prepare(config: &Config, databases: &Databases, world: &World) -> Result<(Db, Db), StartupError> {
    if databases.private || config.demo {
        let owner = databases.owner().ok_or(StartupError::DemoOwner)?;
        migrate::run(owner.clone()).await?;
        if config.demo {
            demo::prepare(owner, world).await?;
        }
    }
    let web = Db::new(databases.app(), config.db_pool);
    // The queue keeps one connection for its listener and needs others to fetch, beat and sweep beside its jobs.
    let jobs = Db::new(databases.app(), config.job_pool + JOB_OVERHEAD);
    first_jobs(&job_context(config, &jobs, world)?, config.demo).await?;
    Ok((web, jobs))
}

/// What the jobs work with.
fn job_context(config: &Config, db: &Db, world: &World) -> Result<JobContext, StartupError> {
    Ok(JobContext { db: db.clone(), world: world.clone(), mail: Mailer::new(config)?, storage: storage(config)? })
}

async fn run_with(
    config: &Config,
    databases: &Databases,
    part: Part,
    stopped: &Stopped,
    announce: Announce,
) -> Result<(), StartupError> {
    let world = World::real();
    let (web, jobs) = tokio::select! {
        prepared = prepare(config, databases, &world) => prepared?,
        () = stopped.clone().wait() => return Ok(()),
    };
    let state = WorkerState::default();
    let context = job_context(config, &jobs, &world)?;
    let worker = tokio::spawn(work(context, config.clone(), stopped.clone(), state.clone()));
    let outcome = if part == Part::All {
        serve(config, &web, world, state, stopped, announce).await
    } else {
        announce(config);
        stopped.clone().wait().await;
        Ok(())
    };
    if outcome.is_err() {
        worker.abort();
    }
    if worker.await.is_err_and(|error| error.is_panic()) {
        tracing::error!("the job worker panicked");
    }
    web.close().await;
    jobs.close().await;
    outcome
}

/// Serves the pages and REST until the program is stopped.
async fn serve(
    config: &Config,
    web: &Db,
    world: World,
    worker: WorkerState,
    stopped: &Stopped,
    announce: Announce,
) -> Result<(), StartupError> {
    let directory = SharedDirectory::new(Directory::read(web).await?);
    let (files, built) = assets::read(&config.site)?;
    let storage = storage(config)?;
    let cache = PageCache::default();
    tokio::spawn(keep_directory(web.clone(), directory.clone(), cache.clone(), stopped.clone().wait()));
    let carry = CarryKey::kept(&config.data, &world).ok_or(Error::Broken("a sealing key has its length"))?;
    let origins = Origins::kept(&config.data, &world, config.trusted_proxies.as_deref().unwrap_or_default());
    let http = Http {
        backend: backend(web, &world, &directory, &storage)?,
        storage,
        db: web.clone(),
        world,
        directory,
        cookies: Cookies { secure: config.public_url.is_https() },
        carry,
        origins,
        public_host: config.public_url.authority().as_str().into(),
        assets: Arc::new(built),
        files,
        cache,
        worker,
        demo: config.demo,
        secure: config.public_url.is_https(),
    };
    let listener =
        TcpListener::bind(config.listen).await.map_err(|error| StartupError::Listen(config.listen, error))?;
    announce(config);
    // Open boards would keep the listener from ending.
    tokio::spawn({
        let (reception, stopped) = (http.backend.reception.clone(), stopped.clone());
        async move {
            stopped.wait().await;
            reception.end_feeds();
        }
    });
    let limits = Limits::new(config.max_connections);
    http::listener::serve(listener, http::router(&http), limits, stopped.clone().wait()).await;
    Ok(())
}

/// Works the jobs until the program is stopped. A queue that loses its database ends; it is started again.
async fn work(context: JobContext, config: Config, stopped: Stopped, state: WorkerState) {
    let mut pause = Duration::from_secs(1);
    while !stopped.now() {
        let ended = match registry(&context, &config) {
            Ok(registry) => {
                state.set(true);
                registry.run(stopped.clone().wait()).await.map_err(StartupError::from)
            }
            Err(error) => Err(error),
        };
        if stopped.now() {
            return;
        }
        state.set(false);
        match ended {
            Ok(()) => tracing::warn!("the job worker ended and is started again"),
            Err(error) => tracing::error!(%error, "the job worker ended and is started again"),
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stopped.clone().wait() => return,
        }
        pause = (pause * 2).min(Duration::from_secs(30));
    }
}

/// What must not wait for its hour: slots after a first start or a long rest. The demo has them before its first page.
async fn first_jobs(context: &JobContext, demo: bool) -> Result<(), Error> {
    if demo {
        demo::top_up_all(context).await?;
    }
    let mut connection = context.db.directory().await?;
    crate::jobs::enqueue(&mut connection, &visit_jobs::SlotsDue {}, Some("visit:slots_due")).await
}

/// Where papers lie.
fn storage(config: &Config) -> Result<Storage, StartupError> {
    Ok(Storage::open(&config.storage())?)
}

/// The use cases.
pub fn backend(
    db: &Db,
    world: &World,
    directory: &SharedDirectory,
    storage: &Storage,
) -> Result<Backend, StartupError> {
    let norm = Arc::new(NormService::new(db.clone(), world.clone(), directory.clone(), tables::load()?));
    Ok(Backend {
        norm: norm.clone(),
        messages: Arc::new(MessageService::new(db.clone(), world.clone())),
        documents: Arc::new(DocumentService::new(
            db.clone(),
            world.clone(),
            storage.clone(),
            directory.clone(),
            papers::load()?,
        )),
        visits: Arc::new(VisitService::new(db.clone(), world.clone(), directory.clone())),
        applications: Arc::new(ApplicationService::new(db.clone(), world.clone(), directory.clone())),
        casework: Arc::new(CaseworkService::new(db.clone(), world.clone(), directory.clone(), norm.clone())),
        decisions: Arc::new(DecisionService::new(
            db.clone(),
            world.clone(),
            directory.clone(),
            norm.clone(),
            law::load()?,
        )),
        reception: Arc::new(ReceptionService::new(db.clone(), world.clone(), directory.clone())),
    })
}

/// The jobs and when they recur (UTC).
pub fn registry(context: &JobContext, config: &Config) -> Result<Registry, StartupError> {
    let registry = Registry::new(context.clone(), usize::try_from(config.job_pool).unwrap_or(1))
        .with::<visit_jobs::SlotsDue>()
        .with::<visit_jobs::MakeSlots>()
        .every::<visit_jobs::SlotsDue>("7 * * * *")?
        .with::<message_jobs::SendNotice>()
        .with::<document_jobs::Reap>()
        .every::<document_jobs::Reap>("*/10 * * * *")?
        .with::<crate::jobs::tidy::Tidy>()
        .every::<crate::jobs::tidy::Tidy>("17 * * * *")?;
    Ok(if config.demo { registry.with::<demo::TopUp>().every::<demo::TopUp>("*/5 * * * *")? } else { registry })
}

/// Reads the directory anew now and then; when it has changed, the kept pages go.
async fn keep_directory(db: Db, shared: SharedDirectory, cache: PageCache, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return,
            () = tokio::time::sleep(DIRECTORY) => {}
        }
        let Ok(directory) = Directory::read(&db).await else {
            tracing::warn!("the directory of municipalities could not be read anew");
            continue;
        };
        if shared.replace(directory) {
            cache.clear();
        }
    }
}

/// `porten migrate`.
pub async fn migrate(config: &Config) -> Result<(), StartupError> {
    config.owner_database()?;
    let databases = open_for_owner(config).await?;
    let outcome = match databases.owner() {
        Some(owner) => migrate::run(owner.clone()).await.map_err(StartupError::from),
        None => Err(StartupError::DemoOwner),
    };
    databases.close().await;
    outcome
}

/// `porten seed`.
pub async fn seed(config: &Config, world: &World, persons: u32) -> Result<u32, StartupError> {
    let databases = open_for_owner(config).await?;
    let outcome = match databases.owner() {
        Some(owner) => fill(owner, databases.private, world, persons).await,
        None => Err(StartupError::DemoOwner),
    };
    databases.close().await;
    outcome
}

async fn fill(owner: &PgConnectOptions, private: bool, world: &World, persons: u32) -> Result<u32, StartupError> {
    migrate::run(owner.clone()).await?;
    // Somebody's own database never gets the sample municipality unasked.
    if private {
        demo::prepare(owner, world).await?;
    }
    Ok(demo::seed_persons(owner, world, persons).await?)
}

/// `porten law confirm`. Gives the name of the municipality in which the section now holds.
pub async fn confirm_law(config: &Config, world: &World, new: &ConfirmLaw) -> Result<String, StartupError> {
    let law = law::load()?;
    let databases = open_for_owner(config).await?;
    let outcome = match databases.owner() {
        Some(owner) => {
            let db = Db::new(owner.clone(), 1);
            let outcome = confirmation::confirm(&db, world, &law, new).await;
            db.close().await;
            outcome.map_err(StartupError::from)
        }
        None => Err(StartupError::DemoOwner),
    };
    databases.close().await;
    outcome
}

/// `porten jobs`.
pub async fn dead_jobs(config: &Config) -> Result<Vec<crate::jobs::Dead>, StartupError> {
    let databases = open(config).await?;
    let db = Db::new(databases.app(), 1);
    let outcome = crate::jobs::dead(&db).await;
    db.close().await;
    databases.close().await;
    Ok(outcome?)
}

/// The database as its owner needs it: `PORTEN_MIGRATE_URL` alone is enough.
async fn open_for_owner(config: &Config) -> Result<Databases, StartupError> {
    match config.owner_database()? {
        Database::Embedded => open(config).await,
        Database::Url(url) => {
            let owner: PgConnectOptions = url.expose_secret().parse().map_err(|_| StartupError::DatabaseUrl)?;
            Ok(Databases { embedded: None, private: false, app: owner.clone(), owner: Some(owner) })
        }
    }
}
