//! The plan of a world in JSON: how its jobs and uploads behave.

use std::{collections::BTreeMap, time::Duration};

use background_tasks_server_model::{self as model, Config, EMBEDDINGS, Plans, QueueIds, VIDEO};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the server of a world does apart from faults.
///
/// The current plan applies to every job, also to those already started. Fields that `PUT plan`
/// leaves out have their default.
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
            .with_queue_ids(QueueIds::Numbered(self.queue_id_prefix.as_str().into()))
            .with_max_file(upload_limit)
    }
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
                    reason: Some(self.error.as_str().into()),
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
        assert_eq!(plan.job(EMBEDDINGS, "7").outcome, Outcome::Stuck);
        assert_eq!(plan.job(EMBEDDINGS, "8").outcome, Outcome::Completed);
        Ok(())
    }
}
