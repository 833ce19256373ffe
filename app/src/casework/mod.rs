//! Casework for the staff: the intake list, the case, the calculation side by side.

mod figures;
mod figures_page;
pub mod forms;
mod intake_page;
pub mod pages;
pub mod port;
pub mod reach;
mod texts;
mod visits;

pub use forms::routes;
