//! Papers: my papers, adding some to an application, taking one back, and a paper as a file.

pub mod file;
pub mod forms;
pub mod pages;
pub mod port;
