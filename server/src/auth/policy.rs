//! Who may do what. Every service asks here first; what is not allowed answers as if it did not exist.

use domain::{
    Actor, Fault,
    account::{Role, Who},
    id::{OfficeId, PersonId, StaffId},
};

/// For whom a visit is booked, cancelled or listed: an applicant for herself, the desk and caseworkers for somebody
/// they name.
pub fn visits_of(actor: &Actor, named: Option<PersonId>) -> Result<PersonId, Fault> {
    match (&actor.who, named) {
        (Who::Applicant { person, .. }, None) => Ok(*person),
        (Who::Applicant { person, .. }, Some(named)) if named == *person => Ok(*person),
        (Who::Staff { roles, .. }, Some(named)) if may_book(roles) => Ok(named),
        (Who::Anonymous, _) => Err(Fault::SignInRequired),
        _ => Err(Fault::NotFound),
    }
}

/// Who fills in, sends and sees an application for herself: signed in, or a guest what she wrote herself.
pub fn applying(actor: &Actor) -> Result<PersonId, Fault> {
    match actor.who {
        Who::Anonymous => Err(Fault::SignInRequired),
        _ => actor.applying().ok_or(Fault::NotFound),
    }
}

/// The only office whose visits the actor may see or cancel: staff their own; an applicant's own visits lie anywhere.
pub fn visits_at(actor: &Actor) -> Option<OfficeId> {
    match actor.who {
        Who::Staff { office, .. } => Some(office),
        _ => None,
    }
}

/// The only office whose parties the actor may book for and list: a caseworker's. Whoever receives people, at the desk, on
/// call or in the intake, also meets those who have no case.
pub fn persons_at(actor: &Actor) -> Option<OfficeId> {
    match &actor.who {
        Who::Staff { office, roles, .. }
            if !roles.iter().any(|role| matches!(role, Role::Desk | Role::OnCall | Role::Intake)) =>
        {
            Some(*office)
        }
        _ => None,
    }
}

/// Whose messages the actor may read: a signed-in applicant her own. A guest's identity is only claimed: she sees none.
pub fn messages_of(actor: &Actor) -> Result<PersonId, Fault> {
    match actor.who {
        Who::Applicant { person, .. } => Ok(person),
        Who::Anonymous => Err(Fault::SignInRequired),
        _ => Err(Fault::NotFound),
    }
}

/// Whose decisions the actor may read: a signed-in applicant her own. A guest's identity is only claimed: she sees none.
pub fn decisions_of(actor: &Actor) -> Result<PersonId, Fault> {
    match actor.who {
        Who::Applicant { person, .. } => Ok(person),
        Who::Anonymous => Err(Fault::SignInRequired),
        _ => Err(Fault::NotFound),
    }
}

/// Who prepares and makes decisions, and at which office's cases: the intake and the caseworker.
pub fn decide(actor: &Actor) -> Result<(StaffId, OfficeId), Fault> {
    match &actor.who {
        Who::Staff { staff, office, roles, .. }
            if roles.iter().any(|role| matches!(role, Role::Intake | Role::Caseworker)) =>
        {
            Ok((*staff, *office))
        }
        Who::Anonymous => Err(Fault::SignInRequired),
        _ => Err(Fault::NotFound),
    }
}

/// The day's list at the desk: the desk and the on-call caseworker beside it.
pub fn desk(actor: &Actor) -> Result<(), Fault> {
    match &actor.who {
        Who::Staff { roles, .. } if roles.iter().any(|role| matches!(role, Role::Desk | Role::OnCall)) => Ok(()),
        Who::Anonymous => Err(Fault::SignInRequired),
        _ => Err(Fault::NotFound),
    }
}

/// The office whose cases the actor may read and work on: the on-call caseworker's, the intake's, the caseworker's own.
/// The desk serves all errands and never sees whether a case exists (OSL 26 kap. 1 §).
pub fn casework(actor: &Actor) -> Result<OfficeId, Fault> {
    match &actor.who {
        Who::Staff { office, .. } if casework_role(actor).is_some() => Ok(*office),
        Who::Anonymous => Err(Fault::SignInRequired),
        _ => Err(Fault::NotFound),
    }
}

/// In which role the actor works on cases.
pub fn casework_role(actor: &Actor) -> Option<Role> {
    [Role::Caseworker, Role::Intake, Role::OnCall].into_iter().find(|role| actor.has_role(*role))
}

/// Who changes what a municipality settles for itself: its administrator.
pub fn administrator(actor: &Actor) -> Result<StaffId, Fault> {
    match &actor.who {
        Who::Staff { staff, .. } if actor.has_role(Role::Administrator) => Ok(*staff),
        Who::Anonymous => Err(Fault::SignInRequired),
        _ => Err(Fault::NotFound),
    }
}

/// Whose own papers the actor adds, sees and takes back: whoever applies, signed in or as a guest.
pub fn papers(actor: &Actor) -> Result<PersonId, Fault> {
    match actor.who {
        Who::Anonymous => Err(Fault::SignInRequired),
        _ => actor.applying().ok_or(Fault::NotFound),
    }
}

/// Who may see what another party has sent in a case of both: a signed-in applicant. A guest's identity is only claimed.
pub fn party(actor: &Actor) -> Option<PersonId> {
    match actor.who {
        Who::Applicant { person, .. } => Some(person),
        _ => None,
    }
}

/// Whose visits are listed: an applicant's own, or those of somebody a caseworker names. Not for the desk, which sees
/// numbers of the day: a name to each number is more than it needs.
pub fn visits_seen(actor: &Actor, named: Option<PersonId>) -> Result<PersonId, Fault> {
    let person = visits_of(actor, named)?;
    match &actor.who {
        Who::Staff { roles, .. } if roles.iter().all(|role| *role == Role::Desk) => Err(Fault::NotFound),
        _ => Ok(person),
    }
}

fn may_book(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::Desk | Role::OnCall | Role::Intake | Role::Caseworker))
}
