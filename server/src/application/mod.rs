//! Applications: the draft, the submission, what arrived. See `domain::application` for the words.

pub mod api;
mod register;
mod service;
mod store;

pub use register::{find, of_case, register};
pub use service::ApplicationService;
