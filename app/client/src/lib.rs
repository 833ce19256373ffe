//! The browser's half. The server's pages name their islands; this crate exports the functions that wake them.
#![cfg(target_arch = "wasm32")]

// The glob keeps the islands' exports alive through linking.
#[expect(unused_imports, reason = "the islands are found by the exported names")]
use app::*;

/// Called once by the bootstrap script before the islands are woken.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
