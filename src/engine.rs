//! Carries out what the state machines of all tasks ask for.
//!
//! It stands outside the component tree. Everything that happens becomes a
//! [`Message`] in one inbox; a *pass* takes in all that is there, then writes
//! the store once. Nothing is borrowed while foreign code runs (clients, store
//! subscribers, observers), so that code may call back into the engine.

mod calls;
mod checks;
mod inbox;
mod life;
mod news;
mod other_tabs;
mod pass;
mod picker;
mod queue;
mod restore;
mod schedule;
mod stream;
mod surroundings;
mod turns;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::time::Duration;

use litemap::LiteMap;
use yewdux::Dispatch;

use self::checks::Checks;
use self::inbox::Message;
use self::life::{Life, Sending, Source, Work};
use self::schedule::Schedule;
use self::stream::Stream;
use self::surroundings::{Listeners, News};
use self::turns::Turns;
use crate::client::Clients;
use crate::retention::Ended;
use crate::settings::Settings;
use crate::sorted::SortedSet;
use crate::spawned::Spawned;
use crate::store::{Change, Tasks};
use crate::tabs::{Order, TabId, Tabs};
use crate::task::monitor::{self, FollowUp, Monitor, Surroundings};
use crate::task::upload::{self, Upload};
use crate::task::{AttachmentId, JobKey, JobKind, TaskId};
use crate::time::Timestamp;

/// Runs tasks. Cloning gives another handle to the same engine; dropping the
/// last one ends every timer, listener and request.
#[derive(Clone)]
pub(crate) struct Engine(Rc<Shared>);

/// A handle that does not keep the engine alive.
#[derive(Clone)]
pub(crate) struct WeakEngine(Weak<Shared>);

struct Shared {
    settings: Settings,
    clients: Clients,
    dispatch: Dispatch<Tasks>,
    state: RefCell<State>,
}

struct State {
    lives: HashMap<TaskId, Life>,
    schedule: Schedule,
    turns: Turns,
    checks: Checks,
    stream: Stream,
    /// The stream that is open, and its number.
    connection: Option<(u64, Spawned)>,
    inbox: inbox::Inbox,
    /// The tasks that had ended when the store was last written.
    ended: Ended,
    /// Whether a pass is going on.
    passing: bool,
    surroundings: Surroundings,
    /// Whether this tab follows jobs, and no other.
    leads: bool,
    tabs: Option<Rc<Tabs>>,
    /// Tabs that are gone, whose uploads only the leader may call cut off.
    gone: SortedSet<TabId>,
    /// Given to the tab that drives the task, which has not spoken since.
    orders: Vec<(Order, TaskId)>,
    /// Tasks whose change in this pass is another tab's doing.
    heard: SortedSet<TaskId>,
    listeners: Option<Listeners>,
    /// The one timer, and when it goes off.
    alarm: Option<(Timestamp, Spawned)>,
    /// When it last went off.
    rung: Timestamp,
    /// The pass that takes in the answers of a frame.
    frame: Option<Spawned>,
    /// Calls whose answer changes nothing, kept until they have one.
    notices: LiteMap<u64, Spawned>,
    observers: LiteMap<u64, Observer>,
    seed: u64,
    /// Numbers uploads, whose attachments have no id yet.
    uploads: u64,
    /// Numbers notices, observers, and checks on their way.
    number: u64,
}

type Observer = Rc<dyn Fn(&Change)>;

/// Ends an observation when it is dropped.
#[must_use = "dropping it ends the observation"]
pub struct Subscription {
    engine: WeakEngine,
    number: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(shared) = self.engine.0.upgrade() {
            let observer = shared.state.borrow_mut().observers.remove(&self.number);
            drop(observer);
        }
    }
}

impl WeakEngine {
    pub(crate) fn upgrade(&self) -> Option<Engine> {
        self.0.upgrade().map(Engine)
    }
}

impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Engine {
    pub(crate) fn new(dispatch: Dispatch<Tasks>, clients: Clients, settings: Settings) -> Self {
        let seed = settings.seed.unwrap_or_else(random_seed);
        // What other tabs may follow is not asked after before it is known who leads.
        let leads = settings.persistence.is_none();
        let engine = Self(Rc::new(Shared {
            settings,
            clients,
            dispatch,
            state: RefCell::new(State {
                lives: HashMap::new(),
                schedule: Schedule::default(),
                turns: Turns::default(),
                checks: Checks::default(),
                stream: Stream::default(),
                connection: None,
                inbox: inbox::Inbox::default(),
                ended: Ended::default(),
                passing: false,
                surroundings: surroundings::current(),
                leads,
                tabs: None,
                gone: SortedSet::new(),
                orders: Vec::new(),
                heard: SortedSet::new(),
                listeners: None,
                alarm: None,
                rung: Timestamp::default(),
                frame: None,
                notices: LiteMap::new(),
                observers: LiteMap::new(),
                seed,
                uploads: 0,
                number: 0,
            }),
        }));
        let weak = engine.downgrade();
        let listeners = surroundings::listen(move |news| {
            if let Some(engine) = weak.upgrade() {
                engine.hear(news);
            }
        });
        engine.0.state.borrow_mut().listeners = Some(listeners);
        engine
    }

    pub(crate) fn downgrade(&self) -> WeakEngine {
        WeakEngine(Rc::downgrade(&self.0))
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

    /// Follows a job; with no key, has the server make it first.
    pub(crate) fn start_job(
        &self,
        kind: JobKind,
        attachment: AttachmentId,
        title: &str,
        key: Option<JobKey>,
        follow_up: Option<FollowUp>,
    ) -> TaskId {
        let id = self.new_id(kind.name(), &attachment.to_string(), self.now());
        self.follow(id.clone(), kind, attachment, title, key, follow_up);
        id
    }

    /// Follows a job as the task called `id`.
    fn follow(
        &self,
        id: TaskId,
        kind: JobKind,
        attachment: AttachmentId,
        title: &str,
        key: Option<JobKey>,
        follow_up: Option<FollowUp>,
    ) {
        let now = self.now();
        let seed = self.next_seed();
        let surroundings = self.0.state.borrow().surroundings;
        let mut monitor = Monitor::new(kind, attachment, key, surroundings, seed, now);
        if let Some(follow_up) = follow_up {
            monitor = monitor.with_follow_up(follow_up, now);
        }
        self.add(Life {
            id: id.clone(),
            title: self.title_or_untitled(title),
            started: now,
            work: Work::Job(monitor),
            ended: None,
            call: None,
            told: None,
        });
        self.post(Message::Step(id, monitor::Event::Tick));
    }

    /// Sends a file.
    pub(crate) fn upload(&self, file: web_sys::File, title: &str) -> TaskId {
        let now = self.now();
        let number = {
            let mut state = self.0.state.borrow_mut();
            state.uploads += 1;
            state.uploads
        };
        let id = self.new_id("upload", &number.to_string(), now);
        let title = if title.trim().is_empty() {
            file.name()
        } else {
            title.to_owned()
        };
        let policy = Rc::clone(&self.0.settings.upload);
        let video = file.type_().to_ascii_lowercase().starts_with("video/");
        let source = Source::There(file);
        let surroundings = self.0.state.borrow().surroundings;
        let mut upload = Upload::new(Rc::clone(&policy), surroundings, self.next_seed());
        if let Err(failure) = source.check(&policy) {
            upload.refuse(failure);
        }
        self.add(Life {
            id: id.clone(),
            title: self.title_or_untitled(&title),
            started: now,
            work: Work::Upload(Sending {
                upload,
                video,
                source,
                attachment: None,
                picker: None,
            }),
            ended: None,
            call: None,
            told: None,
        });
        self.post(Message::StepUpload(id.clone(), upload::Event::Tick));
        id
    }

    pub(crate) fn retry(&self, id: &TaskId) {
        self.post(Message::Order(Order::Retry, id.clone()));
    }

    pub(crate) fn cancel(&self, id: &TaskId) {
        self.post(Message::Order(Order::Cancel, id.clone()));
    }

    /// Has an upload stand still, where it can go on from there later.
    pub(crate) fn pause(&self, id: &TaskId) {
        if self.0.clients.storage.is_resumable() {
            self.post(Message::Order(Order::Pause, id.clone()));
        }
    }

    /// Has a paused upload go on.
    pub(crate) fn resume(&self, id: &TaskId) {
        self.post(Message::Order(Order::Resume, id.clone()));
    }

    /// Takes an ended task off the list; one that runs stays.
    pub(crate) fn clear(&self, id: &TaskId) {
        self.post(Message::Clear(id.clone()));
    }

    /// Has `observer` called with every change, after the store has it.
    pub(crate) fn observe(&self, observer: impl Fn(&Change) + 'static) -> Subscription {
        let number = self.next_number();
        let mut state = self.0.state.borrow_mut();
        state.observers.insert(number, Rc::new(observer));
        Subscription {
            engine: self.downgrade(),
            number,
        }
    }

    /// Ends all that goes on. The tasks stay in the store as they were.
    pub(crate) fn shut_down(&self) {
        let mut state = self.0.state.borrow_mut();
        let ended = (
            std::mem::take(&mut state.lives),
            std::mem::take(&mut state.observers),
            std::mem::take(&mut state.notices),
            std::mem::take(&mut state.inbox),
            state.alarm.take(),
            state.frame.take(),
            state.listeners.take(),
            state.tabs.take(),
            state.connection.take(),
        );
        state.schedule = Schedule::default();
        state.turns = Turns::default();
        state.checks = Checks::default();
        state.stream = Stream::default();
        drop(state);
        drop(ended);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.settings.clock.now()
    }

    fn next_number(&self) -> u64 {
        let mut state = self.0.state.borrow_mut();
        state.number += 1;
        state.number
    }

    fn next_seed(&self) -> u64 {
        let mut state = self.0.state.borrow_mut();
        // The step of splitmix64: it meets every number before it comes round.
        state.seed = state.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        state.seed
    }

    /// The task's id; a second one of the same millisecond gets the next that is free.
    fn new_id(&self, kind: &str, attachment: &str, now: Timestamp) -> TaskId {
        let mut at = now;
        loop {
            let id = task_id(kind, attachment, at);
            if !self.has_task(&id) {
                return id;
            }
            at = at + Duration::from_millis(1);
        }
    }

    fn has_task(&self, id: &TaskId) -> bool {
        self.0.state.borrow().lives.contains_key(id) || self.tasks().get(id).is_some()
    }

    fn title_or_untitled(&self, title: &str) -> Rc<str> {
        match title.trim() {
            "" => self.0.settings.messages.labels.untitled.as_ref().into(),
            title => title.into(),
        }
    }

    fn add(&self, life: Life) {
        let mut state = self.0.state.borrow_mut();
        state.lives.insert(life.id.clone(), life);
    }

    fn hear(&self, news: News) {
        self.post(match news {
            News::Online(online) => Message::Online(online),
            News::Visible(visible) => Message::Visible(visible),
            News::Restored => Message::Woken,
        });
    }
}

/// `{kind}_{attachment_id}_{milliseconds}` (CONTRACT §3).
fn task_id(kind: &str, attachment: &str, at: Timestamp) -> TaskId {
    TaskId::from(format!("{kind}_{attachment}_{}", at.as_millis()))
}

fn random_seed() -> u64 {
    // Exact: `random` is below 1 and has 53 bits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    seed
}
