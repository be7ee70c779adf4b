//! The driver: passes events to the core and executes the core's outputs.
//!
//! It lives outside the component tree. Every event becomes an [`Input`], and each
//! [`Output`] is executed in one place. Nothing is borrowed while foreign code runs
//! (clients, the clock, store subscribers, observers), so that this code may call the
//! driver again: the loop that is already running handles what it adds.

mod channel;
mod config;
mod deletion;
mod environment;
mod forget;
#[cfg_attr(not(feature = "kept-files"), path = "driver/no_kept_files.rs")]
mod kept_files;
mod locks;
mod observers;
mod outputs;
mod picker;
mod requests;
mod start;
mod storage;
mod store_name;
mod timer;
mod web_lock;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use background_tasks_core::{
    AttachmentId, Capabilities, Core, Environment, Input, Now, Output, RequestId, TaskId, Timestamp,
};
use gloo_events::EventListener;
use litemap::LiteMap;
use web_sys::File;
use yewdux::Dispatch;

use self::channel::Channel;
use self::config::config;
pub(crate) use self::forget::forget_store;
use self::kept_files::Copies;
use self::locks::Locks;
pub(crate) use self::observers::Notice;
pub use self::observers::Subscription;
use self::observers::{Observer, Unpublished};
use self::picker::Picker;
use self::storage::Records;
use self::store_name::NamesInUse;
use crate::abort_on_drop::AbortOnDrop;
use crate::client::Clients;
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
    /// Inputs that the core has not handled yet.
    inbox: RefCell<VecDeque<(Input, Now)>>,
    /// Whether the inbox is being processed.
    is_running: Cell<bool>,
    /// Whether to update the store as soon as the inbox is processed, instead of at the
    /// end of the frame.
    is_urgent: Cell<bool>,
    /// Changes that the store does not contain yet.
    unpublished: RefCell<Unpublished>,
    /// The last ones passed to the core.
    capabilities: Cell<Capabilities>,
    /// Whether the server speaks HTTP/2 or later, as last passed to the core.
    multiplexed: Cell<bool>,
    /// The last one passed to the core.
    environment: Cell<Environment>,
    /// When the timer fired last.
    last_fired: Cell<Timestamp>,
    /// When the store was last updated.
    last_published: Cell<Timestamp>,
    last_observer: Cell<u64>,
    held: RefCell<Held>,
}

/// What must be dropped when the driver shuts down. Dropping it may run foreign code.
#[derive(Default)]
struct Held {
    observers: LiteMap<u64, Observer>,
    requests: LiteMap<RequestId, AbortOnDrop>,
    /// Requests that delete attachments.
    deletions: LiteMap<AttachmentId, AbortOnDrop>,
    /// The files of uploads, as long as they may be needed.
    files: LiteMap<TaskId, File>,
    /// Copies of them that are being made or opened, or that belong to this tab.
    #[cfg_attr(
        not(feature = "kept-files"),
        expect(dead_code, reason = "there are none")
    )]
    copies: Copies,
    picker: Option<Picker>,
    /// The one timer, and when it fires.
    timer: Option<(Timestamp, AbortOnDrop)>,
    /// Publishes at the end of the frame, if there is something to publish.
    frame: Option<AbortOnDrop>,
    listeners: Vec<EventListener>,
    channel: Option<Channel>,
    /// The channel of all stores of the origin, once there is something to send.
    origin_channel: Option<Channel>,
    /// Messages that are sent as soon as this tab holds its own lock.
    unsent: Vec<String>,
    locks: Locks,
    /// Another instance may take them once this one has ended.
    #[cfg_attr(not(feature = "embed"), expect(dead_code, reason = "only held"))]
    names: Option<NamesInUse>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifetime {
    Running,
    Ended,
    /// A handle was used after the end, and the misuse was reported on the console.
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
    /// Creates a driver with an empty store. It starts with [`run`](Self::run), so that
    /// observers can subscribe first.
    pub(crate) fn new(dispatch: Dispatch<Tasks>, clients: Clients, settings: Settings) -> Self {
        let base_url = clients.status.base_url();
        let names = NamesInUse::new(&settings.store, base_url.as_deref());
        let records = names.as_ref().map(|names| Records::new(names.names()));
        let store = names.as_ref().map(|names| Rc::clone(&names.names().key));
        let config = config(&settings, store);
        let environment = environment::current();
        let core = Core::new(config, environment, now(&settings));
        if !dispatch.get().is_empty() {
            // An earlier driver left its tasks behind.
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
            multiplexed: Cell::default(),
            environment: Cell::new(environment),
            last_fired: Cell::default(),
            last_published: Cell::default(),
            last_observer: Cell::default(),
            held: RefCell::new(Held {
                names,
                ..Held::default()
            }),
        }))
    }

    /// Starts: reads the stored records and joins the other tabs.
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

    /// Whether a task is an upload that could continue from where it stops.
    pub(crate) fn can_continue(&self, id: &TaskId) -> bool {
        self.0.core.borrow().can_continue(id)
    }

    /// Handles commands of the app or the user with a single update of the store. After
    /// [`shut_down`](Self::shut_down) it only warns on the console, once.
    pub(crate) fn command(&self, inputs: impl IntoIterator<Item = Input>) {
        match self.0.lifetime.get() {
            Lifetime::Running => {
                inputs.into_iter().for_each(|input| self.enqueue(input));
                self.process_now();
            }
            Lifetime::Ended => {
                self.0.lifetime.set(Lifetime::EndedWithWarning);
                warn("these tasks were shut down: the call is ignored");
            }
            Lifetime::EndedWithWarning => {}
        }
    }

    /// Handles an input and updates the store immediately.
    pub(crate) fn input(&self, input: Input) {
        self.enqueue(input);
        self.process_now();
    }

    /// Handles an input and executes the outputs, but updates the store at most once per
    /// frame.
    fn input_in_frame(&self, input: Input) {
        self.enqueue(input);
        if self.0.environment.get().visible {
            self.process();
            self.publish_once_per_frame();
        } else {
            // A hidden page renders no frames, and its timers are throttled.
            self.process_now();
        }
    }

    /// Ends every timer, listener and request. The tasks stay in the store as they are,
    /// and their records are written.
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

    /// Whether other instances on this page must not take the default name of the store.
    #[cfg(feature = "embed")]
    pub(crate) fn keep_name(&self, keep: bool) {
        if let Some(names) = &mut self.0.held.borrow_mut().names {
            names.keep(keep);
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

    /// Processes the inbox, and publishes if that is urgent. A nested call leaves both to
    /// the outer one.
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

    /// Passes the inbox to the core and executes the outputs until both are empty.
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
        let protocol = self.new_protocol().map(|new| (new, self.now()));
        let learned = capabilities.into_iter().chain(protocol);
        let inbox = self.0.inbox.take();
        let mut core = self.0.core.borrow_mut();
        // A client may have learned its capabilities from the responses in the inbox.
        for (input, now) in learned.chain(inbox) {
            core.handle(input, now);
        }
    }

    fn poll(&self) -> Option<Output> {
        let now = self.now();
        self.0.core.borrow_mut().poll(now)
    }
}

fn now(settings: &Settings) -> Now {
    Now {
        monotonic: settings.clock.now(),
        wall: settings.clock.wall(),
    }
}

fn warn(text: &str) {
    web_sys::console::warn_1(&format!("yew-background-tasks: {text}").into());
}
