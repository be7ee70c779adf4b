//! Copies of files, with which uploads continue without asking for the file.

use std::time::Duration;

use super::Core;
use super::entry::{Entry, FileSource, Machine};
use crate::id::TaskId;
use crate::mutation::{self, Mutation};
use crate::output::Output;
use crate::snapshot::{KeptCopy, Saved};
use crate::task::TaskState;
use crate::time::Now;
use crate::upload;

/// How long a copy is kept at most.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

impl Core {
    /// The most bytes of a file that is kept; `None` if none is. Without locks, a closed tab cannot
    /// be told from a frozen one, which would go on with the upload that another tab continues.
    fn keep_limit(&self) -> Option<u64> {
        let is_possible = self.config.watches_tabs && self.config.store.is_some();
        self.config.upload.kept_files().filter(|_| is_possible)
    }

    /// Whether the app may have copies. Without the feature it is `false` for the compiler, which
    /// then removes the rest.
    fn keeps_files(&self) -> bool {
        self.config.upload.kept_files().is_some()
    }

    /// Has the file of an upload of this tab copied.
    pub(super) fn keep_file(&mut self, id: &TaskId) {
        let limit = self.keep_limit();
        let entry = self.entries.get(id).filter(|it| !it.is_finished());
        if let Some(Saved::Upload { size, .. }) = entry.map(|it| &it.snapshot.saved)
            && limit.is_some_and(|limit| *size <= limit)
        {
            self.outputs.push_back(Output::KeepFile(id.clone()));
        }
    }

    /// A copy is complete, or cannot be made: then the upload is as if none was wanted.
    pub(super) fn file_kept(&mut self, id: &TaskId, digest: Option<u64>, now: Now) {
        if !self.keeps_files() {
            return;
        }
        let Some(digest) = digest else {
            if !std::mem::replace(&mut self.has_warned_of_copy, true) {
                let text = "a file cannot be kept in this browser, and its upload will not \
                            continue after a reload";
                self.outputs.push_back(Output::Warn(text.to_owned()));
            }
            return;
        };
        let tab = self.config.tab;
        let entry = self.entries.get_mut(id);
        let is_wanted = |entry: &&mut Entry| {
            entry.file_source(tab) == Some(FileSource::Local) && entry.keeps_copy()
        };
        let Some(Entry { snapshot, .. }) = entry.filter(is_wanted) else {
            self.outputs.push_back(Output::DropKeptFile(id.clone()));
            return;
        };
        if let Saved::Upload { kept, .. } = &mut snapshot.saved {
            let since = now.wall;
            *kept = Some(KeptCopy { digest, since });
        }
        self.copies.insert(id.clone(), now.monotonic + MAX_AGE);
        self.note_copy(id, now);
    }

    /// Continues an upload, whose file no tab has, in this tab with the copy of the file. `false`
    /// if there is none.
    pub(super) fn continue_with_copy(&mut self, id: &TaskId, now: Now) -> bool {
        let is_possible = self.keep_limit().is_some();
        let (environment, tab) = (self.environment, self.config.tab);
        let Some(entry) = self.entries.get_mut(id).filter(|_| is_possible) else {
            return false;
        };
        let copy = entry.snapshot.kept();
        let age = |kept: &KeptCopy| now.wall.since(kept.since);
        let Some(copy) = copy.filter(|kept| age(kept) < MAX_AGE) else {
            return false;
        };
        self.copies
            .insert(id.clone(), now.monotonic + (MAX_AGE - age(&copy)));
        self.index.forget(&entry.snapshot);
        if let Saved::Upload { owner, claims, .. } = &mut entry.snapshot.saved {
            *owner = Some(tab);
            *claims = claims.saturating_add(1);
        }
        self.index.note(&entry.snapshot);
        let state = &entry.snapshot.state;
        let (is_paused, is_finished) = (state.is_paused(), state.is_ended());
        entry.build_machine(&self.config, environment, now);
        if let Some(Machine::Upload(upload)) = &mut entry.machine {
            if is_finished {
                // It has sent nothing here that would have to be aborted or discarded.
                upload.step(upload::Event::Retry, now.monotonic);
            }
            upload.open_copy(copy.digest, is_paused, now.monotonic);
        }
        self.outputs.push_back(Output::OpenKeptFile(id.clone()));
        self.step_upload(id, upload::Event::Tick, now);
        self.note_copy(id, now);
        true
    }

    /// The copy is open, or cannot be used: then the upload is interrupted, as without a copy.
    pub(super) fn kept_file(&mut self, id: &TaskId, digest: Option<u64>, now: Now) {
        let entry = self.entries.get(id).filter(|it| !it.is_finished());
        let Some(entry) = entry.filter(|_| self.keeps_files()) else {
            return;
        };
        if entry.file_source(self.config.tab) != Some(FileSource::Local) {
            return;
        }
        let expected = entry.snapshot.kept().map(|kept| kept.digest);
        let is_any = digest.is_some() && mutation::is(Mutation::CopyNotVerified);
        if digest.is_some() && digest == expected || is_any {
            self.step_upload(id, upload::Event::Opened, now);
        } else {
            self.mark_interrupted(id, now);
        }
    }

    /// Deletes the copy of a file, if the app keeps any.
    pub(super) fn drop_copy(&mut self, id: &TaskId) {
        self.copies.remove(id);
        if !self.keeps_files() {
            return;
        }
        let Some(Entry { snapshot, .. }) = self.entries.get_mut(id) else {
            return;
        };
        let is_interrupted = snapshot.rank().is_assumed();
        if let Saved::Upload { owner, kept, .. } = &mut snapshot.saved {
            *kept = None;
            // If it was to continue with a copy that cannot be used, no tab has the file.
            *owner = owner.filter(|_| !is_interrupted);
            self.outputs.push_back(Output::DropKeptFile(id.clone()));
        }
        if is_interrupted && !self.is_leader() {
            self.stop_driving(id);
        }
    }

    /// Deletes the copies of this tab that have become too old.
    pub(super) fn drop_old_copies(&mut self, now: Now) {
        if !self.keeps_files() {
            return;
        }
        let old = self.copies.iter().filter(|(_, at)| now.monotonic >= **at);
        let old: Vec<_> = old.map(|(id, _)| id.clone()).collect();
        let tab = self.config.tab;
        for id in old {
            self.copies.remove(&id);
            let entry = self.entries.get(&id);
            if entry.is_some_and(|it| it.file_source(tab) == Some(FileSource::Local)) {
                self.drop_copy(&id);
                self.note_copy(&id, now);
            }
        }
    }

    /// Deletes what earlier pages have left behind.
    pub(super) fn sweep_copies(&mut self, now: Now) {
        if self.keep_limit().is_some() {
            let is_young = |kept: KeptCopy| now.wall.since(kept.since) < MAX_AGE;
            let kept = self.ids(|entry| entry.snapshot.kept().is_some_and(is_young));
            self.outputs.push_back(Output::SweepKeptFiles(kept));
        }
    }

    /// Writes, shows and sends that there is a copy, or none any more.
    fn note_copy(&mut self, id: &TaskId, now: Now) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.mark_changed(self.ownership.term(), now);
            self.touched.insert(id.clone());
            self.unsent.insert(id.clone());
            self.records.mark(id, now.monotonic);
        }
    }
}

impl Entry {
    /// Whether the upload may need the copy of its file, now or after Retry.
    pub fn keeps_copy(&self) -> bool {
        let is_over = matches!(
            self.snapshot.state,
            TaskState::Succeeded | TaskState::Cancelled
        );
        !is_over && !self.needs_another_file()
    }
}
