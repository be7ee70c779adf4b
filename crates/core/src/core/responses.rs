//! Delivers responses to their tasks.

use std::rc::Rc;
use std::time::Duration;

use super::Core;
use crate::failure::RequestError;
use crate::id::TaskId;
use crate::input::{NewJob, Response, Uploaded};
use crate::job_status::JobStatus;
use crate::kind::TaskKind;
use crate::monitor::{self, AttemptId};
use crate::mutation::{self, Mutation};
use crate::output::RequestId;
use crate::scheduler::{Check, Pending};
use crate::task::TaskState;
use crate::time::Now;
use crate::upload;

/// The results of a status request, one per job in the order of the request.
type Results = Result<Vec<Option<Result<JobStatus, RequestError>>>, RequestError>;

impl Core {
    /// Handles the response to a request. If the request was aborted, the response changes no
    /// task, but a `Retry-After` for all requests still applies: the response may have been
    /// queued while this tab was stopped.
    pub(super) fn respond(&mut self, request: RequestId, response: Response, now: Now) {
        if let Some(error) = response.error() {
            self.hold_requests(request, error, now);
        }
        let Some(pending) = self.scheduler.take(request) else {
            return;
        };
        let is_answer = response.is_answer();
        match (pending, response) {
            (Pending::Checks(checks), Response::Status(result)) => {
                self.deliver(checks, result.map(|status| vec![Some(Ok(status))]), now);
            }
            (Pending::Checks(checks), Response::Statuses(results)) => {
                self.deliver(checks, results, now);
            }
            (Pending::Start(id, attempt), Response::Start(result)) => {
                self.answered(&id, attempt);
                self.step_job(&id, monitor::Event::Started(attempt, result), now);
            }
            (Pending::Cancel(id, attempt), Response::Cancel(result)) => {
                self.step_job(&id, monitor::Event::CancelAnswered(attempt, result), now);
            }
            (Pending::Upload(id, attempt), Response::Upload(result)) => {
                self.answered(&id, attempt);
                self.uploaded(&id, attempt, result, now);
            }
            (Pending::Stream, response) => self.stream_closed(&response, now),
            (Pending::Discard, _) => {}
            // The response does not belong to the request: it counts as a lost connection.
            (Pending::Checks(checks), _) => {
                self.deliver(checks, Err(RequestError::Unreachable), now);
            }
            (Pending::Start(id, attempt), _) => {
                let event = monitor::Event::Started(attempt, Err(RequestError::Unreachable));
                self.step_job(&id, event, now);
            }
            (Pending::Cancel(id, attempt), _) => {
                let event = monitor::Event::CancelAnswered(attempt, Err(RequestError::Unreachable));
                self.step_job(&id, event, now);
            }
            (Pending::Upload(id, attempt), _) => {
                self.uploaded(&id, attempt, Err(RequestError::Unreachable), now);
            }
        }
        if is_answer {
            self.reached(request, now);
        }
    }

    /// A `Retry-After` with 429 or 503 applies to all requests.
    fn hold_requests(&mut self, request: RequestId, error: &RequestError, now: Now) {
        if let RequestError::Status {
            status: 429 | 503,
            retry_after: Some(wait),
            ..
        } = error
        {
            let longest = self.longest_hold(request);
            self.scheduler.hold((*wait).min(longest), now.monotonic);
        }
    }

    /// The longest `Retry-After` that the policy of the request allows.
    fn longest_hold(&self, request: RequestId) -> Duration {
        let kind = match self.scheduler.pending(request) {
            Some(Pending::Upload(..) | Pending::Discard) => {
                return self.config.upload.retry.max_retry_after;
            }
            Some(Pending::Checks(checks)) => checks.first().map(|check| &check.job.kind),
            Some(Pending::Start(id, _) | Pending::Cancel(id, _)) => {
                let snapshot = self.entries.get(id).map(|entry| &entry.snapshot);
                snapshot.and_then(|it| match &it.kind {
                    TaskKind::Job(kind) => Some(kind),
                    TaskKind::Upload { .. } => None,
                })
            }
            Some(Pending::Stream) | None => None,
        };
        kind.unwrap_or(&self.config.video)
            .policy()
            .retry
            .max_retry_after
    }

