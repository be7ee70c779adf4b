//! Requests on their way to the server and back.

use std::time::Duration;

use background_tasks_core::{
    AttachmentId, Input, JobKey, JobStatus, Percent, Request, RequestError, RequestId, Response,
    ResumeKey, StatusUpdate, StreamEvent, UploadEvent, Uploaded,
};
use background_tasks_server_model as server;
use background_tasks_server_model::{Encounter, Fault, NewAttachment, Operation, When};

use super::{Happening, World};

/// How often the server looks for changes to push.
const PUSH_INTERVAL: u64 = 700;

impl World<'_> {
    pub(super) fn send(&mut self, tab: u64, id: RequestId, request: Request) {
        *self.counts.entry(name(&request)).or_insert(0) += 1;
        self.note(|| format!("tab {tab} sends {} {}", id.0, describe(&request)));
        self.check_request(tab, &request);
        let at = self.time + self.rng.u64(5..60);
        self.schedule(at, Happening::Arrive(tab, id, Box::new(request.clone())));
        if let Some(tab) = self.tabs.get_mut(&tab) {
            tab.in_flight.insert(id, request);
        }
    }

    pub(super) fn abort(&mut self, tab: u64, id: RequestId) {
        self.note(|| format!("tab {tab} aborts {}", id.0));
        if let Some(tab) = self.tabs.get_mut(&tab) {
            tab.in_flight.remove(&id);
            tab.streams.remove(&id);
        }
    }

    /// A page in the cache has lost its connections.
    pub(super) fn lose(&mut self, tab: u64, id: RequestId) {
        let Some(request) = self.tabs.get(&tab).and_then(|tab| tab.in_flight.get(&id)) else {
            return;
        };
        let response = failed(request, RequestError::Unreachable);
        self.respond(tab, id, response, 0);
    }

    fn server_time(&self) -> Duration {
        Duration::from_millis(self.time)
    }

    /// The request reaches the server, even if it has been aborted since: it cannot know.
    pub(super) fn arrive(&mut self, tab: u64, id: RequestId, request: &Request) {
        if !self.online {
            self.respond(tab, id, failed(request, RequestError::Unreachable), 1);
            return;
        }
        let delivery = self.deliver(request);
        let latency = u64::try_from(delivery.latency.as_millis()).unwrap_or(100);
        let fault = delivery.fault.map(|encounter| Encounter::clone(&encounter));
        if let Some(Encounter { fault, .. }) = &fault {
            *self.counts.entry(fault_name(fault)).or_insert(0) += 1;
            self.note(|| format!("request {} of tab {tab} encounters {fault:?}", id.0));
        }
        let acts = !matches!(
            &fault,
            Some(Encounter {
                when: When::Before,
                ..
            })
        );
        let response = acts.then(|| self.act_on(tab, id, request));
        let latency = latency + self.upload_time(tab, id, request, acts);
        match fault.map(|encounter| encounter.fault) {
            None | Some(Fault::LargeBody(_) | Fault::JobFails { .. }) => {
                if let Some(Some(response)) = response {
                    self.respond(tab, id, response, latency);
                }
            }
            Some(Fault::NoResponse) => {}
            Some(Fault::Delay(delay)) => {
                let delay = u64::try_from(delay.as_millis()).unwrap_or(1_000);
                if let Some(Some(response)) = response {
                    self.respond(tab, id, response, latency + delay);
                }
            }
            Some(Fault::ConnectionLost | Fault::CutAfterBytes(_)) => {
                self.respond(tab, id, failed(request, RequestError::Unreachable), latency);
            }
            Some(Fault::Response(response)) => {
                self.respond(tab, id, failed(request, error(&response)), latency);
            }
        }
    }

    fn deliver(&mut self, request: &Request) -> server::Delivery {
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
    fn act_on(&mut self, tab: u64, id: RequestId, request: &Request) -> Option<Response> {
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

    fn status(&mut self, endpoint: &str, key: &str) -> Option<JobStatus> {
        let now = self.server_time();
        let status = self.server.status(endpoint, key, now);
        status.map(|status| translate(&status))
    }

    /// How long the file takes, with progress on the way.
    fn upload_time(&mut self, tab: u64, id: RequestId, request: &Request, acts: bool) -> u64 {
        let Request::Upload { task, .. } = request else {
            return 0;
        };
        let total = 2_000_000;
        let time = self.rng.u64(200..6_000);
        let resumable = self.scenario.resumable;
        if resumable {
            let key = UploadEvent::Resumable(ResumeKey::from(format!("up-{task}")));
            let at = self.time + 1;
            self.schedule(at, Happening::Input(tab, Input::UploadProgress(id, key)));
        }
        let last = if acts { 5 } else { 3 };
        for step in 1..=last {
            let bytes = total * step / 5;
            let at = self.time + time * step / 5;
            let event = UploadEvent::Sent { bytes, total };
            self.schedule(at, Happening::Input(tab, Input::UploadProgress(id, event)));
        }
        time
    }

    fn respond(&mut self, tab: u64, id: RequestId, response: Response, latency: u64) {
        let at = self.time + latency;
        self.schedule(at, Happening::Input(tab, Input::Response(id, response)));
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
        self.input(tab, Input::Stream(id, event));
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
fn error(response: &server::Response) -> RequestError {
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

fn failed(request: &Request, error: RequestError) -> Response {
    match request {
        Request::Status(_) => Response::Status(Err(error)),
        Request::Statuses(_) => Response::Statuses(Err(error)),
        Request::Start { .. } => Response::Start(Err(error)),
        Request::Cancel(_) => Response::Cancel(Err(error)),
        Request::Upload { .. } => Response::Upload(Err(error)),
        Request::Discard(_) => Response::Discard(Err(error)),
        Request::Stream => Response::StreamClosed,
    }
}

fn describe(request: &Request) -> String {
    match request {
        Request::Status(job) => format!("status {}", job.key),
        Request::Statuses(jobs) => {
            let keys: Vec<_> = jobs.iter().map(|job| job.key.to_string()).collect();
            format!("statuses {}", keys.join(","))
        }
        Request::Start {
            attachment,
            idempotency_key,
            ..
        } => format!("start of {attachment} ({idempotency_key})"),
        Request::Cancel(job) => format!("cancel {}", job.key),
        Request::Upload { task, .. } => format!("upload {task}"),
        Request::Discard(key) => format!("discard {key}"),
        Request::Stream => "stream".to_owned(),
    }
}

const fn name(request: &Request) -> &'static str {
    match request {
        Request::Status(_) => "request: status",
        Request::Statuses(_) => "request: several statuses",
        Request::Start { .. } => "request: start",
        Request::Cancel(_) => "request: cancel",
        Request::Upload { .. } => "request: upload",
        Request::Discard(_) => "request: discard",
        Request::Stream => "request: stream",
    }
}

const fn fault_name(fault: &Fault) -> &'static str {
    match fault {
        Fault::ConnectionLost => "fault: connection lost",
        Fault::CutAfterBytes(_) => "fault: connection lost in the body",
        Fault::NoResponse => "fault: no response",
        Fault::Delay(_) => "fault: late response",
        Fault::LargeBody(_) => "fault: large body",
        Fault::Response(response) if response.status == 200 => "fault: invalid body",
        Fault::Response(_) => "fault: error status",
        Fault::JobFails { .. } => "fault: job fails",
    }
}
