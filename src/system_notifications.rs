//! System notifications, which tell a user in another tab or app how a task has ended.
//!
//! The permission is requested when the user turns them on, and at no other time.

mod permission;
mod preference;
mod visible;

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use background_tasks_core::{Change, Messages, Task, TaskState, ToastEffect};
use gloo_events::EventListener;
use web_sys::Event;
use yewdux::prelude::*;

pub(crate) use self::permission::Permission;
use self::preference::Preference;
use self::visible::VisibleNotifications;
use crate::abort_on_drop::AbortOnDrop;
use crate::driver::{Driver, Notice, Subscription};
use crate::page_visibility;
use crate::settings::StoreName;

/// The state of system notifications, as a control shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotificationsState {
    /// The browser does not support notifications.
    Unsupported,
    /// Notifications are turned off.
    Off,
    /// Notifications are turned on and allowed.
    On,
    /// The browser blocks notifications; only its own settings can change that.
    Blocked,
}

impl NotificationsState {
    /// The value of `data-notifications`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported",
            Self::Off => "off",
            Self::On => "on",
            Self::Blocked => "blocked",
        }
    }
}

/// The user's preference and the browser's permission.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Store)]
pub(crate) struct NotificationsStatus {
    enabled: bool,
    permission: Permission,
}

impl NotificationsStatus {
    pub(crate) const fn state(self) -> NotificationsState {
        match (self.permission, self.enabled) {
            (Permission::Unsupported, _) => NotificationsState::Unsupported,
            (Permission::Denied, _) => NotificationsState::Blocked,
            (Permission::Granted, true) => NotificationsState::On,
            (Permission::Granted, false) | (Permission::Undecided, _) => NotificationsState::Off,
        }
    }
}

/// Turns system notifications on and off; returned by
/// [`use_system_notifications`](crate::use_system_notifications). While they are on and
/// the page is hidden, a task that succeeds or fails shows a notification with the texts of
/// its toast. Notifications are closed when the page becomes visible, since it shows the same.
#[derive(Clone)]
pub struct SystemNotifications(Rc<Inner>);

impl PartialEq for SystemNotifications {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    status: Dispatch<NotificationsStatus>,
    preference: Preference,
    messages: Rc<Messages>,
    visible: VisibleNotifications,
    /// The pending permission request.
    pending_request: RefCell<Option<AbortOnDrop>>,
    listeners: RefCell<Option<(Subscription, Vec<EventListener>)>>,
}

impl SystemNotifications {
    pub(crate) fn new(context: &yewdux::Context, driver: &Driver) -> Self {
        let settings = driver.settings();
        let preference = Preference::new(settings.store != StoreName::None);
        let status = Dispatch::new(context);
        status.set(NotificationsStatus {
            enabled: preference.read().unwrap_or_default(),
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
                    move |_| on_focus(&Inner::refresh)
                }),
                listen("storage", move |event| {
                    // Most are about tasks.
                    if preference::is_affected(event) {
                        with_inner(&Inner::refresh);
                    }
                }),
            ];
            let listeners = listeners.into_iter().flatten().collect();
            Inner {
                status,
                preference,
                messages,
                visible: VisibleNotifications::default(),
                pending_request: RefCell::default(),
                listeners: RefCell::new(Some((subscription, listeners))),
            }
        }))
    }

    /// The current state.
    pub fn state(&self) -> NotificationsState {
        self.0.status.get().state()
    }

    /// Turns notifications on, and asks the user for permission if necessary. Call it in
    /// response to a user action: browsers ignore other permission requests.
    pub fn turn_on(&self) {
        if let Some(decision) = self.request() {
            *self.0.pending_request.borrow_mut() = Some(AbortOnDrop::new(decision));
        }
    }

    /// Turns notifications on. Returns what waits for the user's decision if there is none yet.
    pub(crate) fn request(&self) -> Option<impl Future<Output = ()> + use<>> {
        self.0.set_enabled(true);
        self.0.refresh();
        let decision = permission::request_if_undecided()?;
        let inner = Rc::downgrade(&self.0);
        Some(async move {
            decision.await;
            let Some(inner) = inner.upgrade() else { return };
            inner.refresh();
            if inner.status.get().permission == Permission::Undecided {
                // The user closed the prompt without a decision.
                inner.set_enabled(false);
            }
        })
    }

    /// Turns notifications off. The browser's permission is kept.
    pub fn turn_off(&self) {
        self.0.set_enabled(false);
    }

    /// Closes all notifications and shows no more.
    pub(crate) fn shut_down(&self) {
        let ended = (self.0.listeners.take(), self.0.pending_request.take());
        drop(ended);
        self.0.visible.clear();
    }
}

impl Inner {
    fn set_enabled(&self, enabled: bool) {
        self.preference.write(enabled);
        self.status.reduce_mut(|status| status.enabled = enabled);
    }

    /// Reads the preference, which another tab may have changed, and the permission, which the
    /// browser's settings may have changed.
    fn refresh(&self) {
        let before = *self.status.get();
        let now = NotificationsStatus {
            enabled: self.preference.read().unwrap_or(before.enabled),
            // Set after the constructor has thrown; the permission would contradict it.
            permission: if before.permission == Permission::Unsupported {
                Permission::Unsupported
            } else {
                permission::current()
            },
        };
        if before != now {
            self.status.set(now);
        }
    }

    fn on_visibility(&self) {
        self.refresh();
        if page_visibility::is_visible() {
            self.visible.clear();
        }
    }

    fn on_notice(&self, notice: Notice<'_>) {
        if let Notice::Changed(Change::Removed(task), _) = notice {
            self.visible.close(&task.id);
        }
        let Some(task) = announced(notice) else {
            return;
        };
        let is_on = self.status.get().state() == NotificationsState::On;
        if !is_on || page_visibility::is_visible() {
            return;
        }
        let text = self.messages.toast(task);
        if let Err(error) = self.visible.show(&task.id, &text, self.messages.language()) {
            // In Chrome on Android the constructor always throws. The control would have no
            // effect, so it is hidden.
            let warning = "yew-background-tasks: this browser shows no notifications for pages";
            web_sys::console::warn_2(&warning.into(), &error);
            self.status
                .reduce_mut(|status| status.permission = Permission::Unsupported);
        }
    }
}

/// Calls `on_event` for each event of this name on the window, until the listener is dropped.
fn listen(name: &'static str, on_event: impl Fn(&Event) + 'static) -> Option<EventListener> {
    let window = web_sys::window()?;
    Some(EventListener::new(&window, name, on_event))
}

/// The finished task that this tab announces; `None` if the user has cancelled it.
pub(crate) fn announced(notice: Notice<'_>) -> Option<&Task> {
    let task = match notice {
        Notice::Changed(
            Change::Put {
                before: Some(before),
                after,
            },
            ToastEffect::Show,
        ) if !before.state.is_ended() => after,
        Notice::Changed(..) | Notice::Deleted(..) | Notice::NotDeleted(..) | Notice::Warned(_) => {
            return None;
        }
        Notice::Announced(task) => task,
    };
    let is_news = matches!(task.state, TaskState::Succeeded | TaskState::Failed(_));
    is_news.then_some(task)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
