//! The estimate (`/rakna`): the page, its form, and the island that calculates while one types.

#[cfg(feature = "ssr")]
pub mod choices;
#[cfg(feature = "ssr")]
pub mod compare;
pub mod form;
#[cfg(feature = "ssr")]
pub mod forms;
pub mod islands;
#[cfg(feature = "hydrate")]
mod live;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod port;
#[cfg(feature = "ssr")]
pub mod result;
#[cfg(feature = "ssr")]
pub mod tell;
#[cfg(feature = "ssr")]
pub mod texts;
pub mod words;
