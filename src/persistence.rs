//! Keeps tasks across reloads, in the browser's local storage (CONTRACT §7).

pub(crate) mod record;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::{PageTransitionEvent, Storage};

use self::record::{Record, decode, encode, kept, merged};
use crate::engine::{Engine, Subscription, WeakEngine};
use crate::sorted::SortedSet;
use crate::spawned::Spawned;
use crate::store::Change;
use crate::task::TaskId;
use crate::task_event::TaskEvent;
use crate::task_toasts;
use crate::time::Timestamp;
use crate::toast::Toaster;

/// The least time between two writes (CONTRACT §7), and the longest in which a turn
/// in a task's life is written.
const PAUSE: Duration = Duration::from_millis(500);

/// The same for what changes all the time, a percent above all. It is written when
/// the page is left in any case, so only a crash makes it two seconds older.
const LONG_PAUSE: Duration = Duration::from_secs(2);

/// Writes what has changed, until it is ended or dropped.
pub(crate) struct Persistence {
    writer: Rc<Writer>,
    _subscription: Subscription,
    _listeners: Vec<EventListener>,
}

/// What was saved under `key`, as far as it can be read and is worth keeping.
pub(crate) fn load(key: &str, engine: &Engine) -> Vec<Record> {
    let Some(text) = read(key) else {
        return Vec::new();
    };
    let decoded = decode(&text);
    if let Some(fault) = decoded.fault {
        warn(&fault);
    }
    kept(decoded.records, engine.now())
}

impl Persistence {
    /// Saves the tasks of `engine` under `key`; `saved` is what was loaded from there.
    pub(crate) fn new(key: &str, engine: &Engine, toaster: &Toaster, saved: &[Record]) -> Self {
        let writer = Rc::new(Writer {
            key: key.to_owned(),
            engine: engine.downgrade(),
            toaster: toaster.clone(),
            known: RefCell::new(saved.iter().map(|record| record.id.clone()).collect()),
            last: RefCell::default(),
            pending: RefCell::default(),
            has_warned: Cell::default(),
            has_ended: Cell::default(),
        });
        let subscription = engine.observe({
            let writer = Rc::clone(&writer);
            move |change| {
                if let Change::Put { after, .. } = change {
                    writer.known.borrow_mut().insert(after.id.clone());
                }
                let is_turn = TaskEvent::of(change).is_some();
                writer.write_within(if is_turn { PAUSE } else { LONG_PAUSE });
            }
        });
        let listeners = web_sys::window().map(|window| {
            let writer_on_leave = Rc::clone(&writer);
            let writer_on_return = Rc::clone(&writer);
            [
                EventListener::new(&window, "pagehide", move |_| writer_on_leave.write_last()),
                EventListener::new(&window, "pageshow", move |event| {
                    let transition = event.dyn_ref::<PageTransitionEvent>();
                    if transition.is_some_and(PageTransitionEvent::persisted) {
                        writer_on_return.catch_up();
                    }
                }),
            ]
        });
        Self {
            writer,
            _subscription: subscription,
            _listeners: listeners.into_iter().flatten().collect(),
        }
    }
}

impl Persistence {
    /// Writes for the last time: what is ended after this is not over for the tasks.
    pub(crate) fn end(&self) {
        self.writer.write_last();
        self.writer.has_ended.set(true);
    }
}

/// What becomes of a text that stands there already. Most of what a tab hears of
/// others is written by them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repetition {
    LeftOut,
    Written,
}

struct Writer {
    key: String,
    engine: WeakEngine,
    toaster: Toaster,
    /// The tasks that this page has, or has had and may meet in what is saved: of
    /// those it knows best.
    known: RefCell<SortedSet<TaskId>>,
    /// What this page wrote last, so that it need not be parsed where it still
    /// stands there: with a thousand tasks that was a quarter of what a write cost.
    last: RefCell<Option<Written>>,
    /// The write that is to come, and when.
    pending: RefCell<Option<(Timestamp, Spawned)>>,
    has_warned: Cell<bool>,
    has_ended: Cell<bool>,
}

