//! Who may do what. Every service asks here first; what is not allowed answers as if it did not exist.

use domain::{
    Actor, Fault,
    account::{Role, Who},
    id::{OfficeId, PersonId},
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

/// The only office whose visits the actor may see or cancel: staff their own; an applicant's own visits lie anywhere.
pub fn visits_at(actor: &Actor) -> Option<OfficeId> {
    match actor.who {
        Who::Staff { office, .. } => Some(office),
        _ => None,
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

fn may_book(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::Desk | Role::OnCall | Role::Intake | Role::Caseworker))
}
