//! Notifications of the device: a task's end is told to a person who is elsewhere.
//!
//! The permission is asked for when the person turns them on, and at no other time.

mod choice;
mod permission;
mod shown;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use yewdux::prelude::*;

use self::choice::Choice;
pub(crate) use self::permission::Permission;
use self::shown::Shown;
use crate::engine::{Engine, Subscription, WeakEngine};
use crate::page_visibility;
use crate::spawned::Spawned;
use crate::store::Change;
use crate::task::messages::Messages;
use crate::task::{Task, TaskState};

/// What a control for notifications shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotificationsState {
    /// This browser has none, so there is nothing to choose.
    Unsupported,
    /// The person has not asked for them.
    Off,
    /// They are shown.
    On,
    /// The browser refuses them, which only its own settings can change.
    Blocked,
}

impl NotificationsState {
    /// The word of `data-notifications`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported",
            Self::Off => "off",
            Self::On => "on",
            Self::Blocked => "blocked",
        }
    }
}

/// What the person wants and the browser allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Store)]
pub(crate) struct Wish {
    wanted: bool,
    permission: Permission,
}

impl Wish {
    pub(crate) const fn state(self) -> NotificationsState {
        match (self.permission, self.wanted) {
            (Permission::Unsupported, _) => NotificationsState::Unsupported,
            (Permission::Denied, _) => NotificationsState::Blocked,
            (Permission::Granted, true) => NotificationsState::On,
            (Permission::Granted, false) | (Permission::NotAsked, _) => NotificationsState::Off,
        }
    }
}

/// Turns the device's notifications on and off, from
/// [`use_system_notifications`](crate::use_system_notifications). While they are
/// on and the page is hidden, a task that succeeds or fails shows one with its
/// toast's texts. They go when the page is looked at again, which says the same.
#[derive(Clone)]
pub struct SystemNotifications(Rc<Inner>);

impl PartialEq for SystemNotifications {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    engine: WeakEngine,
    wish: Dispatch<Wish>,
    choice: Choice,
    messages: Rc<Messages>,
    shown: Shown,
    /// The browser's question, until it has an answer.
    asking: RefCell<Option<Spawned>>,
    listening: RefCell<Option<(Subscription, Vec<EventListener>)>>,
}

impl SystemNotifications {
    pub(crate) fn new(context: &yewdux::Context, engine: &Engine) -> Self {
        let settings = engine.settings();
        let choice = Choice::new(settings.persistence.is_some());
        let wish = Dispatch::new(context);
        wish.set(Wish {
            wanted: choice.read().unwrap_or_default(),
            permission: permission::current(),
        });
        let messages = Rc::clone(&settings.messages);
        Self(Rc::new_cyclic(|inner: &std::rc::Weak<Inner>| {
            let inner = inner.clone();
            let with_inner = move |act: &dyn Fn(&Inner)| {
                if let Some(inner) = inner.upgrade() {
                    act(&inner);
                }
            };
            let told = with_inner.clone();
            let subscription = engine.observe(move |change| told(&|inner| inner.hear(change)));
            let seen = with_inner.clone();
            // A person comes back from the browser's settings with a focus.
            let listeners = [
                page_visibility::listen(move || seen(&Inner::come_back)),
                listen("focus", {
                    let focused = with_inner.clone();
                    move || focused(&Inner::look_again)
                }),
                listen("storage", move || with_inner(&Inner::look_again)),
            ];
            let listeners = listeners.into_iter().flatten().collect();
            Inner {
                engine: engine.downgrade(),
                wish,
                choice,
                messages,
                shown: Shown::default(),
                asking: RefCell::default(),
                listening: RefCell::new(Some((subscription, listeners))),
            }
        }))
    }

    /// Whether they are shown, and if not, why.
    pub fn state(&self) -> NotificationsState {
        self.0.wish.get().state()
    }

    /// Turns them on; where the browser has not been asked yet it asks the
    /// person. To be called when the person does something: browsers do not
    /// take it seriously otherwise.
    pub fn turn_on(&self) {
        self.0.want(true);
        self.0.look_again();
        let Some(answer) = permission::ask_if_not_asked() else {
            return;
        };
        let inner = Rc::downgrade(&self.0);
        let asking = Spawned::new(async move {
            answer.await;
            let Some(inner) = inner.upgrade() else { return };
            inner.look_again();
            if inner.wish.get().permission == Permission::NotAsked {
                // Closed without an answer: to turn it on is another click.
                inner.want(false);
            }
        });
        *self.0.asking.borrow_mut() = Some(asking);
    }

    /// Turns them off. The browser's permission stays.
    pub fn turn_off(&self) {
        self.0.want(false);
    }

    /// Takes away what is shown, and shows no more.
    pub(crate) fn shut_down(&self) {
        let ended = (self.0.listening.take(), self.0.asking.take());
        drop(ended);
        self.0.shown.clear();
    }
}

impl Inner {
    fn want(&self, wanted: bool) {
        self.choice.write(wanted);
        self.wish.reduce_mut(|wish| wish.wanted = wanted);
    }

    /// The choice can change in another tab, the permission in the browser's settings.
    fn look_again(&self) {
        let known = *self.wish.get();
        let seen = Wish {
            wanted: self.choice.read().unwrap_or(known.wanted),
            // What this browser could not do it will not learn.
            permission: if known.permission == Permission::Unsupported {
                Permission::Unsupported
            } else {
                permission::current()
            },
        };
        if known != seen {
            self.wish.set(seen);
        }
    }

    fn come_back(&self) {
        self.look_again();
        if page_visibility::is_visible() {
            self.shown.clear();
        }
    }

    fn hear(&self, change: &Change) {
        if let Change::Removed(task) = change {
            self.shown.close(&task.id);
        }
        let Some(task) = told_end(change) else { return };
        let on = self.wish.get().state() == NotificationsState::On;
        if !on || page_visibility::is_visible() || !self.announces_here() {
            return;
        }
        let text = self.messages.toast(task);
        if let Err(error) = self.shown.show(&task.id, &text, &self.messages.language) {
            // Android's Chrome has the constructor and always throws. Once is
            // enough to know, and the control that would do nothing goes.
            let refusal = "yew-background-tasks: this browser shows no notifications to pages";
            web_sys::console::warn_2(&refusal.into(), &error);
            self.wish
                .reduce_mut(|wish| wish.permission = Permission::Unsupported);
        }
    }

    /// Whether this tab is the one that tells the person of ends.
    fn announces_here(&self) -> bool {
        let engine = self.engine.upgrade();
        engine.is_some_and(|engine| engine.announces())
    }
}

/// Has `tell` called with each of the window's events of this name, until the
/// listener is dropped.
fn listen(name: &'static str, tell: impl Fn() + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, name, move |_| tell()))
}

/// The task that the change ends, unless it was the person who ended it.
fn told_end(change: &Change) -> Option<&Task> {
    match change {
        Change::Put {
            before: Some(before),
            after,
        } if !before.state.is_ended() => match after.state {
            TaskState::Succeeded | TaskState::Failed(_) => Some(after),
            TaskState::Cancelled
            | TaskState::Uploading { .. }
            | TaskState::Queued
            | TaskState::Running { .. }
            | TaskState::Recovering { .. }
            | TaskState::Offline { .. } => None,
        },
        Change::Put { .. } | Change::Removed(_) => None,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
