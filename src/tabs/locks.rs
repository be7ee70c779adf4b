//! Who leads, and who is gone, by Web Locks: the leader holds one lock, and each
//! tab one of its own for as long as it lives.

use std::rc::Rc;

use super::lock::{Lock, LockManager, Manner};
use super::note::TabId;
use super::{Connection, Election, Shared};

impl Shared {
    pub(super) fn own_lock(&self, tab: &TabId) -> String {
        format!("{}:tab:{}", self.name, tab.0)
    }

    pub(super) fn ask(
        self: &Rc<Self>,
        manager: &LockManager,
        name: &str,
        manner: Manner,
        granted: impl Fn(&Rc<Self>) + 'static,
    ) -> Option<Lock> {
        let (on_grant, on_loss) = (Rc::downgrade(self), Rc::downgrade(self));
        let granted = move || {
            if let Some(shared) = on_grant.upgrade() {
                granted(&shared);
            }
        };
        let lost = move || {
            if let Some(shared) = on_loss.upgrade() {
                shared.lost();
            }
        };
        Lock::request(manager, name, manner, granted, lost).ok()
    }

    pub(super) fn ask_for_lead(self: &Rc<Self>, manner: Manner) {
        let manager = match &*self.connection.borrow() {
            Some(Connection {
                election: Election::Locks(locks),
                ..
            }) => locks.manager.clone(),
            Some(_) | None => return,
        };
        let lock = self.ask(&manager, &self.name, manner, |shared| shared.lead(true));
        // Locks that are refused altogether leave every tab to itself.
        let is_refused = lock.is_none();
        let before = match &mut *self.connection.borrow_mut() {
            Some(Connection {
                election: Election::Locks(locks),
                ..
            }) => std::mem::replace(&mut locks.lead, lock),
            Some(_) | None => lock,
        };
        drop(before);
        if is_refused {
            self.lead(true);
        }
    }

    /// Another tab took the lead away.
    pub(super) fn lost(self: &Rc<Self>) {
        self.lead(false);
        self.ask_for_lead(Manner::Wait);
    }

    pub(super) fn watch(self: &Rc<Self>, tab: &TabId) {
        let manager = match &*self.connection.borrow() {
            Some(Connection {
                election: Election::Locks(locks),
                ..
            }) if !locks.others.contains_key(tab) => locks.manager.clone(),
            Some(_) | None => return,
        };
        let watched = tab.clone();
        let lock = self.ask(&manager, &self.own_lock(tab), Manner::Wait, move |shared| {
            shared.gone(watched.clone());
        });
        if let (
            Some(lock),
            Some(Connection {
                election: Election::Locks(locks),
                ..
            }),
        ) = (lock, &mut *self.connection.borrow_mut())
        {
            locks.others.insert(tab.clone(), lock);
        }
    }
}
