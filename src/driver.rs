//! The driver: tells the core what happens, and does what the core asks for.
//!
//! It lives outside the component tree. Everything that happens becomes an [`Input`],
//! and every [`Output`] is executed in one place. Nothing is borrowed while foreign code
//! runs (clients, the clock, store subscribers, observers), so that it may call back:
//! what it causes is handled by the loop that is already running.

mod channel;
mod environment;
mod locks;
mod observers;
mod picker;
mod requests;
mod storage;
mod timer;
mod web_lock;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use background_tasks_core::{
    AttachmentId, Capabilities, Change, Config, Core, Environment, FileInfo, Input, JobKey,
    JobKind, NewJob, NewUpload, Now, Output, RequestId, TabId, TaskId, TaskState, Timestamp,
};
use gloo_events::EventListener;
use litemap::LiteMap;
use web_sys::File;
use yewdux::Dispatch;

use self::channel::Channel;
use self::locks::Locks;
pub(crate) use self::observers::Notice;
pub use self::observers::Subscription;
use self::observers::{Observer, Unpublished};
use self::picker::Picker;
use self::storage::Records;
use crate::abort_on_drop::AbortOnDrop;
use crate::client::Clients;
use crate::client::file::size_of;
use crate::settings::Settings;
use crate::store::Tasks;

/// Runs tasks. Cloning gives another handle to the same driver; dropping the last one
/// ends every timer, listener and request.
#[derive(Clone)]
pub(crate) struct Driver(Rc<Shared>);

/// A handle that does not keep the driver alive.
#[derive(Clone)]
pub(crate) struct WeakDriver(Weak<Shared>);

struct Shared {
    settings: Settings,
    clients: Clients,
    dispatch: Dispatch<Tasks>,
    core: RefCell<Core>,
    records: Option<Records>,
    lifetime: Cell<Lifetime>,
    /// What has happened and is not handled yet.
    inbox: RefCell<VecDeque<(Input, Now)>>,
    /// Whether the inbox is being processed.
    is_running: Cell<bool>,
    /// Whether the store is to be written as soon as the inbox is processed, and not at
    /// the end of the frame.
    is_urgent: Cell<bool>,
    /// What the core has said of tasks and the store does not contain yet.
    unpublished: RefCell<Unpublished>,
    /// As the core knows them.
    capabilities: Cell<Capabilities>,
    /// As the core knows it.
    environment: Cell<Environment>,
    /// When the timer fired last.
    last_fired: Cell<Timestamp>,
    last_observer: Cell<u64>,
    held: RefCell<Held>,
}

/// What ends with the driver. Dropping it may run foreign code.
#[derive(Default)]
struct Held {
    observers: LiteMap<u64, Observer>,
    requests: LiteMap<RequestId, AbortOnDrop>,
    /// The files of uploads, as long as they may be needed.
    files: LiteMap<TaskId, File>,
    picker: Option<Picker>,
    /// The one timer, and when it fires.
    timer: Option<(Timestamp, AbortOnDrop)>,
    /// Publishes at the end of the frame.
    frame: Option<AbortOnDrop>,
    listeners: Vec<EventListener>,
    channel: Option<Channel>,
    /// The channel of all stores of the origin, once there is anything to say.
    origin_channel: Option<Channel>,
    /// Messages for other tabs, which must not hear of this one yet.
    unsent: Vec<String>,
    locks: Locks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifetime {
    Running,
    Ended,
    /// A handle was used after the end, and the console says so.
    EndedWithWarning,
}

impl WeakDriver {
    pub(crate) fn upgrade(&self) -> Option<Driver> {
        self.0.upgrade().map(Driver)
    }
}

impl PartialEq for Driver {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Driver {
    /// A driver over an empty store. It begins with [`run`](Self::run), so that observers
    /// can subscribe before.
    pub(crate) fn new(dispatch: Dispatch<Tasks>, clients: Clients, settings: Settings) -> Self {
        let config = config(&settings);
        let environment = environment::current();
        let records = config.store.clone().map(Records::new);
        let core = Core::new(config, environment, now(&settings));
        if !dispatch.get().is_empty() {
            // An earlier driver has left its tasks.
            dispatch.set(Tasks::default());
        }
        Self(Rc::new(Shared {
            settings,
            clients,
            dispatch,
            core: RefCell::new(core),
            records,
            lifetime: Cell::new(Lifetime::Running),
            inbox: RefCell::default(),
            is_running: Cell::default(),
            is_urgent: Cell::default(),
            unpublished: RefCell::default(),
            capabilities: Cell::default(),
            environment: Cell::new(environment),
            last_fired: Cell::default(),
            last_observer: Cell::default(),
            held: RefCell::default(),
        }))
    }

