//! The plan of a world: how its jobs and uploads behave.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a world's server does when nobody injects a fault.
///
/// The plan of the moment counts for every job, also for those already started.
/// What a `PUT plan` leaves out has its default.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// How video processing goes.
    pub video: JobPlan,
    /// How the making of embeddings goes.
    pub embedding: JobPlan,
    /// Video jobs that go their own way, by queue id.
    pub video_by_id: BTreeMap<String, JobPlan>,
    /// Embedding jobs that go their own way, by attachment id.
    pub embedding_by_id: BTreeMap<String, JobPlan>,
    /// Whether an id that the server never gave out is answered with 404.
    /// If not (the default), asking for a job makes it.
    pub known_only: bool,
    /// Whether the server can answer for many jobs at once (`?ids=a,b`); 404 if not.
    pub batch: bool,
    /// Whether the server pushes how jobs are (`events`); 404 if not.
    pub events: bool,
    /// Whether a stream of events says nothing at all.
    pub events_silent: bool,
    /// After how many milliseconds a stream of events breaks off; never if absent.
    pub events_end_after_ms: Option<u64>,
    /// What a queue id starts with, before its running number.
    pub queue_id_prefix: String,
    /// How fast the body of an upload is read; as fast as it comes if absent.
    pub upload_bytes_per_second: Option<u64>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            video: JobPlan::default(),
            embedding: JobPlan::default(),
            video_by_id: BTreeMap::new(),
            embedding_by_id: BTreeMap::new(),
            known_only: false,
            batch: true,
            events: true,
            events_silent: false,
            events_end_after_ms: None,
            queue_id_prefix: "q-".to_owned(),
            upload_bytes_per_second: None,
        }
    }
}

impl Plan {
    /// The plan that counts for one job.
    #[must_use]
    pub fn job(&self, kind: JobKind, id: &str) -> &JobPlan {
        match kind {
            JobKind::Video => self.video_by_id.get(id).unwrap_or(&self.video),
            JobKind::Embedding => self.embedding_by_id.get(id).unwrap_or(&self.embedding),
        }
    }
}

/// The two kinds of job that the server works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Video processing, known by its queue id.
    Video,
    /// The making of embeddings, known by the attachment's id.
    Embedding,
}

/// How one job goes.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobPlan {
    /// Milliseconds in the queue; 500.
    pub queued_ms: u64,
    /// Milliseconds of work; 6000 for a video, 4000 for embeddings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_ms: Option<u64>,
    /// How it ends.
    pub outcome: Outcome,
    /// The reason given by a job that fails.
    pub error: String,
    /// Whether the server tells how far the job is.
    pub progress: bool,
    /// The words that the server has for the states.
    pub words: Words,
    /// Exactly these bodies, one per check, the last one for ever.
    /// Takes the place of all the fields above.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub script: Vec<Value>,
}

impl Default for JobPlan {
    fn default() -> Self {
        Self {
            queued_ms: 500,
            running_ms: None,
            outcome: Outcome::Completed,
            error: "The processor could not read this file".to_owned(),
            progress: true,
            words: Words::default(),
            script: Vec::new(),
        }
    }
}

impl JobPlan {
    /// The time in the queue.
    #[must_use]
    pub fn queued(&self) -> Duration {
        Duration::from_millis(self.queued_ms)
    }

    /// The time at work.
    #[must_use]
    pub fn running(&self, kind: JobKind) -> Duration {
        let default = match kind {
            JobKind::Video => 6000,
            JobKind::Embedding => 4000,
        };
        Duration::from_millis(self.running_ms.unwrap_or(default))
    }
}

/// How a job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is done after its time at work.
    Completed,
    /// It fails after its time at work.
    Failed,
    /// It never ends: its progress stays at half.
    Stuck,
    /// The server gives it up after its time at work.
    Cancelled,
}

/// The server's word for each state.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Words {
    /// In the queue.
    pub queued: String,
    /// At work.
    pub running: String,
    /// Done.
    pub completed: String,
    /// Failed.
    pub failed: String,
    /// Given up.
    pub cancelled: String,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            queued: "queued".to_owned(),
            running: "running".to_owned(),
            completed: "completed".to_owned(),
            failed: "failed".to_owned(),
            cancelled: "cancelled".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Error, from_str, json, to_value};

    use super::*;

    #[test]
    fn what_a_plan_leaves_out_has_its_default() -> Result<(), Error> {
        let plan: Plan = from_str(r#"{"video": {"outcome": "failed"}}"#)?;
        assert_eq!(plan.video.outcome, Outcome::Failed);
        assert_eq!(plan.video.queued(), Duration::from_millis(500));
        assert_eq!(plan.video.running(JobKind::Video), Duration::from_secs(6));
        assert_eq!(
            plan.embedding.running(JobKind::Embedding),
            Duration::from_secs(4)
        );
        Ok(())
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        assert!(from_str::<Plan>(r#"{"video": {"qeued_ms": 1}}"#).is_err());
    }

    #[test]
    fn a_plan_can_be_read_back_and_put_again() -> Result<(), Error> {
        let plan: Plan = serde_json::from_value(json!({
            "video_by_id": {"q/1": {"script": [{"status": "done"}]}},
            "upload_bytes_per_second": 1000,
        }))?;
        assert_eq!(serde_json::from_value::<Plan>(to_value(&plan)?)?, plan);
        Ok(())
    }

    #[test]
    fn a_job_with_its_own_plan_follows_that_one() -> Result<(), Error> {
        let plan: Plan = serde_json::from_value(json!({
            "embedding_by_id": {"7": {"outcome": "stuck"}},
        }))?;
        assert_eq!(plan.job(JobKind::Embedding, "7").outcome, Outcome::Stuck);
        assert_eq!(
            plan.job(JobKind::Embedding, "8").outcome,
            Outcome::Completed
        );
        Ok(())
    }
}
