//! A page for trying out the toaster.

mod actions;
mod choice;
mod select;

use web_sys::HtmlDialogElement;
use yew::prelude::*;
use yew_background_tasks::toast::{
    Appearance, CloseReason, Position, Theme, Toaster, ToasterSettings, use_toaster, use_toasts,
};

use self::choice::{Choice, MAX_SECONDS, ToastType};
use self::select::Select;
use super::card::{card, hero};
use super::slider::Slider;
use super::switch::switch;
use super::texts::{PlaygroundTexts, TextsProps};

const APPEARANCES: [Appearance; 3] = [Appearance::Plain, Appearance::Rich, Appearance::Inverted];
const THEMES: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

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
                    <Log texts={props.texts} />
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

/// The options of the next toast.
fn toast_options(texts: &PlaygroundTexts, choice: &UseStateHandle<Choice>) -> Html {
    let change = {
        let choice = choice.clone();
        move |change: &dyn Fn(&mut Choice)| {
            let mut changed = (*choice).clone();
            change(&mut changed);
            choice.set(changed);
        }
    };
    let option = |label: &'static str, on: bool, set: fn(&mut Choice, bool)| {
        let change = change.clone();
        let on_change = move |on| change(&|choice| set(choice, on));
        switch(label, on, on_change.into())
    };
    let set_appearance = {
        let change = change.clone();
        move |index: usize| {
            let appearance = APPEARANCES.get(index).copied().unwrap_or_default();
            change(&|choice| choice.appearance = appearance);
        }
    };
    let set_seconds = {
        let change = change.clone();
        move |seconds: f64| {
            let seconds = (0..=MAX_SECONDS + 1).find(|step| f64::from(*step) >= seconds);
            change(&|choice| choice.seconds = seconds.unwrap_or_default());
        }
    };
    let duration = match choice.seconds {
        0 => texts.default_duration.into(),
        seconds if seconds > MAX_SECONDS => texts.until_dismissed.into(),
        seconds => format!("{seconds} s").into(),
    };
    html! {
        <>
            <div class="demo-switches">
                { option(texts.with_description, choice.description, |choice, on| choice.description = on) }
                { option(texts.with_action, choice.action, |choice, on| choice.action = on) }
                { option(texts.with_cancel, choice.cancel, |choice, on| choice.cancel = on) }
                { option(texts.with_icon, choice.icon, |choice, on| choice.icon = on) }
                { option(texts.locked, choice.locked, |choice, on| choice.locked = on) }
            </div>
            { Select {
                label: texts.appearance,
                name: "look",
                class: SEGMENTS,
                options: &texts.appearances,
                selected: index_of(&APPEARANCES, &choice.appearance),
                on_change: set_appearance.into(),
            }.view() }
            { Slider {
                name: "stays",
                label: texts.duration,
                range: ["0", "16", "1"],
                value: choice.seconds.into(),
                text: duration,
                on_change: set_seconds.into(),
            }.view() }
        </>
    }
}

/// The settings of the page's toaster, which apply immediately.
fn toaster_options(
    texts: &PlaygroundTexts,
    toaster: &Toaster,
    settings: &UseStateHandle<ToasterSettings>,
) -> Html {
    let change = {
        let (toaster, settings) = (toaster.clone(), settings.setter());
        move |change: &dyn Fn(&mut ToasterSettings)| {
            let mut changed = toaster.settings();
            change(&mut changed);
            toaster.configure("", changed.clone());
            settings.set(changed);
        }
    };
    let set_position = {
        let change = change.clone();
        move |index: usize| {
            let position = Position::ALL.get(index).copied().unwrap_or_default();
            change(&|settings| settings.position = position);
        }
    };
    let set_theme = {
        let change = change.clone();
        move |index: usize| {
            let theme = THEMES.get(index).copied().unwrap_or_default();
            change(&|settings| settings.theme = theme);
        }
    };
    let set_visible = {
        let change = change.clone();
        move |number: f64| {
            let visible = (1_u8..=8).find(|step| f64::from(*step) >= number);
            change(&|settings| settings.visible = visible.unwrap_or(3).into());
        }
    };
    let set_gap = {
        let change = change.clone();
        move |number: f64| {
            let gap = (0_u16..=40).find(|step| f64::from(*step) >= number);
            change(&|settings| settings.gap = gap);
        }
    };
    let set_expand = {
        let change = change.clone();
        move |on: bool| change(&|settings| settings.expand = on)
    };
    let set_direction = move |rtl: bool| {
        let direction = rtl.then_some(AttrValue::Static("rtl"));
        change(&|settings| settings.direction = direction.clone());
    };
    let gap = settings.gap.unwrap_or(14);
    let visible = u8::try_from(settings.visible).unwrap_or(u8::MAX);
    html! {
        <>
            { Select {
                label: texts.position,
                name: "position",
                class: "demo-positions",
                options: &Position::ALL.map(Position::as_str),
                selected: index_of(&Position::ALL, &settings.position),
                on_change: set_position.into(),
            }.view() }
            { Select {
                label: texts.theme,
                name: "theme",
                class: SEGMENTS,
                options: &texts.themes,
                selected: index_of(&THEMES, &settings.theme),
                on_change: set_theme.into(),
            }.view() }
            { Slider {
                name: "visible",
                label: texts.visible,
                range: ["1", "8", "1"],
                value: visible.into(),
                text: visible.to_string().into(),
                on_change: set_visible.into(),
            }.view() }
            { Slider {
                name: "gap",
                label: texts.gap,
                range: ["0", "40", "1"],
                value: gap.into(),
                text: format!("{gap} px").into(),
                on_change: set_gap.into(),
            }.view() }
            <div class="demo-switches">
                { switch(texts.expand, settings.expand, set_expand.into()) }
                { switch(texts.direction, settings.direction.is_some(), set_direction.into()) }
            </div>
        </>
    }
}

fn index_of<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter()
        .position(|other| other == one)
        .unwrap_or_default()
}

/// The last closed toasts and why they were closed.
#[component]
fn Log(props: &TextsProps) -> Html {
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
