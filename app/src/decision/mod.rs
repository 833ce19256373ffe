//! Decisions: the caseworker's draft and its preview; the applicant's list and the paper she reads.

mod draft;
pub mod forms;
mod hindrance;
mod lines;
pub mod pages;
mod paper;
pub mod port;

pub use forms::routes;
