//! The switch for the device's notifications.

use background_tasks_core::messages::Label;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::hooks::{use_background_tasks, use_system_notifications};
use crate::system_notifications::NotificationsState;

/// Lets the person have the ends of tasks told by the device while the page is
/// out of sight. The browser asks for its permission when this is switched on,
/// and at no other time. Where a browser has no notifications there is nothing.
/// Needs the provider above it.
#[component]
pub fn NotificationsToggle() -> Html {
    let tasks = use_background_tasks();
    let (notifications, state) = use_system_notifications();
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
        // It shows what is, not what is wished: the browser may still be asking.
        input.set_checked(notifications.state() == NotificationsState::On);
    });
    let messages = tasks.messages();
    html! {
        <div class="ybt-notify" part="notifications" data-notifications={state.as_str()}>
            <label class="ybt-switch" part="notifications-switch">
                <input type="checkbox" role="switch" checked={is_on} {onchange} />
                <span>{ messages.text(Label::NotifyMe).to_owned() }</span>
            </label>
            <p class="ybt-notify-blocked" part="notifications-blocked" role="status">
                if state == NotificationsState::Blocked {
                    { messages.text(Label::NotifyBlocked).to_owned() }
                }
            </p>
        </div>
    }
}
