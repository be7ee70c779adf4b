//! Merges snapshots from other tabs and from the storage.

use super::Core;
use super::entry::{Entry, FileSource};
use crate::kind::TaskKind;
use crate::message::{Message, Raw};
use crate::mutation::{self, Mutation};
use crate::snapshot::Snapshot;
use crate::tab::TabId;
use crate::time::Now;

impl Core {
    /// Merges a change of a task. The tab that is to announce its result may be closed.
    pub(super) fn merge_change(&mut self, from: TabId, snapshot: Snapshot, now: Now) {
        let id = snapshot.id.clone();
        let is_finished = |core: &Self| core.entries.get(&id).map(Entry::is_finished);
        let was_finished = is_finished(self);
        self.merge(Some(from), snapshot, now);
        if was_finished == Some(false) && is_finished(self) == Some(true) {
            self.watch_announcement(&id, from, now);
        }
    }

    /// Merges the snapshot of another tab, or of the storage (`None`).
    pub(super) fn merge(&mut self, from: Option<TabId>, mut theirs: Snapshot, now: Now) {
        let id = theirs.id.clone();
        let run = theirs.run();
        let mut cleared = self.cleared.iter().rev();
        if let Some((_, last)) = cleared.find(|(it, last)| *it == id && run <= *last) {
            let cleared = Message::Cleared(vec![(id, *last)]);
            if from.is_some() {
                self.send(cleared);
            }
            return;
        }
        if mutation::is(Mutation::UnregisteredKindIgnored)
            && matches!(&theirs.kind, TaskKind::Job(kind) if self.registered(kind.name()).is_none())
        {
            return;
        }
        if let TaskKind::Job(kind) = &mut theirs.kind
            && let Some(registered) = self.registered(kind.name())
        {
            *kind = registered;
        }
        let (tab, leads) = (self.config.tab, self.is_leader());
        if let Some(entry) = self.entries.get_mut(&id) {
            let drives = entry.is_driven_by(tab, leads);
            match verdict(entry, from, &theirs, (tab, drives)) {
                Verdict::Accept => {}
                Verdict::Keep => return,
                Verdict::Correct => {
                    let own = Raw::new(&entry.snapshot);
                    self.send(Message::Snapshots(vec![own]));
                    return;
                }
            }
            if !mutation::is(Mutation::ProgressGoesBack) {
                theirs.keep_progress(&entry.snapshot);
            }
        }
        let is_local = |core: &Self| {
            let entry = core.entries.get(&id);
            entry.is_some_and(|it| it.file_source(tab) == Some(FileSource::Local))
        };
        let was_local = is_local(self);
        self.replace(theirs, now);
        if !was_local && is_local(self) {
            // The file was dropped when the task was removed here, or left to another tab.
            let is_finished = self.entries.get(&id).is_none_or(Entry::is_finished);
            if is_finished || !self.continue_with_copy(&id, now) {
                self.mark_interrupted(&id, now);
                if !leads {
                    self.stop_driving(&id);
                }
            }
        }
        if from.is_some() {
            self.records.mark_received(&id, now.monotonic);
        }
        if let Some(owner) = self.entries.get(&id).and_then(|it| it.snapshot.owner()) {
            self.watch(owner, now);
        }
    }

    /// Replaces the snapshot of this tab by a later one.
    pub(super) fn replace(&mut self, snapshot: Snapshot, now: Now) {
        let id = snapshot.id.clone();
        self.stop_driving(&id);
        let leads = self.is_leader();
        let tab = self.config.tab;
        let mut entry = match self.entries.remove(&id) {
            Some(mut entry) => {
                self.index.forget(&entry.snapshot);
                self.finished.remove(&id);
                entry.snapshot = snapshot;
                entry
            }
            None => Entry::new(snapshot),
        };
        self.unlisted.remove(&id);
        entry.is_new_here = false;
        self.index.note(&entry.snapshot);
        if entry.is_finished() {
            self.finished.insert(entry.end());
        }
        let drives = entry.is_active() && entry.is_driven_by(tab, leads);
        let keeps_record = entry.is_driven_by(tab, leads);
        self.entries.insert(id.clone(), entry);
        self.track_copy(&id, now);
        self.touched.insert(id.clone());
        self.drop_outdated_commands(&id);
        if keeps_record {
            self.records.mark(&id, now.monotonic);
        }
        if drives {
            self.drive(&id, now);
        }
    }
}

/// What to do with a received snapshot.
enum Verdict {
    /// It is later than the one of this tab.
    Accept,
    /// It contains nothing new.
    Keep,
    /// This tab has a newer snapshot and sends it.
    Correct,
}

/// A later run always wins. Within one run, a known result wins over any other state, and else
/// the tab that has the file is right, or the last one that has continued the upload with a copy
/// of it. Only the tab that drives the task corrects another one, so that no two tabs correct each
/// other endlessly.
fn verdict(
    entry: &Entry,
    from: Option<TabId>,
    theirs: &Snapshot,
    (tab, drives): (TabId, bool),
) -> Verdict {
    let (own, other) = (entry.snapshot.rank(), theirs.rank());
    let correct = if drives && from.is_some() {
        Verdict::Correct
    } else {
        Verdict::Keep
    };
    if own.run != other.run {
        return if other.run > own.run {
            Verdict::Accept
        } else {
            correct
        };
    }
    if own.is_known() && other.is_known() {
        // Tabs that could not hear each other: a terminal state changes only by Retry.
        return Verdict::Keep;
    }
    let claims = (entry.snapshot.claim(), theirs.claim());
    if claims.0 != claims.1
        && !(own.is_assumed() || other.is_assumed())
        && !mutation::is(Mutation::TakenUploadKept)
    {
        // Another tab continues the upload with a copy of its file.
        let is_later = (other.is_known(), claims.1) > (own.is_known(), claims.0);
        return if is_later { Verdict::Accept } else { correct };
    }
    if entry.file_source(tab) == Some(FileSource::Local) {
        // The others may have treated this tab as closed.
        return if other.is_assumed() {
            correct
        } else {
            Verdict::Keep
        };
    }
    let is_from_owner = from.is_some() && theirs.owner() == from;
    // The owner itself has given the upload up since, because its copy could not be used.
    let was_given_up = entry.snapshot.has_given_up(theirs);
    if other > own || (is_from_owner && own.is_assumed() && !was_given_up) {
        Verdict::Accept
    } else if own > other {
        correct
    } else {
        Verdict::Keep
    }
}
