//! The component of a toaster: the region, its stacks, and the live regions.

use std::rc::Rc;

use gloo_events::EventListener;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::focus::{FocusOrigin, use_hotkey};
use super::host::{Host, ToasterRoot, use_host};
use super::list::ToastList;
use super::stack::{Announcement, StackEvent, StackView};
use super::toaster::{Toaster, Toasts};
use super::use_toaster::use_toaster_or;
use super::{Inset, ToasterId, ToasterSettings};
use crate::page_visibility;
use crate::use_browser::use_browser;
use crate::use_guard::use_guard;
use crate::use_selection::use_selection;

/// Properties of [`ToasterView`].
#[derive(PartialEq, Properties)]
#[non_exhaustive]
pub struct ToasterViewProps {
    /// The id of the toaster; by default that of the default toaster.
    #[prop_or_default]
    pub id: ToasterId,
    /// Called on a click on the line for toasts that are not visible. Without it, the
    /// line is not a button.
    #[prop_or_default]
    pub on_more: Option<Callback<()>>,
    /// Whether the page was rendered on a server and is hydrated. The first render is then
    /// empty, as on the server.
    #[prop_or_default]
    pub hydrated: bool,
    /// The root to render into; `None` to render in place.
    #[prop_or_default]
    pub(crate) root: Option<ToasterRoot>,
    /// The toaster; `None` for the closest one.
    #[prop_or_default]
    pub(crate) toaster: Option<Toaster>,
}

/// Shows the toasts of the closest toaster.
///
/// The region and its two live regions exist from the first render on, so that screen
/// readers know them before the first announcement. While a modal dialog is open, they
/// are inside of it. A server renders nothing.
///
/// A provider shows the default toaster. Further ones have an id, which a toast names:
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::toast::{Toast, Toaster, ToasterProvider, ToasterView};
///
/// #[component]
/// fn App() -> Html {
///     let onclick = |_| {
///         Toaster::page().show(Toast::success("Saved").with_toaster("sidebar"));
///     };
///     html! {
///         <ToasterProvider>
///             <ToasterView id="sidebar" />
///             <button {onclick}>{ "Save" }</button>
///         </ToasterProvider>
///     }
/// }
/// ```
#[component]
pub fn ToasterView(props: &ToasterViewProps) -> Html {
    let is_ready = use_browser(props.hydrated);
    let toaster = use_toaster_or(props.toaster.clone());
    let state = use_selection(&toaster.context(), {
        let id = props.id.clone();
        move |toasts: &Toasts| ViewState::of(toasts, &id)
    });
    let ViewState {
        settings,
        stacks,
        announcements,
    } = &*state;
    use_guard(toaster.clone(), |toaster| track_visibility(toaster.clone()));
    let section = use_node_ref();
    use_insets(&section, settings);
    let origin = use_ref(FocusOrigin::default);
    use_hotkey(settings.hotkey.clone(), &section, &origin);
    let host = use_host(props.root.clone(), is_ready);
    if !is_ready {
        return html! {};
    }
    let region = html! {
        <section ref={section} class="ybt-toaster" part="toaster" data-toaster={props.id.to_string()}
            data-theme={settings.theme.as_str()} dir={settings.direction.clone()} lang={settings.language.clone()}
            aria-label={settings.label.clone()}
            aria-keyshortcuts={settings.hotkey.as_ref().map(ToString::to_string)}>
            { live_region("polite", announcements.iter().filter(|text| !text.assertive)) }
            { live_region("assertive", announcements.iter().filter(|text| text.assertive)) }
            { for stacks.iter().map(|stack| html! {
                <ToastList key={stack.placement.position.as_str()} stack={stack.clone()}
                    toaster={toaster.clone()} {settings} origin={origin.clone()}
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

/// The state of one toaster.
#[derive(PartialEq)]
struct ViewState {
    settings: Rc<ToasterSettings>,
    stacks: Vec<StackView>,
    announcements: Vec<Announcement>,
}

impl ViewState {
    fn of(toasts: &Toasts, id: &ToasterId) -> Self {
        toasts.read(|all| Self {
            settings: Rc::new(all.settings(id).clone()),
            stacks: all.views(id),
            announcements: all.announcements(id),
        })
    }
}

fn track_visibility(toaster: Toaster) -> Option<EventListener> {
    let update = move || toaster.send(StackEvent::Hidden(!page_visibility::is_visible()));
    update();
    page_visibility::listen(update)
}

/// Sets the gap and insets of the settings as custom properties.
#[hook]
fn use_insets(section: &NodeRef, settings: &ToasterSettings) {
    let spaces = (settings.gap, settings.inset, settings.narrow_inset);
    use_guard((section.clone(), spaces), |(section, spaces)| {
        let (gap, inset, narrow) = *spaces;
        let Some(section) = section.cast::<HtmlElement>() else {
            return;
        };
        let set = |name: &str, pixels: Option<u16>| {
            let style = section.style();
            // Fails only for a read-only style.
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

fn live_region<'a>(name: &'static str, texts: impl Iterator<Item = &'a Announcement>) -> Html {
    html! {
        <div class="ybt-unseen" data-live={name} aria-live={name} aria-atomic="false">
            { for texts.map(|text| html! { <p key={text.number}>{ &*text.text }</p> }) }
        </div>
    }
}
