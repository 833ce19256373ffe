//! The law and the words: types, commands and rules of ekonomiskt bistånd.
//!
//! Pure: no I/O, no clock, no web, no SQL. The same code runs on the server and, compiled to WebAssembly, in the
//! applicant's browser. One folder a room, each named by its noun (see `docs/ARCHITECTURE.md`).

pub mod account;
pub mod appeal;
pub mod application;
pub mod casework;
pub mod decision;
pub mod document;
pub mod fault;
pub mod id;
pub mod message;
pub mod municipality;
pub mod norm;
pub mod reception;
pub mod visit;

pub use account::Actor;
pub use fault::{Conflict, Fault, FieldCode, FieldFault};
