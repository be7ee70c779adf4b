//! A switch that turns system notifications on and off.

use background_tasks_core::messages::{Label, Messages};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::hooks::{use_background_tasks, use_system_notifications};
use crate::system_notifications::{NotificationsState, SystemNotifications};

/// A switch for system notifications about finished tasks while the page is hidden. The
/// browser asks for permission when the user turns it on, and at no other time. Renders
/// nothing in a browser without notifications. Must be inside of a
/// [`BackgroundTasksProvider`](crate::BackgroundTasksProvider).
#[component]
pub fn NotificationsToggle() -> Html {
    let tasks = use_background_tasks();
    let (notifications, state) = use_system_notifications();
    notifications_toggle(tasks.messages(), notifications, state)
}

/// The switch, for components that are re-rendered when the state changes.
pub(super) fn notifications_toggle(
    messages: &Messages,
    notifications: SystemNotifications,
    state: NotificationsState,
) -> Html {
    let is_on = match state {
        NotificationsState::Unsupported => return html! {},
        NotificationsState::Off | NotificationsState::Blocked => false,
        NotificationsState::On => true,
    };
    let onchange = Callback::from(move |event: Event| {
        let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
            return;
        };
        if input.checked() {
            notifications.turn_on();
        } else {
            notifications.turn_off();
        }
        // The click checked the box, but the browser may still be asking for permission.
        input.set_checked(notifications.state() == NotificationsState::On);
    });
    let blocked = match state {
        NotificationsState::Blocked => messages.text(Label::NotifyBlocked),
        _ => "",
    };
    html! {
        <div class="ybt-notify" part="notifications" data-notifications={state.as_str()}>
            <label class="ybt-switch" part="notifications-switch">
                <input type="checkbox" role="switch" checked={is_on} {onchange} />
                <span>{ messages.text(Label::NotifyMe).to_owned() }</span>
            </label>
            <p class="ybt-notify-blocked" part="notifications-blocked" role="status"
                ~textContent={blocked} />
        </div>
    }
}
