//! Tabs in virtual time.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{
    Capabilities, Change, Command, Config, Core, Environment, IdempotencyKey, Input, Job, JobKey,
    JobKind, NewJob, Output, Request, RequestId, Response, StoredRecords, StreamEvent, TaskId,
    TaskState, Timestamp, ToastEffect,
};

use crate::fixture::{STORE, config, job, key, millis_of, now};
use crate::server::{Reply, Server};

/// A request that was sent, or aborted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    Status(JobKey),
    Statuses(Vec<JobKey>),
    Start(IdempotencyKey),
    Cancel(JobKey),
    Abort(Box<Sent>),
}

/// A record that was written, or removed (`None`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    pub at: u64,
    pub key: String,
    pub value: Option<String>,
}

/// The local storage, which the tabs of an origin share.
pub type Storage = Rc<RefCell<BTreeMap<String, String>>>;

/// A tab.
pub struct Tab {
    pub core: Core,
    pub server: Server,
    /// What happened to tasks: their state, or `None` if they were taken off the list.
    pub changes: Vec<(TaskId, Option<TaskState>)>,
    /// Tasks whose end was announced here.
    pub announced: Vec<TaskId>,
    pub writes: Vec<Write>,
    pub warnings: Vec<String>,
    pub storage: Storage,
    /// What other tabs are to hear.
    outbox: Vec<String>,
    pub millis: u64,
    /// When the timer fired.
    pub timeouts: Vec<u64>,
    sent: Vec<(u64, Sent)>,
    in_flight: BTreeMap<RequestId, Sent>,
    responses: VecDeque<(u64, RequestId, Response)>,
    stream: Option<RequestId>,
    streams: usize,
}

impl Tab {
    pub fn new(server: Server) -> Self {
        Self::with(config(1), server)
    }

    pub fn with(config: Config, server: Server) -> Self {
        Self::open(config, Storage::default(), 0, server)
    }

    /// A tab that stores its tasks, and is opened at this time, in milliseconds. There is no
    /// older one.
    pub fn storing(storage: Storage, millis: u64, server: Server) -> Self {
        let mut tab = Self::joining(storage, millis, server);
        tab.input(Input::OldestTab);
        tab
    }

    /// The same, while older ones may be open.
    pub fn joining(storage: Storage, millis: u64, server: Server) -> Self {
        let config = Config {
            store: Some(STORE.into()),
            ..config(millis + 1)
        };
        let mut tab = Self::open(config, storage, millis, server);
        tab.drain();
        tab
    }

    /// The tab after a reload.
    pub fn reload(mut self) -> Self {
        self.input(Input::PageHide);
        Self::storing(self.storage, self.millis + 1, self.server)
    }

    fn open(config: Config, storage: Storage, millis: u64, server: Server) -> Self {
        Self {
            core: Core::new(config, Environment::default(), now(millis)),
            server,
            changes: Vec::new(),
            announced: Vec::new(),
            writes: Vec::new(),
            warnings: Vec::new(),
            storage,
            outbox: Vec::new(),
            millis,
            timeouts: Vec::new(),
            sent: Vec::new(),
            in_flight: BTreeMap::new(),
            responses: VecDeque::new(),
            stream: None,
            streams: 0,
        }
    }

    /// A tab whose client sends requests about at most so many jobs.
    pub fn batching(limit: usize, server: Server) -> Self {
        let mut tab = Self::new(server);
        tab.limit_batches(limit);
        tab
    }

    /// From now on a request is about at most so many jobs.
    pub fn limit_batches(&mut self, batch_limit: usize) {
        self.input(Input::Capabilities(Capabilities {
            batch_limit,
            ..Capabilities::default()
        }));
    }

    pub fn input(&mut self, input: Input) {
        self.core.handle(input, now(self.millis));
        self.drain();
    }

    /// Starts the video tasks `video_{number}`, which follow the jobs `q-{number}`.
    pub fn start(&mut self, numbers: impl IntoIterator<Item = u32>) -> Vec<TaskId> {
        let start = |number| self.start_job(JobKind::video(), number, Some(key(number)));
        numbers.into_iter().map(start).collect()
    }

