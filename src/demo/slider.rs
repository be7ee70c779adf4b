//! A slider with its label and its value.

use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct SliderProps {
    pub name: &'static str,
    pub label: &'static str,
    pub min: f64,
    pub max: f64,
    pub step: f64,
    pub value: f64,
    pub text: AttrValue,
    pub on_change: Callback<f64>,
}

/// A number between two, with its value in words beside it.
#[component]
pub fn Slider(props: &SliderProps) -> Html {
    let oninput = {
        let on_change = props.on_change.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                on_change.emit(input.value_as_number());
            }
        })
    };
    html! {
        <label class="demo-slider">
            <span>{ props.label }</span>
            <span class="demo-slider-value" aria-hidden="true">{ &props.text }</span>
            <input type="range" name={props.name} min={props.min.to_string()}
                max={props.max.to_string()} step={props.step.to_string()}
                value={props.value.to_string()} aria-valuetext={&props.text} {oninput} />
        </label>
    }
}
