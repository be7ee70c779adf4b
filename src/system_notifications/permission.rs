//! The browser's permission for notifications.

use std::future::Future;

use js_sys::{Promise, Reflect};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationPermission};

/// Whether the browser lets the page show notifications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Permission {
    /// The browser does not support notifications.
    #[default]
    Unsupported,
    /// The user has not decided.
    Undecided,
    Granted,
    Denied,
}

/// The current permission.
///
/// `use_permission` of yew-hooks throws in a browser without the Permissions API or without
/// this permission, and leaks a closure.
pub(super) fn current() -> Permission {
    // Looked up by name, because using a missing constructor would throw.
    let constructor = Reflect::get(&js_sys::global(), &"Notification".into());
    if !constructor.is_ok_and(|constructor| constructor.is_function()) {
        return Permission::Unsupported;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Denied,
        _ => Permission::Undecided,
    }
}

/// Asks the user for permission unless it is already decided. The future completes when the
/// user has decided; [`current`] then returns the decision.
pub(super) fn request_if_undecided() -> Option<impl Future<Output = ()>> {
    if current() != Permission::Undecided {
        return None;
    }
    let request = Notification::request_permission().ok()?;
    let decision = JsFuture::from(Promise::resolve(&request));
    Some(async move {
        let _ = decision.await;
    })
}