    /// Gives each task the result of its own check. Checks that are no longer
    /// needed keep their place in the list, so that no task gets the result of another.
    fn deliver(&mut self, checks: Vec<Check>, results: Results, now: Now) {
        let several = checks.len() > 1;
        let (says_nothing, mut results) = match results {
            Ok(results) => (results.is_empty(), Ok(results.into_iter())),
            Err(error) => (false, Err(error)),
        };
        let mut again = Vec::new();
        for check in checks {
            if mutation::is(Mutation::BatchByPosition) && !check.is_wanted() {
                continue;
            }
            let result = match &mut results {
                Ok(results) => results.next(),
                Err(error) => Some(Some(Err(error.clone()))),
            };
            if !check.is_wanted() {
                continue;
            }
            match result {
                Some(Some(result)) => {
                    self.answered(&check.task, check.attempt);
                    let event = monitor::Event::Checked(check.attempt, result);
                    self.step_job(&check.task, event, now);
                }
                // A job that the response does not mention gets a request of its own; jobs beyond
                // the end of the response are requested together again.
                unanswered => {
                    again.push((check, several && (unanswered.is_some() || says_nothing)))
                }
            }
        }
        // Each is queued before the others, so the first one comes last.
        for (check, single_only) in again.into_iter().rev() {
            if several {
                let event = monitor::Event::Unanswered(check.attempt);
                self.step_job(&check.task.clone(), event, now);
                self.scheduler.requeue(check, single_only);
            } else {
                self.answered(&check.task, check.attempt);
                let detail = "it does not mention the job".into();
                let error = RequestError::InvalidResponse { detail };
                let event = monitor::Event::Checked(check.attempt, Err(error));
                self.step_job(&check.task.clone(), event, now);
            }
        }
    }

    /// The task does not wait for this request any more.
    fn answered(&mut self, id: &TaskId, attempt: AttemptId) {
        if let Some(entry) = self.entries.get_mut(id)
            && entry.attempt == Some(attempt)
        {
            entry.attempt = None;
        }
    }

    fn uploaded(
        &mut self,
        id: &TaskId,
        attempt: AttemptId,
        result: Result<Uploaded, RequestError>,
        now: Now,
    ) {
        let verdict = result.as_ref().map(|_| ()).map_err(Clone::clone);
        let state = |core: &Self| core.entries.get(id).map(|it| it.snapshot.state.clone());
        let was_finished = state(self).is_none_or(|state| state.is_ended());
        self.step_upload(id, upload::Event::Answered(attempt, verdict), now);
        // Only the response that ends the upload counts, not one to an aborted attempt.
        let has_succeeded = matches!(state(self), Some(TaskState::Succeeded));
        let (Ok(uploaded), true) = (result, has_succeeded && !was_finished) else {
            return;
        };
        let Some(entry) = self.entries.get_mut(id) else {
            return;
        };
        let snapshot = &mut entry.snapshot;
        snapshot.attachment = Some(uploaded.attachment.clone());
        // The server has seen the content.
        let guessed = matches!(snapshot.kind, TaskKind::Upload { video: true });
        let is_video = uploaded.video.unwrap_or(guessed) && self.config.upload.process_videos;
        snapshot.kind = TaskKind::Upload { video: is_video };
        let title = match uploaded.title.trim() {
            "" => Rc::clone(&snapshot.title),
            _ => Rc::clone(&uploaded.title),
        };
        let meta = snapshot.meta.clone();
        if is_video {
            let kind = self.config.video.clone();
            let attachment = uploaded.attachment.to_string();
            let job = NewJob {
                kind: kind.clone(),
                attachment: uploaded.attachment,
                title,
                key: None,
                follow_up: self.config.embedding_start,
                meta,
            };
            let id = self.new_task_id(kind.name(), &attachment, now);
            self.start_job(id, job, now);
        }
    }
}

impl Response {
    /// Whether it comes from the server. Service workers respond with 408, 503 or 504 while
    /// there is no connection.
    fn is_answer(&self) -> bool {
        match self.error() {
            Some(RequestError::Status { status, .. }) => !matches!(status, 408 | 503 | 504),
            Some(_) => false,
            None => !matches!(self, Self::StreamClosed | Self::StreamUnavailable),
        }
    }

    /// Why the request failed, if it did.
    const fn error(&self) -> Option<&RequestError> {
        match self {
            Self::Status(Err(error))
            | Self::Statuses(Err(error))
            | Self::Start(Err(error))
            | Self::Cancel(Err(error))
            | Self::Upload(Err(error))
            | Self::Discard(Err(error)) => Some(error),
            Self::Status(Ok(_))
            | Self::Statuses(Ok(_))
            | Self::Start(Ok(_))
            | Self::Cancel(Ok(()))
            | Self::Upload(Ok(_))
            | Self::Discard(Ok(()))
            | Self::StreamClosed
            | Self::StreamUnavailable => None,
        }
    }
}
