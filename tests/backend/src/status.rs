//! The status of a job as JSON, with the status values of its plan.

use background_tasks_server_model::{JobStatus, Report};
use serde_json::{Map, Value, json};

use crate::plan::JobPlan;

/// The body of the response to a status request.
#[must_use]
pub fn body(report: &Report, plan: &JobPlan) -> Value {
    match report {
        Report::Status(status) => from_status(status, plan),
        Report::Scripted { index } => plan.script.get(*index).cloned().unwrap_or_default(),
    }
}

fn from_status(status: &JobStatus, plan: &JobPlan) -> Value {
    let words = &plan.words;
    let (word, progress, error) = match status {
        JobStatus::Queued => (&words.queued, None, None),
        JobStatus::Running { progress } => (&words.running, *progress, None),
        JobStatus::Succeeded => (&words.completed, plan.progress.then_some(100), None),
        JobStatus::Failed { reason } => (&words.failed, None, reason.as_deref()),
        JobStatus::Cancelled => (&words.cancelled, None, None),
    };
    let mut status = Map::new();
    status.insert("status".to_owned(), json!(word));
    if let Some(progress) = progress {
        status.insert("progress".to_owned(), json!(progress));
    }
    if let Some(error) = error {
        status.insert("error".to_owned(), json!(error));
    }
    Value::Object(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_follows_the_plan() {
        let mut plan = JobPlan::default();
        let status = |status, plan: &JobPlan| body(&Report::Status(status), plan);
        let running = JobStatus::Running { progress: Some(7) };
        assert_eq!(
            status(JobStatus::Queued, &plan),
            json!({"status": "queued"})
        );
        assert_eq!(
            status(running, &plan),
            json!({"status": "running", "progress": 7})
        );
        assert_eq!(
            status(JobStatus::Succeeded, &plan),
            json!({"status": "completed", "progress": 100})
        );
        plan.progress = false;
        plan.words.completed = "Done".to_owned();
        assert_eq!(
            status(JobStatus::Succeeded, &plan),
            json!({"status": "Done"})
        );
        let reason = Some("no sound".into());
        assert_eq!(
            status(JobStatus::Failed { reason }, &plan),
            json!({"status": "failed", "error": "no sound"})
        );
    }

    #[test]
    fn scripted_body_is_sent_unchanged() {
        let plan = JobPlan {
            script: vec![json!({"status": "odd"}), json!([])],
            ..JobPlan::default()
        };
        assert_eq!(body(&Report::Scripted { index: 1 }, &plan), json!([]));
    }
}
