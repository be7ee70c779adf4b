//! Carries out what the state machines of all tasks ask for.
//!
//! It stands outside the component tree. Everything that happens becomes a
//! [`Message`] in one inbox; a *pass* takes in all that is there, then writes
//! the store once. Nothing is borrowed while foreign code runs (clients, store
//! subscribers, observers), so that code may call back into the engine.

mod inbox;
mod life;
mod schedule;
mod surroundings;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::{Rc, Weak};
use std::time::Duration;

use yew::Callback;
use yewdux::Dispatch;

use self::inbox::{Message, Outcome};
use self::life::{Deed, Life, Sending, Work};
use self::schedule::Schedule;
use self::surroundings::{Listeners, News};
use crate::client::{Attachment, Clients, NewAttachment};
use crate::settings::Settings;
use crate::spawned::Spawned;
use crate::store::{Change, Tasks};
use crate::task::monitor::{self, FollowUp, Monitor, Surroundings};
use crate::task::upload::{self, Upload};
use crate::task::{AttachmentId, CallError, IdempotencyKey, JobKey, JobKind, TaskId};
use crate::time::Timestamp;

/// Answers that arrive within this time are applied in one change of the store:
/// about one frame of a 60 Hz display, so that no frame renders twice.
const FRAME: Duration = Duration::from_millis(16);

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
    inbox: inbox::Inbox,
    /// Whether a pass is going on.
    passing: bool,
    surroundings: Surroundings,
    listeners: Option<Listeners>,
    /// The one timer, and when it goes off.
    alarm: Option<(Timestamp, Spawned)>,
    /// The pass that takes in the answers of a frame.
    frame: Option<Spawned>,
    /// Calls whose answer changes nothing, kept until they have one.
    notices: BTreeMap<u64, Spawned>,
    observers: BTreeMap<u64, Observer>,
    seed: u64,
    /// Numbers uploads, notices and observers.
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
        let engine = Self(Rc::new(Shared {
            settings,
            clients,
            dispatch,
            state: RefCell::new(State {
                lives: HashMap::new(),
                schedule: Schedule::default(),
                inbox: inbox::Inbox::default(),
                passing: false,
                surroundings: surroundings::current(),
                listeners: None,
                alarm: None,
                frame: None,
                notices: BTreeMap::new(),
                observers: BTreeMap::new(),
                seed,
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
        let now = self.now();
        let id = self.new_id(kind.name(), &attachment.to_string(), now);
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
            call: None,
        });
        self.post(Message::Step(id.clone(), monitor::Event::Tick));
        id
    }

    /// Sends a file.
    pub(crate) fn upload(&self, file: web_sys::File, title: &str) -> TaskId {
        let now = self.now();
        let number = self.next_number();
        let id = self.new_id("upload", &number.to_string(), now);
        let title = if title.trim().is_empty() {
            file.name()
        } else {
            title.to_owned()
        };
        let (upload, first) = Upload::start(self.next_seed());
        self.add(Life {
            id: id.clone(),
            title: self.title_or_untitled(&title),
            started: now,
            work: Work::Upload(Sending {
                upload,
                video: file.type_().to_ascii_lowercase().starts_with("video/"),
                file,
                attachment: None,
            }),
            call: None,
        });
        self.post(Message::Begin(id.clone(), first));
        id
    }

    pub(crate) fn retry(&self, id: &TaskId) {
        self.post(Message::Retry(id.clone()));
    }

    pub(crate) fn cancel(&self, id: &TaskId) {
        self.post(Message::Cancel(id.clone()));
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
        );
        state.schedule = Schedule::default();
        drop(state);
        drop(ended);
    }

    fn now(&self) -> Timestamp {
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

    /// `{kind}_{attachment_id}_{milliseconds}`; a second one of the same
    /// millisecond gets the next that is free.
    fn new_id(&self, kind: &str, attachment: &str, now: Timestamp) -> TaskId {
        let state = self.0.state.borrow();
        let tasks = self.tasks();
        let mut millis = now.as_millis();
        loop {
            let id = TaskId::from(format!("{kind}_{attachment}_{millis}"));
            if !state.lives.contains_key(&id) && tasks.get(&id).is_none() {
                return id;
            }
            millis = millis.wrapping_add(1);
        }
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

    /// Takes in a message now.
    fn post(&self, message: Message) {
        let now = self.now();
        self.0.state.borrow_mut().inbox.push(now, message);
        self.pass();
    }

    /// Takes in an answer with the others of this frame. Its time is that of
    /// its arrival, so that what follows from it is not late.
    fn post_in_frame(&self, message: Message) {
        let now = self.now();
        let mut state = self.0.state.borrow_mut();
        state.inbox.push(now, message);
        if state.frame.is_none() {
            let weak = self.downgrade();
            let frame = self.0.settings.clock.sleep(FRAME);
            state.frame = Some(Spawned::new(async move {
                frame.await;
                if let Some(engine) = weak.upgrade() {
                    engine.pass();
                }
            }));
        }
    }

    fn pass(&self) {
        if std::mem::replace(&mut self.0.state.borrow_mut().passing, true) {
            // The pass that is going on will come to it.
            return;
        }
        self.0.state.borrow_mut().frame = None;
        loop {
            let mut touched = BTreeSet::new();
            loop {
                let next = self.0.state.borrow_mut().inbox.pop();
                let Some((at, message)) = next else { break };
                self.take_in(message, at, &mut touched);
            }
            if touched.is_empty() {
                break;
            }
            self.publish(touched);
        }
        self.0.state.borrow_mut().passing = false;
        self.set_alarm();
    }

    fn take_in(&self, message: Message, at: Timestamp, touched: &mut BTreeSet<TaskId>) {
        match message {
            Message::Step(id, event) => {
                self.step(&id, touched, |life| life.monitor_step(event, at));
            }
            Message::Begin(id, action) => {
                self.step(&id, touched, |_| vec![Deed::Upload(action)]);
            }
            Message::Sent(id, call, share) => {
                let event = upload::Event::Sent(call, Some(share));
                self.step(&id, touched, |life| life.upload_step(event));
            }
            Message::Uploaded(id, call, answer) => self.uploaded(&id, call, answer, touched),
            Message::Retry(id) => self.step(&id, touched, |life| life.retry(at)),
            Message::Cancel(id) => self.step(&id, touched, |life| life.cancel(at)),
            Message::Clear(id) => {
                let mut state = self.0.state.borrow_mut();
                let ended = state
                    .lives
                    .get(&id)
                    .is_none_or(|life| life.state(at).is_ended());
                if ended {
                    state.schedule.set(&id, None);
                    let life = state.lives.remove(&id);
                    drop(state);
                    drop(life);
                    touched.insert(id);
                }
            }
            Message::Alarm => {
                let due = self.0.state.borrow_mut().schedule.take_due(at);
                for id in due {
                    let tick = |life: &mut Life| life.monitor_step(monitor::Event::Tick, at);
                    self.step(&id, touched, tick);
                }
            }
            Message::Online(online) => {
                self.surround(touched, at, |surroundings| surroundings.online = online);
            }
            Message::Visible(visible) => {
                self.surround(touched, at, |surroundings| surroundings.visible = visible);
            }
            Message::Woken => self.step_all(touched, at, &monitor::Event::Woken),
        }
    }

    fn surround(
        &self,
        touched: &mut BTreeSet<TaskId>,
        at: Timestamp,
        change: impl FnOnce(&mut Surroundings),
    ) {
        let surroundings = {
            let mut state = self.0.state.borrow_mut();
            change(&mut state.surroundings);
            state.surroundings
        };
        self.step_all(touched, at, &monitor::Event::Surroundings(surroundings));
    }

    fn step_all(&self, touched: &mut BTreeSet<TaskId>, at: Timestamp, event: &monitor::Event) {
        let ids: Vec<_> = self.0.state.borrow().lives.keys().cloned().collect();
        for id in ids {
            self.step(&id, touched, |life| life.monitor_step(event.clone(), at));
        }
    }

    /// Steps one task and does what it asks for.
    fn step(
        &self,
        id: &TaskId,
        touched: &mut BTreeSet<TaskId>,
        step: impl FnOnce(&mut Life) -> Vec<Deed>,
    ) {
        let deeds = {
            let mut state = self.0.state.borrow_mut();
            let Some(life) = state.lives.get_mut(id) else {
                return;
            };
            step(life)
        };
        touched.insert(id.clone());
        for deed in deeds {
            match deed {
                Deed::Job(action) => self.act(id, action),
                Deed::Upload(upload::Action::Send(call, key)) => self.send(id, call, key),
                Deed::Upload(upload::Action::Abandon) => self.set_call(id, None),
            }
        }
    }

    fn act(&self, id: &TaskId, action: monitor::Action) {
        match action {
            monitor::Action::Check(call, job) => {
                let answer = self.0.clients.status.status(&job);
                self.call(id, answer, move |id, answer| {
                    Message::Step(id, monitor::Event::Checked(call, answer))
                });
            }
            monitor::Action::Start(call, key) => {
                let Some((kind, attachment)) = self.kind_and_attachment(id) else {
                    return;
                };
                let answer = self.0.clients.storage.start(&kind, &attachment, &key);
                self.call(id, answer, move |id, answer| {
                    Message::Step(id, monitor::Event::Started(call, answer))
                });
            }
            monitor::Action::Abandon => self.set_call(id, None),
            monitor::Action::CancelJob(job) => self.notify(self.0.clients.status.cancel(&job)),
            monitor::Action::FollowUp => self.start_embedding_after(id),
        }
    }

    fn kind_and_attachment(&self, id: &TaskId) -> Option<(JobKind, AttachmentId)> {
        let state = self.0.state.borrow();
        match &state.lives.get(id)?.work {
            Work::Job(monitor) => Some((monitor.kind().clone(), monitor.attachment().clone())),
            Work::Upload(_) => None,
        }
    }

    fn start_embedding_after(&self, id: &TaskId) {
        let title = match self.0.state.borrow().lives.get(id) {
            Some(life) => Rc::clone(&life.title),
            None => return,
        };
        if let Some((_, attachment)) = self.kind_and_attachment(id) {
            let kind = self.0.settings.embedding.clone();
            let key = JobKey::from(&attachment);
            self.start_job(kind, attachment, &title, Some(key), None);
        }
    }

    fn send(&self, id: &TaskId, call: monitor::CallId, idempotency_key: IdempotencyKey) {
        let new = {
            let state = self.0.state.borrow();
            let Some(life) = state.lives.get(id) else {
                return;
            };
            let Work::Upload(sending) = &life.work else {
                return;
            };
            NewAttachment {
                file: sending.file.clone(),
                title: Rc::clone(&life.title),
                idempotency_key,
            }
        };
        let weak = self.downgrade();
        let sender = id.clone();
        let on_progress = Callback::from(move |share| {
            if let Some(engine) = weak.upgrade() {
                engine.post_in_frame(Message::Sent(sender.clone(), call, share));
            }
        });
        let answer = self.0.clients.storage.upload(new, on_progress);
        self.call(id, answer, move |id, answer| {
            Message::Uploaded(id, call, answer)
        });
    }

    fn uploaded(
        &self,
        id: &TaskId,
        call: monitor::CallId,
        answer: Result<Attachment, CallError>,
        touched: &mut BTreeSet<TaskId>,
    ) {
        let verdict = answer.as_ref().map(|_| ()).map_err(Clone::clone);
        let mut stored = None;
        self.step(id, touched, |life| {
            let was_ended = life.state(self.now()).is_ended();
            let deeds = life.upload_step(upload::Event::Answered(call, verdict));
            // Only the answer that ends it counts; one to an attempt given up does not.
            if let (false, Work::Upload(sending), Ok(attachment)) =
                (was_ended, &mut life.work, answer)
                && sending.upload.has_succeeded()
            {
                sending.attachment = Some(attachment.id.clone());
                sending.video |= attachment.is_video();
                let title = match attachment.title.trim() {
                    "" => Rc::clone(&life.title),
                    _ => Rc::clone(&attachment.title),
                };
                stored = sending.video.then_some((attachment.id, title));
            }
            deeds
        });
        if let Some((attachment, title)) = stored {
            let settings = &self.0.settings;
            let (kind, follow_up) = (settings.video.clone(), settings.embedding_start);
            self.start_job(kind, attachment, &title, None, follow_up);
        }
    }

    /// Waits for an answer in the task's name; giving it up is dropping it.
    fn call<T: 'static>(
        &self,
        id: &TaskId,
        answer: crate::client::Call<T>,
        message: impl FnOnce(TaskId, Outcome<T>) -> Message + 'static,
    ) {
        let weak = self.downgrade();
        let caller = id.clone();
        let call = Spawned::new(async move {
            let answer = answer.await;
            if let Some(engine) = weak.upgrade() {
                engine.post_in_frame(message(caller, answer));
            }
        });
        self.set_call(id, Some(call));
    }

    fn set_call(&self, id: &TaskId, call: Option<Spawned>) {
        let before = match self.0.state.borrow_mut().lives.get_mut(id) {
            Some(life) => std::mem::replace(&mut life.call, call),
            None => call,
        };
        // Dropped here, where nothing is borrowed: it may run foreign code.
        drop(before);
    }

    fn notify(&self, answer: crate::client::Call<()>) {
        let number = self.next_number();
        let weak = self.downgrade();
        let notice = Spawned::new(async move {
            // The task is over for the person, whatever the server makes of it.
            let _ = answer.await;
            if let Some(engine) = weak.upgrade() {
                let notice = engine.0.state.borrow_mut().notices.remove(&number);
                drop(notice);
            }
        });
        self.0.state.borrow_mut().notices.insert(number, notice);
    }

    /// Writes the tasks that are different now, in one change of the store.
    fn publish(&self, touched: BTreeSet<TaskId>) {
        let now = self.now();
        let tasks = self.tasks();
        let mut changes = Vec::new();
        {
            let mut state = self.0.state.borrow_mut();
            let State {
                lives, schedule, ..
            } = &mut *state;
            for id in touched {
                let before = tasks.get(&id);
                match lives.get(&id) {
                    Some(life) => {
                        schedule.set(&id, life.next_due(now));
                        let after = life.task(now);
                        if before.as_deref() != Some(&after) {
                            let after = Rc::new(after);
                            changes.push(Change::Put { before, after });
                        }
                    }
                    None => changes.extend(before.map(Change::Removed)),
                }
            }
        }
        drop(tasks);
        if changes.is_empty() {
            return;
        }
        self.0.dispatch.reduce_mut(|tasks| tasks.apply(&changes));
        let observers: Vec<_> = self.0.state.borrow().observers.values().cloned().collect();
        for change in &changes {
            for observer in &observers {
                observer(change);
            }
        }
    }

    /// Has the one timer go off at the nearest due time.
    fn set_alarm(&self) {
        let mut state = self.0.state.borrow_mut();
        let Some(next) = state.schedule.next() else {
            return;
        };
        // One that goes off too early finds nothing due and is set again.
        if state.alarm.as_ref().is_some_and(|(at, _)| *at <= next) {
            return;
        }
        let weak = self.downgrade();
        let clock = &self.0.settings.clock;
        let sleep = clock.sleep(next.since(clock.now()));
        let alarm = Spawned::new(async move {
            sleep.await;
            if let Some(engine) = weak.upgrade() {
                engine.0.state.borrow_mut().alarm = None;
                engine.post(Message::Alarm);
            }
        });
        state.alarm = Some((next, alarm));
    }
}

fn random_seed() -> u64 {
    // Exact: `random` is below 1 and has 53 bits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    seed
}
