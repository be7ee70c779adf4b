//! Keeps tasks across reloads, in the browser's local storage (CONTRACT §7).

pub(crate) mod record;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use gloo_events::EventListener;
use web_sys::Storage;

use self::record::{Record, decode, encode, kept, merged};
use crate::engine::{Engine, Subscription, WeakEngine};
use crate::spawned::Spawned;
use crate::store::Change;
use crate::task::TaskId;
use crate::task_toasts;
use crate::toast::Toaster;

/// The least time between two writes (CONTRACT §7).
const PAUSE: Duration = Duration::from_millis(500);

/// Writes what has changed, until it is ended or dropped.
pub(crate) struct Persistence {
    writer: Rc<Writer>,
    _subscription: Subscription,
    _on_leave: Option<EventListener>,
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
                writer.write_soon();
            }
        });
        let on_leave = web_sys::window().map(|window| {
            let writer = Rc::clone(&writer);
            EventListener::new(&window, "pagehide", move |_| writer.write_on_leaving())
        });
        Self {
            writer,
            _subscription: subscription,
            _on_leave: on_leave,
        }
    }
}

impl Persistence {
    /// Writes for the last time: what is ended after this is not over for the tasks.
    pub(crate) fn end(&self) {
        self.writer.write_on_leaving();
        self.writer.has_ended.set(true);
    }
}

struct Writer {
    key: String,
    engine: WeakEngine,
    toaster: Toaster,
    /// Every task that this page has had: of those it knows best.
    known: RefCell<BTreeSet<TaskId>>,
    pending: RefCell<Option<Spawned>>,
    has_warned: Cell<bool>,
    has_ended: Cell<bool>,
}

impl Writer {
    fn write_soon(self: &Rc<Self>) {
        let Some(engine) = self.engine.upgrade() else {
            return;
        };
        if self.pending.borrow().is_some() {
            return;
        }
        let pause = engine.settings().clock.sleep(PAUSE);
        let writer = Rc::downgrade(self);
        *self.pending.borrow_mut() = Some(Spawned::new(async move {
            pause.await;
            if let Some(writer) = writer.upgrade() {
                writer.write();
            }
        }));
    }

    fn write(&self) {
        if let Some(engine) = self.engine.upgrade() {
            self.write_records(&engine, engine.records());
        }
    }

    /// Also what another tab drives and has not written yet: a page that is
    /// loaded again must not show less than it did.
    fn write_on_leaving(&self) {
        if let Some(engine) = self.engine.upgrade() {
            self.write_records(&engine, engine.all_records());
        }
    }

    fn write_records(&self, engine: &Engine, mut own: Vec<Record>) {
        let pending = self.pending.borrow_mut().take();
        drop(pending);
        if self.has_ended.get() || own.is_empty() && self.known.borrow().is_empty() {
            return;
        }
        for record in &mut own {
            let toast = self.toaster.get(&task_toasts::toast_id(&record.id));
            record.closed = record.is_unfinished() && toast.is_none();
        }
        let saved = read(&self.key).map(|text| decode(&text).records);
        let known = self.known.borrow();
        let all = merged(own, saved.unwrap_or_default(), |id| {
            known.contains(id) && !engine.leaves_to_others(id)
        });
        let text = encode(&kept(all, engine.now()));
        // Full, or forbidden: the page works without it.
        let is_written =
            storage().is_some_and(|storage| storage.set_item(&self.key, &text).is_ok());
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
