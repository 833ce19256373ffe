//! What if (`/rakna/jamfor`): the figures of an estimate with something changed, beside the estimate as it is.

pub mod form;
pub mod forms;
pub mod pages;
mod result;
mod words;
