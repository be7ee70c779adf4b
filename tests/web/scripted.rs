//! A client with scripted responses.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use futures_channel::oneshot;
use futures_util::FutureExt as _;
use futures_util::future::{pending, ready};
use yew::Callback;
use yew_background_tasks::{
    Attachment, AttachmentId, BatchResponse, Call, Clock as _, IdempotencyKey, Job, JobKey,
    JobKind, JobStatus, NewAttachment, Percent, RequestError, StatusClient, StatusUpdate,
    StorageClient, StreamEvent, Timestamp, UploadEvent, VirtualClock,
};

/// One answer to a status check.
#[derive(Clone, Debug)]
pub enum Answer {
    Status(JobStatus),
    Error(RequestError),
    /// Never comes.
    Pending,
}

/// The answer to a batch request. Reports are made per job, so that a test can
/// give each job its own and see when two are mixed up.
#[derive(Clone, Debug)]
pub enum Batch {
    /// A report for each job.
    Says(ReportOf),
    /// The same for all jobs, this long after the request.
    SaysAfter(Duration, ReportOf),
    /// The server does not offer batch requests.
    Unknown,
}

/// The report on the job with this key.
pub type ReportOf = fn(&JobKey) -> JobStatus;

/// A call that was made, and when.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordedCall {
    Check(JobKey),
    Batch(Vec<JobKey>),
    Start(String, AttachmentId),
    Cancel(JobKey),
    Upload(Rc<str>),
}

/// BatchResponse from a list; the last one stays.
#[derive(Clone)]
pub struct Scripted(Rc<Script>);

struct Script {
    clock: VirtualClock,
    answers: RefCell<VecDeque<Answer>>,
    batches: RefCell<VecDeque<Batch>>,
    batch_limit: Cell<usize>,
    pushes: Cell<bool>,
    streams: RefCell<Vec<Stream>>,
    starts: RefCell<VecDeque<Result<Option<JobKey>, RequestError>>>,
    stored: RefCell<Option<Attachment>>,
    calls: RefCell<Vec<(Timestamp, RecordedCall)>>,
}

/// An event stream that was opened.
struct Stream {
    on_event: Callback<StreamEvent>,
    end: oneshot::Sender<Result<(), RequestError>>,
}

impl Scripted {
    pub fn new(clock: &VirtualClock, answers: impl IntoIterator<Item = Answer>) -> Self {
        Self(Rc::new(Script {
            clock: clock.clone(),
            answers: RefCell::new(answers.into_iter().collect()),
            batches: RefCell::default(),
            batch_limit: Cell::new(1),
            pushes: Cell::default(),
            streams: RefCell::default(),
            starts: RefCell::default(),
            stored: RefCell::default(),
            calls: RefCell::default(),
        }))
    }

    pub fn then(&self, answers: impl IntoIterator<Item = Answer>) {
        *self.0.answers.borrow_mut() = answers.into_iter().collect();
    }

    /// Can be asked after 100 jobs at once from now on; the last answer stays.
    pub fn batches(&self, answers: impl IntoIterator<Item = Batch>) {
        *self.0.batches.borrow_mut() = answers.into_iter().collect();
        self.0.batch_limit.set(100);
    }

    /// Has an event stream from now on.
    pub fn pushes(&self) {
        self.0.pushes.set(true);
    }

    /// How many streams were opened.
    pub fn opened(&self) -> usize {
        self.0.streams.borrow().len()
    }

    /// Whether a stream is open.
    pub fn is_open(&self) -> bool {
        let streams = self.0.streams.borrow();
        streams.last().is_some_and(|last| !last.end.is_canceled())
    }

    /// Says this on the last stream.
    pub fn push(&self, event: StreamEvent) {
        let on_event = self.0.streams.borrow().last().map(|it| it.on_event.clone());
        on_event.expect("a stream").emit(event);
    }

    pub fn push_report(&self, key: &str, status: JobStatus) {
        self.push(StreamEvent::Statuses(vec![StatusUpdate::new(
            "video-processing",
            key,
            status,
        )]));
    }

    /// Ends the last stream.
    pub fn end_stream(&self) {
        let mut streams = self.0.streams.borrow_mut();
        let last = streams.last_mut().expect("a stream");
        let (spent, _) = oneshot::channel();
        let end = std::mem::replace(&mut last.end, spent);
        let _ = end.send(Ok(()));
    }

    pub fn starts(&self, answers: impl IntoIterator<Item = Result<Option<JobKey>, RequestError>>) {
        *self.0.starts.borrow_mut() = answers.into_iter().collect();
    }

