//! Web Locks, which prove that a tab exists, not that it runs.
//!
//! Each tab holds `{store}:tab:{id}` for its life: a tab that waits for this lock learns
//! when the other one is closed. Each tab also requests `{store}:oldest` when it joins,
//! which is granted when every tab that joined before is closed.

use std::rc::Rc;

use background_tasks_core::{Input, TabId};
use litemap::LiteMap;

use super::Driver;
use super::web_lock::Lock;

/// The locks that this tab holds or waits for.
#[derive(Default)]
pub(super) struct Locks {
    own: Option<Lock>,
    oldest: Option<Lock>,
    /// The locks of other tabs; `None` while they are not requested.
    others: LiteMap<TabId, Option<Lock>>,
}

impl Driver {
    /// Takes part in the tabs of this store, behind all that do already.
    pub(super) fn join_tabs(&self) {
        let Some(store) = self.store() else { return };
        // First: a tab that hears of this one waits for its lock.
        if self.0.held.borrow().locks.own.is_none() {
            let own = name_of(&store, self.0.core.borrow().config().tab);
            let own = Lock::request(&own, || {});
            self.0.held.borrow_mut().locks.own = own;
        }
        let before = self.0.held.borrow_mut().locks.oldest.take();
        drop(before);
        let weak = self.downgrade();
        let oldest = Lock::request(&format!("{store}:oldest"), move || {
            if let Some(driver) = weak.upgrade() {
                driver.input(Input::OldestTab);
            }
        });
        self.0.held.borrow_mut().locks.oldest = oldest;
        let others: Vec<_> = self.0.held.borrow().locks.others.keys().copied().collect();
        for tab in others {
            self.watch_tab(tab);
        }
        self.open_channel(&store);
    }

    /// Leaves the tabs of this store, and remembers which are watched. A page that holds a
    /// lock or listens to a channel is kept out of the back/forward cache.
    pub(super) fn leave_tabs(&self) {
        let (channel, locks) = {
            let mut held = self.0.held.borrow_mut();
            let watched = held.locks.others.keys();
            let others = watched.map(|tab| (*tab, None)).collect();
            let released = Locks {
                others,
                ..Locks::default()
            };
            let locks = std::mem::replace(&mut held.locks, released);
            (held.channel.take(), locks)
        };
        drop((channel, locks));
    }

    pub(super) fn watch_tab(&self, tab: TabId) {
        let is_watched = matches!(self.0.held.borrow().locks.others.get(&tab), Some(Some(_)));
        let Some(store) = self.store().filter(|_| !is_watched) else {
            return;
        };
        let weak = self.downgrade();
        let lock = Lock::request(&name_of(&store, tab), move || {
            if let Some(driver) = weak.upgrade() {
                let lock = driver.0.held.borrow_mut().locks.others.remove(&tab);
                drop(lock);
                driver.input(Input::TabClosed(tab));
            }
        });
        self.0.held.borrow_mut().locks.others.insert(tab, lock);
    }

    fn store(&self) -> Option<Rc<str>> {
        self.0.core.borrow().config().store.clone()
    }
}

fn name_of(store: &str, tab: TabId) -> String {
    format!("{store}:tab:{tab}")
}
