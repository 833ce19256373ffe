//! Visits: openings, slots, seats. See `domain::visit` for the words.

pub mod api;
pub mod jobs;
mod service;
mod store;

pub use service::{VisitService, of_person};
