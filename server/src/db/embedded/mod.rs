//! The database that porten brings along: a private `PostgreSQL` cluster in the data folder, for as long as porten runs.
//!
//! With no `DATABASE_URL`, porten finds the `PostgreSQL` programs of the machine, makes a cluster on first use, starts it
//! and stops it again. Nobody installs, configures or secures a database to try porten or to run it in a small place.
//!
//! What lies in the data folder:
//!
//! | name | what | why so |
//! |---|---|---|
//! | `porten.lock` | locked while a porten uses the folder; holds its pid | two postmasters on one cluster would destroy it; the lock goes when the process dies, however it dies |
//! | `postgres/` | the cluster | made as `postgres.new/` and renamed, so that a half-made one is never taken for a whole one |
//! | `postgres-conf/` | configuration, written anew at every start | outside the cluster: porten as root writes nothing into a folder that the less privileged user owns |
//! | `postgres-run/` | the socket, mode 0700 | nobody else on the machine gets as far as the password-free door. Where its path is too long for a socket (107 bytes) it lies in the folder for temporary files, under a hash of the data folder's path |
//! | `postgres.owner` | pid of the postmaster that porten started | tells a postmaster left by a killed porten from somebody else's |
//! | `postgres.log` | the server's log, without statements, values and rows | it must not hold personal data |
//!
//! There is no TCP and there are no passwords: the kernel says who is at the other end of the socket (peer), and only the
//! user that porten runs as may be `porten_owner`, `porten_app` or the superuser `postgres`.
//!
//! `PostgreSQL` refuses to run as root. When porten runs as root (a container, a fresh machine), the cluster belongs to the
//! operating system's user `postgres`, who must be able to reach the data folder.
//!
//! The postmaster has a process group of its own: Ctrl-C in a terminal goes to all of the foreground group, and the
//! database must outlive porten's draining.

mod account;
mod configuration;
mod error;
mod folder;
mod postmaster;
mod programs;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::Signal;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions, Connection};
use tokio::process::Child;
use tokio::time::{Instant, timeout};

pub use self::error::EmbeddedError;

use self::account::Account;
use self::programs::Programs;
use crate::config::Config;

/// The role that owns the tables and migrates.
pub const OWNER_ROLE: &str = "porten_owner";
/// The role of web and jobs: owns nothing, bound by row level security.
pub const APP_ROLE: &str = "porten_app";
/// The database.
pub const DATABASE: &str = "porten";

const SUPERUSER: &str = "postgres";
const PORT: u16 = 5432; // only a part of the socket's name
const POLL: Duration = Duration::from_millis(10);
const FAST_SHUTDOWN: Duration = Duration::from_secs(30);
const IMMEDIATE_SHUTDOWN: Duration = Duration::from_secs(10);

/// Where and how to run the embedded database.
#[derive(Debug, Clone)]
pub struct EmbeddedSettings {
    /// The data folder; made if missing.
    pub data: PathBuf,
    /// The folder with `PostgreSQL`'s programs. `None`: search.
    pub programs: Option<PathBuf>,
    /// The folders to search first: `PATH`.
    pub program_folders: Vec<PathBuf>,
    /// The folder for temporary files, which takes the socket when the data folder's path is too long for one.
    pub temp: PathBuf,
    /// How long the server may take until it answers. After a crash it reads its journal first, which may take a while.
    pub start_timeout: Duration,
    /// Whether what is committed survives a power cut. `false` is for tests alone: it saves them seconds of waiting for the
    /// disk, and still survives the death of porten and of the server.
    pub durable: bool,
}

impl From<&Config> for EmbeddedSettings {
    fn from(config: &Config) -> Self {
        Self {
            data: config.data.clone(),
            programs: config.pg_bin.clone(),
            program_folders: config.program_folders.clone(),
            temp: config.temp.clone(),
            start_timeout: Duration::from_mins(2),
            durable: true,
        }
    }
}

/// A running embedded database. Call [`EmbeddedPostgres::stop`] when all connections are closed; a value that is dropped
/// without asks the server to shut down and does not wait.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    child: Option<Child>,
    socket_folder: PathBuf,
    owner_file: PathBuf,
    log: ServerLog,
    _lock: folder::Lock,
}

