//! The views of the desk.

mod apply;
mod board;
mod identity;
mod screen;

pub use apply::{ApplyPage, apply, receipt};
pub use board::{News, board, choose};
pub use identity::{confirm, find};
pub use screen::screen;

/// The desk's address.
pub const BOARD: &str = "/personal/reception";
/// The board that does not refresh itself without scripts.
pub const STILL: &str = "/personal/reception?stilla";
/// Calling whoever has waited longest.
pub const CALL_NEXT: &str = "/personal/reception/kalla";
/// Registering an application.
pub const APPLY: &str = "/personal/reception/ansokan";
/// Confirming who somebody is.
pub const IDENTITY: &str = "/personal/reception/identitet";