    pub fn start_job(&mut self, kind: JobKind, number: u32, key: Option<JobKey>) -> TaskId {
        let id = TaskId::from(format!("{}_{number}", kind.name()));
        let job = NewJob {
            kind,
            key,
            ..job(number)
        };
        self.input(Input::StartJob(id.clone(), job));
        id
    }

    pub fn command(&mut self, id: &TaskId, command: Command) {
        self.input(Input::Command(id.clone(), command));
    }

    /// The tab does not run for so long.
    pub fn stop(&mut self, duration: Duration) {
        self.millis += millis(duration);
    }

    /// What the other tabs were to hear is lost.
    pub fn lose_messages(&mut self) {
        self.outbox.clear();
    }

    /// Lets time pass. Responses arrive and timeouts are reported when they are due.
    pub fn pass(&mut self, duration: Duration) {
        let end = self.millis + millis(duration);
        loop {
            let response = self.responses.iter().map(|(at, ..)| *at).min();
            let timeout = self.core.timeout().map(rounded_up);
            let Some(due) = response.into_iter().chain(timeout).min() else {
                break;
            };
            if due > end {
                break;
            }
            self.millis = self.millis.max(due);
            let arrived = self.responses.iter().position(|(at, ..)| *at == due);
            match arrived.and_then(|index| self.responses.remove(index)) {
                Some((_, id, response)) => self.respond(id, response),
                None => {
                    self.timeouts.push(self.millis);
                    self.input(Input::Timeout);
                }
            }
        }
        self.millis = end;
    }

    pub fn state(&self, id: &TaskId) -> &TaskState {
        &self.core.snapshot(id).unwrap().state
    }

    pub fn is(&self, id: &TaskId, state: &str) -> bool {
        self.state(id).as_str() == state
    }

    pub fn progress(&self, id: &TaskId) -> Option<u8> {
        let progress = self.state(id).progress();
        progress.map(background_tasks_core::Percent::get)
    }

    /// What was sent since this was called last.
    pub fn take_sent(&mut self) -> Vec<Sent> {
        let sent = std::mem::take(&mut self.sent);
        sent.into_iter().map(|(_, sent)| sent).collect()
    }

    /// When requests were sent since they were taken last, in milliseconds.
    pub fn times(&self) -> Vec<u64> {
        self.sent.iter().map(|(at, _)| *at).collect()
    }

    /// When requests for the status of single jobs were sent, in milliseconds.
    pub fn checks(&self) -> Vec<u64> {
        let checks = self.sent.iter();
        let checks = checks.filter(|(_, sent)| matches!(sent, Sent::Status(_)));
        checks.map(|(at, _)| *at).collect()
    }

    pub fn has_stream(&self) -> bool {
        self.stream.is_some()
    }

    /// How often the event stream was opened since this was called last.
    pub fn take_opened(&mut self) -> usize {
        std::mem::take(&mut self.streams)
    }

    /// The event stream says this.
    pub fn push(&mut self, event: StreamEvent) {
        let stream = self.stream.unwrap();
        self.input(Input::Stream(stream, event));
    }

    /// The server closes the event stream.
    pub fn close_stream(&mut self) {
        let stream = self.stream.unwrap();
        self.respond(stream, Response::StreamClosed);
    }

    fn respond(&mut self, id: RequestId, response: Response) {
        self.in_flight.remove(&id);
        self.stream = self.stream.filter(|stream| *stream != id);
        self.input(Input::Response(id, response));
    }

