//! Web Locks, which prove that a tab exists, not that it runs.
//!
//! Each tab holds `{store}:tab:{id}` for its life: a tab that waits for this lock learns
//! when the other one is closed. One tab holds `{store}:first`, and all others wait for
//! it, so that it is free only if there is no other tab.

use std::cell::Cell;
use std::rc::Rc;

use background_tasks_core::{Input, TabId};

use super::Driver;
use super::web_lock::Lock;

/// The locks that this tab holds or waits for.
pub(super) struct Locks {
    _first: Option<Lock>,
    _own: Option<Lock>,
}

impl Driver {
    /// Requests the locks that are not requested yet.
    pub(super) fn hold_locks(&self) {
        let Some(store) = self.store() else { return };
        if self.0.held.borrow().locks.is_none() {
            // Requests are granted in their order, and the second is granted at once: a
            // first one that is granted before it was free.
            let is_late = Rc::new(Cell::new(false));
            let (weak, late) = (self.downgrade(), Rc::clone(&is_late));
            let first = Lock::request(&format!("{store}:first"), move || {
                if let Some(driver) = weak.upgrade().filter(|_| !late.get()) {
                    driver.input(Input::OnlyTab);
                }
            });
            let own = self.0.core.borrow().config().tab;
            let own = Lock::request(&name_of(&store, own), move || is_late.set(true));
            self.0.held.borrow_mut().locks = Some(Locks {
                _first: first,
                _own: own,
            });
        }
        let watched: Vec<_> = self.0.held.borrow().watched.keys().copied().collect();
        for tab in watched {
            self.watch_tab(tab);
        }
    }

    /// Releases the locks, and remembers which tabs are watched.
    pub(super) fn release_locks(&self) {
        let (locks, watched) = {
            let mut held = self.0.held.borrow_mut();
            let watched = held.watched.iter_mut();
            let watched: Vec<_> = watched.filter_map(|(_, lock)| lock.take()).collect();
            (held.locks.take(), watched)
        };
        drop((locks, watched));
    }

    pub(super) fn watch_tab(&self, tab: TabId) {
        let is_watched = matches!(self.0.held.borrow().watched.get(&tab), Some(Some(_)));
        let Some(store) = self.store().filter(|_| !is_watched) else {
            return;
        };
        let weak = self.downgrade();
        let lock = Lock::request(&name_of(&store, tab), move || {
            if let Some(driver) = weak.upgrade() {
                let lock = driver.0.held.borrow_mut().watched.remove(&tab);
                drop(lock);
                driver.input(Input::TabClosed(tab));
            }
        });
        self.0.held.borrow_mut().watched.insert(tab, lock);
    }

    pub(super) fn store(&self) -> Option<Rc<str>> {
        self.0.core.borrow().config().store.clone()
    }
}

fn name_of(store: &str, tab: TabId) -> String {
    format!("{store}:tab:{tab}")
}
