//! A server simulated in the page: the demo and tests run on it.

mod call;
mod chance;
mod exchange;
mod fault;
mod jobs;
mod pace;
mod processor;
mod run;
mod server;
mod simulation;

use std::fmt;
use std::rc::Rc;

use background_tasks_core::{
    AttachmentId, CallError, IdempotencyKey, Job, JobKey, JobKind, JobStatus, UploadEvent,
};
use futures_util::FutureExt as _;
use yew::Callback;

pub use self::call::{CallFate, CallRecord, Operation};
use self::exchange::Request;
pub use self::fault::{Fault, Injection};
use self::server::Server;
pub use self::simulation::Simulation;
use super::{Attachment, Call, NewAttachment, StatusClient, StorageClient, file, wire};
use crate::clock::{BrowserClock, Clock};

/// A client that needs no server: jobs go through queue and irregular progress
/// by the clock, and fail by chance that grows from a seed.
///
/// The same seed gives the same run: a job's fate hangs on the seed, its key
/// and how often it was started, not on what else was asked. Answers are made
/// as JSON and read by the parser that reads a real server's. A job that is not
/// known begins when it is first asked for. What is uploaded is kept as title,
/// type and size, as long as the client lives.
///
/// Faults are met on demand: see [`inject`](Self::inject) and [`script`](Self::script).
///
/// ```
/// use std::rc::Rc;
/// use std::time::Duration;
/// use futures_util::FutureExt as _;
/// use yew_background_tasks::simulated::Fault;
/// use yew_background_tasks::{
///     AttachmentId, CallError, Job, JobKey, JobKind, JobStatus, SimulatedStatusClient, Simulation,
///     StatusClient, VirtualClock,
/// };
///
/// let clock = VirtualClock::default();
/// let simulation = Simulation::new().with_latency(Duration::ZERO);
/// let client = SimulatedStatusClient::with_clock(simulation, Rc::new(clock.clone()));
/// let job = Job {
///     kind: JobKind::video(),
///     attachment: AttachmentId::from(7_u64),
///     key: JobKey::from("q-1"),
/// };
/// assert_eq!(client.status(&job).now_or_never(), Some(Ok(JobStatus::Queued)));
/// client.inject(Fault::Unreachable);
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
        self.0.processor.borrow().simulation().clone()
    }

    /// Goes on with other settings; what is done is not undone.
    pub fn set_simulation(&self, simulation: Simulation) {
        let now = self.0.clock.now();
        self.0
            .processor
            .borrow_mut()
            .set_simulation(simulation, now);
    }

    /// Has calls meet a fault: the next one, or those that an [`Injection`]
    /// names. Of several that fit, the oldest is met.
    pub fn inject(&self, injection: impl Into<Injection>) {
        self.0.faults.borrow_mut().push(injection.into());
    }

    /// Whether a fault waits for a call.
    pub fn has_faults(&self) -> bool {
        self.0.faults.borrow().are_waiting()
    }

    /// Forgets the faults that wait for a call.
    pub fn clear_faults(&self) {
        self.0.faults.borrow_mut().clear();
    }

    /// Has the checks of a job answered with exactly these bodies, one each, the
    /// last one for ever. With none the job goes its own way again.
    pub fn script<Body: AsRef<[u8]>>(
        &self,
        key: impl Into<JobKey>,
        bodies: impl IntoIterator<Item = Body>,
    ) {
        let bodies = bodies.into_iter().map(|body| Rc::from(body.as_ref()));
        let bodies = bodies.collect();
        self.0.processor.borrow_mut().script(key.into(), bodies);
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
