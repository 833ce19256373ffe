//! Casework for the staff: the intake list, the case, the calculation side by side.

mod figures;
mod figures_page;
pub mod forms;
mod intake_page;
pub mod pages;
pub mod port;
mod texts;

pub use forms::routes;
