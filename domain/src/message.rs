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

/// How a person comes to know of a message she has not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// By an e-mail, sent or about to be.
    Email,
    /// The e-mail could not be handed over: in another safe way.
    Otherwise,
    /// Nobody has told her: she wants to be rung.
    Ring,
    /// Nobody has told her: she wants a letter.
    Letter,
    /// Nobody has told her: who she is has not been confirmed, and the e-mail address may be another's. At the desk.
    AtDesk,
    /// She wants no contact: she comes or signs in.
    Herself,
    /// Nobody has told her, and she has not said how she may be reached.
    Unsaid,
}

impl Reach {
    pub const ALL: [Reach; 7] =
        [Reach::Email, Reach::Otherwise, Reach::Ring, Reach::Letter, Reach::AtDesk, Reach::Herself, Reach::Unsaid];
    /// Those in which staff do something.
    pub const BY_STAFF: [Reach; 4] = [Reach::Otherwise, Reach::Ring, Reach::Letter, Reach::AtDesk];

    /// The name in the queries and in REST.
    pub fn as_str(self) -> &'static str {
        match self {
            Reach::Email => "email",
            Reach::Otherwise => "otherwise",
            Reach::Ring => "ring",
            Reach::Letter => "letter",
            Reach::AtDesk => "at_desk",
            Reach::Herself => "herself",
            Reach::Unsaid => "unsaid",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reach| reach.as_str() == name)
    }
}

/// A message the person has not read, or that waits to be written until somebody has confirmed who she is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Unread {
    pub person_id: PersonId,
    pub name: String,
    pub kind: MessageKind,
    /// The application or the decision it is about.
    pub about: Uuid,
    pub reach: Reach,
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
        for reach in Reach::ALL {
            assert_eq!(Reach::from_name(reach.as_str()), Some(reach));
            assert_eq!(serde_json::to_value(reach).ok(), Some(reach.as_str().into()), "one name everywhere");
        }
    }
}
