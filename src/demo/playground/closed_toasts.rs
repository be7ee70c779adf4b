//! The last closed toasts.

use yew::prelude::*;
use yew_background_tasks::toast::{CloseReason, use_toaster, use_toasts};

use crate::demo::texts::{PlaygroundTexts, TextsProps};

/// The last closed toasts and why they were closed.
#[component]
pub fn ClosedToasts(props: &TextsProps) -> Html {
    let texts = props.texts.playground;
    let toaster = use_toaster();
    // Re-renders this component when a toast is closed.
    use_toasts();
    let closed = toaster.closed();
    if closed.is_empty() {
        return html! { <p>{ texts.log_empty }</p> };
    }
    html! {
        <ul class="demo-log">
            { for closed.iter().take(8).map(|closed| html! {
                <li><span>{ &closed.title }</span><em>{ reason(closed.reason, texts) }</em></li>
            }) }
        </ul>
    }
}

const fn reason(reason: CloseReason, texts: &PlaygroundTexts) -> &'static str {
    let [timeout, close_button, swipe, action, cancel, api, escape] = texts.reasons;
    match reason {
        CloseReason::Timeout => timeout,
        CloseReason::CloseButton => close_button,
        CloseReason::Swipe => swipe,
        CloseReason::Action => action,
        CloseReason::Cancel => cancel,
        CloseReason::Api => api,
        CloseReason::Escape => escape,
        _ => "",
    }
}
