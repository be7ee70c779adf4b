//! The state of a `BackgroundTasks` object of JavaScript until it is destroyed.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use background_tasks_core::{Change, Task, TaskId};
use futures_util::future::LocalBoxFuture;
use gloo_events::EventListener;
use js_sys::{Error, Function};
use litemap::LiteMap;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::AbortSignal;

use super::instance::{self, Instance};
use super::methods::Method;
use super::task_objects::TaskObjects;
use super::{arguments, page, toaster_options};
use crate::abort_on_drop::AbortOnDrop;
use crate::background_tasks::BackgroundTasks;
use crate::client::abort::AbortGuard;
use crate::driver::Subscription;
use crate::settings::labelled;
use crate::toast::{ToasterId, ToasterSettings};

/// What happened to a task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Happened {
    Changed,
    /// It was removed from the list.
    Removed,
}

/// What the settings of a toaster start from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    Current,
    Defaults,
}

/// Tasks, and what is kept for the host page.
pub(super) struct Live {
    /// `None` after `destroy()`: the host page may keep the object for long.
    tasks: RefCell<Option<BackgroundTasks>>,
    objects: Rc<TaskObjects>,
    subscriptions: RefCell<LiteMap<u32, Subscription>>,
    /// Keeps `objects` from growing.
    forgets_removed: RefCell<Option<Subscription>>,
    /// Rejects the promises of `finished()` when it is dropped.
    waits: RefCell<Option<AbortGuard>>,
    /// What the host page waits for.
    calls: RefCell<LiteMap<u32, AbortOnDrop>>,
    /// The number of the last subscription or call.
    last_number: Cell<u32>,
    /// Listeners to signals that cancel tasks.
    signals: RefCell<LiteMap<TaskId, EventListener>>,
    /// `None` if the tasks are those of a Yew app, which shows them itself.
    instance: RefCell<Option<Instance>>,
    /// The methods that work without `this`. They are the same functions at each access, as
    /// React subscribes again if it is given another function.
    list: OnceCell<JsValue>,
    subscribe: OnceCell<JsValue>,
}

thread_local! {
    /// What the host page has set up and not destroyed: its tasks continue even if the page
    /// does not keep the object.
    static SET_UP: RefCell<Vec<Rc<Live>>> = const { RefCell::new(Vec::new()) };
}

impl Live {
    /// Over the tasks of a Yew app.
    pub(super) fn over(tasks: BackgroundTasks) -> Rc<Self> {
        let objects = Rc::new(TaskObjects::default());
        let forgets_removed = tasks.subscribe({
            let objects = Rc::clone(&objects);
            move |change| {
                if let Change::Removed(task) = change {
                    objects.remove(&task.id);
                }
            }
        });
        Rc::new(Self {
            tasks: RefCell::new(Some(tasks)),
            objects,
            subscriptions: RefCell::default(),
            forgets_removed: RefCell::new(Some(forgets_removed)),
            waits: RefCell::new(Some(AbortGuard::new())),
            calls: RefCell::default(),
            last_number: Cell::default(),
            signals: RefCell::default(),
            instance: RefCell::default(),
            list: OnceCell::default(),
            subscribe: OnceCell::default(),
        })
    }

    /// Over tasks that the host page has set up, shown by `instance`.
    pub(super) fn set_up(
        tasks: BackgroundTasks,
        instance: Instance,
        errors: Option<Subscription>,
    ) -> Rc<Self> {
        let live = Self::over(tasks);
        if let Some(errors) = errors {
            live.keep(errors);
        }
        live.instance.replace(Some(instance));
        SET_UP.with_borrow_mut(|all| all.push(Rc::clone(&live)));
        live
    }

    /// Stops everything and removes all elements from the page.
    pub(super) fn end(self: &Rc<Self>) {
        let Some(tasks) = self.tasks.take() else {
            return;
        };
        SET_UP.with_borrow_mut(|all| all.retain(|live| !Rc::ptr_eq(live, self)));
        drop((self.subscriptions.take(), self.signals.take()));
        drop((self.forgets_removed.take(), self.waits.take()));
        drop(self.calls.take());
        tasks.shut_down();
        drop(self.instance.take());
        self.objects.clear();
    }

    /// The page has removed the element of the tasks, or has inserted it again. While it is
    /// not on the page, another one may take the default name of its store.
    pub(super) fn connected(&self, is_connected: bool) {
        if let Some(tasks) = &*self.tasks.borrow() {
            tasks.driver().keep_name(is_connected);
        }
        // Not borrowed meanwhile: the browser calls listeners of the page.
        let toasts = self.instance.borrow().as_ref().and_then(Instance::toasts);
        if is_connected {
            instance::show_popover(toasts.as_ref());
        }
    }

    /// The tasks.
    ///
    /// # Errors
    ///
    /// An `Error` after `destroy()`, a panic or a trap.
    pub(super) fn tasks(&self) -> Result<BackgroundTasks, JsValue> {
        page::assert_running()?;
        self.tasks.borrow().clone().ok_or_else(destroyed)
    }

    /// A task as a frozen object.
    ///
    /// # Errors
    ///
    /// See [`tasks`](Self::tasks).
    pub(super) fn object_of(&self, task: &Rc<Task>) -> Result<JsValue, JsValue> {
        Ok(self.objects.of(task, &self.tasks()?))
    }

