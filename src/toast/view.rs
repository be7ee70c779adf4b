//! The toasts on the page: the region, its lists, and what is said aloud.

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::{Document, Element, HtmlElement, VisibilityState};
use yew::prelude::*;
use yewdux::prelude::use_selector;

use super::item::ToastItem;
use super::stack::{Announcement, Event, Pause, Stack, StackView};
use super::toaster::{Toaster, Toasts, use_toaster};

/// Shows the toasts of the provider above, as CONTRACT §4 has it.
///
/// The region and its two live regions are there from the first render on, so
/// that a screen reader knows them before they speak.
#[component]
pub fn ToasterView() -> Html {
    let toaster = use_toaster();
    let settings = use_memo(toaster.clone(), |toaster| toaster.settings());
    let stacks = use_selector(|toasts: &Toasts| toasts.read(Stack::views));
    let spoken = use_selector(|toasts: &Toasts| toasts.read(|all| all.announcements().to_vec()));
    use_effect_with(toaster.clone(), |toaster| {
        let listener = tell_when_hidden(toaster.clone());
        move || drop(listener)
    });
    html! {
        <section class="ybt-toaster" data-toaster="" data-theme={settings.theme.word()}
            aria-label={settings.label.clone()}>
            <LiveRegion name="polite" says={said(&spoken, false)} />
            <LiveRegion name="assertive" says={said(&spoken, true)} />
            { for stacks.iter().map(|stack| html! {
                <ToastList key={stack.position.words()} stack={stack.clone()} />
            }) }
        </section>
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

#[derive(PartialEq, Properties)]
struct ToastListProps {
    stack: StackView,
}

/// One stack. It is where the pointer and the focus are watched, so that a
/// toast that goes does not take the knowledge of them with it.
#[component]
fn ToastList(props: &ToastListProps) -> Html {
    let toaster = use_toaster();
    let list = use_node_ref();
    let came_from = use_mut_ref(|| None::<HtmlElement>);
    let position = props.stack.position;
    let pause = |reason, on| {
        let toaster = toaster.clone();
        move || toaster.send(Event::Pause(position, reason, on))
    };
    let onpointerenter = {
        let hover = pause(Pause::Hover, true);
        Callback::from(move |_: PointerEvent| hover())
    };
    let onpointerleave = {
        let (leave, release) = (pause(Pause::Hover, false), pause(Pause::Press, false));
        Callback::from(move |_: PointerEvent| {
            leave();
            release();
        })
    };
    let onpointerdown = {
        let press = pause(Pause::Press, true);
        Callback::from(move |_: PointerEvent| press())
    };
    let release = {
        let release = pause(Pause::Press, false);
        Callback::from(move |_: PointerEvent| release())
    };
    let onfocusin = {
        let (focus, list, came_from) = (pause(Pause::Focus, true), list.clone(), came_from.clone());
        Callback::from(move |event: FocusEvent| {
            if let Some(outside) = element(event.related_target())
                && !holds(&list, &outside)
            {
                *came_from.borrow_mut() = outside.dyn_into().ok();
            }
            // A click focuses too, but does not mean to stay.
            if element(event.target()).is_some_and(|target| is_focus_visible(&target)) {
                focus();
            }
        })
    };
    let onfocusout = {
        let (leave, list) = (pause(Pause::Focus, false), list.clone());
        Callback::from(move |event: FocusEvent| {
            if element(event.related_target()).is_none_or(|next| !holds(&list, &next)) {
                leave();
            }
        })
    };
    // The toast that has the focus goes: on to the next one, else back.
    let on_focus_lost = use_callback(list.clone(), move |(), list| {
        let next = list.cast::<Element>().and_then(|list| {
            list.query_selector("[data-toast]:not([data-phase='exiting'])")
                .ok()
                .flatten()
        });
        let next = next.and_then(|next| next.dyn_into::<HtmlElement>().ok());
        if let Some(next) = next.or_else(|| came_from.borrow_mut().take()) {
            // An element that cannot be focused leaves the focus where it is.
            let _ = next.focus();
        }
    });
    html! {
        <ol ref={list} class="ybt-list" data-toast-list="" data-position={position.words()}
            data-expanded={if props.stack.expanded { "true" } else { "false" }}
            {onpointerenter} {onpointerleave} {onpointerdown} onpointerup={release.clone()}
            onpointercancel={release} {onfocusin} {onfocusout}>
            { for props.stack.items.iter().map(|item| html! {
                <ToastItem key={item.entry.id.as_str()} item={item.clone()}
                    on_focus_lost={on_focus_lost.clone()} />
            }) }
        </ol>
    }
}

fn element(target: Option<web_sys::EventTarget>) -> Option<Element> {
    target?.dyn_into().ok()
}

fn holds(list: &NodeRef, element: &Element) -> bool {
    list.get().is_some_and(|list| list.contains(Some(element)))
}

fn is_focus_visible(element: &Element) -> bool {
    element.matches(":focus-visible").unwrap_or(true)
}
