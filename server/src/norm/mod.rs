//! The norm: the tables by year, the estimate, and their REST.

pub mod api;
mod service;
pub mod tables;

pub use service::NormService;
