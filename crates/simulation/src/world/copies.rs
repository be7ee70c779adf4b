//! The copies of files that the origin keeps.

use background_tasks_core::{Failure, Input, Request, TaskId, TaskState};

use super::{Happening, World};

/// How long two tabs may send one upload, until the one that has lost it learns so.
const SENT_TWICE: u64 = 1_500;

/// A copy of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// Parts of the file are missing.
    Incomplete,
    /// It is the file.
    Complete,
    /// It has the size of the file.
    Modified,
}

impl Copy {
    /// The digest of its samples; `None` if it cannot be opened.
    const fn digest(self) -> Option<u64> {
        match self {
            Self::Incomplete => None,
            Self::Complete => Some(1),
            Self::Modified => Some(2),
        }
    }
}

impl World<'_> {
    pub(super) fn keep_file(&mut self, number: u64, task: TaskId) {
        if self.copies_full {
            let at = self.time + 10;
            let failed = Input::FileKept(task, None);
            return self.schedule(at, Happening::Input(number, failed));
        }
        let at = self.time + self.rng.u64(50..3_000);
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        tab.copying.insert(task.clone());
        self.copies
            .insert((tab.store, task.clone()), Copy::Incomplete);
        self.schedule(at, Happening::Copied(number, task));
    }

    /// The last byte of a copy is written, unless its tab is gone, the copy is not wanted any
    /// more, or somebody has deleted its first bytes.
    pub(super) fn copied(&mut self, number: u64, task: &TaskId) {
        let tab = self.tabs.get(&number);
        let Some(tab) = tab.filter(|tab| tab.copying.contains(task)) else {
            return;
        };
        let copy = self.copies.get_mut(&(tab.store, task.clone()));
        let digest = copy.and_then(|copy| {
            *copy = Copy::Complete;
            copy.digest()
        });
        self.input(number, Input::FileKept(task.clone(), digest));
    }

    pub(super) fn open_copy(&mut self, number: u64, task: TaskId) {
        *self.counts.entry("copy opened").or_insert(0) += 1;
        let at = self.time + self.rng.u64(1..20);
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        let copy = self.copies.get(&(tab.store, task.clone())).copied();
        let copy = match tab.files.contains(&task) {
            true => Some(Copy::Complete),
            false => copy,
        };
        if copy == Some(Copy::Complete) {
            tab.files.insert(task.clone());
        }
        let opened = Input::KeptFile(task, copy.and_then(Copy::digest));
        self.schedule(at, Happening::Input(number, opened));
    }

    pub(super) fn drop_copy(&mut self, number: u64, task: TaskId) {
        let Some(tab) = self.tabs.get_mut(&number) else {
            return;
        };
        tab.copying.remove(&task);
        let state = tab.core.snapshot(&task).map(|it| it.state.clone());
        let is_interrupted = state == Some(TaskState::Failed(Failure::Interrupted));
        let copy = self.copies.remove(&(tab.store, task.clone()));
        let ledger = &self.ledger;
        // The tab may not have been told, or may not have written, that the copy is complete.
        let may_be_unknown = ledger.crashed
            || ledger.storage_failed
            || ledger.storage_cleared
            || ledger.forgotten
            || !ledger.stopped.is_empty()
            || self.scenario.lossy_channel
            || self.wall != 0;
        if is_interrupted && copy == Some(Copy::Complete) && !may_be_unknown {
            let detail = format!("{task} in tab {number}");
            self.break_rule("an upload whose copy is complete continues", detail);
        }
    }

    pub(super) fn sweep_copies(&mut self, number: u64, kept: &[TaskId]) {
        let Some(store) = self.tabs.get(&number).map(|tab| tab.store) else {
            return;
        };
        let tabs = &self.tabs;
        let is_made = |task: &TaskId| tabs.values().any(|tab| tab.copying.contains(task));
        self.copies
            .retain(|(of, task), _| *of != store || kept.contains(task) || is_made(task));
    }

    pub(super) fn damage_copies(&mut self, how: u64) {
        match how {
            0 => self.copies.clear(),
            1 => self
                .copies
                .values_mut()
                .for_each(|it| *it = Copy::Incomplete),
            _ => self.copies.values_mut().for_each(|it| *it = Copy::Modified),
        }
    }

    /// Of tabs that hear each other, one sends an upload.
    pub(super) fn check_one_sender(&mut self) {
        if !self.scenario.keeps_files || self.scenario.lossy_channel {
            return;
        }
        let running = self.tabs.values().filter(|tab| tab.runs());
        let requests = running.flat_map(|tab| tab.in_flight.values());
        let mut sent: Vec<_> = requests
            .filter_map(|request| match request {
                Request::Upload { task, .. } => Some(task.clone()),
                _ => None,
            })
            .collect();
        sent.sort();
        let twice: Vec<_> = sent
            .windows(2)
            .filter(|pair| pair.first() == pair.last())
            .filter_map(|pair| pair.first().cloned())
            .collect();
        self.ledger
            .sent_twice
            .retain(|task, _| twice.contains(task));
        for task in twice {
            let time = self.time;
            let since = *self.ledger.sent_twice.entry(task.clone()).or_insert(time);
            if time - since > SENT_TWICE {
                let detail = format!("{task} since {since} ms");
                self.break_rule("one tab sends an upload", detail);
            }
        }
    }

    /// No copy is left of an upload that has ended.
    pub(super) fn check_copies(&mut self) {
        let over = self.copies.keys().find(|(store, task)| {
            let tabs = self.tabs.values().filter(|tab| tab.store == *store);
            let mut shown = tabs.filter_map(|tab| tab.shown.get(task)).peekable();
            let is_over =
                |state: &TaskState| matches!(state, TaskState::Succeeded | TaskState::Cancelled);
            shown.peek().is_some() && shown.all(|it| is_over(&it.state))
        });
        if let Some((_, task)) = over.cloned() {
            self.break_rule("a copy is deleted when its upload ends", task.to_string());
        }
    }
}
