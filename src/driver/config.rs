//! The core's configuration.

use std::rc::Rc;

use background_tasks_core::messages::Label;
use background_tasks_core::{Config, TabId};

use super::web_lock;
use crate::settings::Settings;

pub(super) fn config(settings: &Settings, store: Option<Rc<str>>) -> Config {
    Config {
        store,
        tab: TabId(random()),
        seed: settings.seed.unwrap_or_else(random),
        video: settings.video.clone(),
        embedding: settings.embedding.clone(),
        kinds: Vec::new(),
        upload: Rc::clone(&settings.upload),
        embedding_start: settings.embedding_start,
        max_status_requests: settings.checks_in_flight.max(1),
        watches_tabs: web_lock::are_available(),
        untitled: settings.messages.text(Label::Untitled).into(),
    }
}

/// A number with 53 random bits.
pub(super) fn random() -> u64 {
    // `random` is at least 0, below 1, and has 53 bits.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the product is a whole number below 2^53"
    )]
    let random = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    random
}
