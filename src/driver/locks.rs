//! Web Locks, which prove that a tab exists, not that it runs.
//!
//! Each tab holds `{store}:tab:{id}` until it is closed: other tabs request this lock to
//! learn when that happens. Each tab also requests `{store}:oldest` when it joins, which
//! is granted once every tab that joined earlier is closed.

use std::rc::Rc;

use background_tasks_core::{Input, TabId};
use litemap::LiteMap;

use super::Driver;
use super::web_lock::{Lock, Outcome};

/// The locks that this tab holds or waits for.
#[derive(Default)]
pub(super) struct Locks {
    own: Option<Lock>,
    /// Whether the request for this tab's own lock was granted or refused.
    is_settled: bool,
    oldest: Option<Lock>,
    /// The locks of other tabs; `None` while they are not requested.
    others: LiteMap<TabId, Option<Lock>>,
}

impl Driver {
    /// Joins the tabs of this store, as the youngest of them.
    pub(super) fn join_tabs(&self) {
        let Some(store) = self.store() else { return };
        self.open_channel(&store);
        self.request_own_lock(&store);
        let before = self.0.held.borrow_mut().locks.oldest.take();
        drop(before);
        let weak = self.downgrade();
        // A page that is refused locks cannot wait for other tabs, so it counts as oldest.
        let report = move |_| {
            if let Some(driver) = weak.upgrade() {
                driver.input(Input::OldestTab);
            }
        };
        let oldest = Lock::request(&format!("{store}:oldest"), Rc::new(report));
        self.0.held.borrow_mut().locks.oldest = oldest;
        let others: Vec<_> = self.0.held.borrow().locks.others.keys().copied().collect();
        for tab in others {
            self.watch_tab(tab);
        }
    }

    /// Whether this tab may send messages. Tabs that receive one request the sender's lock,
    /// and would believe it closed if it did not hold the lock yet.
    pub(super) fn may_broadcast(&self) -> bool {
        self.0.held.borrow().locks.is_settled
    }

    fn request_own_lock(&self, store: &str) {
        if self.0.held.borrow().locks.own.is_some() {
            return;
        }
        let own = self.0.core.borrow().config().tab;
        let weak = self.downgrade();
        let settle = move |_| {
            if let Some(driver) = weak.upgrade() {
                driver.0.held.borrow_mut().locks.is_settled = true;
                driver.broadcast_unsent();
            }
        };
        let own = Lock::request(&name_of(store, own), Rc::new(settle));
        let mut held = self.0.held.borrow_mut();
        held.locks.is_settled = own.is_none();
        held.locks.own = own;
    }

    /// Leaves the tabs of this store, but remembers which tabs are watched. Browsers do not
    /// put a page into the back/forward cache while it holds a lock or an open channel.
    pub(super) fn leave_tabs(&self) {
        let (channels, locks) = {
            let mut held = self.0.held.borrow_mut();
            held.unsent.clear();
            let watched = held.locks.others.keys();
            let others = watched.map(|tab| (*tab, None)).collect();
            let released = Locks {
                // They are in order: a sort would cost 4 kB of WASM.
                others: LiteMap::from_sorted_store_unchecked(others),
                ..Locks::default()
            };
            let locks = std::mem::replace(&mut held.locks, released);
            let channels = (held.channel.take(), held.origin_channel.take());
            (channels, locks)
        };
        drop((channels, locks));
    }

    pub(super) fn watch_tab(&self, tab: TabId) {
        let is_watched = matches!(self.0.held.borrow().locks.others.get(&tab), Some(Some(_)));
        let Some(store) = self.store().filter(|_| !is_watched) else {
            return;
        };
        let weak = self.downgrade();
        let report = move |outcome| {
            let driver = weak.upgrade().filter(|_| outcome == Outcome::Granted);
            if let Some(driver) = driver {
                let lock = driver.0.held.borrow_mut().locks.others.remove(&tab);
                drop(lock);
                driver.input(Input::TabClosed(tab));
            }
        };
        let lock = Lock::request(&name_of(&store, tab), Rc::new(report));
        self.0.held.borrow_mut().locks.others.insert(tab, lock);
    }

    pub(super) fn store(&self) -> Option<Rc<str>> {
        self.0.core.borrow().config().store.clone()
    }
}

fn name_of(store: &str, tab: TabId) -> String {
    format!("{store}:tab:{tab}")
}
