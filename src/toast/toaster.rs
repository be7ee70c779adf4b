//! The toaster: shows toasts from anywhere, and wakes up when one is due.

mod promise;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use background_tasks_core::Timestamp;
use litemap::LiteMap;
use yew::prelude::*;
use yewdux::mrc::Mrc;
use yewdux::prelude::*;

use super::stack::{ClosedToast, Effects, StackEvent, Stacks};
use super::{CloseReason, Entry, Toast, ToastId, ToastPatch, ToasterId, ToasterSettings};
use crate::abort_on_drop::AbortOnDrop;
use crate::clock::{BrowserClock, Clock};

/// The store of toasts. Only the [`Toaster`] writes it.
#[derive(Clone, Default, PartialEq, Store)]
pub(crate) struct Toasts(Mrc<Stacks>);

impl Toasts {
    /// The theme of the default toaster.
    #[cfg(feature = "embed")]
    pub(crate) fn theme(&self) -> super::Theme {
        self.read(|stacks| stacks.settings(&ToasterId::default()).theme)
    }

    pub(super) fn read<T>(&self, read: impl FnOnce(&Stacks) -> T) -> T {
        read(&self.0.borrow())
    }
}

/// Shows toasts. A clone is another handle to the same toasts. Its methods can be called
/// from components and from outside, also before a view is mounted.
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
pub struct Toaster(Rc<Inner>);

struct Inner {
    dispatch: Dispatch<Toasts>,
    clock: Rc<dyn Clock>,
    /// The only timer, and its deadline.
    timer: RefCell<Option<(Timestamp, AbortOnDrop)>>,
    last_number: Cell<u64>,
    /// Futures of promise toasts, by the number of their start.
    promises: RefCell<LiteMap<u64, AbortOnDrop>>,
}

impl PartialEq for Toaster {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Toaster {
    /// A toaster over the store of `context`, with the time of `clock`.
    pub fn new(context: &yewdux::Context, clock: Rc<dyn Clock>, settings: ToasterSettings) -> Self {
        let toaster = Self(Rc::new(Inner {
            dispatch: Dispatch::new(context),
            clock,
            timer: RefCell::default(),
            last_number: Cell::default(),
            promises: RefCell::default(),
        }));
        toaster.reset(settings);
        toaster
    }

    /// The toaster of the page: each call returns the same one, over a store of its own.
    /// A [`ToasterProvider`](super::ToasterProvider) shows it. Use it where no handle can
    /// be passed.
    ///
    /// ```no_run
    /// use yew_background_tasks::toast::Toaster;
    ///
    /// Toaster::page().success("Saved");
    /// ```
    pub fn page() -> Self {
        thread_local! {
            static PAGE: Toaster = Toaster::new(
                &yewdux::Context::new(),
                Rc::new(BrowserClock),
                ToasterSettings::default(),
            );
        }
        PAGE.with(Self::clone)
    }

    /// Shows a toast with a new id, and returns the id.
    pub fn show(&self, toast: Toast) -> ToastId {
        let id = self.new_id();
        self.upsert(&id, toast);
        id
    }

    /// An id that no toast has yet.
    pub fn new_id(&self) -> ToastId {
        ToastId::from(format!("toast-{}", self.next_number()))
    }

    fn next_number(&self) -> u64 {
        let number = self.0.last_number.get() + 1;
        self.0.last_number.set(number);
        number
    }

    /// Shows a toast with this id. If there is one, its whole content is replaced and it
    /// keeps its place.
    ///
    /// ```no_run
    /// use yew_background_tasks::toast::{Toast, Toaster};
    ///
    /// let toaster = Toaster::page();
    /// let id = toaster.loading("Saving");
    /// toaster.upsert(&id, Toast::success("Saved"));
    /// ```
    pub fn upsert(&self, id: &ToastId, toast: Toast) {
        self.send(StackEvent::Upsert(id.clone(), Box::new(toast)));
    }

    /// Changes the text or the progress of a toast in place. A toast that was closed
    /// stays closed.
    ///
    /// ```no_run
    /// use yew_background_tasks::Percent;
    /// use yew_background_tasks::toast::{Toast, ToastPatch, Toaster};
    ///
    /// let toaster = Toaster::page();
    /// let id = toaster.show(Toast::loading("Exporting", Some(Percent::ZERO)));
    /// toaster.patch(&id, ToastPatch::new().with_progress(Some(Percent::new(40))));
    /// ```
    pub fn patch(&self, id: &ToastId, patch: ToastPatch) {
        self.send(StackEvent::Patch(id.clone(), patch));
    }

    /// Closes a toast.
    pub fn dismiss(&self, id: &ToastId) {
        self.send(StackEvent::Dismiss(id.clone(), CloseReason::Api));
    }