    pub fn stores(&self, attachment: Attachment) {
        *self.0.stored.borrow_mut() = Some(attachment);
    }

    pub fn calls(&self) -> Vec<(Timestamp, RecordedCall)> {
        self.0.calls.borrow().clone()
    }

    /// The calls since the last time that this was asked.
    pub fn new_calls(&self) -> Vec<RecordedCall> {
        let calls = self.0.calls.take();
        calls.into_iter().map(|(_, made)| made).collect()
    }

    /// When each check went out.
    pub fn checks(&self) -> Vec<Timestamp> {
        let is_check =
            |(_, made): &&(Timestamp, RecordedCall)| matches!(made, RecordedCall::Check(_));
        let calls = self.0.calls.borrow();
        calls.iter().filter(is_check).map(|(at, _)| *at).collect()
    }

    fn log(&self, made: RecordedCall) {
        self.0.calls.borrow_mut().push((self.0.clock.now(), made));
    }
}

impl StatusClient for Scripted {
    fn status(&self, job: &Job) -> Call<JobStatus> {
        self.log(RecordedCall::Check(job.key.clone()));
        let mut answers = self.0.answers.borrow_mut();
        let answer = match answers.len() {
            0 | 1 => answers.front().cloned(),
            _ => answers.pop_front(),
        };
        match answer.unwrap_or(Answer::Pending) {
            Answer::Status(report) => ready(Ok(report)).boxed_local(),
            Answer::Error(error) => ready(Err(error)).boxed_local(),
            Answer::Pending => pending().boxed_local(),
        }
    }

    fn batch_limit(&self) -> usize {
        self.0.batch_limit.get()
    }

    fn statuses(&self, jobs: &[Job]) -> Call<BatchResponse> {
        let keys: Vec<_> = jobs.iter().map(|job| job.key.clone()).collect();
        self.log(RecordedCall::Batch(keys.clone()));
        let mut batches = self.0.batches.borrow_mut();
        let batch = match batches.len() {
            0 | 1 => batches.front().cloned(),
            _ => batches.pop_front(),
        };
        let all = |report_of: ReportOf| keys.iter().map(|key| Some(Ok(report_of(key)))).collect();
        match batch {
            Some(Batch::Says(report_of)) => ready(Ok(all(report_of))).boxed_local(),
            Some(Batch::SaysAfter(wait, report_of)) => {
                let answers = all(report_of);
                let wait = self.0.clock.sleep(wait);
                wait.map(|()| Ok(answers)).boxed_local()
            }
            Some(Batch::Unknown) => {
                self.0.batch_limit.set(1);
                ready(Ok(keys.iter().map(|_| None).collect())).boxed_local()
            }
            None => pending().boxed_local(),
        }
    }

    fn events(&self, on_event: Callback<StreamEvent>) -> Option<Call<()>> {
        if !self.0.pushes.get() {
            return None;
        }
        let (end, ended) = oneshot::channel();
        self.0.streams.borrow_mut().push(Stream { on_event, end });
        let ended = ended.map(|ended| ended.unwrap_or(Err(RequestError::Unreachable)));
        Some(ended.boxed_local())
    }

    fn cancel(&self, job: &Job) -> Call<()> {
        self.log(RecordedCall::Cancel(job.key.clone()));
        ready(Ok(())).boxed_local()
    }
}

impl StorageClient for Scripted {
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<Attachment> {
        self.log(RecordedCall::Upload(upload.title));
        on_event.emit(UploadEvent::Sent {
            bytes: 40,
            total: 100,
        });
        match self.0.stored.borrow().clone() {
            Some(attachment) => ready(Ok(attachment)).boxed_local(),
            None => pending().boxed_local(),
        }
    }

    fn list(&self) -> Call<Vec<Attachment>> {
        ready(Ok(self.0.stored.borrow().iter().cloned().collect())).boxed_local()
    }

    fn delete(&self, _id: &AttachmentId) -> Call<()> {
        ready(Ok(())).boxed_local()
    }

    fn start(
        &self,
        kind: &JobKind,
        attachment: &AttachmentId,
        _key: &IdempotencyKey,
    ) -> Call<Option<JobKey>> {
        self.log(RecordedCall::Start(
            kind.name().to_owned(),
            attachment.clone(),
        ));
        let answer = self.0.starts.borrow_mut().pop_front();
        ready(answer.unwrap_or(Ok(None))).boxed_local()
    }
}

pub fn running(percent: u8) -> Answer {
    Answer::Status(running_at(percent))
}

pub fn running_at(percent: u8) -> JobStatus {
    JobStatus::Running {
        progress: Some(Percent::new(percent)),
    }
}
