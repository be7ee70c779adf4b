//! A task as it is stored, sent to other tabs, restored and shown.

use std::rc::Rc;
use std::time::Duration;

use crate::codec::{Bytes, Codec, codec_enum, codec_struct, decode, to_text};
use crate::failure::Failure;
use crate::id::{AttachmentId, ResumeKey, TaskId};
use crate::kind::TaskKind;
use crate::meta::Meta;
use crate::monitor::SavedMonitor;
use crate::percent::Percent;
use crate::tab::TabId;
use crate::task::{Task, TaskState};
use crate::time::Timestamp;
use crate::upload::SavedUpload;

/// The version of the format. Records and messages of other versions are rejected.
pub const VERSION: u32 = 3;

/// A task whose last change is older than this is dropped when records are read.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// The state of a task. It contains no tokens, headers or file contents.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Its id, which is also the id of its toast: `{kind}_{attachment_id}_{milliseconds}`.
    pub id: TaskId,
    /// Its kind with endpoint and policy, so that any tab can poll it.
    pub kind: TaskKind,
    /// The attachment's title. Not empty.
    pub title: Rc<str>,
    /// The attachment that it processes; an upload has one once the server has created it.
    pub attachment: Option<AttachmentId>,
    /// Its state.
    pub state: TaskState,
    /// When it was started, in wall-clock time.
    pub started: Timestamp,
    /// When it last changed, in wall-clock time.
    pub changed: Timestamp,
    /// Increases with each change, so that the later of two snapshots of one run is known.
    /// The revisions of a later term are higher than all of an earlier one.
    pub revision: u64,
    /// Whether the user has closed its toast in this run.
    pub toast_closed: bool,
    /// The app's own data.
    pub meta: Option<Meta>,
    /// The saved part of its state machine.
    pub saved: Saved,
}

/// The saved part of a task's state machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// A job on the server.
    Job(SavedMonitor),
    /// An upload.
    Upload {
        /// The part of the upload that outlives the tab.
        upload: SavedUpload,
        /// The file's name.
        name: Rc<str>,
        /// The file's length in bytes.
        size: u64,
        /// The tab that has the file; `None` once no tab has it.
        owner: Option<TabId>,
        /// The complete copy of the file, if this browser keeps one.
        kept: Option<KeptCopy>,
        /// How often a tab has continued the upload with a copy of its file.
        claims: u64,
    },
}

/// A copy of an upload's file, with which another tab can continue the upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptCopy {
    /// Digest of the file's size and of samples of its content.
    pub digest: u64,
    /// When it was made, in wall-clock time.
    pub since: Timestamp,
}

codec_struct!(KeptCopy { digest, since });
codec_enum!(Saved { 0 => Job(monitor), 1 => Upload { upload, name, size, owner, kept, claims } });
codec_struct!(Snapshot {
    id,
    kind,
    title,
    attachment,
    state,
    started,
    changed,
    revision,
    toast_closed,
    meta,
    saved,
});

/// The order of snapshots of a task: the higher one is later. A run ends once; only Retry
/// begins another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Counts retries by the user.
    pub run: u64,
    ending: Ending,
    revision: u64,
}

impl Rank {
    /// Whether the run is known to have ended.
    pub fn is_known(self) -> bool {
        self.ending == Ending::Known
    }

    /// Whether the end of the run is only assumed.
    pub fn is_assumed(self) -> bool {
        self.ending == Ending::Assumed
    }
}

/// Whether a run has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ending {
    /// It has not ended.
    Unfinished,
    /// The tab that uploaded the file is closed. It may have received the response before.
    Assumed,
    /// It has ended.
    Known,
}

/// Numbers the results of a task: each run has an assumed one and then a known one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EndNumber(pub u64);

impl Codec for EndNumber {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        Self(u64::read(bytes))
    }
}

impl Snapshot {
    /// The number of the result of this run.
    pub fn end_number(&self) -> EndNumber {
        let is_known = u64::from(!self.rank().is_assumed());
        EndNumber(self.run().saturating_mul(2).saturating_add(is_known))
    }

    /// Its rank among the snapshots of the task.
    pub fn rank(&self) -> Rank {
        Rank {
            run: self.run(),
            ending: match &self.state {
                TaskState::Failed(Failure::Interrupted) => Ending::Assumed,
                state if state.is_ended() => Ending::Known,
                _ => Ending::Unfinished,
            },
            revision: self.revision,
        }
    }

    /// Counts retries by the user.
    pub fn run(&self) -> u64 {
        match &self.saved {
            Saved::Job(monitor) => monitor.run,
            Saved::Upload { upload, .. } => upload.run,
        }
    }

    /// The tab that has the upload's file.
    pub fn owner(&self) -> Option<TabId> {
        match &self.saved {
            Saved::Job(_) => None,
            Saved::Upload { owner, .. } => *owner,
        }
    }

