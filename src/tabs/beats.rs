//! Who leads, and who is gone, by signs of life: where there are no Web Locks.

use std::rc::Rc;

use super::note::{LeadNote, Note, TabId};
use super::presence::{BEAT, Presence, Sign};
use super::{Connection, Election, GRACE, Shared};
use crate::page_visibility::is_visible;
use crate::spawned::Spawned;

impl Shared {
    /// Gives signs of life and looks for those of the others.
    pub(super) fn pulse(self: &Rc<Self>) -> Spawned {
        let (weak, clock) = (Rc::downgrade(self), Rc::clone(&self.clock));
        Spawned::new(async move {
            clock.sleep(GRACE).await;
            while let Some(shared) = weak.upgrade() {
                shared.beat();
                let now = shared.clock.now();
                let mut silent = Vec::new();
                shared.with_presence(|presence| silent = presence.take_silent(now));
                shared.elect();
                for tab in silent {
                    shared.gone(tab);
                }
                drop(shared);
                clock.sleep(BEAT).await;
            }
        })
    }

    /// A tab that is named and was never heard is gone unless it speaks soon.
    pub(super) fn expect_sign(&self, tab: &TabId) {
        let now = self.clock.now();
        let silent = Sign {
            visible: false,
            since: now,
            heard: now,
        };
        self.with_presence(|presence| presence.expect(tab, silent));
    }

    pub(super) fn with_presence(&self, change: impl FnOnce(&mut Presence)) {
        if let Some(Connection {
            election: Election::Beats { presence, .. },
            ..
        }) = &mut *self.connection.borrow_mut()
        {
            change(presence);
        }
    }

    pub(super) fn beat(&self) {
        let mut beats = false;
        self.with_presence(|_| beats = true);
        if beats {
            self.post(Note::Lead(LeadNote::Beat {
                visible: is_visible(),
                since: self.since,
            }));
        }
    }

    pub(super) fn elect(&self) {
        let now = self.clock.now();
        let sign = Sign {
            visible: is_visible(),
            since: self.since,
            heard: now,
        };
        // Who has just come does not know yet who is there.
        if now.since(self.since) < GRACE {
            return;
        }
        let mut leads = None;
        self.with_presence(|presence| leads = Some(presence.leads(&self.id, sign)));
        if let Some(leads) = leads {
            self.lead(leads);
        }
    }
}
