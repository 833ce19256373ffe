//! The desk's pages: who is booked, who has come, whose turn it is; applications and identities at the desk; and the
//! waiting room's screen.

pub mod forms;
pub mod pages;
pub mod port;

pub use forms::routes;
