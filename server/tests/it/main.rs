//! Tests on a real PostgreSQL, as role `porten_app`, through the real router. One file a room or concern.
//!
//! Run by `scripts/with-postgres cargo test …` (`make test` does): the database of `PORTEN_TEST_PG` is thrown away.

#![expect(clippy::expect_used, reason = "what a test relies on, also in its helper functions")]

mod application;
mod audit;
mod cache;
mod casework;
mod config;
mod cross_site;
mod decision;
mod document;
mod draft;
mod embedded;
mod failure;
mod fault;
mod headers;
mod idempotency;
mod isolation;
mod jobs;
mod limit;
mod listener;
mod mail;
mod message;
mod need_to_know;
mod norm_api;
mod norm_compare;
mod norm_pages;
mod norm_practice;
mod openapi;
mod pages;
mod reception;
mod session;
mod smoke;
mod storage;
mod support;
mod twice;
mod urgent;
mod visit;
