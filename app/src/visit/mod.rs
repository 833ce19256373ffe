//! Visits: my visits, and booking one in three steps.

pub mod forms;
pub mod pages;
pub mod port;
