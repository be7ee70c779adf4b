//! What happens to an upload, and what to do about it.

use crate::failure::RequestError;
use crate::id::{IdempotencyKey, ResumeKey};
use crate::job_status::UploadEvent;
use crate::monitor::AttemptId;
use crate::retry::Environment;

/// What happens to an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Time has passed.
    Tick,
    /// An upload slot is free for it.
    Begin,
    /// An attempt reports progress.
    Progress(AttemptId, UploadEvent),
    /// The attempt has read samples of the file's content, of which this is the digest.
    Fingerprint(AttemptId, u64),
    /// The server has the file, or the attempt failed.
    Answered(AttemptId, Result<(), RequestError>),
    /// The environment has changed.
    Environment(Environment),
    /// The page is back after it was frozen, or the device slept.
    Woken,
    /// The copy of its file is open.
    Opened,
    /// The user pauses the upload.
    Pause,
    /// The user resumes the upload.
    Resume,
    /// The user cancels the task.
    Cancel,
    /// The user retries the task.
    Retry,
}

/// What to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send the file. With a resume key, continue an earlier attempt.
    Send(AttemptId, IdempotencyKey, Option<ResumeKey>),
    /// Abort the attempt.
    Abandon,
    /// Tell the server that the partial upload is not needed any more.
    Discard(ResumeKey),
}
