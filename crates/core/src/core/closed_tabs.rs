//! Detects closed tabs and hands their tasks over.

use std::time::Duration;

use super::Core;
use super::entry::Entry;
use crate::output::Output;
use crate::ownership::{BACKLOG, SILENCE};
use crate::tab::TabId;
use crate::time::{Now, Timestamp};

/// If the browser does not report closed tabs, how long the tab that has a file may stay
/// silent before it counts as closed.
const SIGN_OF_LIFE: Duration = Duration::from_secs(6);

/// A tab that sent a message so recently may be open although its lock is free.
const MOMENT: Duration = Duration::from_secs(2);

impl Core {
    /// Watches for a tab to be closed.
    pub(super) fn watch(&mut self, tab: TabId, now: Now) {
        if tab == self.config.tab || !self.records.watched.insert(tab) {
            return;
        }
        if self.config.watches_tabs {
            self.outputs.push_back(Output::WatchTab(tab));
        } else {
            self.ownership.expect_message(tab, now.monotonic);
        }
    }

    /// Watches the tabs that have files of uploads, since this tab has watched none while it was
    /// away. One may have been closed, and have written nothing.
    pub(super) fn watch_owners(&mut self, now: Now) {
        self.records.watched.clear();
        let unfinished = self.entries.values().filter(|entry| !entry.is_finished());
        let owners: Vec<_> = unfinished.filter_map(|it| it.snapshot.owner()).collect();
        for owner in owners {
            self.watch(owner, now);
        }
    }

    /// A tab's lock was free. If the tab sent a message a moment ago, it may not have had its
    /// lock yet, so the lock is requested once more.
    pub(super) fn tab_reported_closed(&mut self, tab: TabId, now: Now) {
        let was_active = self.ownership.was_active(tab, MOMENT, now.monotonic);
        if was_active && !self.doubted.contains_key(&tab) {
            self.doubted.insert(tab, Some(now.monotonic + MOMENT));
        } else {
            self.tab_closed(tab, now);
        }
    }

    /// Requests the locks of doubtful tabs once more.
    pub(super) fn watch_doubted(&mut self, now: Timestamp) {
        for (tab, due) in self.doubted.iter_mut() {
            if due.is_some_and(|due| now >= due) {
                *due = None;
                self.outputs.push_back(Output::WatchTab(*tab));
            }
        }
    }

    /// Handles a closed tab: another tab polls, and the uploads of its files are interrupted.
    pub(super) fn tab_closed(&mut self, tab: TabId, now: Now) {
        self.records.watched.remove(&tab);
        self.doubted.remove(&tab);
        self.records.gone.insert(tab);
        self.change_role(now, |ownership, at| ownership.closed(tab, at));
        self.announcements.tab_closed(tab, now.monotonic + BACKLOG);
        if self.is_leader() {
            self.interrupt_lost_uploads(now);
            self.execute_pending(now);
        }
    }

    /// The uploads of files that closed tabs had continue here with a copy, or fail.
    pub(super) fn interrupt_lost_uploads(&mut self, now: Now) {
        let gone = self.records.take_gone();
        let lost = |entry: &Entry| {
            let owner = entry.snapshot.owner();
            owner.is_some_and(|owner| gone.contains(&owner))
        };
        for id in self.ids(lost) {
            let is_finished = self.entries.get(&id).is_none_or(Entry::is_finished);
            if is_finished || !self.continue_with_copy(&id, now) {
                self.mark_interrupted(&id, now);
            }
        }
    }

    /// Treats tabs as closed that have been silent for too long.
    pub(super) fn close_silent_tabs(&mut self, now: Now) {
        let silence = match self.config.watches_tabs {
            true => SILENCE,
            false => SIGN_OF_LIFE,
        };
        for tab in self.ownership.take_silent(silence, now.monotonic) {
            if self.config.watches_tabs {
                self.change_role(now, |ownership, at| ownership.closed(tab, at));
            } else {
                self.tab_closed(tab, now);
            }
        }
    }
}
