//! The page is left, or returns from the back/forward cache.

use super::Core;
use super::records::RECENT;
use crate::monitor;
use crate::output::Output;
use crate::ownership::Ownership;
use crate::snapshot::to_record;
use crate::time::{Now, Timestamp};
use crate::upload;

impl Core {
    /// The page is about to be left: everything is written, and another tab takes over.
    pub(super) fn page_hide(&mut self, now: Now) {
        self.write_all();
        if !self.records.received.is_empty() {
            // The records may be newer than the changes that were received.
            self.records.writes_heard = true;
            self.outputs.push_back(Output::ReadStorage);
        }
        self.change_role(now, Ownership::leave);
        self.leave_origin(now.monotonic);
    }

    /// Writes what other tabs have just sent: a page that is loaded again must not show older
    /// states than before.
    pub(super) fn write_heard(&mut self, now: Timestamp) {
        let received = std::mem::take(&mut self.records.received);
        let Some(store) = self.config.store.clone() else {
            return;
        };
        for (id, at) in received {
            if now.since(at) < RECENT
                && let Some(entry) = self.entries.get(&id)
            {
                let record = to_record(&entry.snapshot);
                self.write(&store, id, Some(record));
            }
        }
    }

    /// Reads what other tabs have written.
    pub(super) fn read_storage(&mut self) {
        let store = self.config.store.as_ref();
        self.outputs.extend(store.map(|_| Output::ReadStorage));
    }

    /// The page is back. Other tabs may have changed everything in the meantime.
    pub(super) fn page_show(&mut self, now: Now) {
        match self.ownership.is_away() {
            true => self.change_role(now, Ownership::rejoin),
            false => self.read_storage(),
        }
        self.step_all(now, &monitor::Event::Woken, &upload::Event::Woken);
    }
}
