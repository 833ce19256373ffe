//! What happens behind the door: services, stores, jobs and HTTP. The map is `docs/ARCHITECTURE.md`.

pub mod account;
pub mod auth;
pub mod config;
pub mod db;
pub mod demo;
pub mod error;
pub mod http;
pub mod jobs;
pub mod norm;
pub mod reception;
pub mod startup;
pub mod telemetry;
pub mod visit;
pub mod world;
