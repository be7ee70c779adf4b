//! The toasts on the page: the region, its stacks, and what is said aloud.

use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::HtmlElement;
use yew::prelude::*;
use yewdux::prelude::Dispatch;

use super::focus::{Origin, use_hotkey};
use super::host::{Host, ToasterRoot, use_host};
use super::list::ToastList;
use super::stack::{Announcement, Event, StackView};
use super::toaster::{Toaster, Toasts, use_toaster};
use super::{Inset, ToasterId, ToasterSettings};
use crate::page_visibility;
use crate::use_guard::use_guard;
use crate::use_selection::use_selection;

/// Properties of [`ToasterView`].
#[derive(PartialEq, Properties)]
pub struct ToasterViewProps {
    /// Which of several toasters this is; none for the default one.
    #[prop_or_default]
    pub id: ToasterId,
    /// Called by the line that stands for toasts without a place. Without, that
    /// line is text.
    #[prop_or_default]
    pub on_more: Option<Callback<()>>,
    /// Where it is rendered, if not where this component is.
    #[prop_or_default]
    pub(crate) root: Option<ToasterRoot>,
}

/// Shows the toasts of the toaster above, as CONTRACT §4 has it.
///
/// The region and its two live regions are there from the first render on, so
/// that a screen reader knows them before they speak. While a modal dialog is
/// open, they are inside of it.
#[component]
pub fn ToasterView(props: &ToasterViewProps) -> Html {
    let toaster = use_toaster();
    let shown = use_selection(Dispatch::new(&toaster.context()), {
        let id = props.id.clone();
        move |toasts: &Toasts| Shown::of(toasts, &id)
    });
    let Shown {
        settings,
        stacks,
        spoken,
    } = &*shown;
    use_guard(toaster, |toaster| tell_when_hidden(toaster.clone()));
    let section = use_node_ref();
    use_insets(&section, settings);
    let origin = use_memo((), |()| Origin::default());
    use_hotkey(settings.hotkey.clone(), &section, &origin);
    let host = use_host(props.root.clone());
    let region = html! {
        <section ref={section} class="ybt-toaster" part="toaster" data-toaster={props.id.to_string()}
            data-theme={settings.theme.word()} dir={settings.direction.clone()} lang={settings.language.clone()}
            aria-label={settings.label.clone()}
            aria-keyshortcuts={settings.hotkey.as_ref().map(ToString::to_string)}>
            { live_region("polite", spoken.iter().filter(|said| !said.assertive)) }
            { live_region("assertive", spoken.iter().filter(|said| said.assertive)) }
            { for stacks.iter().map(|stack| html! {
                <ToastList key={stack.place.position.words()} stack={stack.clone()}
                    {settings} origin={origin.clone()}
                    on_more={props.on_more.clone()} />
            }) }
        </section>
    };
    match host {
        Host::Root(_) | Host::Portal { element: None, .. } => region,
        Host::Portal {
            home,
            element: Some(element),
        } => html! {
            <div ref={home} class="ybt-home">
                { Html::VRef(element.clone().into()) }
                { create_portal(region, element) }
            </div>
        },
    }
}

/// What the toasts of one toaster are.
#[derive(PartialEq)]
struct Shown {
    settings: Rc<ToasterSettings>,
    stacks: Vec<StackView>,
    spoken: Vec<Announcement>,
}

impl Shown {
    fn of(toasts: &Toasts, id: &ToasterId) -> Self {
        toasts.read(|all| Self {
            settings: Rc::new(all.settings(id).clone()),
            stacks: all.views(id),
            spoken: all.announcements(id),
        })
    }
}

fn tell_when_hidden(toaster: Toaster) -> Option<EventListener> {
    let tell = move || toaster.send(Event::Hidden(!page_visibility::is_visible()));
    tell();
    page_visibility::listen(tell)
}

/// Spaces that the app has set stand above those of the style sheet.
#[hook]
fn use_insets(section: &NodeRef, settings: &ToasterSettings) {
    let spaces = (settings.gap, settings.inset, settings.narrow_inset);
    use_effect_with((section.clone(), spaces), |(section, spaces)| {
        let (gap, inset, narrow) = *spaces;
        let Some(section) = section.cast::<HtmlElement>() else {
            return;
        };
        let set = |name: &str, pixels: Option<u16>| {
            let style = section.style();
            // Only a read-only style could refuse it.
            let _ = match pixels {
                Some(pixels) => style.set_property(name, &format!("{pixels}px")),
                None => style.remove_property(name).map(drop),
            };
        };
        set("--ybt-gap", gap);
        for (name, inset) in [("--ybt-offset", inset), ("--ybt-narrow-offset", narrow)] {
            let Inset {
                top,
                right,
                bottom,
                left,
            } = inset;
            let edges = [
                ("top", top),
                ("right", right),
                ("bottom", bottom),
                ("left", left),
            ];
            for (edge, pixels) in edges {
                set(&format!("{name}-{edge}"), pixels);
            }
        }
    });
}

fn live_region<'a>(name: &'static str, says: impl Iterator<Item = &'a Announcement>) -> Html {
    html! {
        <div class="ybt-unseen" data-live={name} aria-live={name} aria-atomic="false">
            { for says.map(|said| html! { <p key={said.number}>{ &*said.text }</p> }) }
        </div>
    }
}
