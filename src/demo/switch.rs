//! A box to tick, with its label.

use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct SwitchProps {
    pub label: &'static str,
    pub on: bool,
    pub on_change: Callback<bool>,
}

/// Something that is on or off.
#[component]
pub fn Switch(props: &SwitchProps) -> Html {
    let onchange = {
        let on_change = props.on_change.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                on_change.emit(input.checked());
            }
        })
    };
    html! {
        <label class="demo-switch">
            <input type="checkbox" checked={props.on} {onchange} />
            { props.label }
        </label>
    }
}
