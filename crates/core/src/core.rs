//! The core: inputs go in through one method, outputs come out of another.

mod announcements;
mod clear;
mod closed_tabs;
mod commands;
mod connections;
mod entry;
mod events;
mod forget;
mod kept_files;
mod kinds;
mod merge;
mod origin;
mod page;
mod publish;
mod records;
mod remote_commands;
mod responses;
mod restore;
mod start;
mod tabs;
mod unlisted;
mod wakeups;

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::time::Duration;

use litemap::LiteMap;

use self::entry::Entry;
use crate::config::{Capabilities, Config};
use crate::id::TaskId;
use crate::input::Input;
use crate::output::{Output, RequestId};
use crate::ownership::Ownership;
use crate::retention::FinishedTasks;
use crate::retry::Environment;
use crate::schedule::Schedule;
use crate::scheduler::Scheduler;
use crate::snapshot::{Saved, Snapshot};
use crate::sorted::SortedSet;
use crate::stream::Stream;
use crate::tab::TabId;
use crate::task_index::TaskIndex;
use crate::time::{Now, Timestamp};
use crate::upload::Event;

/// A map with the same order of iteration in every run.
type TaskMap<T> = HashMap<TaskId, T, BuildHasherDefault<DefaultHasher>>;

/// The state machine that makes all decisions. It has no I/O, clock or randomness.
///
/// The driver passes each input to [`handle`](Self::handle), executes the outputs of
/// [`poll`](Self::poll) until it returns `None`, and waits for the next input or for the time
/// of [`timeout`](Self::timeout).
#[derive(Debug)]
pub struct Core {
    config: Config,
    capabilities: Capabilities,
    /// Whether one connection carries any number of requests.
    multiplexed: bool,
    /// The environment of the state machines. It is online once the server has responded,
    /// whatever the browser reports.
    environment: Environment,
    /// The reported environment, and the last request before the browser reported to be
    /// offline.
    reported: (Environment, RequestId),
    entries: TaskMap<Entry>,
    /// When the state machines of tasks are due.
    schedule: Schedule,
    scheduler: Scheduler,
    index: TaskIndex,
    stream: Stream,
    /// The event stream's request, while it is open.
    connection: Option<RequestId>,
    /// The connections of other tabs of the origin.
    origin: origin::Origin,
    /// Whether the stream is open or should be.
    stream_wanted: bool,
    ownership: Ownership,
    /// Commands for tasks that another tab drives, until they are done.
    remote_commands: remote_commands::RemoteCommands,
    announcements: announcements::Announcements,
    /// Tabs whose lock was free although they had just sent a message, and when to request it
    /// again.
    doubted: LiteMap<TabId, Option<Timestamp>>,
    /// The digests of this tab and of the leader if they differ, and since when.
    disagreement: Option<(Timestamp, (u64, u64))>,
    records: records::Records,
    /// Cleared tasks and their runs, so that a late message does not restore them.
    cleared: VecDeque<(TaskId, u64)>,
    /// Cleared tasks whose jobs are still being cancelled.
    unlisted: TaskMap<Entry>,
    finished: FinishedTasks,
    /// When the copies of the files that this tab uploads are deleted.
    copies: LiteMap<TaskId, Timestamp>,
    /// Whether the app was told that a file cannot be kept.
    has_warned_of_copy: bool,
    /// Tasks that may have changed since the last [`poll`](Self::poll).
    touched: SortedSet<TaskId>,
    /// Tasks whose changes are not sent to the other tabs yet.
    unsent: SortedSet<TaskId>,
    outputs: VecDeque<Output>,
    /// When the last input was handled, and when the next timeout was due.
    last_handled: Timestamp,
    expected: Option<Timestamp>,
    /// When this tab last ran again after a long time without inputs.
    idle_until: Option<Timestamp>,
    seed: u64,
    uploads: u64,
}

impl Core {
    /// A core without tasks. With a store it first reads the stored tasks, and polls once it
    /// knows that no other tab does.
    pub fn new(config: Config, environment: Environment, now: Now) -> Self {
        let mut ownership = match config.store {
            Some(_) => Ownership::join(config.tab, environment.visible, config.watches_tabs, now),
            None => Ownership::alone(config.tab),
        };
        let mut outputs = VecDeque::new();
        if config.store.is_some() {
            outputs.push_back(Output::ReadStorage);
        }
        if ownership.take_rejoined() {
            outputs.push_back(Output::WatchOlderTabs);
        }
        Self {
            seed: config.seed,
            config,
            capabilities: Capabilities::default(),
            multiplexed: false,
            environment,
            reported: (environment, RequestId(0)),
            entries: TaskMap::default(),
            unlisted: TaskMap::default(),
            schedule: Schedule::default(),
            scheduler: Scheduler::default(),
            index: TaskIndex::default(),
            stream: Stream::default(),
            connection: None,
            origin: origin::Origin::default(),
            stream_wanted: false,
            ownership,
            remote_commands: remote_commands::RemoteCommands::default(),
            announcements: announcements::Announcements::default(),
            doubted: LiteMap::new(),
            disagreement: None,
            records: records::Records::default(),
            cleared: VecDeque::new(),
            finished: FinishedTasks::default(),
            copies: LiteMap::new(),
            has_warned_of_copy: false,
            touched: SortedSet::new(),
            unsent: SortedSet::new(),
            outputs,
            last_handled: now.monotonic,
            expected: None,
            idle_until: None,
            uploads: 0,
        }
    }