    /// A signal that is aborted by `destroy()`.
    pub(super) fn waits(&self) -> Option<AbortSignal> {
        self.waits.borrow().as_ref()?.signal()
    }

    /// A function that returns all tasks.
    pub(super) fn list_function(self: &Rc<Self>) -> JsValue {
        let create = || {
            let weak = Rc::downgrade(self);
            let list = Closure::<Method>::new(move |_, _| {
                let live = weak.upgrade().ok_or_else(destroyed)?;
                Ok(live.objects.list(&live.tasks()?))
            });
            // Freed by the garbage collector together with the function.
            list.into_js_value()
        };
        self.list.get_or_init(create).clone()
    }

    /// A function that calls `subscribe` with its arguments.
    pub(super) fn subscribe_function(
        self: &Rc<Self>,
        subscribe: fn(&Rc<Self>, &JsValue, &JsValue) -> Result<JsValue, JsValue>,
    ) -> JsValue {
        let create = || {
            let weak = Rc::downgrade(self);
            let subscribe = move |listener: JsValue, on_clear: JsValue| {
                let live = weak.upgrade().ok_or_else(destroyed)?;
                subscribe(&live, &listener, &on_clear)
            };
            // Freed by the garbage collector together with the function.
            Closure::<Method>::new(subscribe).into_js_value()
        };
        self.subscribe.get_or_init(create).clone()
    }

    /// Calls `listener` with each task that changes or is removed, until the returned number
    /// is passed to [`unsubscribe`](Self::unsubscribe).
    ///
    /// # Errors
    ///
    /// See [`tasks`](Self::tasks).
    pub(super) fn subscribe(
        self: &Rc<Self>,
        listener: impl Fn(Happened, &JsValue) + 'static,
    ) -> Result<u32, JsValue> {
        let weak = Rc::downgrade(self);
        let subscription = self.tasks()?.subscribe(move |change| {
            let Some(live) = weak.upgrade() else { return };
            let (happened, task) = match change {
                Change::Put { after, .. } => (Happened::Changed, after),
                Change::Removed(before) => (Happened::Removed, before),
            };
            if let Ok(object) = live.object_of(task) {
                listener(happened, &object);
            }
        });
        Ok(self.keep(subscription))
    }

    /// Keeps a subscription until the returned number is passed to
    /// [`unsubscribe`](Self::unsubscribe).
    pub(super) fn keep(&self, subscription: Subscription) -> u32 {
        let number = self.new_number();
        let before = self.subscriptions.borrow_mut().insert(number, subscription);
        drop(before);
        number
    }

    fn new_number(&self) -> u32 {
        let number = self.last_number.get().wrapping_add(1);
        self.last_number.set(number);
        number
    }

    /// A promise for the result of `call`, which `destroy()` drops and rejects.
    pub(super) fn promise(
        self: &Rc<Self>,
        call: LocalBoxFuture<'static, Result<JsValue, JsValue>>,
    ) -> JsValue {
        let parts = page::pending();
        let settle = Settle(parts.get(1).unchecked_into());
        let (weak, number) = (Rc::downgrade(self), self.new_number());
        let call = AbortOnDrop::new(async move {
            let (is_fulfilled, value) = match call.await {
                Ok(value) => (true, value),
                Err(error) => (false, error),
            };
            // Resolving does not throw, here and below.
            let _ = settle
                .0
                .call2(&JsValue::UNDEFINED, &is_fulfilled.into(), &value);
            if let Some(live) = weak.upgrade() {
                let ended = live.calls.borrow_mut().remove(&number);
                drop(ended);
            }
        });
        let before = self.calls.borrow_mut().insert(number, call);
        drop(before);
        parts.get(0)
    }

    pub(super) fn unsubscribe(&self, number: u32) {
        let ended = self.subscriptions.borrow_mut().remove(&number);
        drop(ended);
    }

    /// Cancels the task when `signal` is aborted.
    pub(super) fn cancel_on_abort(self: &Rc<Self>, id: &TaskId, signal: &AbortSignal) {
        // Starting the task may have called a listener that has destroyed the tasks.
        let Ok(tasks) = self.tasks() else { return };
        let (weak, task) = (Rc::downgrade(self), id.clone());
        let listener = EventListener::once(signal, "abort", move |_| {
            let live = weak.upgrade();
            if let Some(Ok(tasks)) = live.map(|live| live.tasks()) {
                tasks.cancel(&task);
            }
        });
        let mut signals = self.signals.borrow_mut();
        // A task that was removed can no longer be cancelled.
        signals.retain(|id, _| tasks.task(id).is_some());
        signals.insert(id.clone(), listener);
    }

    /// Applies `options` to the default toaster; other settings are those of `base`.
    pub(super) fn configure(&self, base: Base, options: &JsValue) -> Result<(), JsValue> {
        let tasks = self.tasks()?;
        let toaster = tasks.toaster();
        let mut settings = match base {
            Base::Current => toaster.settings_of(&ToasterId::default()),
            Base::Defaults => labelled(ToasterSettings::default(), tasks.messages()),
        };
        arguments::read(options, |fields| {
            toaster_options::read(&mut settings, fields);
        })?;
        toaster.configure(ToasterId::default(), settings);
        Ok(())
    }
}

/// Settles a promise; when it is dropped, as if it was destroyed, unless it has been settled.
struct Settle(Function);

impl Drop for Settle {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

fn destroyed() -> JsValue {
    Error::new("this BackgroundTasks instance was destroyed").into()
}