impl EmbeddedPostgres {
    /// Starts the database of the data folder and waits until it answers. Makes the cluster, the roles and the database
    /// where they are missing. A postmaster left by a killed porten is shut down first; nothing that was committed is lost.
    pub async fn start(settings: EmbeddedSettings) -> Result<Self, EmbeddedError> {
        let began = Instant::now();
        let account = Account::find()?;
        let data = folder::data(&settings.data, &account)?;
        let lock = folder::Lock::take(&data)?;
        let cluster = data.join("postgres");
        let made_by = folder::cluster_version(&cluster, &account)?;
        let programs = Programs::find(&settings, &account, made_by.as_deref(), &data).await?;

        let owner_file = data.join("postgres.owner");
        let configuration = data.join("postgres-conf");
        postmaster::replace_leftover(&cluster, &configuration, &owner_file).await?;
        let socket_folder = folder::socket(&data, &settings.temp, &account)?;
        if !socket_folder.starts_with(&data) {
            programs.check_reach(&socket_folder, &account).await?;
        }
        if made_by.is_none() {
            make_cluster(&data, &cluster, &programs, &account, settings.durable).await?;
        }
        configuration::write(&configuration, &account, settings.durable)?;
        let log = ServerLog::open(data.join("postgres.log"))?;

        let child = spawn(&programs, &account, &cluster, &configuration, &socket_folder, &log)?;
        let mut server = Self { child: Some(child), socket_folder, owner_file, log, _lock: lock };
        match server.make_ready(settings.start_timeout).await {
            Ok(()) => {
                tracing::info!(
                    version = programs.major,
                    new = made_by.is_none(),
                    milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
                    "embedded database started"
                );
                Ok(server)
            }
            Err(error) => {
                server.stop().await;
                Err(error)
            }
        }
    }

    /// How web and jobs connect: as `porten_app`.
    pub fn app_options(&self) -> PgConnectOptions {
        self.options(APP_ROLE, DATABASE)
    }

    /// How migrations connect: as `porten_owner`.
    pub fn owner_options(&self) -> PgConnectOptions {
        self.options(OWNER_ROLE, DATABASE)
    }

    /// How maintenance and tests connect: as the superuser, who sees everything. Never for serving.
    pub fn superuser_options(&self) -> PgConnectOptions {
        self.options(SUPERUSER, SUPERUSER)
    }

    fn options(&self, role: &str, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket_folder)
            .port(PORT)
            .username(role)
            .database(database)
            .ssl_mode(PgSslMode::Disable) // nobody listens in on a local socket
            .application_name("porten")
    }

    /// Waits until the server ends by itself, which it does not unless somebody or something kills it, and says why.
    /// porten is of no use then, until it starts it again.
    pub async fn exited(&mut self) -> EmbeddedError {
        let Some(child) = &mut self.child else {
            return std::future::pending().await;
        };
        match child.wait().await {
            Ok(status) => EmbeddedError::Exited { status, log: self.log.path.clone(), tail: self.log.tail() },
            Err(source) => EmbeddedError::Io { doing: "wait for the database server".to_owned(), source },
        }
    }

    /// Shuts down: running statements are cut off, what was committed is written out. Waits for the end; a server that
    /// takes longer than half a minute is stopped without writing out, and recovers from its journal at the next start.
    pub async fn stop(mut self) {
        let Some(mut child) = self.child.take() else { return };
        for (signal, patience) in [(Signal::SIGINT, FAST_SHUTDOWN), (Signal::SIGQUIT, IMMEDIATE_SHUTDOWN)] {
            postmaster::signal(child.id(), signal);
            if timeout(patience, child.wait()).await.is_ok() {
                // Without this file a later process that happens to get the same pid cannot be taken for ours.
                if let Err(error) = std::fs::remove_file(&self.owner_file) {
                    tracing::warn!(%error, "cannot remove postgres.owner");
                }
                return;
            }
            tracing::warn!(signal = signal.as_str(), "the embedded database does not stop");
        }
        if let Err(error) = child.kill().await {
            tracing::error!(%error, "cannot kill the embedded database");
        }
    }

    async fn make_ready(&mut self, patience: Duration) -> Result<(), EmbeddedError> {
        if let Some(pid) = self.child.as_ref().and_then(Child::id) {
            folder::write(&self.owner_file, &format!("{pid}\n"))?;
        }
        let mut connection = self.first_connection(patience).await?;
        make_roles_and_database(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }

    async fn first_connection(&mut self, patience: Duration) -> Result<PgConnection, EmbeddedError> {
        let options = self.superuser_options();
        let deadline = Instant::now() + patience;
        let mut pause = Duration::from_millis(2);
        loop {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            if let Some(status) = ended {
                return Err(EmbeddedError::Exited { status, log: self.log.path.clone(), tail: self.log.tail() });
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match timeout(left, options.connect()).await {
                Ok(Ok(connection)) => return Ok(connection),
                // "The database system is starting up" is the one refusal that passes.
                Ok(Err(sqlx::Error::Database(error))) if error.code().as_deref() != Some("57P03") => {
                    return Err(EmbeddedError::Database(sqlx::Error::Database(error)));
                }
                Ok(Err(_)) if !left.is_zero() => tokio::time::sleep(pause.min(left)).await,
                _ => return Err(EmbeddedError::StartTimeout { patience, log: self.log.path.clone() }),
            }
            pause = (pause * 2).min(Duration::from_millis(100));
        }
    }
}

impl Drop for EmbeddedPostgres {
    fn drop(&mut self) {
        // The shutdown goes on after porten has ended; should the next start come before its end, that waits for it.
        if let Some(child) = &self.child {
            postmaster::signal(child.id(), Signal::SIGINT);
        }
    }
}

async fn make_cluster(
    data: &Path,
    cluster: &Path,
    programs: &Programs,
    account: &Account,
    durable: bool,
) -> Result<(), EmbeddedError> {
    let new = data.join("postgres.new");
    // Left by a porten that died while it was at it.
    match std::fs::remove_dir_all(&new) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            return Err(EmbeddedError::NotWritable { folder: new, source });
        }
        _ => {}
    }
    // C.UTF-8 is not on every system. Both sort by code point; what people see is sorted by language elsewhere.
    for locale in ["C.UTF-8", "C"] {
        folder::private(&new, account)?;
        let output = account
            .command(&programs.initdb())
            .arg("--pgdata")
            .arg(&new)
            .arg(format!("--locale={locale}"))
            .arg(format!("--username={SUPERUSER}"))
            .args(["--encoding=UTF8", "--auth-local=peer", "--auth-host=reject", "--data-checksums"])
            .args((!durable).then_some("--no-sync"))
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|source| EmbeddedError::Io { doing: format!("run {}", programs.initdb().display()), source })?;
        if output.status.success() {
            std::fs::rename(&new, cluster)
                .map_err(|source| EmbeddedError::NotWritable { folder: cluster.to_owned(), source })?;
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if locale == "C" || !said.contains("locale") {
            return Err(EmbeddedError::InitFailed { said });
        }
    }
    Ok(())
}

