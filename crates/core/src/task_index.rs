//! Counts over all tasks, so that no query iterates over them.
//!
//! Which upload is next is decided across the tabs of a store: every tab has the snapshots
//! of all uploads, and reaches the same decision.

use std::hash::{Hash as _, Hasher as _};

use crate::fnv::Fnv;
use crate::id::TaskId;
use crate::snapshot::Snapshot;
use crate::sorted::SortedSet;
use crate::tab::TabId;
use crate::time::Timestamp;

/// All tasks by what they wait for.
#[derive(Debug, Default)]
pub struct TaskIndex {
    /// Uploads that wait for a slot, oldest first, and the tab that has the file.
    queued: SortedSet<(Timestamp, TaskId, TabId)>,
    sending: SortedSet<(TaskId, TabId)>,
    unfinished: SortedSet<TaskId>,
    digest: u64,
    /// When a slot that was left to another tab is checked again.
    retry: Option<Timestamp>,
}

impl TaskIndex {
    /// Adds a task in its current state.
    pub fn note(&mut self, snapshot: &Snapshot) {
        self.digest ^= digest(snapshot);
        if !snapshot.state.is_ended() {
            self.unfinished.insert(snapshot.id.clone());
        }
        let Some(owner) = snapshot.owner() else {
            return;
        };
        if snapshot.is_queued_upload() {
            self.queued
                .insert((snapshot.started, snapshot.id.clone(), owner));
        }
        if snapshot.is_sending() {
            self.sending.insert((snapshot.id.clone(), owner));
        }
    }

    /// Removes a task in its previous state.
    pub fn forget(&mut self, snapshot: &Snapshot) {
        self.digest ^= digest(snapshot);
        self.unfinished.remove(&snapshot.id);
        if let Some(owner) = snapshot.owner() {
            let queued = (snapshot.started, snapshot.id.clone(), owner);
            self.queued.remove(&queued);
            self.sending.remove(&(snapshot.id.clone(), owner));
        }
    }

    /// The number of uploads in flight, in any tab.
    pub fn sending(&self) -> usize {
        self.sending.len()
    }

    /// The number of uploads in flight or waiting for a slot, in any tab.
    pub fn demand(&self) -> usize {
        self.sending.len() + self.queued.len()
    }

    /// The same in two tabs if they have the same tasks, in the same runs, and agree on
    /// which have finished.
    pub const fn digest(&self) -> u64 {
        self.digest
    }

    /// Whether any task is unfinished.
    pub fn has_unfinished(&self) -> bool {
        !self.unfinished.is_empty()
    }

    /// The upload of this tab whose turn it is, if there is room. A slot is left to an
    /// older upload of another tab if that tab `runs`; it is checked again at `again`.
    pub fn next(
        &mut self,
        own: TabId,
        room: usize,
        runs: impl Fn(TabId) -> bool,
        again: Timestamp,
    ) -> Option<TaskId> {
        self.retry = None;
        let free = room.saturating_sub(self.sending.len());
        let mut left = free;
        for (_, id, owner) in self.queued.iter() {
            if left == 0 {
                break;
            }
            if *owner == own {
                return Some(id.clone());
            }
            if runs(*owner) {
                left -= 1;
            }
        }
        if free > 0 && self.queued.iter().any(|(_, _, owner)| *owner == own) {
            self.retry = Some(again);
        }
        None
    }

    /// When a slot that was left to another tab is checked again.
    pub const fn next_due(&self) -> Option<Timestamp> {
        self.retry
    }
}

fn digest(snapshot: &Snapshot) -> u64 {
    let mut hasher = Fnv::default();
    let rank = snapshot.rank();
    let ending = (rank.is_known(), rank.is_assumed());
    (snapshot.id.as_str(), rank.run, ending).hash(&mut hasher);
    hasher.finish()
}
