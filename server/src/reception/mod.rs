//! The desk: who is booked today.

pub mod api;
mod service;
mod store;

pub use service::ReceptionService;
