//! A slider with its label and its value.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A number from the first of `range` to its last, with its value in words beside it.
pub struct Slider {
    pub name: &'static str,
    pub label: &'static str,
    /// From, to, and in which steps.
    pub range: [&'static str; 3],
    pub value: f64,
    pub text: AttrValue,
    pub on_change: Callback<f64>,
}

impl Slider {
    pub fn view(self) -> Html {
        let on_change = self.on_change;
        let oninput = move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                on_change.emit(input.value_as_number());
            }
        };
        let [min, max, step] = self.range;
        html! {
            <label class="demo-slider">
                <span>{ self.label }</span>
                <span class="demo-slider-value" aria-hidden="true">{ &self.text }</span>
                <input type="range" name={self.name} {min} {max} {step} value={digits(self.value)}
                    aria-valuetext={self.text} {oninput} />
            </label>
        }
    }
}

/// The number as the browser writes it: Rust's own way is 10 kB of WASM.
pub fn digits(number: f64) -> String {
    let digits = js_sys::Number::from(number).to_string_with_radix(10);
    // Ten is a good radix, which is all that could fail.
    digits.map(String::from).unwrap_or_default()
}
