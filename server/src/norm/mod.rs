//! The norm: the tables by year, the estimate, and their REST.

pub mod api;
mod service;
mod store;
pub mod tables;

pub use service::NormService;
pub use store::history;
