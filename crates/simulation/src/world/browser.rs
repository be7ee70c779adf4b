//! What the browser does between tabs: messages and locks.

use background_tasks_core::{Input, TabId};

use super::{Happening, STORES, World};

impl World<'_> {
    pub(super) fn broadcast(&mut self, from: u64, text: &str) {
        let store = self.tabs.get(&from).map(|tab| tab.store);
        let receivers = self
            .tabs
            .values()
            .filter(|to| to.number != from && Some(to.store) == store);
        let receivers: Vec<_> = receivers.map(|to| to.number).collect();
        for to in receivers {
            let is_cached = self
                .tabs
                .get(&to)
                .is_some_and(|tab| tab.cached_until.is_some());
            let lossy = self.scenario.lossy_channel && !self.calm;
            if is_cached || (lossy && self.rng.u64(0..5) == 0) {
                continue;
            }
            let latency = if lossy {
                self.rng.u64(1..2_000)
            } else {
                self.rng.u64(1..8)
            };
            let at = self.time + latency;
            // Messages of one tab arrive in order, unless the channel is lossy.
            let input = Input::Message(text.to_owned());
            let at = if lossy {
                at
            } else {
                self.in_order(from, to, at)
            };
            self.schedule(at, Happening::Input(to, input));
        }
    }

    pub(super) fn in_order(&mut self, from: u64, to: u64, at: u64) -> u64 {
        let last = self.ledger.last_message.entry((from, to)).or_insert(0);
        *last = at.max(*last);
        *last
    }

    /// The oldest tab of each store learns that it is.
    pub(super) fn grant_lock(&mut self) {
        if !self.scenario.locks {
            return;
        }
        let at = self.time + self.rng.u64(1..5);
        for store in STORES {
            let tabs = self.tabs.values_mut();
            let waiting = tabs.filter(|tab| tab.lock > 0 && tab.store == store);
            let oldest = waiting.min_by_key(|tab| tab.lock);
            if let Some(tab) = oldest.filter(|tab| !tab.has_lock) {
                tab.has_lock = true;
                let granted = Happening::Lock(tab.number, tab.lock);
                self.schedule(at, granted);
            }
        }
    }

    /// The tab's locks are free.
    pub fn release_lock(&mut self, number: u64) {
        if let Some(tab) = self.tabs.get_mut(&number) {
            tab.lock = 0;
            tab.has_lock = false;
            tab.copying.clear();
        }
        self.grant_lock();
        let watchers = std::mem::take(&mut self.watchers);
        for (watcher, watched) in watchers {
            if watched == number {
                let at = self.time + self.rng.u64(1..10);
                let closed = Input::TabClosed(TabId(number));
                self.schedule(at, Happening::Input(watcher, closed));
            } else if watcher != number {
                self.watchers.push((watcher, watched));
            }
        }
    }
}
