//! What can keep the embedded database from running, and what to do about it.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use thiserror::Error;

/// Why the embedded database does not run. Each text says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No usable `PostgreSQL` on this machine.
    #[error(
        "no usable PostgreSQL programs (initdb and postgres, version 15 or newer) were found. Install PostgreSQL (on Debian: \
         apt-get install postgresql), or set PORTEN_PG_BIN to the folder of its programs, or DATABASE_URL to a database of \
         your own.{}", list(.looked)
    )]
    NoPrograms {
        /// Where programs lay that could not be used, with the reason, or where there were none.
        looked: Vec<String>,
    },

    /// The cluster was made by a `PostgreSQL` that is not here.
    #[error(
        "the embedded database in {} was made by PostgreSQL {made_by}, which is not on this machine; found: {found}. Install \
         PostgreSQL {made_by} beside it, or move the data with pg_upgrade or pg_dump.", .data.display()
    )]
    OtherVersion {
        /// The data folder.
        data: PathBuf,
        /// The major version that made it.
        made_by: String,
        /// The versions that were found.
        found: String,
    },

    /// porten may not write where it must.
    #[error(
        "{} cannot be written ({source}). Set PORTEN_DATA to a folder that the user running porten may write, or make this \
         one writable for that user.", .folder.display()
    )]
    NotWritable {
        /// What could not be made or written.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// The user that `PostgreSQL` runs as cannot reach the data folder.
    #[error(
        "porten runs as root, so PostgreSQL runs as the user `{user}`, who may not enter {}. Set PORTEN_DATA to a folder that \
         this user can reach, such as /var/lib/porten, or run porten as an ordinary user.", .folder.display()
    )]
    Unreachable {
        /// The folder in the way.
        folder: PathBuf,
        /// The user of the database server.
        user: String,
    },

    /// porten runs as root and there is nobody to run `PostgreSQL` as.
    #[error(
        "porten runs as root, which PostgreSQL refuses, and there is no user `{user}` to run it as. Create that user \
         (installing PostgreSQL's packages does), run porten as an ordinary user, or set DATABASE_URL."
    )]
    NoDatabaseUser {
        /// The missing user.
        user: String,
    },

    /// The user that porten runs as is only a number.
    #[error(
        "porten runs as the user with number {uid}, which has no name; PostgreSQL needs one to know who connects. Give it a \
         line in /etc/passwd, or set DATABASE_URL."
    )]
    NoUserName {
        /// The number.
        uid: u32,
    },

    /// The cluster belongs to another user.
    #[error(
        "{} does not belong to the user `{user}`, whom PostgreSQL would run as. Start porten as the same user as before, or \
         hand the folder over: chown -R {user} {}", .folder.display(), .folder.display()
    )]
    WrongOwner {
        /// The folder of the cluster.
        folder: PathBuf,
        /// Who should own it.
        user: String,
    },

    /// Something else lies where the cluster should be.
    #[error(
        "{} holds something that is not a PostgreSQL database. Move it away, or set PORTEN_DATA to another folder.", .folder.display()
    )]
    NotACluster {
        /// The folder.
        folder: PathBuf,
    },

    /// A folder that must be private is not.
    #[error("{} {reason}, so it is not safe for the database's socket. Remove it; porten makes it anew.", .folder.display())]
    UnsafeFolder {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// Another porten has the data folder.
    #[error(
        "{} is in use by a live process ({}). Stop that one first, or set PORTEN_DATA to another folder.", .data.display(),
        .pid.map_or_else(|| "its pid is not known".to_owned(), |pid| format!("pid {pid}"))
    )]
    InUse {
        /// The data folder.
        data: PathBuf,
        /// The other porten.
        pid: Option<u32>,
    },

    /// A `PostgreSQL` server that porten did not start has the cluster.
    #[error(
        "a PostgreSQL server that porten did not start is running on {} (pid {pid}). Stop it first: pg_ctl stop -D {}",
        .cluster.display(), .cluster.display()
    )]
    ForeignServer {
        /// The folder of the cluster.
        cluster: PathBuf,
        /// The server.
        pid: u32,
    },

    /// The server left by a killed porten does not go away.
    #[error(
        "the PostgreSQL server left by an earlier porten (pid {pid}) does not stop. End that process, then start again."
    )]
    LeftoverStays {
        /// The server.
        pid: u32,
    },

    /// The cluster could not be made.
    #[error("the database could not be made; initdb said:\n{said}")]
    InitFailed {
        /// What initdb wrote.
        said: String,
    },

    /// The server ended.
    #[error("the database server ended ({status}). The end of its log, {}:\n{tail}", .log.display())]
    Exited {
        /// How it ended.
        status: ExitStatus,
        /// The log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },

    /// The server does not answer.
    #[error(
        "the database server did not answer within {} seconds. Its log, {}, says what it was doing; after a crash it may \
         only need longer: start again.", .patience.as_secs_f32(), .log.display()
    )]
    StartTimeout {
        /// How long porten waited.
        patience: Duration,
        /// The log.
        log: PathBuf,
    },

    /// The server refuses what porten needs of it.
    #[error("the embedded database refused to be set up: {0}")]
    Database(#[from] sqlx::Error),

    /// The system refuses.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was tried.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
}

fn list(looked: &[String]) -> String {
    looked.iter().fold(String::new(), |mut text, line| {
        // Writing to a String does not fail.
        let _ = write!(text, "\n  {line}");
        text
    })
}
