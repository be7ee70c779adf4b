//! What of an upload outlives the page: all but the file, which no page can keep.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{Phase, Upload, UploadPolicy};
use crate::failure::Failure;
use crate::id::ResumeKey;
use crate::retry::Environment;
use crate::{End, Percent};

/// An upload without its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedUpload {
    keys: u64,
    seed: u64,
    #[serde(default)]
    may_have_arrived: bool,
    #[serde(default)]
    run: u64,
    /// Calls so far: an answer to one of them is not taken for another's.
    #[serde(default)]
    calls: u64,
    #[serde(default)]
    progress: Option<Percent>,
    #[serde(default)]
    resume: Option<ResumeKey>,
    /// None while it goes on.
    end: Option<End>,
}

impl SavedUpload {
    /// Whether it goes on.
    pub const fn is_unfinished(&self) -> bool {
        self.end.is_none()
    }

    /// Whether the page that sent it was left before it heard the answer.
    pub const fn is_interrupted(&self) -> bool {
        matches!(self.end, Some(End::Failed(Failure::Interrupted)))
    }

    /// How often the person wanted it once more.
    pub const fn run(&self) -> u64 {
        self.run
    }
}

impl Upload {
    /// What of it is to be kept.
    pub fn saved(&self) -> SavedUpload {
        SavedUpload {
            keys: self.keys,
            seed: self.seed,
            may_have_arrived: self.may_have_arrived,
            run: self.run,
            calls: self.calls,
            progress: self.progress,
            resume: self.resume.clone(),
            end: match &self.phase {
                Phase::Queued | Phase::Waiting(_) | Phase::Paused | Phase::Sending { .. } => None,
                Phase::Succeeded => Some(End::Succeeded),
                Phase::Failed(failure) => Some(End::Failed(failure.clone())),
                Phase::Cancelled => Some(End::Cancelled),
            },
        }
    }

    /// The upload as it was. One that went on waits: only the page that has
    /// the file can send it.
    pub fn restored(
        saved: SavedUpload,
        policy: Rc<UploadPolicy>,
        environment: Environment,
    ) -> Self {
        let mut upload = Self::new(policy, environment, saved.seed);
        upload.keys = saved.keys;
        upload.may_have_arrived = saved.may_have_arrived;
        upload.run = saved.run;
        upload.calls = saved.calls;
        upload.progress = saved.progress;
        upload.resume = saved.resume;
        upload.phase = match saved.end {
            None => Phase::Queued,
            Some(End::Succeeded) => Phase::Succeeded,
            Some(End::Failed(failure)) => Phase::Failed(failure),
            Some(End::Cancelled) => Phase::Cancelled,
        };
        upload
    }
}
