//! Messages (meddelanden): what we tell a person, read signed in. A notice elsewhere only says that there is one.

use crate::{
    application::Way,
    id::{MessageId, PersonId},
};
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
    /// Those in which staff do something; for [`Reach::Unsaid`] not before [`UNSAID_DAYS`].
    pub const BY_STAFF: [Reach; 5] = [Reach::Otherwise, Reach::Ring, Reach::Letter, Reach::AtDesk, Reach::Unsaid];

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

    /// How somebody will come to know of what is published now, by the safe way she has named. `claimed`: who she is has not
    /// been confirmed, and then no e-mail goes, since the address may be another's.
    pub fn ahead(way: Option<Way>, claimed: bool) -> Self {
        match way {
            Some(Way::Silent) => Reach::Herself,
            Some(Way::Phone) => Reach::Ring,
            Some(Way::Letter) => Reach::Letter,
            _ if claimed => Reach::AtDesk,
            Some(Way::Email) => Reach::Email,
            None => Reach::Unsaid,
        }
    }

    /// In which ways staff tell her, the likeliest first.
    pub fn ways(self) -> &'static [How] {
        match self {
            Reach::Email | Reach::Herself => &[],
            Reach::Ring => &[How::Called, How::InPerson, How::Otherwise],
            Reach::Letter => &[How::Letter, How::InPerson, How::Otherwise],
            Reach::AtDesk => &[How::InPerson, How::Otherwise],
            Reach::Unsaid => &[How::InPerson, How::Letter, How::Otherwise],
            Reach::Otherwise => &How::ALL,
        }
    }
}

/// Whole days after which staff are to tell somebody who has not said how she may be reached, if she has not opened it.
/// Most of those have an e-ID and soon sign in by themselves; what nobody has opened in a few days goes by letter, or is said
/// when she comes.
pub const UNSAID_DAYS: i8 = 3;

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

/// How a party will come to know of a decision once it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Ahead {
    pub person_id: PersonId,
    pub name: String,
    pub reach: Reach,
}

/// How somebody of the staff told a person that there is something to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Rang and spoke with her.
    Called,
    /// Sent a letter.
    Letter,
    /// Said it to her, at the desk or at a visit.
    InPerson,
    /// In another way.
    Otherwise,
}

impl How {
    pub const ALL: [How; 4] = [How::Called, How::Letter, How::InPerson, How::Otherwise];

    /// The name in the database, in forms and in REST.
    pub fn as_str(self) -> &'static str {
        match self {
            How::Called => "called",
            How::Letter => "letter",
            How::InPerson => "in_person",
            How::Otherwise => "otherwise",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.as_str() == name)
    }
}

/// Says that a party has been told of a decision, or that her application has arrived.
///
/// It says what we have done and no more. It is not that she has received the decision (fått del av beslutet): only
/// opening it writes that ([`crate::decision`]), and her time to appeal (FL 44 §) does not begin with this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SayTold {
    pub person_id: PersonId,
    pub kind: MessageKind,
    /// The decision or the application.
    pub about: Uuid,
    pub how: How,
}

/// That somebody of the staff has told a party. Never changed, and not a receipt: see [`SayTold`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Told {
    pub person_id: PersonId,
    pub kind: MessageKind,
    /// The decision or the application.
    pub about: Uuid,
    pub how: How,
    /// Who told her.
    pub by: String,
    #[cfg_attr(feature = "schema", schema(value_type = String, format = DateTime))]
    pub told_at: Timestamp,
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
        for how in How::ALL {
            assert_eq!(How::from_name(how.as_str()), Some(how));
            assert_eq!(serde_json::to_value(how).ok(), Some(how.as_str().into()), "one name everywhere");
        }
    }

    #[test]
    fn whom_staff_are_to_tell_can_be_told() {
        for reach in Reach::ALL {
            assert_eq!(reach.ways().is_empty(), !Reach::BY_STAFF.contains(&reach), "{reach:?}");
        }
        for (way, reach, claimed) in [
            (Some(Way::Email), Reach::Email, Reach::AtDesk),
            (Some(Way::Phone), Reach::Ring, Reach::Ring),
            (Some(Way::Letter), Reach::Letter, Reach::Letter),
            (Some(Way::Silent), Reach::Herself, Reach::Herself),
            (None, Reach::Unsaid, Reach::AtDesk),
        ] {
            assert_eq!((Reach::ahead(way, false), Reach::ahead(way, true)), (reach, claimed), "{way:?}");
        }
    }
}
