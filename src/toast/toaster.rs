//! The toaster: shows toasts from anywhere, and wakes up when one is due.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use yew::prelude::*;
use yewdux::mrc::Mrc;
use yewdux::prelude::*;

use super::stack::{Event, Stack};
use super::{CloseReason, Toast, ToastId, ToastPatch, ToasterSettings};
use crate::clock::Clock;
use crate::spawned::Spawned;
use crate::time::Timestamp;

/// The store of toasts. Only the [`Toaster`] writes it.
#[derive(Clone, Default, PartialEq, Store)]
pub struct Toasts(Mrc<Stack>);

impl Toasts {
    /// What `read` makes of the stacks.
    pub fn read<T>(&self, read: impl FnOnce(&Stack) -> T) -> T {
        read(&self.0.borrow())
    }
}

/// Shows toasts. Cloning gives another handle to the same toasts; calls work
/// from components, from outside of them, and before a view is mounted.
///
/// ```no_run
/// use std::rc::Rc;
/// use yew_background_tasks::BrowserClock;
/// use yew_background_tasks::toast::{Toaster, ToasterSettings};
///
/// let context = yewdux::Context::new();
/// let toaster = Toaster::new(&context, Rc::new(BrowserClock), ToasterSettings::default());
/// let id = toaster.success("Saved");
/// toaster.dismiss(&id);
/// ```
#[derive(Clone)]
pub struct Toaster(Rc<Shared>);

struct Shared {
    dispatch: Dispatch<Toasts>,
    clock: Rc<dyn Clock>,
    /// The one timer, and when it goes off.
    alarm: RefCell<Option<(Timestamp, Spawned)>>,
    named: Cell<u64>,
}

impl PartialEq for Toaster {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Toaster {
    /// A toaster over the store of `context`, in the time of `clock`.
    pub fn new(context: &yewdux::Context, clock: Rc<dyn Clock>, settings: ToasterSettings) -> Self {
        let dispatch = Dispatch::<Toasts>::new(context);
        dispatch.set(Toasts(Mrc::new(Stack::new(settings))));
        Self(Rc::new(Shared {
            dispatch,
            clock,
            alarm: RefCell::default(),
            named: Cell::default(),
        }))
    }

    /// Shows a toast under a name of its own, which is returned.
    pub fn show(&self, toast: Toast) -> ToastId {
        let number = self.0.named.get() + 1;
        self.0.named.set(number);
        let id = ToastId::from(format!("toast-{number}"));
        self.upsert(&id, toast);
        id
    }

    /// Shows a toast called `id`: replaces the whole content of the one there,
    /// in its place, or appears anew.
    pub fn upsert(&self, id: &ToastId, toast: Toast) {
        self.send(Event::Upsert(id.clone(), toast));
    }

    /// Changes text or progress of a toast in place. One that was closed stays closed.
    pub fn patch(&self, id: &ToastId, patch: ToastPatch) {
        self.send(Event::Patch(id.clone(), patch));
    }

    /// Closes a toast.
    pub fn dismiss(&self, id: &ToastId) {
        self.send(Event::Dismiss(id.clone(), CloseReason::Api));
    }

    /// Closes all toasts.
    pub fn dismiss_all(&self) {
        self.send(Event::DismissAll(CloseReason::Api));
    }

    /// Shows a plain toast.
    pub fn message(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::message(title))
    }

    /// Shows a toast for success.
    pub fn success(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::success(title))
    }

    /// Shows a toast for failure.
    pub fn error(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::error(title))
    }

    /// Shows a toast for information.
    pub fn info(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::info(title))
    }

    /// Shows a toast for attention.
    pub fn warning(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::warning(title))
    }

    /// Shows a toast for work that goes on, until it is replaced under its name.
    pub fn loading(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::loading(title, None))
    }

    /// The settings.
    pub fn settings(&self) -> ToasterSettings {
        self.0.dispatch.get().read(|stack| stack.settings().clone())
    }

    /// Closes everything at once and ends the timer.
    pub fn shut_down(&self) {
        let settings = self.settings();
        self.0.dispatch.set(Toasts(Mrc::new(Stack::new(settings))));
        self.0.alarm.borrow_mut().take();
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(super) fn send(&self, event: Event) {
        let now = self.0.clock.now();
        let effects = self
            .0
            .dispatch
            .reduce_mut(|toasts| toasts.0.with_mut(|stack| stack.step(event, now)));
        self.set_alarm(now);
        for (on_close, reason) in effects {
            on_close.emit(reason);
        }
    }

    fn set_alarm(&self, now: Timestamp) {
        let Some(due) = self.0.dispatch.get().read(Stack::next_due) else {
            return;
        };
        let mut alarm = self.0.alarm.borrow_mut();
        // One that goes off too early finds nothing due and is set again.
        if alarm.as_ref().is_some_and(|(at, _)| *at <= due) {
            return;
        }
        let weak: Weak<Shared> = Rc::downgrade(&self.0);
        let sleep = self.0.clock.sleep(due.since(now));
        let wake = Spawned::new(async move {
            sleep.await;
            if let Some(shared) = weak.upgrade() {
                shared.alarm.borrow_mut().take();
                Self(shared).send(Event::Tick);
            }
        });
        *alarm = Some((due, wake));
    }
}

/// The toaster of the [`BackgroundTasksProvider`](crate::BackgroundTasksProvider) above.
///
/// # Panics
///
/// Where no provider is above: that is a mistake in the app's own code, found
/// the first time that the component is rendered.
#[hook]
pub fn use_toaster() -> Toaster {
    #[allow(clippy::expect_used, reason = "only the app's own code can cause it")]
    use_context().expect("use_toaster needs a BackgroundTasksProvider above it")
}
