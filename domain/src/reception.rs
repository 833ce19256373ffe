//! The desk (reception). It serves all kinds of errands and sees a time and a number, never a name it does not need,
//! a reason, or whether a case exists (OSL 26 kap. 1 §).

use crate::id::VisitId;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Today's booked visitors at one office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskDay {
    /// The office's short name.
    pub office: String,
    pub office_name: String,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub day: Date,
    pub visitors: Vec<DeskVisitor>,
}

/// One booked visitor, as much as the desk may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DeskVisitor {
    pub visit_id: VisitId,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub starts_at: Timestamp,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub ends_at: Timestamp,
    /// What the visitor says instead of a name.
    pub number: i32,
    pub interpreter: bool,
    pub language: Option<String>,
    /// Access needs the visitor wrote for the desk.
    pub needs: Option<String>,
}
