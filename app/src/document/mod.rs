//! Papers: which ones are needed, my papers, adding some to an application, taking one back, and a paper as a file.

mod asking;
pub mod file;
pub mod forms;
mod needed;
pub mod pages;
pub mod port;
mod settings;
pub mod slots;
pub mod texts;

pub use settings::SETTINGS;

/// The list of papers one may need.
pub const NEEDED: &str = "/dokument-du-behover";
