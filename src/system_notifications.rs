//! Notifications of the device: they tell a user who is elsewhere how a task has ended.
//!
//! The permission is requested when the user turns them on, and at no other time.

mod choice;
mod permission;
mod shown;

use std::cell::RefCell;
use std::rc::Rc;

use background_tasks_core::{Change, Messages, Task, TaskState, ToastEffect};
use gloo_events::EventListener;
use yewdux::prelude::*;

use self::choice::Choice;
pub(crate) use self::permission::Permission;
use self::shown::Shown;
use crate::abort_on_drop::AbortOnDrop;
use crate::driver::{Driver, Notice, Subscription};
use crate::page_visibility;
use crate::settings::StoreName;

/// What a control for notifications shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotificationsState {
    /// This browser has none, so there is nothing to choose.
    Unsupported,
    /// The user has not turned them on.
    Off,
    /// They are shown.
    On,
    /// The browser refuses them, and only its own settings can change that.
    Blocked,
}

impl NotificationsState {
    /// The word of `data-notifications`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported",
            Self::Off => "off",
            Self::On => "on",
            Self::Blocked => "blocked",
        }
    }
}

/// What the user wants and the browser allows.
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
/// [`use_system_notifications`](crate::use_system_notifications). While they are on and
/// the page is hidden, a task that succeeds or fails shows one with its toast's texts.
/// They are closed when the page is visible again, since it says the same.
#[derive(Clone)]
pub struct SystemNotifications(Rc<Inner>);

impl PartialEq for SystemNotifications {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    wish: Dispatch<Wish>,
    choice: Choice,
    messages: Rc<Messages>,
    shown: Shown,
    /// The browser's question, until it has an answer.
    asking: RefCell<Option<AbortOnDrop>>,
    listening: RefCell<Option<(Subscription, Vec<EventListener>)>>,
}

impl SystemNotifications {
    pub(crate) fn new(context: &yewdux::Context, driver: &Driver) -> Self {
        let settings = driver.settings();
        let choice = Choice::new(settings.store != StoreName::None);
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
            let on_notice = with_inner.clone();
            let on_notice = move |notice: Notice<'_>| on_notice(&|inner| inner.on_notice(notice));
            let subscription = driver.observe(on_notice);
            let on_visibility = with_inner.clone();
            // A user who returns from the browser's settings focuses the page.
            let listeners = [
                page_visibility::listen(move || on_visibility(&Inner::on_visibility)),
                listen("focus", {
                    let on_focus = with_inner.clone();
                    move || on_focus(&Inner::refresh)
                }),
                listen("storage", move || with_inner(&Inner::refresh)),
            ];
            let listeners = listeners.into_iter().flatten().collect();
            Inner {
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

    /// Turns them on; a browser that has not asked the user yet does so. To be called in
    /// response to a user's action: browsers ignore it otherwise.
    pub fn turn_on(&self) {
        self.0.want(true);
        self.0.refresh();
        let Some(answer) = permission::ask_if_not_asked() else {
            return;
        };
        let inner = Rc::downgrade(&self.0);
        let asking = AbortOnDrop::new(async move {
            answer.await;
            let Some(inner) = inner.upgrade() else { return };
            inner.refresh();
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

    /// Closes what is shown, and shows no more.
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

    /// Another tab may change the choice, and the browser's settings the permission.
    fn refresh(&self) {
        let known = *self.wish.get();
        let seen = Wish {
            wanted: self.choice.read().unwrap_or(known.wanted),
            // A browser that has shown that it does not support them stays like that.
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

    fn on_visibility(&self) {
        self.refresh();
        if page_visibility::is_visible() {
            self.shown.clear();
        }
    }

    fn on_notice(&self, notice: Notice<'_>) {
        if let Notice::Changed(Change::Removed(task), _) = notice {
            self.shown.close(&task.id);
        }
        let Some(task) = announced(notice) else {
            return;
        };
        let on = self.wish.get().state() == NotificationsState::On;
        if !on || page_visibility::is_visible() {
            return;
        }
        let text = self.messages.toast(task);
        if let Err(error) = self.shown.show(&task.id, &text, self.messages.language()) {
            // Chrome on Android has the constructor, which always throws. The control
            // would have no effect, so it is hidden.
            let refusal = "yew-background-tasks: this browser shows no notifications to pages";
            web_sys::console::warn_2(&refusal.into(), &error);
            self.wish
                .reduce_mut(|wish| wish.permission = Permission::Unsupported);
        }
    }
}

/// Calls `on_event` with each of the window's events of this name, until the listener is
/// dropped.
fn listen(name: &'static str, on_event: impl Fn() + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, name, move |_| on_event()))
}

/// The task whose end this tab announces, unless the user has cancelled it.
fn announced(notice: Notice<'_>) -> Option<&Task> {
    let task = match notice {
        Notice::Changed(
            Change::Put {
                before: Some(before),
                after,
            },
            ToastEffect::Show,
        ) if !before.state.is_ended() => after,
        Notice::Changed(..) => return None,
        Notice::Announced(task) => task,
    };
    let is_news = matches!(task.state, TaskState::Succeeded | TaskState::Failed(_));
    is_news.then_some(task)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
