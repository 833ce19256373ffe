//! Visits (besök): offices open slots, a slot has seats, a person books a seat.
//!
//! Two people can never hold one seat and nobody holds two in one slot: the database keeps both promises, the types
//! here name them. Times are instants; what people read is the local time of the municipality.

mod opening;

pub use opening::{Opening, SlotTime};

use crate::id::{OfficeId, PersonId, SlotId, VisitId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// The longest span of days one may ask slots for.
pub const MAX_SPAN_DAYS: i32 = 62;
/// How far ahead the slot job keeps openings turned into slots.
pub const HORIZON_DAYS: i32 = 35;
/// Characters in the free text about access needs.
pub const MAX_NEEDS: u64 = 500;

/// An office a person can visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    pub office_id: OfficeId,
    /// Short name in addresses: `sodra`.
    pub slug: String,
    pub name: String,
    pub street: String,
    pub phone: String,
}

/// What a visit is for, as far as the calendar needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VisitKind {
    /// The first talk (första besöket): anybody signed in may book it.
    FirstVisit,
}

impl VisitKind {
    /// The name in the database, in REST and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            VisitKind::FirstVisit => "first_visit",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [VisitKind::FirstVisit].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A bookable time with its free seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Slot {
    pub slot_id: SlotId,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub starts_at: Timestamp,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub ends_at: Timestamp,
    pub seats_left: i32,
}

/// Which slots somebody looks for: an office, inclusive local days, a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotQuery {
    pub office: String,
    pub from: Date,
    pub to: Date,
    pub kind: VisitKind,
}

/// Books one seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "validate", derive(validator::Validate))]
#[serde(deny_unknown_fields)]
pub struct BookVisit {
    pub slot_id: SlotId,
    pub kind: VisitKind,
    /// Staff say for whom; an applicant books for herself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<PersonId>,
    /// Language of the talk (BCP 47, for example `ar`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "validate", validate(length(min = 2, max = 35, code = "malformed")))]
    pub language: Option<String>,
    #[serde(default)]
    pub interpreter: bool,
    /// What the office should know to receive the person well: wheelchair, hearing, a calm room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "validate", validate(length(max = "MAX_NEEDS", code = "too_long")))]
    pub needs: Option<String>,
}

/// A booked visit, as the person who holds it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Visit {
    pub visit_id: VisitId,
    pub slot_id: SlotId,
    /// The office's short name.
    pub office: String,
    pub office_name: String,
    pub kind: VisitKind,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub starts_at: Timestamp,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub ends_at: Timestamp,
    /// What to say at the desk instead of a name. Unique for the office and day.
    pub number: i32,
    pub status: VisitStatus,
    pub language: Option<String>,
    pub interpreter: bool,
    pub needs: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VisitStatus {
    Booked,
    Cancelled,
}

impl VisitStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            VisitStatus::Booked => "booked",
            VisitStatus::Cancelled => "cancelled",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [VisitStatus::Booked, VisitStatus::Cancelled].into_iter().find(|status| status.as_str() == name)
    }
}

/// What a person has filled in on the way to a booking, valid or not: the server-side draft of the booking form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingDraft {
    #[serde(default)]
    pub slot_id: String,
    #[serde(default)]
    pub interpreter: bool,
    #[serde(default)]
    pub language: String,
    #[serde(default)]
    pub needs: String,
}