    /// The size of the upload's file in bytes.
    pub const fn size(&self) -> Option<u64> {
        match &self.saved {
            Saved::Job(_) => None,
            Saved::Upload { size, .. } => Some(*size),
        }
    }

    /// The copy of the upload's file.
    pub fn kept(&self) -> Option<KeptCopy> {
        match &self.saved {
            Saved::Job(_) => None,
            Saved::Upload { kept, .. } => *kept,
        }
    }

    /// Orders the tabs that have continued the upload with a copy of its file: the highest one
    /// sends it. `None` if it is sent by the tab that it was started in.
    pub fn claim(&self) -> Option<(u64, Option<TabId>)> {
        match &self.saved {
            Saved::Upload { claims, owner, .. } if *claims > 0 => Some((*claims, *owner)),
            Saved::Upload { .. } | Saved::Job(_) => None,
        }
    }

    /// Whether the tab that had continued the upload with a copy of its file has given that up since
    /// it sent `earlier`.
    pub fn has_given_up(&self, earlier: &Self) -> bool {
        let claims = |it: &Self| it.claim().map(|(claims, _)| claims);
        self.owner().is_none()
            && claims(self).is_some()
            && claims(self) == claims(earlier)
            && self.revision > earlier.revision
    }

    /// Where the server keeps the partial upload.
    pub fn resume(&self) -> Option<&ResumeKey> {
        match &self.saved {
            Saved::Job(_) => None,
            Saved::Upload { upload, .. } => upload.resume.as_ref(),
        }
    }

    /// Whether it is an upload that waits only for a free slot.
    pub fn is_queued_upload(&self) -> bool {
        self.owner().is_some() && matches!(self.state, TaskState::Queued)
    }

    /// Whether it is an upload that occupies a connection.
    pub fn is_sending(&self) -> bool {
        self.owner().is_some()
            && matches!(self.state, TaskState::Uploading { .. })
            && !self.state.is_paused()
    }

    /// The task as `tab` shows it.
    pub fn task(&self, tab: TabId) -> Task {
        Task {
            id: self.id.clone(),
            kind: self.kind.clone(),
            title: Rc::clone(&self.title),
            attachment: self.attachment.clone(),
            state: self.state.clone(),
            has_file: self.owner() == Some(tab),
            is_kept: self.kept().is_some() && !self.state.is_ended(),
            started: self.started,
            meta: self.meta.clone(),
        }
    }

    /// Prevents progress from decreasing within a run, in whatever order snapshots arrive.
    pub fn keep_progress(&mut self, before: &Self) {
        if before.run() != self.run() {
            return;
        }
        let least = before.state.progress();
        let raise = |progress: &mut Option<Percent>| *progress = (*progress).max(least);
        match &mut self.state {
            TaskState::Uploading { progress, .. }
            | TaskState::Running { progress }
            | TaskState::Recovering { progress, .. }
            | TaskState::Offline { progress } => raise(progress),
            TaskState::Queued
            | TaskState::Succeeded
            | TaskState::Failed(_)
            | TaskState::Cancelled => {}
        }
        let saved = |saved: &Saved| match saved {
            Saved::Job(monitor) => monitor.progress,
            Saved::Upload { upload, .. } => upload.progress,
        };
        let least = saved(&before.saved);
        match &mut self.saved {
            Saved::Job(monitor) => monitor.progress = monitor.progress.max(least),
            Saved::Upload { upload, .. } => upload.progress = upload.progress.max(least),
        }
    }

    /// Whether it is too old to be shown after a reload.
    pub fn is_outdated(&self, wall: Timestamp) -> bool {
        wall > self.changed + MAX_AGE
    }
}

/// Encodes a record: a snapshot with the version of the format.
pub fn to_record(snapshot: &Snapshot) -> String {
    let mut bytes = Vec::new();
    VERSION.write(&mut bytes);
    snapshot.write(&mut bytes);
    to_text(bytes)
}

/// Why a record cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It was written by another version of this crate.
    Version(u32),
    /// It is damaged.
    Damaged,
}

/// Decodes the snapshot of a record.
///
/// # Errors
///
/// The record is damaged, or of another version.
pub fn from_record(record: &str) -> Result<Snapshot, Unreadable> {
    let mut characters = record.chars();
    let first = characters.next().map_or(0, u32::from);
    if first != VERSION {
        return Err(match first {
            0 => Unreadable::Damaged,
            version => Unreadable::Version(version),
        });
    }
    decode(characters.as_str()).ok_or(Unreadable::Damaged)
}

/// The key of a task's record.
pub fn record_key(store: &str, task: &TaskId) -> String {
    format!("{store}/{task}")
}
