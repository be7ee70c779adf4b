//! The toaster: shows toasts from anywhere, and wakes up when one is due.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use background_tasks_core::Timestamp;
use litemap::LiteMap;
use yew::prelude::*;
use yewdux::mrc::Mrc;
use yewdux::prelude::*;

use super::stack::{Closed, Event, Stack};
use super::{CloseReason, Entry, Toast, ToastId, ToastPatch, ToasterId, ToasterSettings};
use crate::abort_on_drop::AbortOnDrop;
use crate::clock::{BrowserClock, Clock};

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
    alarm: RefCell<Option<(Timestamp, AbortOnDrop)>>,
    named: Cell<u64>,
    /// Work that a toast waits for, by the number of its start.
    promises: RefCell<LiteMap<u64, AbortOnDrop>>,
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
            promises: RefCell::default(),
        }))
    }

    /// The toaster of this page: the same at every call, over a store of its
    /// own. A [`ToasterProvider`](super::ToasterProvider) shows it. It is there
    /// for code that no handle can be given to.
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

    /// Shows a toast under a name of its own, which is returned.
    pub fn show(&self, toast: Toast) -> ToastId {
        let id = self.new_id();
        self.upsert(&id, toast);
        id
    }

    /// A name that no toast has yet.
    pub fn new_id(&self) -> ToastId {
        ToastId::from(format!("toast-{}", self.next_number()))
    }

    fn next_number(&self) -> u64 {
        let number = self.0.named.get() + 1;
        self.0.named.set(number);
        number
    }

    /// Shows a toast called `id`: replaces the whole content of the one there,
    /// in its place, or appears anew.
    pub fn upsert(&self, id: &ToastId, toast: Toast) {
        self.send(Event::Upsert(id.clone(), Box::new(toast)));
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

    /// Shows `loading` while `work` goes on, and then in its place what `settled`
    /// makes of the outcome; none closes it.
    ///
    /// A toast that was closed meanwhile, or shown anew under its name, is left
    /// as it is. The work goes on all the same, until the toaster is
    /// [shut down](Self::shut_down).
    ///
    /// ```no_run
    /// # use yew_background_tasks::toast::{Toast, Toaster};
    /// # async fn save() -> Result<u32, String> { Ok(3) }
    /// Toaster::page().promise(Toast::loading("Saving", None), save(), |saved| match saved {
    ///     Ok(count) => Toast::success(format!("{count} files saved")),
    ///     Err(reason) => Toast::error("Not saved").with_description(reason),
    /// });
    /// ```
    pub fn promise<T, S: Into<Option<Toast>>>(
        &self,
        loading: impl Into<Option<Toast>>,
        work: impl Future<Output = T> + 'static,
        settled: impl FnOnce(T) -> S + 'static,
    ) -> ToastId {
        let id = self.new_id();
        self.promise_as(&id, loading, work, settled);
        id
    }

    /// The same for a toast called `id`.
    pub fn promise_as<T, S: Into<Option<Toast>>>(
        &self,
        id: &ToastId,
        loading: impl Into<Option<Toast>>,
        work: impl Future<Output = T> + 'static,
        settled: impl FnOnce(T) -> S + 'static,
    ) {
        if let Some(loading) = loading.into() {
            self.upsert(id, loading);
        }
        let number = self.next_number();
        let shown = self.read(|stack| stack.version(id));
        let (id, shared) = (id.clone(), Rc::downgrade(&self.0));
        let run = AbortOnDrop::new(async move {
            let outcome = work.await;
            if let Some(toaster) = shared.upgrade().map(Self) {
                let toast = settled(outcome).into();
                toaster.0.promises.borrow_mut().remove(&number);
                toaster.replace(&id, shown, toast);
            }
        });
        self.0.promises.borrow_mut().insert(number, run);
    }

    /// Replaces what was shown as `version`; nothing that has come or gone since.
    fn replace(&self, id: &ToastId, version: Option<u64>, toast: Option<Toast>) {
        if self.read(|stack| stack.version(id)) != version {
            return;
        }
        match toast {
            Some(toast) => self.upsert(id, toast),
            None => self.dismiss(id),
        }
    }

    /// The toast called `id`, unless it is on its way out.
    pub fn get(&self, id: &ToastId) -> Option<Rc<Entry>> {
        self.read(|stack| stack.get(id).cloned())
    }

    /// All toasts that are not on their way out, newest first.
    pub fn toasts(&self) -> Vec<Rc<Entry>> {
        self.read(|stack| stack.toasts().cloned().collect())
    }

    /// The last toasts that were closed, latest first, at most 100.
    pub fn closed(&self) -> Vec<Closed> {
        self.read(|stack| stack.closed().cloned().collect())
    }

    /// The settings of the default toaster.
    pub fn settings(&self) -> ToasterSettings {
        self.settings_of(&ToasterId::default())
    }

    /// The settings of a toaster: its own, or those of the default one.
    pub fn settings_of(&self, toaster: &ToasterId) -> ToasterSettings {
        self.read(|stack| stack.settings(toaster).clone())
    }

    /// Sets the toaster called `toaster` anew: `""` is the default one. Toasts
    /// that name no place move where it has them now.
    pub fn configure(&self, toaster: impl Into<ToasterId>, settings: ToasterSettings) {
        self.send(Event::Configure(toaster.into(), Box::new(settings)));
    }

    /// Closes everything at once, ends the timer, and drops the work of promises.
    pub fn shut_down(&self) {
        let settings = self.settings();
        self.0.dispatch.set(Toasts(Mrc::new(Stack::new(settings))));
        self.0.alarm.borrow_mut().take();
        let promises = std::mem::take(&mut *self.0.promises.borrow_mut());
        drop(promises);
    }

    pub(crate) fn context(&self) -> yewdux::Context {
        self.0.dispatch.context().clone()
    }

    fn read<T>(&self, read: impl FnOnce(&Stack) -> T) -> T {
        self.0.dispatch.get().read(read)
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
        let Some(due) = self.read(Stack::next_due) else {
            return;
        };
        let mut alarm = self.0.alarm.borrow_mut();
        // One that goes off too early finds nothing due and is set again.
        if alarm.as_ref().is_some_and(|(at, _)| *at <= due) {
            return;
        }
        let weak: Weak<Shared> = Rc::downgrade(&self.0);
        let sleep = self.0.clock.sleep(due.since(now));
        let wake = AbortOnDrop::new(async move {
            sleep.await;
            if let Some(shared) = weak.upgrade() {
                shared.alarm.borrow_mut().take();
                Self(shared).send(Event::Tick);
            }
        });
        *alarm = Some((due, wake));
    }
}

/// The toaster of the [`ToasterProvider`](super::ToasterProvider) or
/// [`BackgroundTasksProvider`](crate::BackgroundTasksProvider) above.
///
/// # Panics
///
/// Where no provider is above: that is a mistake in the app's own code, found
/// the first time that the component is rendered.
#[hook]
pub fn use_toaster() -> Toaster {
    #[allow(clippy::expect_used, reason = "only the app's own code can cause it")]
    use_context()
        .expect("use_toaster needs a ToasterProvider or a BackgroundTasksProvider above it")
}

/// All toasts of the toaster above that are not on their way out, newest first.
/// The component renders again whenever one of them changes.
#[hook]
pub fn use_toasts() -> Vec<Rc<Entry>> {
    let toaster = use_toaster();
    let toasts = use_state_eq(|| toaster.toasts());
    use_effect_with(toaster, {
        let toasts = toasts.setter();
        move |toaster| {
            let subscription =
                toaster
                    .0
                    .dispatch
                    .clone()
                    .subscribe_silent(move |all: Rc<Toasts>| {
                        toasts.set(all.read(|stack| stack.toasts().cloned().collect()));
                    });
            move || drop(subscription)
        }
    });
    (*toasts).clone()
}
