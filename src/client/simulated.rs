//! A server that is simulated in the page, for the demo and for tests.

mod request;
mod request_log;
mod response;
mod server;

use std::fmt;
use std::rc::Rc;

use futures_util::FutureExt as _;
use yew::Callback;

pub use background_tasks_server_model::{
    Config as Simulation, Encounter, Fault, FaultRule, FaultShares, Operation, Response, When,
};

use self::request::Request;
pub use self::request_log::{RequestOutcome, RequestRecord};
use self::server::Server;
use super::{Attachment, Call, NewAttachment, StatusClient, StorageClient, file, wire};
use crate::clock::{BrowserClock, Clock};
use background_tasks_core::{
    AttachmentId, IdempotencyKey, Job, JobKey, JobKind, JobStatus, RequestError, UploadEvent,
};

/// A client that needs no server. Jobs run by the clock with irregular progress, and fail
/// at random, by a seed.
///
/// The server is the model of the crate `background-tasks-server-model`. The same seed
/// gives the same run: the outcome of a job depends on the seed, its key and how often it
/// was started, not on other requests. Responses are written as JSON and parsed like those
/// of a real server. An unknown job starts with the first status request. The title, type
/// and size of an uploaded file are kept as long as the client exists.
///
/// Faults are injected on demand: see [`inject`](Self::inject) and
/// [`script`](Self::script).
///
/// ```
/// use std::rc::Rc;
/// use std::time::Duration;
/// use futures_util::FutureExt as _;
/// use yew_background_tasks::simulated::Fault;
/// use yew_background_tasks::{
///     RequestError, Job, JobKind, JobStatus, SimulatedStatusClient, Simulation, StatusClient,
///     VirtualClock,
/// };
///
/// let clock = VirtualClock::default();
/// let simulation = Simulation::new().with_latency(Duration::ZERO);
/// let client = SimulatedStatusClient::with_clock(simulation, Rc::new(clock.clone()));
/// let job = Job::new(JobKind::video(), 7_u64, "q-1");
/// assert_eq!(client.status(&job).now_or_never(), Some(Ok(JobStatus::Queued)));
/// client.inject(Fault::ConnectionLost);
/// assert_eq!(client.status(&job).now_or_never(), Some(Err(RequestError::Unreachable)));
/// clock.advance(Duration::from_secs(15));
/// assert_eq!(client.status(&job).now_or_never(), Some(Ok(JobStatus::Succeeded)));
/// ```
///
/// Cloning is cheap; clones share one server.
#[derive(Clone)]
pub struct SimulatedStatusClient(Rc<Server>);

/// Clones are equal, since they share one server.
impl PartialEq for SimulatedStatusClient {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl SimulatedStatusClient {
    /// A server that runs by the browser's clock.
    pub fn new(simulation: Simulation) -> Self {
        Self::with_clock(simulation, Rc::new(BrowserClock))
    }

    /// A server that runs by `clock`.
    pub fn with_clock(simulation: Simulation, clock: Rc<dyn Clock>) -> Self {
        Self(Rc::new(Server::new(simulation, clock)))
    }

    /// The settings.
    pub fn simulation(&self) -> Simulation {
        *self.0.model.borrow().config()
    }

    /// Continues with other settings. Jobs and attachments are kept.
    pub fn set_simulation(&self, simulation: Simulation) {
        self.0.set_config(simulation);
    }

    /// Injects a fault into the next request, or into those that a [`FaultRule`] names. If
    /// several faults apply to a request, it encounters the oldest.
    pub fn inject(&self, rule: impl Into<FaultRule>) {
        self.0.model.borrow_mut().add_fault(rule);
    }

    /// Whether there are faults that no request has encountered yet.
    pub fn has_faults(&self) -> bool {
        !self.0.model.borrow().faults().is_empty()
    }

    /// Removes the faults that no request has encountered yet.
    pub fn clear_faults(&self) {
        self.0.model.borrow_mut().clear_faults();
    }

    /// Responds to the status requests of a job with exactly these bodies, one each, the last
    /// one forever. Without bodies the job runs by the clock again.
    pub fn script<Body: AsRef<[u8]>>(
        &self,
        key: impl Into<JobKey>,
        bodies: impl IntoIterator<Item = Body>,
    ) {
        let bodies = bodies.into_iter().map(|body| body.as_ref().to_vec());
        self.0.script(key.into(), bodies.collect());
    }

    /// The last 500 requests, oldest first.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.0.log.requests()
    }

    /// Removes all requests from the log.
    pub fn clear_requests(&self) {
        self.0.log.clear();
    }

    /// Sends a request whose response `parse` reads.
    fn call<T: 'static>(
        &self,
        request: Request,
        parse: impl FnOnce(&[u8]) -> Result<T, RequestError> + 'static,
    ) -> Call<T> {
        let request = self.0.receive(request);
        async move { parse(&request.body().await?) }.boxed_local()
    }
}

impl StatusClient for SimulatedStatusClient {
    fn status(&self, job: &Job) -> Call<JobStatus> {
        self.call(Request::Status(job.clone()), wire::status)
    }

    fn cancel(&self, job: &Job) -> Call<()> {
        self.call(Request::Cancel(job.clone()), |_| Ok(()))
    }
}

impl StorageClient for SimulatedStatusClient {
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<Attachment> {
        let size = file::size_of(&upload.file);
        let request = self.0.receive(Request::Upload {
            title: upload.title,
            content_type: upload.file.type_().into(),
            size,
            key: upload.idempotency_key,
        });
        let file = upload.file;
        async move {
            if let Err(error) = file::check_readable(&file).await {
                request.end();
                return Err(error);
            }
            request.send(size, &on_event).await;
            wire::attachment(&request.body().await?)
        }
        .boxed_local()
    }

    fn list(&self) -> Call<Vec<Attachment>> {
        self.call(Request::List, wire::attachments)
    }

    fn delete(&self, id: &AttachmentId) -> Call<()> {
        self.call(Request::Delete(id.clone()), |_| Ok(()))
    }

    fn start(
        &self,
        kind: &JobKind,
        attachment: &AttachmentId,
        idempotency_key: &IdempotencyKey,
    ) -> Call<Option<JobKey>> {
        let request = Request::Start {
            kind: kind.clone(),
            attachment: attachment.clone(),
            key: idempotency_key.clone(),
        };
        self.call(request, wire::job_key)
    }
}

impl fmt::Debug for SimulatedStatusClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SimulatedStatusClient")
            .field("simulation", &self.simulation())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
