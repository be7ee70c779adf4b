//! What the browser says of notifications.

use std::future::Future;

use js_sys::{Promise, Reflect};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationPermission};

/// Whether the browser lets the page show notifications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Permission {
    /// It has none.
    #[default]
    Unsupported,
    /// The person has not been asked.
    NotAsked,
    Granted,
    Denied,
}

/// As it is now.
///
/// `use_permission` of yew-hooks throws where the browser has no Permissions
/// API or does not know the name, and forgets a closure.
pub(super) fn current() -> Permission {
    // Looked up by name: to touch what is not there would throw.
    let constructor = Reflect::get(&js_sys::global(), &"Notification".into());
    if !constructor.is_ok_and(|constructor| constructor.is_function()) {
        return Permission::Unsupported;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Denied,
        _ => Permission::NotAsked,
    }
}

/// Has the browser ask the person, unless it has. Ready when there is an answer,
/// which [`current`] then is.
pub(super) fn ask_if_not_asked() -> Option<impl Future<Output = ()>> {
    if current() != Permission::NotAsked {
        return None;
    }
    let asked = Notification::request_permission().ok()?;
    // Old Safari returns nothing, which is as good as an answer: what it comes
    // to is looked at again with the next focus.
    let answer = JsFuture::from(Promise::resolve(&asked));
    Some(async move {
        let _ = answer.await;
    })
}
