//! The desk: who is booked today, who has come, and whose turn it is. See `domain::reception` for the words.

pub mod api;
mod events;
mod person;
mod queue;
mod service;
mod store;

pub use service::{ReceptionService, of_person};
