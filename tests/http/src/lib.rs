//! The HTTP client in a real browser, against the reference backend over a real network.
//!
//! ```sh
//! cargo run -p reference-backend -- --port 8787
//! wasm-pack test --headless --chrome tests/http
//! ```
//!
//! `REFERENCE_BACKEND=http://127.0.0.1:9000` at build time names another backend. Each test
//! has a world of its own.

#![cfg(all(test, target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test without its environment should fail"
)]

mod attachments;
mod batch;
mod connection;
mod events;
mod headers;
mod ids;
mod jobs;
mod page;
mod protocol;
mod resumable;
mod status;
mod upload;
mod world;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
