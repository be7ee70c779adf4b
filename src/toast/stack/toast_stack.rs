//! The toasts of one placement.

use std::cmp::Reverse;

use background_tasks_core::sorted::SortedSet;

use super::super::entry::{Entry, Rank};
use super::PauseReason;

/// The toasts of one placement, by order, and the reasons why their timers are paused.
#[derive(Debug, Default)]
pub(super) struct ToastStack {
    /// Toasts that are not exiting, by their priority for a visible place.
    pub(super) ranks: SortedSet<Rank>,
    pub(super) exiting: SortedSet<u64>,
    /// Toasts whose timer is running.
    pub(super) running: SortedSet<u64>,
    pub(super) pauses: SortedSet<PauseReason>,
}

impl ToastStack {
    pub(super) fn is_empty(&self) -> bool {
        self.ranks.is_empty() && self.exiting.is_empty()
    }

    /// Updates the indexes for the change of one toast.
    pub(super) fn index(&mut self, before: Option<&Entry>, after: Option<&Entry>) {
        let rank = |entry: &Entry| (!entry.is_exiting()).then(|| entry.rank());
        let exiting = |entry: &Entry| entry.is_exiting().then_some(entry.order);
        let running = |entry: &Entry| entry.is_timer_running().then_some(entry.order);
        change(&mut self.ranks, before.and_then(rank), after.and_then(rank));
        change(
            &mut self.exiting,
            before.and_then(exiting),
            after.and_then(exiting),
        );
        change(
            &mut self.running,
            before.and_then(running),
            after.and_then(running),
        );
    }

    /// The visible toasts, without those that are exiting.
    pub(super) fn visible(&self, max_visible: usize) -> impl Iterator<Item = u64> {
        let ranks = self.ranks.iter().take(max_visible);
        ranks.map(|(_, Reverse(order))| *order)
    }
}

/// Replaces a member of a set, unless it is unchanged.
pub(super) fn change<T: Ord>(set: &mut SortedSet<T>, before: Option<T>, after: Option<T>) {
    if before != after {
        if let Some(before) = before {
            set.remove(&before);
        }
        if let Some(after) = after {
            set.insert(after);
        }
    }
}