    fn drain(&mut self) {
        while let Some(output) = self.core.poll(now(self.millis)) {
            match output {
                Output::Request(id, request) => self.send(id, &request),
                Output::Abort(id) => {
                    self.responses.retain(|(_, of, _)| *of != id);
                    self.stream = self.stream.filter(|stream| *stream != id);
                    if let Some(sent) = self.in_flight.remove(&id) {
                        self.sent.push((self.millis, Sent::Abort(Box::new(sent))));
                    }
                }
                Output::Changed(Change::Put { after, .. }, effect) => {
                    if after.state.is_ended() && effect == ToastEffect::Show {
                        self.announced.push(after.id.clone());
                    }
                    self.changes
                        .push((after.id.clone(), Some(after.state.clone())));
                }
                Output::Changed(Change::Removed(task), _) => {
                    self.changes.push((task.id.clone(), None));
                }
                Output::Write { key, value, .. } => {
                    let mut storage = self.storage.borrow_mut();
                    match &value {
                        Some(value) => storage.insert(key.clone(), value.clone()),
                        None => storage.remove(&key),
                    };
                    drop(storage);
                    let at = self.millis;
                    self.writes.push(Write { at, key, value });
                }
                Output::ReadStorage => {
                    let stored = StoredRecords {
                        records: self.storage.borrow().clone().into_iter().collect(),
                        ..StoredRecords::default()
                    };
                    self.core.handle(Input::Stored(stored), now(self.millis));
                }
                Output::Warn(text) => self.warnings.push(text),
                Output::Broadcast(text) => self.outbox.push(text),
                Output::Announce(id) => self.announced.push(id),
                Output::BroadcastToOrigin(_)
                | Output::Forget(_)
                | Output::AskForFile(_)
                | Output::KeepFile(_)
                | Output::OpenKeptFile(_)
                | Output::DropKeptFile(_)
                | Output::SweepKeptFiles(_)
                | Output::WatchTab(_)
                | Output::WatchOlderTabs => {}
            }
        }
    }

    fn send(&mut self, id: RequestId, request: &Request) {
        if matches!(request, Request::Stream) {
            self.open_stream(id, request);
            return;
        }
        let sent = match request {
            Request::Status(job) => Sent::Status(job.key.clone()),
            Request::Statuses(jobs) => Sent::Statuses(keys_of(jobs)),
            Request::Start {
                idempotency_key, ..
            } => Sent::Start(idempotency_key.clone()),
            Request::Cancel(job) => Sent::Cancel(job.key.clone()),
            Request::Upload { .. } | Request::Discard(_) | Request::Stream => {
                panic!("{request:?}")
            }
        };
        self.sent.push((self.millis, sent.clone()));
        self.in_flight.insert(id, sent);
        match (self.server)(request) {
            Reply::Now(response) => self.responses.push_back((self.millis, id, response)),
            Reply::After(delay, response) => {
                let at = self.millis + millis(delay);
                self.responses.push_back((at, id, response));
            }
            Reply::Never => {}
        }
    }
}

impl Tab {
    /// A client without a stream reports that at once.
    fn open_stream(&mut self, id: RequestId, request: &Request) {
        self.streams += 1;
        match (self.server)(request) {
            Reply::Now(response) => {
                self.core
                    .handle(Input::Response(id, response), now(self.millis));
            }
            Reply::After(..) | Reply::Never => self.stream = Some(id),
        }
    }
}

/// Lets time pass in tabs that hear each other.
pub fn pass_together(tabs: &mut [&mut Tab], duration: Duration) {
    for _ in 0..millis(duration) / 10 {
        for tab in &mut *tabs {
            tab.pass(millis_of(10));
        }
        for from in 0..tabs.len() {
            let texts = std::mem::take(&mut tabs[from].outbox);
            for (to, tab) in tabs.iter_mut().enumerate() {
                for text in texts.iter().filter(|_| to != from) {
                    tab.input(Input::Message(text.clone()));
                }
            }
        }
    }
}

pub fn keys(numbers: impl IntoIterator<Item = u32>) -> Vec<JobKey> {
    numbers.into_iter().map(key).collect()
}

pub fn check(number: u32) -> Sent {
    Sent::Status(key(number))
}

pub fn batch(numbers: impl IntoIterator<Item = u32>) -> Sent {
    Sent::Statuses(keys(numbers))
}

fn keys_of(jobs: &[Job]) -> Vec<JobKey> {
    jobs.iter().map(|job| job.key.clone()).collect()
}

/// The milliseconds of a time, rounded up as the driver's timers are.
fn rounded_up(time: Timestamp) -> u64 {
    let millis = time.as_millis();
    millis + u64::from(Timestamp::from_millis(millis) < time)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
