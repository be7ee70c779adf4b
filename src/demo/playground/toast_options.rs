//! The options of the next toast.

use yew::prelude::*;
use yew_background_tasks::toast::Appearance;

use super::choice::{Choice, MAX_SECONDS};
use super::select::Select;
use super::{SEGMENTS, index_of};
use crate::demo::slider::Slider;
use crate::demo::switch::switch;
use crate::demo::texts::PlaygroundTexts;

const APPEARANCES: [Appearance; 3] = [Appearance::Plain, Appearance::Rich, Appearance::Inverted];

/// The options of the next toast.
pub fn toast_options(texts: &PlaygroundTexts, choice: &UseStateHandle<Choice>) -> Html {
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
