//! A page for trying out the toaster.

mod actions;
mod choice;
mod closed_toasts;
mod code;
mod select;
mod toast_options;
mod toaster_options;

use web_sys::HtmlDialogElement;
use yew::prelude::*;
use yew_background_tasks::toast::{Toaster, use_toaster};

use self::choice::{Choice, ToastType};
use self::closed_toasts::ClosedToasts;
use self::toast_options::toast_options;
use self::toaster_options::toaster_options;
use super::card::{card, hero};
use super::texts::{PlaygroundTexts, TextsProps};

/// The class of options in one line.
const SEGMENTS: &str = "demo-segments";

/// The playground.
#[component]
pub fn Playground(props: &TextsProps) -> Html {
    let texts = props.texts.playground;
    let toaster = use_toaster();
    let choice = use_state_eq(Choice::default);
    let settings = use_state_eq(|| toaster.settings());
    let dialog = use_node_ref();
    let action_button = |name: &'static str, label: &'static str, onclick: Callback<MouseEvent>| {
        html! { <button type="button" class="demo-button" data-try={name} {onclick}>{ label }</button> }
    };
    let act = |act: fn(&Toaster, &'static PlaygroundTexts)| {
        let toaster = toaster.clone();
        Callback::from(move |_: MouseEvent| act(&toaster, texts))
    };
    let show = |toast_type: ToastType| {
        let (toaster, choice) = (toaster.clone(), choice.clone());
        let onclick = move |_: MouseEvent| {
            let chosen = Choice {
                toast_type,
                ..(*choice).clone()
            };
            actions::show(&toaster, &chosen, texts);
            choice.set(chosen);
        };
        html! {
            <button type="button" class="demo-button" data-show={toast_type.call()} {onclick}>
                { toast_type.example(texts).name }
            </button>
        }
    };
    let open_dialog = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                // Fails if it is open already.
                let _ = dialog.show_modal();
            }
        })
    };
    let close_dialog = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    html! {
        <main class="demo-main">
            { hero(texts.headline, texts.lead, Html::default()) }
            { card("demo-show", texts.show, html! {
                <>
                    <p>{ texts.show_hint }</p>
                    <div class="demo-actions">{ for ToastType::ALL.into_iter().map(show) }</div>
                </>
            }) }
            <div class="demo-columns">
                { card("demo-toast", texts.toast, html! {
                    { toast_options(texts, &choice) }
                }) }
                { card("demo-toaster", texts.toaster, html! {
                    { toaster_options(texts, &toaster, &settings) }
                }) }
            </div>
            { card("demo-try", texts.actions, html! {
                <div class="demo-actions">
                    { action_button("heights", texts.heights, act(actions::heights)) }
                    { action_button("crowd", texts.crowd, act(actions::crowd)) }
                    { action_button("dialog", texts.dialog, open_dialog) }
                    { action_button("close", texts.close_all, act(|toaster, _| toaster.dismiss_all())) }
                </div>
            }) }
            <div class="demo-columns">
                { card("demo-code", texts.code, html! {
                    <>
                        <pre class="demo-code" tabindex="0" aria-label="Rust"><code>{ choice.rust(texts) }</code></pre>
                        <pre class="demo-code" tabindex="0" aria-label="JavaScript"><code>{ choice.javascript(texts) }</code></pre>
                    </>
                }) }
                { card("demo-log", texts.log, html! {
                    <ClosedToasts texts={props.texts} />
                }) }
            </div>
            <dialog ref={dialog} class="demo-dialog" aria-label={texts.dialog}>
                <p>{ texts.dialog_text }</p>
                <div class="demo-actions">
                    { show(ToastType::Success) }
                    { show(ToastType::Error) }
                    <button type="button" class="demo-button demo-primary" onclick={close_dialog}>{ texts.close }</button>
                </div>
            </dialog>
        </main>
    }
}

fn index_of<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter()
        .position(|other| other == one)
        .unwrap_or_default()
}
