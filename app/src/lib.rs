//! What people see: pages, forms, islands and the design system.
//!
//! Compiled twice: with `ssr` into the server, where every page is rendered whole, and with `hydrate` into
//! WebAssembly, where only the islands live. One folder a room; looks shared by rooms live in [`ui`].

#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
pub mod application;
#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
pub mod casework;
#[cfg(feature = "ssr")]
pub mod decision;
#[cfg(feature = "ssr")]
pub mod document;
#[cfg(feature = "ssr")]
pub mod failure;
#[cfg(feature = "ssr")]
pub mod guide;
#[cfg(feature = "ssr")]
pub mod i18n;
#[cfg(feature = "ssr")]
pub mod language;
#[cfg(feature = "ssr")]
pub mod message;
pub mod norm;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod reception;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod settings;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod time;
pub mod ui;
#[cfg(feature = "ssr")]
pub mod visit;

#[cfg(feature = "hydrate")]
pub use norm::islands::*;
