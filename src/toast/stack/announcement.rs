//! The texts in the live regions, which screen readers announce.

use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::Timestamp;

use super::super::entry::Entry;
use super::super::{ToastKind, ToasterId};

/// How long a text remains in a live region.
const ANNOUNCEMENT_TIME: Duration = Duration::from_secs(1);

/// The maximum number of texts in the live regions at a time.
const MAX_ANNOUNCEMENTS: usize = 8;

/// A text in a live region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Identifies it among the announcements of the page.
    pub number: u64,
    /// The toaster whose live region contains it.
    pub toaster: ToasterId,
    /// Whether it interrupts other announcements.
    pub assertive: bool,
    /// The text.
    pub text: Rc<str>,
    until: Timestamp,
}

/// The current texts of all live regions, oldest first.
#[derive(Debug, Default)]
pub(super) struct Announcements(Vec<Announcement>);

impl Announcements {
    /// Adds the text of a toast. If there are too many, the oldest polite text is removed, or
    /// the oldest error if all are errors.
    pub(super) fn add(&mut self, entry: &Entry, now: Timestamp) {
        if self.0.len() == MAX_ANNOUNCEMENTS {
            let polite = self.0.iter().position(|text| !text.assertive);
            self.0.remove(polite.unwrap_or_default());
        }
        self.0.push(Announcement {
            number: entry.version,
            toaster: entry.placement.toaster.clone(),
            assertive: entry.toast.kind == ToastKind::Error,
            text: entry.announcement().into(),
            until: now + ANNOUNCEMENT_TIME,
        });
    }

    pub(super) fn remove_expired(&mut self, now: Timestamp) {
        self.0.retain(|text| text.until > now);
    }

    /// When the next text expires.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.0.first().map(|text| text.until)
    }

    pub(super) fn of_toaster(&self, toaster: &ToasterId) -> Vec<Announcement> {
        let texts = self.0.iter().filter(|text| text.toaster == *toaster);
        texts.cloned().collect()
    }
}
