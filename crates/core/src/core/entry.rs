//! A task in this tab: its snapshot, and its state machine if this tab drives it.

use std::rc::Rc;

use crate::config::Config;
use crate::kind::TaskKind;
use crate::monitor::{AttemptId, Monitor, SavedFollowUp, SavedMonitor};
use crate::retention::End;
use crate::retry::Environment;
use crate::snapshot::{EndNumber, Saved, Snapshot};
use crate::tab::TabId;
use crate::task::{Task, TaskState};
use crate::time::{Now, Timestamp};
use crate::upload::Upload;

#[derive(Debug)]
pub struct Entry {
    pub snapshot: Snapshot,
    /// Only the tab that drives the task has one.
    pub machine: Option<Machine>,
    /// The check, start or upload that is queued or in flight.
    pub attempt: Option<AttemptId>,
    /// The task as it was last passed to the driver.
    pub shown: Option<Rc<Task>>,
    /// Whether it was started in this tab since the last publication.
    pub is_new_here: bool,
    /// The last end that was announced as far as this tab knows, and by which tab.
    pub announced: Option<(EndNumber, TabId)>,
}

/// The state machine of an active task.
#[derive(Debug)]
pub enum Machine {
    Job(Monitor),
    Upload(Upload),
}

impl Machine {
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Job(monitor) => monitor.next_due(now),
            Self::Upload(upload) => upload.next_due(now),
        }
    }
}

/// Where the file of an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSource {
    /// In this tab.
    Local,
    /// In another tab, which sends it.
    OtherTab,
    /// Nowhere: the tab that had it was closed.
    Missing,
}

impl Entry {
    pub const fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            machine: None,
            attempt: None,
            shown: None,
            is_new_here: false,
            announced: None,
        }
    }

    pub fn is_finished(&self) -> bool {
        self.snapshot.state.is_ended()
    }

    /// Whether this tab need not announce how the task ended any more.
    pub fn is_announced(&self) -> bool {
        let end = self.snapshot.end_number();
        self.announced.is_some_and(|(last, _)| last >= end)
    }

    /// The sort key that determines which finished tasks are kept.
    pub fn end(&self) -> End {
        let snapshot = &self.snapshot;
        (snapshot.changed, snapshot.started, snapshot.id.clone())
    }

    /// Where the file is; `None` for a job.
    pub fn file_source(&self, tab: TabId) -> Option<FileSource> {
        match &self.snapshot.saved {
            Saved::Job(_) => None,
            Saved::Upload { owner, .. } => Some(match owner {
                Some(owner) if *owner == tab => FileSource::Local,
                Some(_) => FileSource::OtherTab,
                None => FileSource::Missing,
            }),
        }
    }

    /// Whether this tab drives it: the leader drives jobs and uploads whose file nobody
    /// has, and the tab with the file its upload.
    pub fn is_driven_by(&self, tab: TabId, leads: bool) -> bool {
        match self.file_source(tab) {
            Some(FileSource::Local) => true,
            Some(FileSource::OtherTab) => false,
            Some(FileSource::Missing) | None => leads,
        }
    }

    /// Whether it continues without the user.
    pub fn is_active(&self) -> bool {
        let is_left = match &self.snapshot.saved {
            Saved::Job(saved) => !saved.cancellations.is_empty() || self.starts_follow_up(saved),
            Saved::Upload { .. } => false,
        };
        !self.is_finished() || is_left
    }

    /// Whether a finished task has still to start the one that follows it.
    fn starts_follow_up(&self, saved: &SavedMonitor) -> bool {
        match saved.follow_up {
            Some(SavedFollowUp::At { .. }) => true,
            Some(SavedFollowUp::OnSuccess) => self.snapshot.state == TaskState::Succeeded,
            None => false,
        }
    }

    /// Builds the state machine that continues from the snapshot.
    pub fn build_machine(&mut self, config: &Config, environment: Environment, now: Now) {
        let snapshot = &self.snapshot;
        let state = &snapshot.state;
        self.machine = match (&snapshot.saved, &snapshot.kind, &snapshot.attachment) {
            (Saved::Job(saved), TaskKind::Job(kind), Some(attachment)) => {
                let (kind, attachment) = (kind.clone(), attachment.clone());
                let monitor = Monitor::restored(kind, attachment, saved, state, environment, now);
                Some(Machine::Job(monitor))
            }
            (Saved::Upload { upload: saved, .. }, TaskKind::Upload { .. }, _) => {
                let policy = Rc::clone(&config.upload);
                let upload = Upload::restored(saved, state, policy, environment);
                Some(Machine::Upload(upload))
            }
            // A damaged record: there is nothing to continue with.
            (Saved::Job(_) | Saved::Upload { .. }, _, _) => None,
        };
    }

    /// Updates the snapshot from the state machine. Returns whether it changed.
    pub fn refresh(&mut self, term: u64, now: Now) -> bool {
        let snapshot = &mut self.snapshot;
        let (state, saved) = match (&self.machine, &snapshot.saved) {
            (Some(Machine::Job(monitor)), _) => {
                (monitor.state(now.monotonic), Saved::Job(monitor.saved(now)))
            }
            (
                Some(Machine::Upload(upload)),
                Saved::Upload {
                    name,
                    size,
                    owner,
                    kept,
                    claims,
                    ..
                },
            ) => (
                upload.state(now.monotonic),
                Saved::Upload {
                    upload: upload.saved(),
                    name: Rc::clone(name),
                    size: *size,
                    owner: *owner,
                    kept: *kept,
                    claims: *claims,
                },
            ),
            (Some(Machine::Upload(_)), Saved::Job(_)) | (None, _) => return false,
        };
        if snapshot.state == state && snapshot.saved == saved {
            return false;
        }
        if state.is_ended() {
            snapshot.toast_closed = false;
        }
        snapshot.state = state;
        snapshot.saved = saved;
        self.mark_changed(term, now);
        true
    }

    /// Increases the revision, above all revisions of earlier terms.
    pub fn mark_changed(&mut self, term: u64, now: Now) {
        let next = self.snapshot.revision.saturating_add(1);
        self.snapshot.revision = next.max(term.saturating_mul(1 << 32));
        self.snapshot.changed = now.wall;
    }
}