    /// Closes all toasts.
    pub fn dismiss_all(&self) {
        self.send(StackEvent::DismissAll(CloseReason::Api));
    }

    /// Shows a plain toast.
    pub fn message(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::message(title))
    }

    /// Shows a success toast.
    pub fn success(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::success(title))
    }

    /// Shows an error toast.
    pub fn error(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::error(title))
    }

    /// Shows an information toast.
    pub fn info(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::info(title))
    }

    /// Shows a warning toast.
    pub fn warning(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::warning(title))
    }

    /// Shows a toast for work in progress, which remains until it is replaced or closed.
    pub fn loading(&self, title: impl Into<AttrValue>) -> ToastId {
        self.show(Toast::loading(title, None))
    }

    /// The toast with this id, unless it is exiting.
    pub fn get(&self, id: &ToastId) -> Option<Rc<Entry>> {
        self.read(|stacks| stacks.get(id).cloned())
    }

    /// All toasts that are not exiting, newest first.
    pub fn toasts(&self) -> Vec<Rc<Entry>> {
        self.read(|stacks| stacks.toasts().cloned().collect())
    }

    /// The last 100 closed toasts, most recent first.
    pub fn closed(&self) -> Vec<ClosedToast> {
        self.read(|stacks| stacks.closed().cloned().collect())
    }

    /// The settings of the default toaster.
    pub fn settings(&self) -> ToasterSettings {
        self.settings_of(&ToasterId::default())
    }

    /// The settings of a toaster: its own, or those of the default toaster.
    pub fn settings_of(&self, toaster: &ToasterId) -> ToasterSettings {
        self.read(|stacks| stacks.settings(toaster).clone())
    }

    /// Replaces the settings of a toaster; `""` is the id of the default one. Toasts
    /// without a position of their own move.
    ///
    /// ```no_run
    /// use yew_background_tasks::toast::{Position, Toaster};
    ///
    /// let toaster = Toaster::page();
    /// toaster.configure("", toaster.settings().with_position(Position::TopCenter));
    /// ```
    pub fn configure(&self, toaster: impl Into<ToasterId>, settings: ToasterSettings) {
        self.send(StackEvent::Configure(toaster.into(), Box::new(settings)));
    }

    /// Removes all toasts without an animation, stops the timer, and drops the futures of
    /// promise toasts.
    pub fn shut_down(&self) {
        self.reset(self.settings());
        drop(self.0.timer.take());
        drop(self.0.promises.take());
    }

    pub(crate) fn context(&self) -> yewdux::Context {
        self.0.dispatch.context().clone()
    }

    /// Replaces everything in the store.
    fn reset(&self, settings: ToasterSettings) {
        // Dropped last: toasts contain values of the app, whose destructors may call the
        // toaster, and Yewdux would drop the toasts while it borrows its store.
        let before = self.0.dispatch.get();
        self.0.dispatch.set(Toasts(Mrc::new(Stacks::new(settings))));
        drop(before);
    }

    fn read<T>(&self, read: impl FnOnce(&Stacks) -> T) -> T {
        self.0.dispatch.get().read(read)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Applies an event. The clock and callbacks are called, and values of the app
    /// dropped, only while nothing is borrowed: they may call the toaster.
    pub(super) fn send(&self, event: StackEvent) {
        let now = self.0.clock.now();
        let Effects {
            callbacks,
            discarded,
        } = self
            .0
            .dispatch
            .reduce_mut(|toasts| toasts.0.with_mut(|stacks| stacks.handle(event, now)));
        self.schedule_tick(now);
        for (on_close, reason) in callbacks {
            on_close.emit(reason);
        }
        drop(discarded);
    }

    fn schedule_tick(&self, now: Timestamp) {
        let Some(due) = self.read(Stacks::next_due) else {
            return;
        };
        if self.wakes_by(due) {
            return;
        }
        let weak: Weak<Inner> = Rc::downgrade(&self.0);
        let sleep = self.0.clock.sleep(due.since(now));
        let tick = AbortOnDrop::new(async move {
            sleep.await;
            if let Some(inner) = weak.upgrade() {
                drop(inner.timer.take());
                Self(inner).send(StackEvent::Tick);
            }
        });
        // The clock may have called the toaster.
        if !self.wakes_by(due) {
            drop(self.0.timer.replace(Some((due, tick))));
        }
    }

    /// Whether the timer fires at `due` or earlier. If it fires too early, it finds
    /// nothing due and is set again.
    fn wakes_by(&self, due: Timestamp) -> bool {
        let timer = self.0.timer.borrow();
        timer.as_ref().is_some_and(|(deadline, _)| *deadline <= due)
    }
}
