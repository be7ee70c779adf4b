//! The toasts on the page: the region, its stacks, and what is said aloud.

use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::{Document, HtmlElement, VisibilityState};
use yew::prelude::*;
use yewdux::prelude::use_selector_with_deps;

use super::focus::{Origin, use_hotkey};
use super::host::{Host, ToasterRoot, use_host};
use super::list::ToastList;
use super::stack::{Announcement, Event};
use super::toaster::{Toaster, Toasts, use_toaster};
use super::{Inset, ToasterId, ToasterSettings};

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
    let context = use_toaster().context();
    html! {
        <ContextProvider<yewdux::Context> {context}>
            <Region id={props.id.clone()} on_more={props.on_more.clone()}
                root={props.root.clone()} />
        </ContextProvider<yewdux::Context>>
    }
}

#[component]
fn Region(props: &ToasterViewProps) -> Html {
    let toaster = use_toaster();
    let id = props.id.clone();
    let settings = use_selector_with_deps(
        |toasts: &Toasts, id| toasts.read(|all| Rc::new(all.settings(id).clone())),
        id.clone(),
    );
    let stacks = use_selector_with_deps(
        |toasts: &Toasts, id| toasts.read(|all| all.views(id)),
        id.clone(),
    );
    let spoken = use_selector_with_deps(
        |toasts: &Toasts, id| toasts.read(|all| all.announcements(id)),
        id.clone(),
    );
    use_effect_with(toaster.clone(), |toaster| {
        let listener = tell_when_hidden(toaster.clone());
        move || drop(listener)
    });
    let section = use_node_ref();
    use_insets(&section, &settings);
    let origin = use_memo((), |()| Origin::default());
    use_hotkey(settings.hotkey.clone(), &section, &origin);
    let host = use_host(props.root.clone());
    let region = html! {
        <section ref={section} class="ybt-toaster" part="toaster" data-toaster={id.to_string()}
            data-theme={settings.theme.word()} dir={settings.direction.clone()} lang={settings.language.clone()}
            aria-label={settings.label.clone()}
            aria-keyshortcuts={settings.hotkey.as_ref().map(ToString::to_string)}>
            <LiveRegion name="polite" says={said(&spoken, false)} />
            <LiveRegion name="assertive" says={said(&spoken, true)} />
            { for stacks.iter().map(|stack| html! {
                <ToastList key={stack.place.position.words()} stack={stack.clone()}
                    settings={(*settings).clone()} origin={origin.clone()}
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
            <div ref={home} class="ybt-home">{ create_portal(region, element) }</div>
        },
    }
}

fn tell_when_hidden(toaster: Toaster) -> Option<EventListener> {
    let document = web_sys::window()?.document()?;
    let is_hidden = |document: &Document| document.visibility_state() == VisibilityState::Hidden;
    toaster.send(Event::Hidden(is_hidden(&document)));
    let seen = document.clone();
    Some(EventListener::new(
        &document,
        "visibilitychange",
        move |_| {
            toaster.send(Event::Hidden(is_hidden(&seen)));
        },
    ))
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

fn said(spoken: &[Announcement], assertive: bool) -> Vec<(u64, Rc<str>)> {
    spoken
        .iter()
        .filter(|announcement| announcement.assertive == assertive)
        .map(|announcement| (announcement.number, Rc::clone(&announcement.text)))
        .collect()
}

#[derive(PartialEq, Properties)]
struct LiveRegionProps {
    name: &'static str,
    says: Vec<(u64, Rc<str>)>,
}

#[component]
fn LiveRegion(props: &LiveRegionProps) -> Html {
    html! {
        <div class="ybt-unseen" data-live={props.name} aria-live={props.name} aria-atomic="false">
            { for props.says.iter().map(|(number, text)| html! {
                <p key={*number}>{ &**text }</p>
            }) }
        </div>
    }
}
