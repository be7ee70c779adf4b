//! Copies of files, with which uploads continue without asking for the file.

use std::time::Duration;

use super::Core;
use super::entry::{Entry, FileSource, Machine};
use crate::id::TaskId;
use crate::mutation::{self, Mutation};
use crate::output::Output;
use crate::snapshot::{KeptCopy, Saved, Snapshot};
use crate::task::TaskState;
use crate::time::{Now, Timestamp};
use crate::upload;

/// How long a copy is kept at most.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// When a copy that is too old is looked at again, if another tab is to delete it.
const AGAIN: Duration = Duration::from_secs(60 * 60);

impl Core {
    /// Whether a file of this many bytes is kept. With a limit of 0 none is.
    fn keeps(&self, size: u64) -> bool {
        let limit = self.config.upload.kept_files();
        let is_small = limit.is_some_and(|limit| limit > 0 && size <= limit);
        is_small && self.can_keep()
    }

    /// Without locks, a closed tab cannot be told from a frozen one, which would go on with the
    /// upload that another tab continues.
    fn can_keep(&self) -> bool {
        self.config.watches_tabs && self.config.store.is_some()
    }

    /// Whether the app may have copies. Without the feature it is `false` for the compiler, which
    /// then removes the rest.
    fn keeps_files(&self) -> bool {
        self.config.upload.kept_files().is_some()
    }

    /// Has the file of an upload of this tab copied.
    pub(super) fn keep_file(&mut self, id: &TaskId) {
        let entry = self.entries.get(id).filter(|it| !it.is_finished());
        if let Some(Saved::Upload { size, .. }) = entry.map(|it| &it.snapshot.saved)
            && self.keeps(*size)
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
        self.track_copy(id, now);
        self.note_copy(id, now);
    }

    /// Notes when the copy of a file, if there is one, is to be deleted.
    pub(super) fn track_copy(&mut self, id: &TaskId, now: Now) {
        if !self.keeps_files() {
            return;
        }
        if let Some(kept) = self.entries.get(id).and_then(|it| it.snapshot.kept()) {
            let left = (kept.since + MAX_AGE).since(now.wall);
            self.copies.insert(id.clone(), now.monotonic + left);
        }
    }

    /// Continues an upload, whose file no tab has, in this tab with the copy of the file. `false`
    /// if there is none.
    pub(super) fn continue_with_copy(&mut self, id: &TaskId, now: Now) -> bool {
        let size = self.entries.get(id).and_then(|it| it.snapshot.size());
        let is_possible = size.is_some_and(|size| self.keeps(size));
        let (environment, tab) = (self.environment, self.config.tab);
        let Some(entry) = self.entries.get_mut(id).filter(|_| is_possible) else {
            return false;
        };
        let copy = entry.snapshot.kept();
        let Some(copy) = copy.filter(|kept| now.wall < kept.since + MAX_AGE) else {
            return false;
        };
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
        let (is_interrupted, is_ended) = (snapshot.rank().is_assumed(), snapshot.state.is_ended());
        let mut is_gone = false;
        self.index.forget(snapshot);
        if let Saved::Upload {
            owner,
            kept,
            claims,
            ..
        } = &mut snapshot.saved
        {
            *kept = None;
            // If it was sent from the copy, or was to be, no tab has the file any more.
            is_gone = is_interrupted || is_ended && *claims > 0;
            *owner = owner.filter(|_| !is_gone);
            self.outputs.push_back(Output::DropKeptFile(id.clone()));
        }
        self.index.note(snapshot);
        if is_gone && !self.is_leader() {
            self.stop_driving(id);
        }
    }

    /// When a copy becomes too old.
    pub(super) fn next_old_copy(&self) -> Option<Timestamp> {
        self.copies.values().min().copied()
    }

    /// Deletes the copies that have become too old: of the uploads of this tab, and if it leads, of
    /// those that no tab has the file of. Some browsers stop the monotonic clock during sleep.
    pub(super) fn drop_old_copies(&mut self, now: Now) {
        if !self.keeps_files() {
            return;
        }
        let is_old = |id: &TaskId, at: Timestamp| {
            let kept = self.entries.get(id).and_then(|it| it.snapshot.kept());
            now.monotonic >= at || kept.is_some_and(|it| now.wall >= it.since + MAX_AGE)
        };
        let old = self.copies.iter().filter(|(id, at)| is_old(id, **at));
        let old: Vec<_> = old.map(|(id, _)| id.clone()).collect();
        let (tab, leads) = (self.config.tab, self.is_leader());
        for id in old {
            self.copies.remove(&id);
            match self.entries.get(&id) {
                Some(entry) if entry.is_driven_by(tab, leads) => {
                    self.drop_copy(&id);
                    self.note_copy(&id, now);
                }
                // Another tab is to delete it, or this one once that is closed.
                Some(_) => {
                    self.copies.insert(id, now.monotonic + AGAIN);
                }
                None => {}
            }
        }
    }

    /// Deletes what earlier pages have left behind.
    pub(super) fn sweep_copies(&mut self, now: Now) {
        if self.keeps_files() && self.can_keep() {
            let is_young = |kept: KeptCopy| now.wall < kept.since + MAX_AGE;
            let is_kept = |it: &Snapshot| it.kept().is_some_and(is_young);
            let is_small = |it: &Snapshot| it.size().is_some_and(|size| self.keeps(size));
            let kept = self.ids(|it| is_kept(&it.snapshot) && is_small(&it.snapshot));
            self.outputs.push_back(Output::SweepKeptFiles(kept));
        }
    }

    /// Writes, shows and sends that there is a copy, or none any more.
    pub(super) fn note_copy(&mut self, id: &TaskId, now: Now) {
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
