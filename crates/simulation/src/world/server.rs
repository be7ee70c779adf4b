//! How the server responds to a request, and what it pushes.

use std::time::Duration;

use background_tasks_core::{
    AttachmentId, Input, JobKey, JobStatus, Percent, Request, RequestError, RequestId, Response,
    StatusUpdate, StreamEvent, Uploaded,
};
use background_tasks_server_model as server;
use background_tasks_server_model::{NewAttachment, Operation};

use super::{Happening, World};

/// How often the server looks for changes to push.
const PUSH_INTERVAL: u64 = 700;

impl World<'_> {
    pub(super) fn server_time(&self) -> Duration {
        Duration::from_millis(self.time)
    }

    pub(super) fn deliver(&mut self, request: &Request) -> server::Delivery {
        let (operation, endpoint, id) = match request {
            Request::Status(job) => (Operation::Status, job.kind.endpoint(), job.key.as_str()),
            Request::Statuses(jobs) => match jobs.first() {
                Some(job) => (Operation::Status, job.kind.endpoint(), job.key.as_str()),
                None => (Operation::Status, "", ""),
            },
            Request::Start { kind, .. } => (Operation::Start, kind.endpoint(), ""),
            Request::Cancel(job) => (Operation::Cancel, job.kind.endpoint(), job.key.as_str()),
            Request::Upload { task, .. } => (Operation::Upload, "", task.as_str()),
            Request::Discard(key) => (Operation::UploadTerminate, "", key.as_str()),
            Request::Stream => (Operation::Events, "", ""),
        };
        let ids = [id];
        self.server.receive(&server::Request {
            operation,
            endpoint: Some(endpoint),
            ids: &ids,
        })
    }

    /// What the server does, and its response; `None` if that comes later.
    pub(super) fn act_on(
        &mut self,
        tab: u64,
        id: RequestId,
        request: &Request,
    ) -> Option<Response> {
        let now = self.server_time();
        Some(match request {
            Request::Status(job) => {
                let status = self.status(job.kind.endpoint(), job.key.as_str());
                Response::Status(status.ok_or(NOT_FOUND))
            }
            Request::Statuses(jobs) => {
                let length = jobs.len();
                let mut results: Vec<_> = jobs
                    .iter()
                    .map(|job| self.status(job.kind.endpoint(), job.key.as_str()).map(Ok))
                    .collect();
                // Some servers mention only some of the jobs, or stop early.
                match self.rng.u64(0..6) {
                    0 => {
                        let left_out = self.rng.usize(..length.max(1));
                        if let Some(result) = results.get_mut(left_out) {
                            *result = None;
                        }
                    }
                    1 => results.truncate(self.rng.usize(0..=length)),
                    _ => {}
                }
                Response::Statuses(Ok(results))
            }
            Request::Start {
                kind,
                attachment,
                idempotency_key,
            } => {
                let (endpoint, attachment) = (kind.endpoint(), attachment.to_string());
                let key = Some(idempotency_key.as_str());
                let started = self.server.start_job(endpoint, &attachment, key, now);
                let started = started.map(|started| started.key.map(JobKey::from));
                if let Ok(Some(key)) = &started {
                    self.ledger_job(endpoint, key.as_str(), &attachment);
                }
                Response::Start(started.map_err(|refusal| refused(&refusal)))
            }
            Request::Cancel(job) => {
                let (endpoint, key) = (job.kind.endpoint(), job.key.as_str());
                let cancelled = self.server.cancel(endpoint, key, now);
                Response::Cancel(cancelled.map_err(|_| NOT_FOUND))
            }
            Request::Upload {
                title,
                idempotency_key,
                ..
            } => {
                let new = NewAttachment {
                    title: title.to_string(),
                    content_type: "video/mp4".to_owned(),
                    size: 2_000_000,
                    digest: None,
                };
                let key = Some(idempotency_key.as_str());
                let stored = self.server.create_attachment(new, key, now);
                Response::Upload(
                    stored
                        .map(|stored| Uploaded {
                            attachment: AttachmentId::from(stored.id),
                            title: title.clone(),
                            video: Some(true),
                        })
                        .map_err(|refusal| refused(&refusal)),
                )
            }
            Request::Discard(_) => Response::Discard(Ok(())),
            Request::Stream if !self.scenario.stream => Response::StreamUnavailable,
            Request::Stream => {
                if let Some(tab) = self.tabs.get_mut(&tab) {
                    tab.streams.insert(id, server::Subscriber::new());
                }
                let at = self.time + 10;
                self.schedule(at, Happening::Stream(tab, id));
                return None;
            }
        })
    }

    pub(super) fn status(&mut self, endpoint: &str, key: &str) -> Option<JobStatus> {
        let now = self.server_time();
        let status = self.server.status(endpoint, key, now);
        status.map(|status| translate(&status))
    }

    /// The event stream pushes what has changed.
    pub(super) fn push(&mut self, tab: u64, id: RequestId) {
        let now = self.server_time();
        let (server, tabs) = (&mut self.server, &mut self.tabs);
        let stream = tabs.get_mut(&tab).and_then(|tab| tab.streams.get_mut(&id));
        let Some(subscriber) = stream else {
            return;
        };
        if !self.online || self.rng.u64(0..40) == 0 {
            self.note(|| format!("the stream {} of tab {tab} ends", id.0));
            if let Some(tab) = self.tabs.get_mut(&tab) {
                tab.streams.remove(&id);
            }
            self.respond(tab, id, Response::StreamClosed, 0);
            return;
        }
        let changes = server.changes(subscriber, now).into_iter();
        let mut updates: Vec<_> = changes
            .filter_map(|change| {
                let server::Report::Status(status) = change.report else {
                    return None;
                };
                let (endpoint, key) = (change.endpoint.as_str(), change.key.as_str());
                Some(StatusUpdate::new(endpoint, key, translate(&status)))
            })
            .collect();
        // A slow proxy may lose some of them.
        if !self.calm && self.rng.u64(0..10) == 0 {
            updates.clear();
        }
        let event = if updates.is_empty() {
            StreamEvent::Alive
        } else {
            StreamEvent::Statuses(updates)
        };
        if !self.responses_dropped {
            self.input(tab, Input::Stream(id, event));
        }
        let at = self.time + PUSH_INTERVAL;
        self.schedule(at, Happening::Stream(tab, id));
    }
}

const NOT_FOUND: RequestError = RequestError::Status {
    status: 404,
    retry_after: None,
    message: None,
};

fn refused(refusal: &server::Refusal) -> RequestError {
    RequestError::Status {
        status: refusal.status(),
        retry_after: None,
        message: None,
    }
}

fn translate(status: &server::JobStatus) -> JobStatus {
    match status {
        server::JobStatus::Queued => JobStatus::Queued,
        server::JobStatus::Running { progress } => JobStatus::Running {
            progress: progress.map(Percent::new),
        },
        server::JobStatus::Succeeded => JobStatus::Succeeded,
        server::JobStatus::Failed { reason } => JobStatus::Failed {
            reason: reason.as_deref().map(Into::into),
        },
        server::JobStatus::Cancelled => JobStatus::Cancelled,
    }
}

/// What the client makes of a response that is not the right one.
pub(super) fn error(response: &server::Response) -> RequestError {
    if response.status == 200 {
        let detail = "not the expected JSON".into();
        return RequestError::InvalidResponse { detail };
    }
    let seconds = response
        .retry_after
        .as_deref()
        .and_then(|it| it.parse().ok());
    RequestError::Status {
        status: response.status,
        retry_after: seconds.map(Duration::from_secs),
        message: None,
    }
}
