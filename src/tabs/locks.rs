//! Who leads, and who is gone, by Web Locks: the leader holds one lock, and each
//! tab one of its own for as long as it lives.

use std::rc::Rc;

use super::lock::{End, Lock, LockManager, Manner};
use super::note::TabId;
use super::{Connection, Election, Shared};

impl Shared {
    fn own_lock(&self, tab: &TabId) -> String {
        format!("{}:tab:{}", self.name, tab.0)
    }

    /// Held for as long as the tab lives: who waits for it hears of the end.
    pub(super) fn hold_own(self: &Rc<Self>, manager: &LockManager) -> Option<Lock> {
        let name = self.own_lock(&self.id);
        self.ask(manager, &name, Manner::Wait, |_| {}, |_, _| {})
    }

    fn ask(
        self: &Rc<Self>,
        manager: &LockManager,
        name: &str,
        manner: Manner,
        granted: impl Fn(&Rc<Self>) + 'static,
        ended: impl Fn(&Rc<Self>, End) + 'static,
    ) -> Option<Lock> {
        let (on_grant, on_end) = (Rc::downgrade(self), Rc::downgrade(self));
        let granted = move || {
            if let Some(shared) = on_grant.upgrade() {
                granted(&shared);
            }
        };
        let ended = move |end| {
            if let Some(shared) = on_end.upgrade() {
                ended(&shared, end);
            }
        };
        Lock::request(manager, name, manner, granted, ended).ok()
    }

    pub(super) fn ask_for_lead(self: &Rc<Self>, manner: Manner) {
        let manager = match &*self.connection.borrow() {
            Some(Connection {
                election: Election::Locks(locks),
                ..
            }) => locks.manager.clone(),
            Some(_) | None => return,
        };
        let granted = |shared: &Rc<Self>| shared.lead(true);
        let lock = self.ask(&manager, &self.name, manner, granted, Self::lead_ended);
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
            self.lead_ended(End::Refused);
        }
    }

    fn lead_ended(self: &Rc<Self>, end: End) {
        match end {
            End::Stolen => {
                self.lead(false);
                self.ask_for_lead(Manner::Wait);
            }
            // A page that may not have locks is left to itself.
            End::Refused => self.lead(true),
        }
    }

    pub(super) fn watch(self: &Rc<Self>, tab: &TabId) {
        let manager = match &*self.connection.borrow() {
            Some(Connection {
                election: Election::Locks(locks),
                ..
            }) if locks.others.contains_key(tab) => return,
            Some(Connection {
                election: Election::Locks(locks),
                ..
            }) => Some(locks.manager.clone()),
            Some(_) | None => None,
        };
        let Some(manager) = manager else {
            self.expect_sign(tab);
            return;
        };
        let watched = tab.clone();
        let granted = move |shared: &Rc<Self>| shared.gone(watched.clone());
        let name = self.own_lock(tab);
        let lock = self.ask(&manager, &name, Manner::Wait, granted, |_, _| {});
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
