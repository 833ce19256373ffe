//! Who acts. Every use case takes an [`Actor`] first: authorisation lives in the service and no door can forget it.

use crate::id::{MunicipalityId, OfficeId, PersonId, StaffId};
use serde::{Deserialize, Serialize};

/// Who asks for something, in which municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The municipality of the address (by Host) or of the job. A session of another municipality is no session here.
    pub municipality: MunicipalityId,
    pub who: Who,
    /// For the limits only.
    pub origin: Origin,
}

/// Where a call came from: keyed hashes made at the door of the client's address, so that the address itself goes no
/// further. Calls from nowhere (a job, a test) share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Origin {
    /// What one household has: an IPv4 address, the first 64 bits of an IPv6 address.
    pub address: [u8; 32],
    /// What one subscriber can have many of: the first 24 bits of an IPv4 address, 48 of an IPv6 address.
    pub network: [u8; 32],
}

/// Who the actor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Nobody is signed in.
    Anonymous,
    /// A signed-in applicant, acting for herself.
    Applicant { person: PersonId, session: SessionRef },
    /// Somebody without e-ID who fills in or has sent an application. Who she is is only claimed: she sees what she
    /// wrote herself in this application and nothing of any case.
    Guest { person: PersonId, session: SessionRef },
    /// A signed-in member of staff.
    Staff { staff: StaffId, office: OfficeId, roles: Vec<Role>, session: SessionRef },
    /// The program itself, in a job.
    System,
}

/// Tells sessions apart in the audit log without being the secret: the first bytes of the stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SessionRef(pub i64);

/// What a member of staff may do. A person can have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reception (serves all kinds of errands, never sees whether a case exists).
    Desk,
    /// On-call caseworker (jour) in the reception.
    OnCall,
    /// Intake caseworker (mottagningsgrupp).
    Intake,
    /// Caseworker (handläggare).
    Caseworker,
    /// Administrator of the municipality: its settings, never a person or a case.
    Administrator,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Desk, Role::OnCall, Role::Intake, Role::Caseworker, Role::Administrator];

    /// The name in the database and in logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Desk => "desk",
            Role::OnCall => "on_call",
            Role::Intake => "intake",
            Role::Caseworker => "caseworker",
            Role::Administrator => "administrator",
        }
    }

    /// The role with this name, if there is one.
    pub fn from_name(name: &str) -> Option<Role> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

impl Actor {
    pub fn anonymous(municipality: MunicipalityId) -> Self {
        Self { municipality, who: Who::Anonymous, origin: Origin::default() }
    }

    pub fn system(municipality: MunicipalityId) -> Self {
        Self { municipality, who: Who::System, origin: Origin::default() }
    }

    /// The signed-in applicant's person.
    pub fn person(&self) -> Option<PersonId> {
        match self.who {
            Who::Applicant { person, .. } => Some(person),
            _ => None,
        }
    }

    /// The person who fills in an application for herself, signed in or as a guest.
    pub fn applying(&self) -> Option<PersonId> {
        match self.who {
            Who::Applicant { person, .. } | Who::Guest { person, .. } => Some(person),
            _ => None,
        }
    }

    pub fn is_staff(&self) -> bool {
        matches!(self.who, Who::Staff { .. })
    }

    pub fn has_role(&self, role: Role) -> bool {
        matches!(&self.who, Who::Staff { roles, .. } if roles.contains(&role))
    }

    pub fn session(&self) -> Option<SessionRef> {
        match self.who {
            Who::Applicant { session, .. } | Who::Guest { session, .. } | Who::Staff { session, .. } => Some(session),
            Who::Anonymous | Who::System => None,
        }
    }
}
