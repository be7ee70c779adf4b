//! One of several: native radio buttons with their labels.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct SelectProps {
    pub label: &'static str,
    pub name: &'static str,
    /// What each is called.
    pub options: Vec<AttrValue>,
    pub selected: usize,
    pub on_change: Callback<usize>,
    /// A class for what holds the options.
    #[prop_or("demo-segments")]
    pub class: &'static str,
}

/// One of several.
#[component]
pub fn Select(props: &SelectProps) -> Html {
    let option = |(index, label): (usize, &AttrValue)| {
        let on_change = props.on_change.clone();
        let onchange = move |_: Event| on_change.emit(index);
        html! {
            <label>
                <input type="radio" name={props.name} value={label} checked={index == props.selected} {onchange} />
                <span>{ label }</span>
            </label>
        }
    };
    html! {
        <fieldset class="demo-fieldset">
            <legend>{ props.label }</legend>
            <div class={props.class}>{ for props.options.iter().enumerate().map(option) }</div>
        </fieldset>
    }
}