fn spawn(
    programs: &Programs,
    account: &Account,
    cluster: &Path,
    configuration: &Path,
    socket_folder: &Path,
    log: &ServerLog,
) -> Result<Child, EmbeddedError> {
    let failed = |source| EmbeddedError::Io { doing: format!("run {}", programs.postgres().display()), source };
    let mut command = account.command(&programs.postgres());
    command.arg("-D").arg(cluster).arg("-k").arg(socket_folder).arg("-p").arg(PORT.to_string());
    for (name, path) in configuration::files(configuration) {
        command.arg("-c").arg(configuration::assignment(name, &path));
    }
    command
        .process_group(0)
        .stdout(log.file.try_clone().map_err(failed)?)
        .stderr(log.file.try_clone().map_err(failed)?)
        .stdin(Stdio::null())
        .spawn()
        .map_err(failed)
}

async fn make_roles_and_database(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let roles: Vec<(String, bool)> = sqlx::query_as(
        "SELECT rolname::text, rolcanlogin AND NOT (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication) \
         FROM pg_roles WHERE rolname IN ('porten_owner', 'porten_app')",
    )
    .fetch_all(&mut *connection)
    .await?;
    let role = |name: &str| roles.iter().find(|(role, _)| role == name).map(|(_, right)| *right);
    let wishes = [
        (
            role(OWNER_ROLE),
            "CREATE ROLE porten_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION",
            "ALTER ROLE porten_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION",
        ),
        (
            role(APP_ROLE),
            "CREATE ROLE porten_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION",
            "ALTER ROLE porten_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION",
        ),
    ];
    for (found, create, alter) in wishes {
        match found {
            None => sqlx::raw_sql(create).execute(&mut *connection).await.map(drop)?,
            Some(false) => sqlx::raw_sql(alter).execute(&mut *connection).await.map(drop)?,
            Some(true) => {}
        }
    }

    // No access list means the defaults: everybody may connect and make temporary tables.
    let restricted: Option<bool> =
        sqlx::query_scalar("SELECT datacl IS NOT NULL FROM pg_database WHERE datname = 'porten'")
            .fetch_optional(&mut *connection)
            .await?;
    if restricted.is_none() {
        sqlx::raw_sql("CREATE DATABASE porten OWNER porten_owner").execute(&mut *connection).await?;
    }
    if restricted != Some(true) {
        sqlx::raw_sql("REVOKE ALL ON DATABASE porten FROM PUBLIC; GRANT CONNECT ON DATABASE porten TO porten_app")
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The server's log, and where in it this start begins.
#[derive(Debug)]
struct ServerLog {
    path: PathBuf,
    file: File,
    start: u64,
}

impl ServerLog {
    /// Lines quoted in an error.
    const TAIL: usize = 10;
    /// A log larger than this many bytes is set aside as `postgres.log.1`, so that it takes a bounded place.
    const FULL: u64 = 16 << 20;

    fn open(path: PathBuf) -> Result<Self, EmbeddedError> {
        let open = || {
            if std::fs::metadata(&path).is_ok_and(|log| log.len() > Self::FULL) {
                std::fs::rename(&path, path.with_extension("log.1"))?;
            }
            let file = folder::log_file(&path)?;
            let start = file.metadata()?.len();
            Ok((file, start))
        };
        match open() {
            Ok((file, start)) => Ok(Self { path, file, start }),
            Err(source) => Err(EmbeddedError::NotWritable { folder: path, source }),
        }
    }

    fn tail(&self) -> String {
        let log = std::fs::read(&self.path).unwrap_or_default();
        let new = usize::try_from(self.start).ok().and_then(|start| log.get(start..)).unwrap_or_default();
        let new = String::from_utf8_lossy(new);
        let lines: Vec<&str> = new.lines().collect();
        lines[lines.len().saturating_sub(Self::TAIL)..].join("\n")
    }
}
