//! Casework: the intake list, the case, who works on it, the verified calculation, notes. See `domain::casework`.

pub mod api;
mod calculation;
pub mod identity;
mod intake;
mod opening;
mod service;
mod store;
mod telling;

pub use identity::confirm_identity;
pub use opening::{OpenCase, Verified, case_for, hold_open, parties, verified};
pub use service::CaseworkService;
