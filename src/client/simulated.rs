//! A server simulated in the page: the demo and tests run on it.

mod call;
mod chance;
mod fault;
mod pace;
mod processor;
mod run;
mod simulation;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::pending;
use yew::Callback;

pub use self::call::{CallFate, CallRecord, Operation};
use self::call::{CallLog, Underway};
use self::fault::Faults;
pub use self::fault::{Fault, Injection};
use self::pace::scale;
use self::processor::{Processor, Reply, Request};
pub use self::simulation::Simulation;
use super::{Attachment, Call, NewAttachment, StatusClient, StorageClient, file, wire};
use crate::clock::{BrowserClock, Clock};
use crate::task::{AttachmentId, CallError, IdempotencyKey, Job, JobKey, JobKind, Percent, Report};

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
///     AttachmentId, CallError, Job, JobKey, JobKind, Report, SimulatedStatusClient, Simulation,
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
/// assert_eq!(client.status(&job).now_or_never(), Some(Ok(Report::Queued)));
/// client.inject(Fault::Unreachable);
/// assert_eq!(client.status(&job).now_or_never(), Some(Err(CallError::Unreachable)));
/// clock.advance(Duration::from_secs(15));
/// assert_eq!(client.status(&job).now_or_never(), Some(Ok(Report::Succeeded)));
/// ```
///
/// Cloning is cheap; clones are one server.
#[derive(Clone)]
pub struct SimulatedStatusClient(Rc<Server>);

struct Server {
    clock: Rc<dyn Clock>,
    processor: RefCell<Processor>,
    faults: RefCell<Faults>,
    /// How many calls of each sort were made: what chance counts by.
    counts: RefCell<BTreeMap<Name, u64>>,
    log: CallLog,
}

/// A sort of call, a kind of job, an id.
type Name = (Operation, Option<Rc<str>>, Option<Rc<str>>);

/// A call that is made: what it will meet is decided.
struct Made {
    server: Rc<Server>,
    request: Request,
    underway: Underway,
    latency: Duration,
    fault: Option<Fault>,
}

impl SimulatedStatusClient {
    /// A server in this page's own time.
    pub fn new(simulation: Simulation) -> Self {
        Self::with_clock(simulation, Rc::new(BrowserClock))
    }

    /// A server in the time of `clock`.
    pub fn with_clock(simulation: Simulation, clock: Rc<dyn Clock>) -> Self {
        let processor = Processor::new(simulation, clock.now());
        Self(Rc::new(Server {
            clock,
            processor: RefCell::new(processor),
            faults: RefCell::default(),
            counts: RefCell::default(),
            log: CallLog::default(),
        }))
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

    /// The last 1000 calls, oldest first.
    pub fn calls(&self) -> Vec<CallRecord> {
        self.0.log.calls()
    }

    /// Forgets the calls so far.
    pub fn clear_calls(&self) {
        self.0.log.clear();
    }

    fn make(&self, request: Request) -> Made {
        let operation = request.operation();
        let (kind, id) = (request.kind(), request.id());
        let record = CallRecord::new(operation, kind, id.as_deref(), self.0.clock.now());
        let nth = self.0.count(&record);
        let fault = self.0.faults.borrow_mut().meet(&record);
        let processor = self.0.processor.borrow();
        let simulation = processor.simulation();
        let subject = [
            operation.word(),
            kind.unwrap_or_default(),
            id.as_deref().unwrap_or_default(),
        ];
        let mut chance = chance::of(simulation.seed(), &subject, nth);
        let latency = scale(simulation.latency(), 0.5 + chance.f64());
        let flaky = operation == Operation::Status && chance.f64() < simulation.flaky();
        Made {
            latency: processor.pace().real(latency),
            fault: fault.or(flaky.then_some(Fault::Unreachable)),
            underway: self.0.log.push(record),
            server: Rc::clone(&self.0),
            request,
        }
    }

    /// Makes a call whose answer `read` understands.
    fn call<T: 'static>(
        &self,
        request: Request,
        read: impl FnOnce(&[u8]) -> Result<T, CallError> + 'static,
    ) -> Call<T> {
        let made = self.make(request);
        async move { read(&made.answer().await?) }.boxed_local()
    }
}

