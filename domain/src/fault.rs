//! What can go wrong in a use case, as codes. Texts live in `locales/`, statuses in the doors (pages and REST).
//!
//! A fault never carries personal data or internal text: it crosses the wire as it is.

use serde::{Deserialize, Serialize};

/// Why a use case did not do what was asked. Nothing was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The input breaks a rule; all faults at once, one per field. HTTP 422.
    Invalid(Vec<FieldFault>),
    /// The input is fine but the world has moved. HTTP 409 (422 for a reused key).
    Conflict(Conflict),
    /// Absent, or not for this actor: the two are never told apart. HTTP 404.
    NotFound,
    /// Nobody is signed in. HTTP 401, pages lead to `/logga-in`.
    SignInRequired,
    /// Too many calls in a short time: slows a machine, never refuses a person. In so many seconds one more is taken.
    /// HTTP 429 with `Retry-After`.
    TooMany { wait: u32 },
    /// The database cannot be reached just now. HTTP 503; trying again is safe.
    Unavailable,
    /// Our fault. The details are in one log line with the request's reference. HTTP 500.
    Internal,
}

/// One faulty field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldFault {
    /// Where, as a JSON pointer (RFC 6901) into the command, for example `/costs/0/amount`.
    pub pointer: String,
    /// What is wrong.
    pub code: FieldCode,
}

impl FieldFault {
    pub fn new(pointer: impl Into<String>, code: FieldCode) -> Self {
        Self { pointer: pointer.into(), code }
    }
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// Must be filled in.
    Required,
    /// Is not whole kronor written in digits.
    NotAnAmount,
    /// Is not a whole number written in digits.
    NotANumber,
    /// Lies outside the allowed range.
    OutOfRange,
    /// Has more characters than there is room for.
    TooLong,
    /// The list has too many entries.
    TooMany,
    /// Is not one of the choices.
    UnknownChoice,
    /// Is not a month written as 2026-11.
    NotAMonth,
    /// Is not a day written as 2026-11-22, or the span of days is wrong.
    NotADate,
    /// There is no verified norm for this month (or for this child's lunch rule in it).
    NormNotKnown,
    /// Only makes sense together with another answer that is not there.
    DoesNotFit,
    /// Has the wrong form.
    Malformed,
    /// Is not a field of this command.
    UnknownField,
    /// Is not a kind of file we can open (JPEG, PNG, PDF), whatever its name says.
    UnknownFileType,
    /// The file is larger than we take.
    FileTooLarge,
    /// The file is empty.
    FileEmpty,
    /// There is no room for more papers in the portal; the desk takes them.
    PapersFull,
}

/// Why a well-formed command could not be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// Somebody else took the last seat of the slot.
    SlotTaken,
    /// The person already has a seat in the slot.
    AlreadyBooked,
    /// The visit has already begun or is over: it can no longer be cancelled.
    VisitPassed,
    /// Somebody saved a newer version in between.
    VersionConflict,
    /// The idempotency key was used before with another command.
    IdempotencyKeyReused,
    /// The application has been sent: its answers no longer change.
    AlreadySent,
    /// Somebody else works on the case.
    CaseTaken,
    /// The case is closed: what lay in it has been joined to another of the same person.
    CaseClosed,
    /// The decision has been published: it no longer changes.
    AlreadyPublished,
    /// The decision cites a section whose number and wording nobody has confirmed yet.
    LawNotConfirmed,
    /// Somebody else has called or finished this number.
    TicketMoved,
    /// Nobody is waiting.
    NobodyWaiting,
}
