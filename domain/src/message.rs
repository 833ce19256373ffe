//! Messages (meddelanden): what we tell a person, read signed in. A notice elsewhere only says that there is one.

use crate::id::{MessageId, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// The receipt of an application.
    ApplicationReceived,
    /// There is a decision to read. Says neither good nor bad news.
    Decision,
}

impl MessageKind {
    pub const ALL: [MessageKind; 2] = [MessageKind::ApplicationReceived, MessageKind::Decision];

    /// The name in the database and in REST.
    pub fn as_str(self) -> &'static str {
        match self {
            MessageKind::ApplicationReceived => "application_received",
            MessageKind::Decision => "decision",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A message, as the person it was written to sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Message {
    pub message_id: MessageId,
    pub kind: MessageKind,
    /// The application or the decision it is about.
    pub about: Uuid,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub sent_at: Timestamp,
    /// When it was marked as read, or what it is about was opened.
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub read_at: Option<Timestamp>,
}

/// A message whose notice could not be handed over for good, and which the person has not read: she does not know of it and
/// is to be reached in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Unreached {
    pub person_id: PersonId,
    pub kind: MessageKind,
    /// The application or the decision it is about.
    pub about: Uuid,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub sent_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_name_and_comes_back_by_it() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::from_name(kind.as_str()), Some(kind));
        }
        assert_eq!(MessageKind::from_name("bill"), None);
    }
}
