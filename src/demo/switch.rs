//! A labelled checkbox.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A checkbox with a label.
pub fn switch(label: &'static str, on: bool, on_change: Callback<bool>) -> Html {
    let onchange = move |event: Event| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            on_change.emit(input.checked());
        }
    };
    html! {
        <label class="demo-switch">
            <input type="checkbox" checked={on} {onchange} />
            { label }
        </label>
    }
}