    /// Begins: reads what is stored, and joins the other tabs.
    pub(crate) fn run(&self) {
        let listeners = self.listen();
        self.0.held.borrow_mut().listeners = listeners;
        self.process_now();
    }

    pub(crate) fn downgrade(&self) -> WeakDriver {
        WeakDriver(Rc::downgrade(&self.0))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn clients(&self) -> &Clients {
        &self.0.clients
    }

    pub(crate) fn tasks(&self) -> Rc<Tasks> {
        self.0.dispatch.get()
    }

    /// Follows a job. Without a key the server is asked to start it first.
    pub(crate) fn start_job(
        &self,
        kind: JobKind,
        attachment: AttachmentId,
        title: &str,
        key: Option<JobKey>,
    ) -> TaskId {
        let now = self.now();
        let core = self.0.core.borrow();
        let id = core.new_task_id(kind.name(), &attachment.to_string(), now);
        drop(core);
        let job = NewJob {
            kind,
            attachment,
            title: title.into(),
            key,
            follow_up: None,
            meta: None,
        };
        self.command([Input::StartJob(id.clone(), job)]);
        id
    }

    /// Sends a file.
    pub(crate) fn upload(&self, file: File, title: &str) -> TaskId {
        let now = self.now();
        let id = self.0.core.borrow_mut().new_upload_id(now);
        let upload = NewUpload {
            file: file_info(&file),
            title: title.into(),
            meta: None,
        };
        if self.is_alive() {
            self.0.held.borrow_mut().files.insert(id.clone(), file);
        }
        self.command([Input::StartUpload(id.clone(), upload)]);
        id
    }

    /// Handles what the app or the user wants, with one change of the store. After
    /// [`shut_down`](Self::shut_down) nothing happens, and the console says so once.
    pub(crate) fn command(&self, inputs: impl IntoIterator<Item = Input>) {
        match self.0.lifetime.get() {
            Lifetime::Running => {
                inputs.into_iter().for_each(|input| self.enqueue(input));
                self.process_now();
            }
            Lifetime::Ended => {
                self.0.lifetime.set(Lifetime::EndedWithWarning);
                warn("these tasks were shut down, so nothing is started or changed any more");
            }
            Lifetime::EndedWithWarning => {}
        }
    }

    /// Handles an input, and writes the store at once.
    pub(crate) fn input(&self, input: Input) {
        self.enqueue(input);
        self.process_now();
    }

    /// Handles an input and executes the outputs, but writes the store at the end of the
    /// frame, together with what else arrives in it.
    fn input_in_frame(&self, input: Input) {
        self.enqueue(input);
        if self.0.environment.get().visible {
            self.process();
            self.publish_with_frame();
        } else {
            // There are no frames, and timers are throttled.
            self.process_now();
        }
    }

    /// Ends everything. The tasks stay in the store as they are, and their records are
    /// written.
    pub(crate) fn shut_down(&self) {
        if self.is_alive() {
            self.enqueue(Input::PageHide);
            self.settle();
            self.0.lifetime.set(Lifetime::Ended);
            let held = self.0.held.take();
            drop(held);
            drop((self.0.unpublished.take(), self.0.inbox.take()));
        }
    }

    fn is_alive(&self) -> bool {
        self.0.lifetime.get() == Lifetime::Running
    }

    fn now(&self) -> Now {
        now(&self.0.settings)
    }

    fn enqueue(&self, input: Input) {
        if self.is_alive() {
            let now = self.now();
            self.0.inbox.borrow_mut().push_back((input, now));
        }
    }

    fn process_now(&self) {
        self.0.is_urgent.set(true);
        self.process();
    }

    /// Processes the inbox, and publishes if that is urgent. A call from within leaves
    /// both to the one that is going on.
    fn process(&self) {
        if self.0.is_running.replace(true) {
            return;
        }
        loop {
            self.settle();
            if !self.0.is_urgent.take() {
                break;
            }
            self.publish();
        }
        self.0.is_running.set(false);
        self.set_timer();
    }

    /// Hands the inbox to the core and executes the outputs, until there is nothing left.
    fn settle(&self) {
        loop {
            self.handle_inbox();
            while let Some(output) = self.poll() {
                self.execute(output);
            }
            if self.0.inbox.borrow().is_empty() {
                break;
            }
        }
    }

    fn handle_inbox(&self) {
        let capabilities = self.new_capabilities();
        let capabilities = capabilities.map(|new| (Input::Capabilities(new), self.now()));
        let inbox = self.0.inbox.take();
        let mut core = self.0.core.borrow_mut();
        // Responses come after what the client has learned from them.
        for (input, now) in capabilities.into_iter().chain(inbox) {
            core.handle(input, now);
        }
    }

    fn poll(&self) -> Option<Output> {
        let now = self.now();
        self.0.core.borrow_mut().poll(now)
    }

    fn execute(&self, output: Output) {
        match output {
            Output::Request(id, request) => self.send(id, request),
            Output::Abort(id) => self.abort(id),
            Output::Changed(change, effect) => {
                self.release_file(&change);
                let mut unpublished = self.0.unpublished.borrow_mut();
                unpublished.changes.push((change, effect));
            }
            Output::Announce(task) => {
                self.0.unpublished.borrow_mut().announcements.push(task);
            }
            Output::Broadcast(text) => self.broadcast(text),
            Output::BroadcastToOrigin(text) => self.broadcast_to_origin(&text),
            Output::Write { task, key, value } => {
                let records = self.0.records.as_ref();
                if !records.is_some_and(|records| records.write(&key, value.as_deref())) {
                    self.enqueue(Input::WriteFailed(task));
                }
            }
            Output::ReadStorage => {
                let stored = self.0.records.as_ref().map(Records::read);
                self.enqueue(Input::Stored(stored.unwrap_or_default()));
            }
            Output::Forget(mark) => {
                if let Some(records) = &self.0.records {
                    records.forget(&mark);
                }
            }
            Output::AskForFile(task) => self.ask_for_file(task),
            Output::WatchTab(tab) => self.watch_tab(tab),
            Output::WatchOlderTabs => self.join_tabs(),
            Output::Warn(text) => warn(&text),
        }
    }

    /// The file of a task that is gone, or needs it no more, is dropped.
    fn release_file(&self, change: &Change) {
        let id = match change {
            Change::Removed(task) => &task.id,
            Change::Put { after, .. } if after.state == TaskState::Succeeded => &after.id,
            Change::Put { .. } => return,
        };
        self.0.held.borrow_mut().files.remove(id);
    }
}

fn now(settings: &Settings) -> Now {
    Now {
        monotonic: settings.clock.now(),
        wall: settings.clock.wall(),
    }
}

fn config(settings: &Settings) -> Config {
    Config {
        store: settings.persistence.as_deref().map(Into::into),
        tab: TabId(random()),
        seed: settings.seed.unwrap_or_else(random),
        video: settings.video.clone(),
        embedding: settings.embedding.clone(),
        kinds: settings.kinds.clone(),
        upload: Rc::clone(&settings.upload),
        embedding_start: settings.embedding_start,
        max_status_requests: settings.checks_in_flight.max(1),
        watches_tabs: web_lock::are_available(),
        untitled: settings.messages.labels.untitled.as_ref().into(),
    }
}

/// A number with 53 random bits.
fn random() -> u64 {
    // Exact: `random` is at least 0, below 1, and has 53 bits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let random = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    random
}

fn file_info(file: &File) -> FileInfo {
    FileInfo {
        name: file.name().into(),
        media_type: file.type_().into(),
        size: size_of(file),
    }
}

fn warn(text: &str) {
    web_sys::console::warn_1(&format!("yew-background-tasks: {text}").into());
}
