//! A group of radio buttons.

use yew::prelude::*;

pub struct Select<'a> {
    pub label: &'static str,
    pub name: &'static str,
    /// The class of the element around the options.
    pub class: &'static str,
    /// The labels of the options.
    pub options: &'a [&'static str],
    pub selected: usize,
    pub on_change: Callback<usize>,
}

impl Select<'_> {
    pub fn view(self) -> Html {
        let option = |(index, label): (usize, &&'static str)| {
            let on_change = self.on_change.clone();
            let onchange = move |_: Event| on_change.emit(index);
            html! {
                <label>
                    <input type="radio" name={self.name} value={*label} checked={index == self.selected} {onchange} />
                    <span>{ *label }</span>
                </label>
            }
        };
        html! {
            <fieldset class="demo-fieldset">
                <legend>{ self.label }</legend>
                <div class={self.class}>{ for self.options.iter().enumerate().map(option) }</div>
            </fieldset>
        }
    }
}
