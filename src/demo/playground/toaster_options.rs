//! The settings of the page's toaster.

use yew::prelude::*;
use yew_background_tasks::toast::{Position, Theme, Toaster, ToasterSettings};

use super::select::Select;
use super::{SEGMENTS, index_of};
use crate::demo::slider::Slider;
use crate::demo::switch::switch;
use crate::demo::texts::PlaygroundTexts;

const THEMES: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

/// The settings of the page's toaster, which apply immediately.
pub fn toaster_options(
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
