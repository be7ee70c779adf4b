//! What an app sees of the crate, in a real browser.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test without its environment should fail"
)]

mod attachments;
mod batches;
mod components;
mod custom_kind;
mod driver;
mod driver_borrows;
mod driver_uploads;
mod eviction;
mod headers_from_javascript;
mod hooks;
mod hydration;
mod languages;
mod long_list;
mod meta;
mod page;
mod s3;
mod scripted;
mod several;
mod shadow;
mod shadow_fixture;
mod simulated;
mod stage;
mod stand_in;
mod storage;
mod stream;
mod tab_title;
mod tabs;
mod texts_from_javascript;
mod toaster;
mod toaster_api;
mod toaster_borrows;
mod transport_from_javascript;
mod upload_transport;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
