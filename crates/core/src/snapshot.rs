//! A task as it is stored, sent to other tabs, restored and shown.

use std::rc::Rc;
use std::time::Duration;

use crate::codec::{Bytes, Codec, codec_enum, codec_struct, decode};
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

/// The version of the format. A record or message of another version is not guessed at.
pub const VERSION: u32 = 2;

/// A task whose last change is older than this is dropped when records are read.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// A task. No token, header or byte of a file is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Its name, also its toast's: `{kind}_{attachment_id}_{milliseconds}`.
    pub id: TaskId,
    /// What it does, with endpoint and policy, so that any tab can poll it.
    pub kind: TaskKind,
    /// The attachment's title. Not empty.
    pub title: Rc<str>,
    /// The attachment it works on; an upload has one once the server has made it.
    pub attachment: Option<AttachmentId>,
    /// Its state.
    pub state: TaskState,
    /// When it was started, by the wall clock.
    pub started: Timestamp,
    /// When it last changed, by the wall clock.
    pub changed: Timestamp,
    /// Grows with its changes, so that of two snapshots of one run the later one is known.
    /// Those of a leader in a later term count more.
    pub revision: u64,
    /// Whether the user has closed its toast in this run.
    pub toast_closed: bool,
    /// The app's own data.
    pub meta: Option<Meta>,
    /// What its state machine continues with.
    pub saved: Saved,
}

/// What a task's state machine continues with.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// A job on the server.
    Job(SavedMonitor),
    /// An upload.
    Upload {
        /// What of it outlives the tab.
        upload: SavedUpload,
        /// The file's name.
        name: Rc<str>,
        /// The file's length in bytes.
        size: u64,
        /// The tab that has the file; `None` if no tab has it any more.
        owner: Option<TabId>,
    },
}

codec_enum!(Saved { 0 => Job(monitor), 1 => Upload { upload, name, size, owner } });
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

/// How far a snapshot is: of two of the same task the higher one is the later. A run ends
/// once; only Retry begins another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Counts retries by the user.
    pub run: u64,
    ending: Ending,
    revision: u64,
}

impl Rank {
    /// Whether the run has ended, and that is not only assumed.
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
    /// Not yet.
    Unfinished,
    /// The tab that sent the file is gone. It may have received the response before.
    Assumed,
    /// It has.
    Known,
}

/// Counts the ends of a task: each run has one, and before it one that is only assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EndNumber(pub u64);

impl Codec for EndNumber {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        u64::read(bytes).map(Self)
    }
}

impl Snapshot {
    /// Which of the task's ends this is, or will be.
    pub fn end_number(&self) -> EndNumber {
        let is_known = u64::from(!self.rank().is_assumed());
        EndNumber(self.run().saturating_mul(2).saturating_add(is_known))
    }

    /// How far it is.
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

    /// Where the server keeps the partial upload.
    pub fn resume(&self) -> Option<&ResumeKey> {
        match &self.saved {
            Saved::Job(_) => None,
            Saved::Upload { upload, .. } => upload.resume.as_ref(),
        }
    }

    /// Whether it is an upload that waits for nothing but a free slot.
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
            started: self.started,
            meta: self.meta.clone(),
        }
    }

    /// Keeps progress from going back within a run, in whatever order snapshots arrive.
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
        wall.since(self.changed) > MAX_AGE
    }
}

/// A record: a snapshot with the version of its format.
pub fn to_record(snapshot: &Snapshot) -> String {
    let mut bytes = Vec::new();
    VERSION.write(&mut bytes);
    snapshot.write(&mut bytes);
    bytes.into_iter().map(char::from).collect()
}

/// Why a record cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It was written by another version of this crate.
    Version(u32),
    /// It is damaged.
    Damaged,
}

/// The snapshot of a record.
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
