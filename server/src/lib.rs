//! What happens behind the door: services, stores, jobs and HTTP. The map is `docs/ARCHITECTURE.md`.

pub mod account;
pub mod application;
pub mod auth;
pub mod casework;
pub mod config;
pub mod db;
pub mod decision;
pub mod demo;
pub mod document;
pub mod error;
pub mod http;
pub mod jobs;
pub mod limit;
pub mod mail;
pub mod message;
pub mod norm;
pub mod reception;
pub mod startup;
pub mod storage;
pub mod telemetry;
pub mod visit;
pub mod world;
