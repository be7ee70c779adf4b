//! A server simulated in the page, for the demo and for tests.

mod call;
mod exchange;
mod server;

use std::fmt;
use std::rc::Rc;

use futures_util::FutureExt as _;
use yew::Callback;

pub use background_tasks_server_model::{
    Config as Simulation, Encounter, Fault, FaultRule, FaultShares, Operation, Response, When,
};

pub use self::call::{CallFate, CallRecord};
use self::exchange::Request;
use self::server::Server;
use super::{Attachment, Call, NewAttachment, StatusClient, StorageClient, file, wire};
use crate::clock::{BrowserClock, Clock};
use background_tasks_core::{
    AttachmentId, CallError, IdempotencyKey, Job, JobKey, JobKind, JobStatus, UploadEvent,
};

/// A client that needs no server. Jobs run by the clock with irregular progress,
/// and fail at random by a seed.
///
/// The server is the model of the crate `background-tasks-server-model`. The
/// same seed gives the same run: the outcome of a job depends on the seed, its
/// key and how often it was started, not on other requests. Responses are
/// written as JSON and parsed like those of a real server. An unknown job starts
/// when it is first asked for. Of an uploaded file the title, type and size are
/// kept for as long as the client lives.
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
///     CallError, Job, JobKind, JobStatus, SimulatedStatusClient, Simulation, StatusClient,
///     VirtualClock,
/// };
///
/// let clock = VirtualClock::default();
/// let simulation = Simulation::new().with_latency(Duration::ZERO);
/// let client = SimulatedStatusClient::with_clock(simulation, Rc::new(clock.clone()));
/// let job = Job::new(JobKind::video(), 7_u64, "q-1");
/// assert_eq!(client.status(&job).now_or_never(), Some(Ok(JobStatus::Queued)));
/// client.inject(Fault::ConnectionLost);
/// assert_eq!(client.status(&job).now_or_never(), Some(Err(CallError::Unreachable)));
/// clock.advance(Duration::from_secs(15));
/// assert_eq!(client.status(&job).now_or_never(), Some(Ok(JobStatus::Succeeded)));
/// ```
///
/// Cloning is cheap; clones are one server.
#[derive(Clone)]
pub struct SimulatedStatusClient(Rc<Server>);

/// Clones are one server; two servers are never the same.
impl PartialEq for SimulatedStatusClient {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl SimulatedStatusClient {
    /// A server in this page's own time.
    pub fn new(simulation: Simulation) -> Self {
        Self::with_clock(simulation, Rc::new(BrowserClock))
    }

    /// A server in the time of `clock`.
    pub fn with_clock(simulation: Simulation, clock: Rc<dyn Clock>) -> Self {
        Self(Rc::new(Server::new(simulation, clock)))
    }

    /// The settings.
    pub fn simulation(&self) -> Simulation {
        *self.0.model.borrow().config()
    }

    /// Continues with other settings; what has happened stays.
    pub fn set_simulation(&self, simulation: Simulation) {
        self.0.set_config(simulation);
    }

    /// Injects a fault: the next call encounters it, or those that a
    /// [`FaultRule`] names. If several apply to a call, it encounters the
    /// oldest.
    pub fn inject(&self, rule: impl Into<FaultRule>) {
        self.0.model.borrow_mut().add_fault(rule);
    }

    /// Whether a fault waits for a call.
    pub fn has_faults(&self) -> bool {
        !self.0.model.borrow().faults().is_empty()
    }

    /// Forgets the faults that wait for a call.
    pub fn clear_faults(&self) {
        self.0.model.borrow_mut().clear_faults();
    }

    /// Answers the status requests of a job with exactly these bodies, one each,
    /// the last one forever. Without bodies the job runs by itself again.
    pub fn script<Body: AsRef<[u8]>>(
        &self,
        key: impl Into<JobKey>,
        bodies: impl IntoIterator<Item = Body>,
    ) {
        let bodies = bodies.into_iter().map(|body| body.as_ref().to_vec());
        self.0.script(key.into(), bodies.collect());
    }

    /// The last 500 calls, oldest first.
    pub fn calls(&self) -> Vec<CallRecord> {
        self.0.log.calls()
    }

    /// Forgets the calls so far.
    pub fn clear_calls(&self) {
        self.0.log.clear();
    }

    /// Makes a call whose answer `read` understands.
    fn call<T: 'static>(
        &self,
        request: Request,
        read: impl FnOnce(&[u8]) -> Result<T, CallError> + 'static,
    ) -> Call<T> {
        let made = self.0.take_in(request);
        async move { read(&made.answer().await?) }.boxed_local()
    }
}

impl StatusClient for SimulatedStatusClient {
    fn status(&self, job: &Job) -> Call<JobStatus> {
        self.call(Request::Status(job.clone()), wire::report)
    }

    fn cancel(&self, job: &Job) -> Call<()> {
        self.call(Request::Cancel(job.clone()), |_| Ok(()))
    }
}

impl StorageClient for SimulatedStatusClient {
    fn upload(&self, upload: NewAttachment, on_news: Callback<UploadEvent>) -> Call<Attachment> {
        let size = file::size_of(&upload.file);
        let made = self.0.take_in(Request::Upload {
            title: upload.title,
            content_type: upload.file.type_().into(),
            size,
            key: upload.idempotency_key,
        });
        let file = upload.file;
        async move {
            if let Err(error) = file::check_readable(&file).await {
                made.end();
                return Err(error);
            }
            made.send(size, &on_news).await;
            wire::attachment(&made.answer().await?)
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
