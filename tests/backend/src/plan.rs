//! The plan of a world in JSON: how its jobs and uploads behave.

use std::{collections::BTreeMap, time::Duration};

use background_tasks_server_model::{self as model, Config, EMBEDDINGS, Plans, VIDEO};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the server of a world does, except for faults.
///
/// The current plan applies to every job, also to those already started. Fields that `PUT plan`
/// leaves out have their default.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// Video jobs.
    pub video: JobPlan,
    /// Embedding jobs.
    pub embedding: JobPlan,
    /// Video jobs with a plan of their own, by queue id.
    pub video_by_id: BTreeMap<String, JobPlan>,
    /// Embedding jobs with a plan of their own, by attachment id.
    pub embedding_by_id: BTreeMap<String, JobPlan>,
    /// Whether an id that the server has not created gives 404. If not (the default), a status
    /// request creates the job.
    pub known_only: bool,
    /// Whether the server supports batch requests (`?ids=a,b`); 404 if not.
    pub batch: bool,
    /// Whether the server has an event stream (`events`); 404 if not.
    pub events: bool,
    /// Whether the event stream is silent.
    pub events_silent: bool,
    /// After how many milliseconds the event stream ends; never if absent.
    pub events_end_after_ms: Option<u64>,
    /// The prefix of a queue id, before its number.
    pub queue_id_prefix: String,
    /// How fast the body of an upload is read; without a limit if absent.
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
    /// The plan that applies to one job.
    #[must_use]
    pub fn job(&self, endpoint: &str, key: &str) -> &JobPlan {
        if endpoint == VIDEO {
            self.video_by_id.get(key).unwrap_or(&self.video)
        } else {
            self.embedding_by_id.get(key).unwrap_or(&self.embedding)
        }
    }

    /// The plans of the model.
    #[must_use]
    pub fn plans(&self) -> Plans {
        let mut plans = Plans::default();
        for (endpoint, plan, by_key) in [
            (VIDEO, &self.video, &self.video_by_id),
            (EMBEDDINGS, &self.embedding, &self.embedding_by_id),
        ] {
            plans.set_endpoint(endpoint, plan.model(endpoint));
            for (key, plan) in by_key {
                plans.set_job(endpoint, key, plan.model(endpoint));
            }
        }
        plans
    }

    /// The settings of the model, for files of at most `upload_limit` bytes.
    #[must_use]
    pub fn config(&self, upload_limit: u64) -> Config {
        Config::new()
            .with_latency(Duration::ZERO)
            .with_known_only(self.known_only)
            .with_max_file(upload_limit)
    }
}

/// The plan of one job.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobPlan {
    /// Milliseconds in the queue; 500.
    pub queued_ms: u64,
    /// Milliseconds of work; 6000 for a video, 4000 for embeddings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_ms: Option<u64>,
    /// Its outcome.
    pub outcome: Outcome,
    /// The reason given by a job that fails.
    pub error: String,
    /// Whether the server reports progress.
    pub progress: bool,
    /// The status values of the server.
    pub words: Words,
    /// Exactly these bodies, one per status request, the last one forever.
    /// Replaces all fields above.
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
    /// The plan of the model.
    #[must_use]
    pub fn model(&self, endpoint: &str) -> model::JobPlan {
        let running_ms = if endpoint == VIDEO { 6000 } else { 4000 };
        model::JobPlan {
            queued: Duration::from_millis(self.queued_ms),
            running: Duration::from_millis(self.running_ms.unwrap_or(running_ms)),
            outcome: match self.outcome {
                Outcome::Completed => model::Outcome::Succeeds,
                Outcome::Failed => model::Outcome::Fails {
                    reason: Some(self.error.clone()),
                },
                Outcome::Stuck => model::Outcome::NeverEnds,
                Outcome::Cancelled => model::Outcome::Cancelled,
            },
            progress: if self.progress {
                model::Progress::Linear
            } else {
                model::Progress::Unknown
            },
            scripted: self.script.len(),
        }
    }
}

/// The outcome of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It succeeds after its running time.
    Completed,
    /// It fails after its running time.
    Failed,
    /// It never ends; its progress stays at 50.
    Stuck,
    /// The server cancels it after its running time.
    Cancelled,
}

/// The status value of each state.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Words {
    /// Queued.
    pub queued: String,
    /// Running.
    pub running: String,
    /// Completed.
    pub completed: String,
    /// Failed.
    pub failed: String,
    /// Cancelled.
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
    fn absent_fields_have_their_default() -> Result<(), Error> {
        let plan: Plan = from_str(r#"{"video": {"outcome": "failed"}}"#)?;
        let reason = Some("The processor could not read this file".into());
        let expected = model::JobPlan {
            queued: Duration::from_millis(500),
            running: Duration::from_secs(6),
            outcome: model::Outcome::Fails { reason },
            ..model::JobPlan::default()
        };
        assert_eq!(plan.video.model(VIDEO), expected);
        let running = plan.embedding.model(EMBEDDINGS).running;
        assert_eq!(running, Duration::from_secs(4));
        Ok(())
    }

    #[test]
    fn misspelt_field_is_refused() {
        assert!(from_str::<Plan>(r#"{"video": {"qeued_ms": 1}}"#).is_err());
    }

    #[test]
    fn plan_can_be_read_and_written_back() -> Result<(), Error> {
        let plan: Plan = serde_json::from_value(json!({
            "video_by_id": {"q/1": {"script": [{"status": "done"}]}},
            "upload_bytes_per_second": 1000,
        }))?;
        assert_eq!(serde_json::from_value::<Plan>(to_value(&plan)?)?, plan);
        Ok(())
    }

    #[test]
    fn job_follows_its_own_plan() -> Result<(), Error> {
        let plan: Plan = serde_json::from_value(json!({
            "embedding_by_id": {"7": {"outcome": "stuck"}},
        }))?;
        assert_eq!(plan.job(EMBEDDINGS, "7").outcome, Outcome::Stuck);
        assert_eq!(plan.job(EMBEDDINGS, "8").outcome, Outcome::Completed);
        Ok(())
    }
}
