//! Requests on their way to the server and back.

use background_tasks_core::{
    Input, Request, RequestError, RequestId, Response, ResumeKey, UploadEvent,
};
use background_tasks_server_model::{Encounter, Fault, When};

use super::labels::{describe, fault_name, name};
use super::server::error;
use super::{Happening, World};

impl World<'_> {
    pub(super) fn send(&mut self, tab: u64, id: RequestId, request: Request) {
        *self.counts.entry(name(&request)).or_insert(0) += 1;
        self.note(|| format!("tab {tab} sends {} {}", id.0, describe(&request)));
        self.check_request(tab, &request);
        let at = self.time + self.rng.u64(5..60);
        self.schedule(at, Happening::Arrive(tab, id, Box::new(request.clone())));
        let time = self.time;
        if let Some(tab) = self.tabs.get_mut(&tab) {
            tab.in_flight.insert(id, request);
            tab.sent.insert(id, time);
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

    pub(super) fn respond(&mut self, tab: u64, id: RequestId, response: Response, latency: u64) {
        if self.responses_dropped {
            return;
        }
        let at = self.time + latency;
        self.schedule(at, Happening::Input(tab, Input::Response(id, response)));
    }
}

pub(super) fn failed(request: &Request, error: RequestError) -> Response {
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
