//! A page to play with the toaster.

mod choice;
mod select;
mod texts;
mod tries;

use web_sys::HtmlDialogElement;
use yew::prelude::*;
use yew_background_tasks::toast::{
    CloseReason, Look, Position, Theme, Toaster, ToasterSettings, use_toaster, use_toasts,
};

use self::choice::{Choice, LONGEST, Sort};
use self::select::Select;
pub use self::texts::{CHINESE, ENGLISH, PlaygroundTexts};
use super::slider::Slider;
use super::switch::Switch;
use super::texts::use_texts;

const LOOKS: [Look; 3] = [Look::Plain, Look::Rich, Look::Inverted];
const THEMES: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

/// The playground.
#[component]
pub fn Playground() -> Html {
    let texts = use_texts().playground;
    let toaster = use_toaster();
    let choice = use_state_eq(Choice::default);
    let dialog = use_node_ref();
    let act = |act: fn(&Toaster, &'static PlaygroundTexts)| {
        let toaster = toaster.clone();
        Callback::from(move |_: MouseEvent| act(&toaster, texts))
    };
    let show = |sort: Sort| {
        let (toaster, choice) = (toaster.clone(), choice.clone());
        let onclick = move |_: MouseEvent| {
            let chosen = Choice {
                sort,
                ..(*choice).clone()
            };
            tries::show(&toaster, &chosen, texts);
            choice.set(chosen);
        };
        html! {
            <button type="button" class="demo-button" data-show={sort.call()} {onclick}>
                { sort.example(texts).name }
            </button>
        }
    };
    let open_dialog = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                // One that is open already is what is wanted.
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
            <section class="demo-hero">
                <h1>{ texts.headline }</h1>
                <p>{ texts.lead }</p>
            </section>
            <section class="demo-card" aria-labelledby="demo-show">
                <h2 id="demo-show">{ texts.show }</h2>
                <p>{ texts.show_hint }</p>
                <div class="demo-actions">{ for Sort::ALL.into_iter().map(show) }</div>
            </section>
            <div class="demo-columns">
                <section class="demo-card" aria-labelledby="demo-toast">
                    <h2 id="demo-toast">{ texts.toast }</h2>
                    <ToastOptions choice={(*choice).clone()} on_change={choice.setter()} />
                </section>
                <section class="demo-card" aria-labelledby="demo-toaster">
                    <h2 id="demo-toaster">{ texts.toaster }</h2>
                    <ToasterOptions />
                </section>
            </div>
            <section class="demo-card" aria-labelledby="demo-tries">
                <h2 id="demo-tries">{ texts.tries }</h2>
                <div class="demo-actions">
                    <button type="button" class="demo-button" data-try="heights" onclick={act(tries::heights)}>
                        { texts.heights }
                    </button>
                    <button type="button" class="demo-button" data-try="crowd" onclick={act(tries::crowd)}>
                        { texts.crowd }
                    </button>
                    <button type="button" class="demo-button" data-try="dialog" onclick={open_dialog}>
                        { texts.dialog }
                    </button>
                    <button type="button" class="demo-button" data-try="close" onclick={act(|toaster, _| toaster.dismiss_all())}>
                        { texts.close_all }
                    </button>
                </div>
            </section>
            <div class="demo-columns">
                <section class="demo-card" aria-labelledby="demo-code">
                    <h2 id="demo-code">{ texts.code }</h2>
                    <pre class="demo-code" tabindex="0" aria-label="Rust"><code>{ choice.rust(texts) }</code></pre>
                    <pre class="demo-code" tabindex="0" aria-label="JavaScript"><code>{ choice.javascript(texts) }</code></pre>
                </section>
                <section class="demo-card" aria-labelledby="demo-log">
                    <h2 id="demo-log">{ texts.log }</h2>
                    <Log />
                </section>
            </div>
            <dialog ref={dialog} class="demo-dialog" aria-label={texts.dialog}>
                <p>{ texts.dialog_text }</p>
                <div class="demo-actions">
                    { show(Sort::Success) }
                    { show(Sort::Error) }
                    <button type="button" class="demo-button demo-primary" onclick={close_dialog}>{ texts.close }</button>
                </div>
            </dialog>
        </main>
    }
}

#[derive(PartialEq, Properties)]
struct ToastOptionsProps {
    choice: Choice,
    on_change: Callback<Choice>,
}

