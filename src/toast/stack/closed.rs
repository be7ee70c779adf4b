//! The history of closed toasts.

use std::collections::VecDeque;

use background_tasks_core::Timestamp;
use yew::AttrValue;

use super::super::entry::Entry;
use super::super::{CloseReason, ToastId, ToastKind};

/// The maximum number of closed toasts (as in sonner).
const MAX_CLOSED: usize = 100;

/// A toast that was closed, without its content and callbacks.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClosedToast {
    /// The id under which it was shown.
    pub id: ToastId,
    /// Its kind.
    pub kind: ToastKind,
    /// Its title.
    pub title: AttrValue,
    /// Its description, or an empty string.
    pub description: AttrValue,
    /// Why it was closed.
    pub reason: CloseReason,
    /// When it was closed.
    pub at: Timestamp,
}

/// The last closed toasts, oldest first.
#[derive(Debug, Default)]
pub(super) struct History(VecDeque<ClosedToast>);

impl History {
    pub(super) fn add(&mut self, entry: &Entry, reason: CloseReason, now: Timestamp) {
        if self.0.len() == MAX_CLOSED {
            self.0.pop_front();
        }
        self.0.push_back(ClosedToast {
            id: entry.id.clone(),
            kind: entry.toast.kind,
            title: entry.toast.title.clone(),
            description: entry.toast.description.clone(),
            reason,
            at: now,
        });
    }

    /// The closed toasts, most recent first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &ClosedToast> {
        self.0.iter().rev()
    }
}
