//! What a `BackgroundTasks` of JavaScript has until it is destroyed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Function;
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, Element};

use super::instance::Instance;
use super::{element, objects, toaster_options};
use crate::background_tasks::{BackgroundTasks, labelled};
use crate::engine::Subscription;
use crate::store::Change;
use crate::task::{Task, TaskId};
use crate::toast::{ToasterId, ToasterSettings};

/// Tasks, and what is held for the host's sake.
pub(super) struct Live {
    pub(super) tasks: BackgroundTasks,
    subscriptions: RefCell<BTreeMap<u32, Subscription>>,
    /// Listeners to signals that cancel tasks.
    signals: RefCell<BTreeMap<TaskId, EventListener>>,
    /// There where the host has set it up, and not a Yew app.
    instance: RefCell<Option<Instance>>,
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
            signals: RefCell::default(),
            instance: RefCell::default(),
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
        SET_UP.with_borrow_mut(|all| all.retain(|live| !Rc::ptr_eq(live, self)));
        let ended = (
            self.subscriptions.take(),
            self.signals.take(),
            self.instance.take(),
        );
        drop(ended);
        self.tasks.shut_down();
    }

    /// Has `listener` called with each task that changes, until the number that
    /// is returned is unsubscribed.
    pub(super) fn subscribe(&self, listener: Function) -> u32 {
        self.keep(move |task| objects::call(&listener, task))
    }

    /// Fires an event at `element` for each task that changes.
    pub(super) fn tell(&self, element: &Element) {
        let element = element.clone();
        self.keep(move |task| element::fire(&element, task));
    }

    fn keep(&self, tell: impl Fn(&JsValue) + 'static) -> u32 {
        let messages = Rc::clone(self.tasks.messages());
        let subscription = self.tasks.subscribe(move |change| {
            if let Change::Put { after, .. } = change {
                tell(&objects::task(after, &messages));
            }
        });
        let mut subscriptions = self.subscriptions.borrow_mut();
        let last = subscriptions.last_key_value();
        let number = last.map_or(0, |(last, _)| last + 1);
        subscriptions.insert(number, subscription);
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

    /// Sets the toaster as `options` say, and by default where they say nothing.
    pub(super) fn configure(&self, options: &JsValue) -> Result<(), JsValue> {
        let defaults = labelled(ToasterSettings::default(), self.tasks.messages());
        let settings = toaster_options::read(defaults, options)?;
        self.tasks
            .toaster()
            .configure(ToasterId::default(), settings);
        Ok(())
    }

    /// The task as it ended; none where it goes on.
    pub(super) fn ended(&self, id: &TaskId) -> Option<Rc<Task>> {
        self.tasks.task(id).filter(|task| task.state.is_ended())
    }
}
