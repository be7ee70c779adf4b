//! A hook for a control that turns system notifications on.

use yew::prelude::*;

use super::use_background_tasks;
use crate::system_notifications::{NotificationsState, NotificationsStatus, SystemNotifications};
use crate::use_selection::use_selection;

/// The system notifications and whether they are on. Re-renders the component when that
/// changes.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::{NotificationsState, use_system_notifications};
///
/// #[component]
/// fn TellMe() -> Html {
///     let (notifications, state) = use_system_notifications();
///     let onclick = move |_| notifications.turn_on();
///     html! { <button {onclick} disabled={state != NotificationsState::Off}>{ "Tell me" }</button> }
/// }
/// ```
///
/// # Panics
///
/// If the component is not inside of a provider, like [`use_background_tasks`].
#[hook]
pub fn use_system_notifications() -> (SystemNotifications, NotificationsState) {
    let tasks = use_background_tasks();
    let select = |status: &NotificationsStatus| status.state();
    let state = use_selection(&tasks.context(), select);
    (tasks.system_notifications().clone(), *state)
}
