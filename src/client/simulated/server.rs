//! The shell around the model of the server: latency, faults, and the duration of uploads.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use background_tasks_server_model as model;
use futures_util::future::pending;
use litemap::LiteMap;
use model::{Encounter, Fault, When};
use yew::Callback;

use super::request::{Request, fail};
use super::request_log::{PendingRequest, RequestLog, RequestRecord};
use super::response::Response;
use crate::client::wire;
use crate::clock::Clock;
use background_tasks_core::Timestamp;
use background_tasks_core::{JobKey, Percent, RequestError, UploadEvent};

/// The time between two progress events of an upload, as in browsers.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);

/// How many finished jobs the server keeps: more than pages keep finished
/// tasks, so that none of their jobs starts again.
const KEPT_JOBS: usize = 60;

/// The model and the clock that it runs by.
pub struct Server {
    pub clock: Rc<dyn Clock>,
    pub model: RefCell<model::Server>,
    pub log: RequestLog,
    scripts: RefCell<LiteMap<JobKey, Vec<Vec<u8>>>>,
}

/// A request in flight.
pub struct InFlightRequest {
    server: Rc<Server>,
    request: Request,
    pending: PendingRequest,
    latency: Duration,
    fault: Option<Arc<Encounter>>,
}

impl Server {
    /// An empty server.
    pub fn new(config: model::Config, clock: Rc<dyn Clock>) -> Self {
        let now = elapsed(clock.now());
        let model = model::Server::new(config.with_kept_jobs(KEPT_JOBS), now);
        Self {
            clock,
            model: RefCell::new(model),
            log: RequestLog::default(),
            scripts: RefCell::default(),
        }
    }

    /// Continues with other settings.
    pub fn set_config(&self, config: model::Config) {
        let config = config.with_kept_jobs(KEPT_JOBS);
        // The clock is read before the model is borrowed, here and below: it may call the
        // client.
        let now = self.now();
        self.model.borrow_mut().set_config(config, now);
    }

    /// Responds to the status requests of a job with these bodies, the last one forever;
    /// without bodies, with its state again.
    pub fn script(&self, key: JobKey, bodies: Vec<Vec<u8>>) {
        let mut scripts = self.scripts.borrow_mut();
        if bodies.is_empty() {
            scripts.remove(&key);
        } else {
            scripts.insert(key, bodies);
        }
    }

    /// Receives a request. What happens to it is decided now, whenever its response is
    /// awaited.
    pub fn receive(self: &Rc<Self>, request: Request) -> InFlightRequest {
        let kind = request.kind();
        let id = request.id();
        let id = id.as_deref();
        let delivery = self.model.borrow_mut().receive(&model::Request {
            operation: request.operation(),
            endpoint: kind.map(|kind| kind.endpoint()),
            ids: id.as_slice(),
        });
        let name = kind.map(|kind| kind.name());
        let record = RequestRecord::new(request.operation(), name, id, self.clock.now());
        InFlightRequest {
            latency: delivery.latency,
            fault: delivery.fault,
            pending: self.log.push(record),
            server: Rc::clone(self),
            request,
        }
    }

    fn respond(&self, request: &Request) -> Response {
        if let Request::Status(job) = request
            && let Some(bodies) = self.scripts.borrow_mut().get_mut(&job.key)
        {
            let body = bodies.first().cloned().unwrap_or_default();
            if bodies.len() > 1 {
                bodies.remove(0);
            }
            return Response::ok(body);
        }
        let now = self.now();
        request.execute(&mut self.model.borrow_mut(), now)
    }

    fn now(&self) -> Duration {
        elapsed(self.clock.now())
    }

    async fn sleep(&self, duration: Duration) {
        if !duration.is_zero() {
            self.clock.sleep(duration).await;
        }
    }
}

impl InFlightRequest {
    /// Waits for the response, or for the fault that replaces it.
    ///
    /// # Errors
    ///
    /// Those of a client of a real server.
    pub async fn body(self) -> Result<Vec<u8>, RequestError> {
        let server = &self.server;
        server.sleep(self.latency).await;
        let response = self.response().await;
        self.pending.answered();
        let response = response?;
        if (200..300).contains(&response.status) {
            return Ok(response.body);
        }
        let retry_after = response.retry_after.as_deref();
        let now = server.clock.wall();
        Err(wire::error_response(
            response.status,
            retry_after,
            &response.body,
            now,
        ))
    }

    async fn response(&self) -> Result<Response, RequestError> {
        let respond = || self.server.respond(&self.request);
        let Some(Encounter { when, fault }) = self.fault.as_deref() else {
            return Ok(respond());
        };
        let acted = (*when == When::After).then(respond);
        match fault {
            Fault::ConnectionLost | Fault::CutAfterBytes(_) => Err(RequestError::Unreachable),
            Fault::NoResponse => pending().await,
            Fault::Delay(delay) => {
                self.server.sleep(*delay).await;
                Ok(acted.unwrap_or_else(respond))
            }
            // Nothing is transferred in a page, so no body is large.
            Fault::LargeBody(_) => Ok(acted.unwrap_or_else(respond)),
            Fault::Response(response) => Ok(response.clone().into()),
            Fault::JobFails { reason } => {
                if let Request::Status(job) = &self.request {
                    let now = self.server.now();
                    let mut model = self.server.model.borrow_mut();
                    fail(&mut model, job, reason.clone(), now);
                }
                Ok(respond())
            }
        }
    }

    /// Ends the request without a response.
    pub fn end(self) {
        self.pending.answered();
    }

    /// Waits while `total` bytes are sent; half of them if the connection is to
    /// fail before the server acts.
    pub async fn send(&self, total: u64, on_event: &Callback<UploadEvent>) {
        let up_to = match self.fault.as_deref() {
            Some(Encounter {
                when: When::Before,
                fault: Fault::ConnectionLost | Fault::NoResponse | Fault::CutAfterBytes(_),
            }) => Percent::new(50),
            _ => Percent::FULL,
        };
        let server = &self.server;
        let elapsed = || {
            let now = server.now();
            server.model.borrow().elapsed(now)
        };
        let start = elapsed();
        let whole = server.model.borrow().config().upload_time(total);
        let mut reported = None;
        loop {
            let share = share(elapsed().saturating_sub(start), whole).min(up_to);
            if reported != Some(share) {
                reported = Some(share);
                let bytes = total.saturating_mul(share.get().into()) / 100;
                on_event.emit(UploadEvent::Sent { bytes, total });
            }
            if share >= up_to {
                return;
            }
            let percent = server.model.borrow().real(whole / 100);
            server.clock.sleep(percent.max(PROGRESS_INTERVAL)).await;
        }
    }
}

/// The model's time.
fn elapsed(now: Timestamp) -> Duration {
    now.since(Timestamp::default())
}

/// Computed with integers, so that 7 of 100 is not 6 percent.
fn share(sent: Duration, whole: Duration) -> Percent {
    let percent = (sent.as_nanos() * 100).checked_div(whole.as_nanos());
    let percent = percent.and_then(|percent| u8::try_from(percent).ok());
    percent.map_or(Percent::FULL, Percent::new)
}
