//! What a `BackgroundTasks` of JavaScript has until it is destroyed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use background_tasks_core::{Change, TaskId};
use gloo_events::EventListener;
use js_sys::Error;
use litemap::LiteMap;
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::instance::Instance;
use super::{objects, panics, toaster_options};
use crate::background_tasks::{BackgroundTasks, labelled};
use crate::driver::Subscription;
use crate::toast::{ToasterId, ToasterSettings};

/// What happened to a task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Changed,
    /// It was taken off the list.
    Cleared,
}

/// What a toaster's settings begin from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    Now,
    Defaults,
}

/// Tasks, and what is held for the host's sake.
pub(super) struct Live {
    pub(super) tasks: BackgroundTasks,
    subscriptions: RefCell<LiteMap<u32, Subscription>>,
    /// Numbers them.
    subscribed: Cell<u32>,
    /// Listeners to signals that cancel tasks.
    signals: RefCell<LiteMap<TaskId, EventListener>>,
    /// There where the host has set it up, and not a Yew app.
    instance: RefCell<Option<Instance>>,
    has_ended: Cell<bool>,
}

thread_local! {
    /// What the host has set up and not destroyed: its tasks go on, whether or
    /// not it keeps the object.
    static SET_UP: RefCell<Vec<Rc<Live>>> = const { RefCell::new(Vec::new()) };
}

impl Live {
    /// Over tasks of a Yew app.
    pub(super) fn over(tasks: BackgroundTasks) -> Rc<Self> {
        Rc::new(Self {
            tasks,
            subscriptions: RefCell::default(),
            subscribed: Cell::default(),
            signals: RefCell::default(),
            instance: RefCell::default(),
            has_ended: Cell::default(),
        })
    }

    /// Of tasks that the host has set up, shown by `instance`.
    pub(super) fn set_up(tasks: BackgroundTasks, instance: Instance) -> Rc<Self> {
        let live = Self::over(tasks);
        live.instance.replace(Some(instance));
        SET_UP.with_borrow_mut(|all| all.push(Rc::clone(&live)));
        live
    }

    /// Ends all that goes on, and takes off the page what is shown.
    pub(super) fn end(self: &Rc<Self>) {
        if self.has_ended.replace(true) {
            return;
        }
        SET_UP.with_borrow_mut(|all| all.retain(|live| !Rc::ptr_eq(live, self)));
        drop((self.subscriptions.take(), self.signals.take()));
        self.tasks.shut_down();
        // Last: its name in the store is free after that.
        drop(self.instance.take());
    }

    /// # Errors
    ///
    /// An `Error` once they were destroyed, or there was a panic.
    pub(super) fn check(&self) -> Result<(), JsValue> {
        panics::check()?;
        if self.has_ended.get() {
            return Err(Error::new("these BackgroundTasks were destroyed").into());
        }
        Ok(())
    }

    /// Has `tell` called with each task that changes or is cleared, until the
    /// number that is returned is unsubscribed.
    pub(super) fn subscribe(&self, tell: impl Fn(Told, &JsValue) + 'static) -> u32 {
        let messages = Rc::clone(self.tasks.messages());
        let subscription = self.tasks.subscribe(move |change| {
            let (told, task) = match change {
                Change::Put { after, .. } => (Told::Changed, after),
                Change::Removed(before) => (Told::Cleared, before),
            };
            tell(told, &objects::task(task, &messages));
        });
        let number = self.subscribed.get().wrapping_add(1);
        self.subscribed.set(number);
        let before = self.subscriptions.borrow_mut().insert(number, subscription);
        drop(before);
        number
    }

    pub(super) fn unsubscribe(&self, number: u32) {
        let ended = self.subscriptions.borrow_mut().remove(&number);
        drop(ended);
    }

    /// Has the task cancelled once `signal` aborts.
    pub(super) fn cancel_on_abort(self: &Rc<Self>, id: &TaskId, signal: &AbortSignal) {
        let (weak, task) = (Rc::downgrade(self), id.clone());
        let listener = EventListener::once(signal, "abort", move |_| {
            if let Some(live) = weak.upgrade() {
                live.tasks.cancel(&task);
            }
        });
        let mut signals = self.signals.borrow_mut();
        // One that was cleared cannot be cancelled any more.
        signals.retain(|id, _| self.tasks.task(id).is_some());
        signals.insert(id.clone(), listener);
    }

    /// Sets the toaster as `options` say; what they do not name is as
    /// `base` has it.
    pub(super) fn configure(&self, base: Base, options: &JsValue) -> Result<(), JsValue> {
        let toaster = self.tasks.toaster();
        let settings = match base {
            Base::Now => toaster.settings_of(&ToasterId::default()),
            Base::Defaults => labelled(ToasterSettings::default(), self.tasks.messages()),
        };
        let settings = toaster_options::read(settings, options)?;
        toaster.configure(ToasterId::default(), settings);
        Ok(())
    }
}