/// Options of the next toast.
#[component]
fn ToastOptions(props: &ToastOptionsProps) -> Html {
    let texts = use_texts().playground;
    let choice = &props.choice;
    let set = |change: fn(&mut Choice, bool)| {
        let (choice, on_change) = (choice.clone(), props.on_change.clone());
        Callback::from(move |on| {
            let mut choice = choice.clone();
            change(&mut choice, on);
            on_change.emit(choice);
        })
    };
    let set_look = {
        let (choice, on_change) = (choice.clone(), props.on_change.clone());
        Callback::from(move |index: usize| {
            let look = LOOKS.get(index).copied().unwrap_or_default();
            on_change.emit(Choice {
                look,
                ..choice.clone()
            });
        })
    };
    let set_seconds = {
        let (choice, on_change) = (choice.clone(), props.on_change.clone());
        Callback::from(move |seconds: f64| {
            let seconds = (0..=LONGEST + 1).find(|step| f64::from(*step) >= seconds);
            on_change.emit(Choice {
                seconds: seconds.unwrap_or_default(),
                ..choice.clone()
            });
        })
    };
    let stays = match choice.seconds {
        0 => texts.as_its_kind.to_owned(),
        seconds if seconds > LONGEST => texts.until_closed.to_owned(),
        seconds => format!("{seconds} s"),
    };
    html! {
        <>
            <div class="demo-switches">
                <Switch label={texts.with_description} on={choice.description} on_change={set(|choice, on| choice.description = on)} />
                <Switch label={texts.with_action} on={choice.action} on_change={set(|choice, on| choice.action = on)} />
                <Switch label={texts.with_cancel} on={choice.cancel} on_change={set(|choice, on| choice.cancel = on)} />
                <Switch label={texts.with_icon} on={choice.icon} on_change={set(|choice, on| choice.icon = on)} />
                <Switch label={texts.locked} on={choice.locked} on_change={set(|choice, on| choice.locked = on)} />
            </div>
            <Select label={texts.look} name="look" options={texts.looks.map(AttrValue::from).to_vec()}
                selected={place_of(&LOOKS, &choice.look)} on_change={set_look} />
            <Slider name="stays" label={texts.stays} min=0.0 max={f64::from(LONGEST + 1)} step=1.0
                value={f64::from(choice.seconds)} text={stays} on_change={set_seconds} />
        </>
    }
}

/// Settings of the page's toaster, which count at once.
#[component]
fn ToasterOptions() -> Html {
    let texts = use_texts().playground;
    let toaster = use_toaster();
    let settings = use_state_eq(|| toaster.settings());
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
        Callback::from(move |index: usize| {
            let position = Position::ALL.get(index).copied().unwrap_or_default();
            change(&|settings| settings.position = position);
        })
    };
    let set_theme = {
        let change = change.clone();
        Callback::from(move |index: usize| {
            let theme = THEMES.get(index).copied().unwrap_or_default();
            change(&|settings| settings.theme = theme);
        })
    };
    let set_visible = {
        let change = change.clone();
        Callback::from(move |number: f64| {
            let visible = (1_u8..=8).find(|step| f64::from(*step) >= number);
            change(&|settings| settings.visible = visible.unwrap_or(3).into());
        })
    };
    let set_gap = {
        let change = change.clone();
        Callback::from(move |number: f64| {
            let gap = (0_u16..=40).find(|step| f64::from(*step) >= number);
            change(&|settings| settings.gap = gap);
        })
    };
    let set_expand = {
        let change = change.clone();
        Callback::from(move |on| change(&|settings| settings.expand = on))
    };
    let set_direction = Callback::from(move |rtl: bool| {
        let direction = rtl.then_some(AttrValue::Static("rtl"));
        change(&|settings| settings.direction = direction.clone());
    });
    let gap = settings.gap.unwrap_or(14);
    let visible = u8::try_from(settings.visible).unwrap_or(u8::MAX);
    html! {
        <>
            <Select label={texts.position} name="position" class="demo-positions"
                options={Position::ALL.map(|position| position.words().into()).to_vec()}
                selected={place_of(&Position::ALL, &settings.position)} on_change={set_position} />
            <Select label={texts.theme} name="theme" options={texts.themes.map(AttrValue::from).to_vec()}
                selected={place_of(&THEMES, &settings.theme)} on_change={set_theme} />
            <Slider name="visible" label={texts.visible} min=1.0 max=8.0 step=1.0
                value={f64::from(visible)} text={visible.to_string()} on_change={set_visible} />
            <Slider name="gap" label={texts.gap} min=0.0 max=40.0 step=1.0
                value={f64::from(gap)} text={format!("{gap} px")} on_change={set_gap} />
            <div class="demo-switches">
                <Switch label={texts.expand} on={settings.expand} on_change={set_expand} />
                <Switch label={texts.direction} on={settings.direction.is_some()} on_change={set_direction} />
            </div>
        </>
    }
}

fn place_of<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter()
        .position(|other| other == one)
        .unwrap_or_default()
}

/// The last toasts that went, and why.
#[component]
fn Log() -> Html {
    let texts = use_texts().playground;
    let toaster = use_toaster();
    // A toast that goes is one less of these, which renders this again.
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
    }
}