    /// Handles an input. [`poll`](Self::poll) returns the resulting outputs; several inputs
    /// may be handled before it is called.
    pub fn handle(&mut self, input: Input, now: Now) {
        self.notice_gap(&input, now);
        self.last_handled = now.monotonic;
        match input {
            Input::Timeout => {}
            Input::Environment(environment) => self.environment_reported(environment, now),
            Input::Capabilities(capabilities) => self.capabilities = capabilities,
            Input::Protocol { multiplexed } => self.multiplexed = multiplexed,
            Input::RegisterKind(kind) => self.register_kind(&kind, now),
            Input::StartJob(id, job) => self.start_job(id, job, now),
            Input::StartUpload(id, upload) => self.start_upload(id, upload, now),
            Input::Command(id, command) => self.command(&id, command, now),
            Input::FileChosen(id, file) => self.file_chosen(&id, &file, now),
            Input::FileKept(id, digest) => self.file_kept(&id, digest, now),
            Input::KeptFile(id, digest) => self.kept_file(&id, digest, now),
            Input::Clear(ids) => self.clear(ids, now),
            Input::ToastClosed(id) => self.toast_closed(&id),
            Input::Response(request, response) => self.respond(request, response, now),
            Input::UploadProgress(request, event) => {
                self.step_request(request, |attempt| Event::Progress(attempt, event), now);
            }
            Input::Fingerprint(request, digest) => {
                self.step_request(request, |attempt| Event::Fingerprint(attempt, digest), now);
            }
            Input::Stream(request, event) => self.stream_event(request, event, now),
            Input::Message(text) => self.receive(&text, now),
            Input::OriginMessage(text) => self.origin_message(&text, now),
            Input::OldestTab => self.oldest_tab(now),
            Input::TabClosed(tab) => self.tab_reported_closed(tab, now),
            Input::Stored(stored) => self.stored(stored, now),
            Input::WriteFailed(id) => self.write_failed(id, now),
            Input::PageHide => self.page_hide(now),
            Input::PageShow => self.page_show(now),
            Input::Forget => self.forget_everything(now),
        }
        self.time_passed(now);
    }

    /// The next output, in order; `None` once there is none left.
    pub fn poll(&mut self, now: Now) -> Option<Output> {
        loop {
            if let Some(output) = self.outputs.pop_front() {
                return Some(output);
            }
            if self.touched.is_empty() && self.unsent.is_empty() {
                self.send_requests(now);
                self.send_tab_messages();
                self.publish_usage(now.monotonic);
                if self.outputs.is_empty() && self.touched.is_empty() {
                    self.expected = self.timeout();
                    return None;
                }
                continue;
            }
            self.start_queued_uploads(now);
            self.publish(now);
        }
    }

    /// A new id for a task: `{kind}_{attachment}_{milliseconds}`. A second one in the
    /// same millisecond gets the next that is free.
    pub fn new_task_id(&self, kind: &str, attachment: &str, now: Now) -> TaskId {
        let mut at = now.wall;
        loop {
            let id = TaskId::from(format!("{kind}_{attachment}_{}", at.as_millis()));
            if !self.entries.contains_key(&id) {
                return id;
            }
            at = at + Duration::from_millis(1);
        }
    }

    /// A new id for an upload, whose attachment has no id yet: a running number stands
    /// in its place.
    pub fn new_upload_id(&mut self, now: Now) -> TaskId {
        self.uploads += 1;
        self.new_task_id("upload", &self.uploads.to_string(), now)
    }

    /// The settings.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Whether this tab polls the server.
    pub const fn is_leader(&self) -> bool {
        self.ownership.is_leader()
    }

    /// The snapshots of all tasks in this tab.
    pub fn snapshots(&self) -> impl Iterator<Item = &Snapshot> {
        self.entries.values().map(|entry| &entry.snapshot)
    }

    /// The snapshot of a task.
    pub fn snapshot(&self, id: &TaskId) -> Option<&Snapshot> {
        self.entries.get(id).map(|entry| &entry.snapshot)
    }

    /// Whether a task is an upload that could continue from where it stops.
    pub fn can_continue(&self, id: &TaskId) -> bool {
        let size = match self.snapshot(id).map(|snapshot| &snapshot.saved) {
            Some(Saved::Upload { size, .. }) => *size,
            Some(Saved::Job(_)) | None => return false,
        };
        let least = self.capabilities.resumable_from;
        least.is_some_and(|least| size >= least)
    }

    /// The number of state machines in this tab.
    pub fn active_tasks(&self) -> usize {
        let entries = self.entries.values();
        entries.filter(|entry| entry.machine.is_some()).count()
    }

    /// A seed that no other task of this tab has.
    fn next_seed(&mut self) -> u64 {
        // The step of splitmix64: it meets every number before it repeats one.
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.seed
    }
}
