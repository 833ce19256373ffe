//! Identifiers: UUIDv7, opaque, one type each so that they cannot be mixed up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A municipality (kommun): owns all data; the first column of every key.
    MunicipalityId,
    /// An office (stadsdelsförvaltning, a district).
    OfficeId,
    /// A person: applicant, partner, child.
    PersonId,
    /// A member of staff.
    StaffId,
    /// A bookable time at an office (tid).
    SlotId,
    /// A booked visit (besök).
    VisitId,
    /// A case (ärende).
    CaseId,
    /// An application (ansökan).
    ApplicationId,
    /// A paper somebody showed (handling).
    DocumentId,
    /// Stored bytes.
    ObjectId,
    /// A place in the queue (könummer).
    TicketId,
    /// A decision (beslut).
    DecisionId,
    /// A message to a person (meddelande).
    MessageId,
    /// What staff wrote down in a case (journalanteckning).
    NoteId,
}
