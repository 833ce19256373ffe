//! Who is at the door: cookies, sessions, and what an actor may do.

pub mod carry;
pub mod cookie;
pub mod kept;
pub mod policy;
pub mod resume;
pub mod session;
