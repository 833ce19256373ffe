//! Errors inside the server. At the door of a use case they become a [`Fault`]: what the caller may know crosses, the
//! rest goes into one log line, inside the request's span and therefore with its reference.

use domain::{Conflict, Fault, FieldFault};
use std::error::Error as _;

/// What a service or a store can fail with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller may know.
    #[error("refused")]
    Fault(Fault),
    #[error("database")]
    Database(#[from] sqlx::Error),
    #[error("encoding")]
    Encoding(#[from] serde_json::Error),
    /// The world is not as the code relies on.
    #[error("broken promise: {0}")]
    Broken(&'static str),
}

impl Error {
    pub fn not_found() -> Self {
        Error::Fault(Fault::NotFound)
    }

    pub fn invalid(faults: Vec<FieldFault>) -> Self {
        Error::Fault(Fault::Invalid(faults))
    }
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        Error::Fault(Fault::Conflict(conflict))
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Error::Fault(fault)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        match error {
            Error::Fault(fault) => fault,
            Error::Database(error) if is_passing(&error) => {
                tracing::warn!(error = describe(&error), "the database could not answer");
                Fault::Unavailable
            }
            Error::Database(error) if is_unstorable(&error) => Fault::Invalid(Vec::new()),
            Error::Database(error) => {
                tracing::error!(error = describe(&error), "database error");
                Fault::Internal
            }
            Error::Encoding(error) => {
                // A JSON error quotes the value it stumbled over: only its place is told.
                tracing::error!(line = error.line(), column = error.column(), "encoding error");
                Fault::Internal
            }
            Error::Broken(promise) => {
                tracing::error!(promise, "broken promise");
                Fault::Internal
            }
        }
    }
}

/// Whether trying again later is the remedy.
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            // Connection lost or refused, too many connections, shutdown, lock or statement time-out, deadlock.
            code.starts_with("08")
                || code.starts_with("57P")
                || matches!(&*code, "53300" | "55P03" | "57014" | "40P01" | "40001")
        }),
        _ => false,
    }
}

/// Whether the caller sent text that PostgreSQL cannot hold: the character NUL, as text or inside JSON. Nobody types it.
fn is_unstorable(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| matches!(&*code, "22021" | "22P05"))
}

/// A database error without the data in it: PostgreSQL's detail and message can quote rows.
pub fn describe(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            let table = database.table().unwrap_or("-");
            let constraint = database.constraint().unwrap_or("-");
            format!("sqlstate {code} table {table} constraint {constraint}")
        }
        sqlx::Error::Io(error) => format!("io {}", error.kind()),
        sqlx::Error::ColumnDecode { index, .. } => format!("cannot decode column {index}"),
        other => {
            let source = other.source().map(|_| " (with source)").unwrap_or_default();
            let kind = format!("{other:?}");
            let kind: String = kind.chars().take_while(|letter| letter.is_alphanumeric()).collect();
            format!("{kind}{source}")
        }
    }
}
