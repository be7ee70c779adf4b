//! The part of an upload's state machine that outlives the tab: everything except the file.

use std::rc::Rc;
use std::time::Duration;

use super::{Phase, Upload, UploadPolicy};
use crate::id::ResumeKey;
use crate::percent::Percent;
use crate::retry::Environment;
use crate::task::TaskState;
use crate::time::Timestamp;

/// How long the browser may take to open a copy of a file.
pub(super) const OPENING: Duration = Duration::from_secs(30);

/// An upload without its file. How it ended, if it has, is in the snapshot's state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedUpload {
    /// Counts the idempotency keys.
    pub keys: u64,
    /// Decides jitter and idempotency keys.
    pub seed: u64,
    /// Whether the server may have the file under the current idempotency key.
    pub may_have_arrived: bool,
    /// Counts retries by the user.
    pub run: u64,
    /// Requests so far, so that responses are not mixed up.
    pub attempts: u64,
    /// The highest progress that was shown in this run.
    pub progress: Option<Percent>,
    /// Where the server keeps the partial upload.
    pub resume: Option<ResumeKey>,
    /// Digest of samples of the file's content, once they have been read.
    pub fingerprint: Option<u64>,
}

impl Upload {
    /// The part that is stored.
    pub const fn saved(&self) -> &SavedUpload {
        &self.saved
    }

    /// Continues with a copy of the file once it is open: the samples of its content have this
    /// digest. A paused upload stays paused.
    pub fn open_copy(&mut self, digest: u64, is_paused: bool, now: Timestamp) {
        self.saved.may_have_arrived = true;
        self.saved.fingerprint = Some(digest);
        self.is_opening = true;
        self.phase = match is_paused {
            true => Phase::Paused,
            false => Phase::Opening(now + OPENING),
        };
    }

    /// The upload as it was. One that had not finished is queued: only the tab that has
    /// the file can send it.
    pub fn restored(
        saved: &SavedUpload,
        state: &TaskState,
        policy: Rc<UploadPolicy>,
        environment: Environment,
    ) -> Self {
        let mut upload = Self::new(policy, environment, saved.seed);
        upload.saved.clone_from(saved);
        upload.is_doubtful = true;
        upload.phase = match state {
            TaskState::Succeeded => Phase::Succeeded,
            TaskState::Failed(failure) => Phase::Failed(failure.clone()),
            TaskState::Cancelled => Phase::Cancelled,
            TaskState::Uploading { .. }
            | TaskState::Queued
            | TaskState::Running { .. }
            | TaskState::Recovering { .. }
            | TaskState::Offline { .. } => Phase::Queued,
        };
        upload
    }
}