impl Made {
    /// Waits for the answer, or for what comes instead.
    async fn answer(self) -> Result<Rc<[u8]>, CallError> {
        let server = &self.server;
        server.sleep(self.latency).await;
        let reply = match self.fault {
            None => Ok(server.answer(&self.request)),
            Some(Fault::Unreachable) => Err(CallError::Unreachable),
            Some(Fault::AnswerLost) => {
                server.answer(&self.request);
                Err(CallError::Unreachable)
            }
            Some(Fault::Stall) => pending().await,
            Some(Fault::Delay(delay)) => {
                server.sleep(delay).await;
                Ok(server.answer(&self.request))
            }
            Some(Fault::Answer {
                status,
                retry_after,
                body,
            }) => Ok(Reply {
                status,
                retry_after,
                body,
            }),
            Some(Fault::JobFails { reason }) => {
                if let Request::Status(job) = &self.request {
                    let mut processor = server.processor.borrow_mut();
                    processor.fail(job, reason, server.clock.now());
                }
                Ok(server.answer(&self.request))
            }
        };
        self.underway.answered();
        let reply = reply?;
        if (200..300).contains(&reply.status) {
            return Ok(reply.body);
        }
        let retry_after = reply.retry_after.as_deref();
        let now = server.clock.now();
        Err(wire::refusal(reply.status, retry_after, &reply.body, now))
    }

    /// Whether the connection ends when half of an upload is sent.
    fn breaks(&self) -> bool {
        matches!(self.fault, Some(Fault::Unreachable | Fault::Stall))
    }
}

impl Server {
    fn answer(&self, request: &Request) -> Reply {
        let now = self.clock.now();
        self.processor.borrow_mut().answer(request, now)
    }

    async fn sleep(&self, duration: Duration) {
        if !duration.is_zero() {
            self.clock.sleep(duration).await;
        }
    }

    fn count(&self, call: &CallRecord) -> u64 {
        let name = (call.operation, call.kind.clone(), call.id.clone());
        let mut counts = self.counts.borrow_mut();
        let count = counts.entry(name).or_default();
        *count += 1;
        *count
    }

    /// Lets the time pass in which `bytes` are sent, up to a share of them.
    async fn send(&self, bytes: f64, up_to: Percent, on_progress: Callback<Percent>) {
        let passed = || self.processor.borrow().pace().passed(self.clock.now());
        let start = passed();
        let whole = self.processor.borrow().simulation().upload_time(bytes);
        let mut told = None;
        loop {
            let share = share(passed().saturating_sub(start), whole).min(up_to);
            if told != Some(share) {
                told = Some(share);
                on_progress.emit(share);
            }
            if share >= up_to {
                return;
            }
            let percent = self.processor.borrow().pace().real(whole / 100);
            self.clock.sleep(percent.max(SHORTEST_STEP)).await;
        }
    }
}

/// In whole numbers, so that 7 of 100 are not 6.
fn share(sent: Duration, whole: Duration) -> Percent {
    let percent = (sent.as_nanos() * 100).checked_div(whole.as_nanos());
    let percent = percent.and_then(|percent| u8::try_from(percent).ok());
    percent.map_or(Percent::FULL, Percent::new)
}

/// Between two reports of an upload's progress: as often as browsers tell it.
const SHORTEST_STEP: Duration = Duration::from_millis(50);

impl StatusClient for SimulatedStatusClient {
    fn status(&self, job: &Job) -> Call<Report> {
        self.call(Request::Status(job.clone()), wire::report)
    }

    fn cancel(&self, job: &Job) -> Call<()> {
        self.call(Request::Cancel(job.clone()), |_| Ok(()))
    }
}

impl StorageClient for SimulatedStatusClient {
    fn upload(&self, upload: NewAttachment, on_progress: Callback<Percent>) -> Call<Attachment> {
        let bytes = upload.file.size();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A whole number.
        let made = self.make(Request::Upload {
            title: upload.title,
            content_type: upload.file.type_().into(),
            size: bytes as u64,
            key: upload.idempotency_key,
        });
        let file = upload.file;
        async move {
            if let Err(error) = file::check_readable(&file).await {
                made.underway.answered();
                return Err(error);
            }
            let up_to = if made.breaks() {
                Percent::new(50)
            } else {
                Percent::FULL
            };
            made.server.send(bytes, up_to, on_progress).await;
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
        self.call(request, |body| Ok(wire::job_key(body)))
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
