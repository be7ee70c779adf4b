//! A slider with its label and its value.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A slider over a range, with `text` as its displayed value.
pub struct Slider {
    pub name: &'static str,
    pub label: &'static str,
    /// Minimum, maximum and step.
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

/// Formats a number by the browser: Rust's formatting of `f64` is 10 kB of WASM.
pub fn digits(number: f64) -> String {
    let digits = js_sys::Number::from(number).to_string_with_radix(10);
    // Fails only for an invalid radix.
    digits.map(String::from).unwrap_or_default()
}