struct Written {
    text: String,
    records: Vec<Record>,
}

impl Writer {
    fn write_within(self: &Rc<Self>, time: Duration) {
        let Some(engine) = self.engine.upgrade() else {
            return;
        };
        let due = engine.now() + time;
        let pending = self.pending.borrow().as_ref().map(|(at, _)| *at);
        if pending.is_some_and(|at| at <= due) {
            return;
        }
        let pause = engine.settings().clock.sleep(time);
        let writer = Rc::downgrade(self);
        let write = Spawned::new(async move {
            pause.await;
            if let Some(writer) = writer.upgrade() {
                writer.write(Repetition::LeftOut, Engine::records);
            }
        });
        *self.pending.borrow_mut() = Some((due, write));
    }

    /// The page comes back from the back/forward cache: what other pages made of
    /// the tasks meanwhile is not news, and what they started is here, too.
    fn catch_up(&self) {
        if let (Some(engine), Some(text)) = (self.engine.upgrade(), read(&self.key)) {
            let records = kept(decode(&text).records, engine.now());
            let mut known = self.known.borrow_mut();
            for record in &records {
                known.insert(record.id.clone());
            }
            drop(known);
            engine.catch_up(records);
        }
    }

    /// Also what another tab drives and has not written yet: a page that is
    /// loaded again must not show less than it did.
    fn write_last(&self) {
        self.write(Repetition::Written, Engine::all_records);
    }

    fn write(&self, repetition: Repetition, records: fn(&Engine) -> Vec<Record>) {
        let pending = self.pending.borrow_mut().take();
        drop(pending);
        let Some(engine) = self.engine.upgrade().filter(|_| !self.has_ended.get()) else {
            return;
        };
        let own = records(&engine);
        if own.is_empty() && self.known.borrow().is_empty() {
            return;
        }
        let saved_text = read(&self.key);
        let last = self.last.borrow_mut().take();
        let saved = match (&saved_text, last) {
            (Some(text), Some(last)) if *text == last.text => last.records,
            (Some(text), _) => decode(text).records,
            (None, _) => Vec::new(),
        };
        let were_saved: SortedSet<_> = saved.iter().map(|record| record.id.clone()).collect();
        let closed = saved.iter().filter(|record| record.closed);
        let closed: HashSet<_> = closed.map(|it| (it.id.clone(), it.rank())).collect();
        let mut all = merged(own, saved, |id| {
            self.known.borrow().contains(id) && !engine.leaves_to_others(id)
        });
        let tasks = engine.tasks();
        let is_here = |id: &TaskId| tasks.get(id).is_some();
        // What neither is here nor was saved before this write will not be met again.
        let mut known = self.known.borrow_mut();
        known.retain(|id| is_here(id) || were_saved.contains(id));
        drop(known);
        for record in &mut all {
            // Closed in one tab, it is closed; a tab that has it knows whether it is.
            let toast = self.toaster.get(&task_toasts::toast_id(&record.id));
            let is_closed = (is_here(&record.id) && toast.is_none())
                || closed.contains(&(record.id.clone(), record.rank()));
            record.closed = record.is_unfinished() && is_closed;
        }
        let records = kept(all, engine.now());
        let text = encode(&records);
        let stands_there = saved_text.as_deref() == Some(&text);
        // Full, or forbidden: the page works without it.
        let is_written = (stands_there && repetition == Repetition::LeftOut)
            || storage().is_some_and(|storage| storage.set_item(&self.key, &text).is_ok());
        *self.last.borrow_mut() = Some(Written { text, records });
        if !is_written && !self.has_warned.replace(true) {
            warn("tasks cannot be saved in this browser, and will not survive a reload");
        }
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn warn(text: &str) {
    web_sys::console::warn_1(&format!("yew-background-tasks: {text}").into());
}
