//! One stack on the page.

use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use web_sys::Element;
use yew::prelude::*;

use super::ToasterSettings;
use super::focus::{Origin, focus_first, has_focus, is_nowhere};
use super::item::ToastItem;
use super::layout::use_layout;
use super::number::format_count;
use super::stack::{Event, Pause, StackView};
use super::toaster::use_toaster;
use crate::spawned::Spawned;

#[derive(PartialEq, Properties)]
pub(super) struct ToastListProps {
    pub(super) stack: StackView,
    pub(super) settings: Rc<ToasterSettings>,
    pub(super) origin: Rc<Origin>,
    pub(super) on_more: Option<Callback<()>>,
}

/// One stack. It is where the pointer and the focus are watched, so that a
/// toast that goes does not take the knowledge of them with it.
#[component]
pub(super) fn ToastList(props: &ToastListProps) -> Html {
    let toaster = use_toaster();
    let list = use_node_ref();
    let on_height = use_layout(&list, &props.stack);
    let StackView {
        place,
        expanded,
        items,
        more,
        focused,
    } = &props.stack;
    let pause = |reason, on| {
        let (toaster, place) = (toaster.clone(), place.clone());
        move || toaster.send(Event::Pause(place.clone(), reason, on))
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
        let (focus, list) = (pause(Pause::Focus, true), list.clone());
        let origin = props.origin.clone();
        Callback::from(move |event: FocusEvent| {
            if let Some(outside) = element(event.related_target())
                && !holds(&list, &outside)
            {
                origin.keep(&outside);
            }
            // A click focuses too, but does not mean to stay.
            if element(event.target()).is_some_and(|target| is_focus_visible(&target)) {
                focus();
            }
        })
    };
    // The toast that has the focus goes: on to the next one, else back.
    let on_focus_lost = use_callback(
        (list.clone(), props.origin.clone()),
        |(), (list, origin)| {
            if !focus_first(list) {
                origin.restore();
            }
        },
    );
    let look_for_focus = {
        let (leave, list) = (pause(Pause::Focus, false), list.clone());
        let on_focus_lost = on_focus_lost.clone();
        move |was_removed: bool| {
            if !has_focus(&list) {
                leave();
                if was_removed && is_nowhere() {
                    on_focus_lost.emit(());
                }
            }
        }
    };
    let moment = use_mut_ref(Option::<Spawned>::default);
    let onfocusout = {
        let (leave, list) = (pause(Pause::Focus, false), list.clone());
        let look_for_focus = look_for_focus.clone();
        Callback::from(
            move |event: FocusEvent| match element(event.related_target()) {
                Some(next) if holds(&list, &next) => {}
                Some(_) => leave(),
                // The page has none now; or the element is just being removed, which
                // is seen a moment later.
                None => {
                    let left = element(event.target());
                    let look_for_focus = look_for_focus.clone();
                    *moment.borrow_mut() = Some(Spawned::new(async move {
                        look_for_focus(left.is_some_and(|left| !left.is_connected()));
                    }));
                }
            },
        )
    };
    // Some browsers say nothing of the focus of what is removed.
    let orders: Vec<_> = items.iter().map(|item| item.entry.order).collect();
    use_effect_with((*focused, orders), move |(focused, _)| {
        if *focused {
            look_for_focus(true);
        }
    });
    html! {
        <ol ref={list} class="ybt-list" part="list" data-toast-list="" data-position={place.position.words()}
            data-expanded={if *expanded { "true" } else { "false" }}
            data-has-more={(*more > 0).then_some("true")}
            {onpointerenter} {onpointerleave} {onpointerdown} onpointerup={release.clone()}
            onpointercancel={release} {onfocusin} {onfocusout}>
            { for items.iter().map(|item| html! {
                <ToastItem key={item.entry.id.as_str()} item={item.clone()}
                    settings={props.settings.clone()} on_focus_lost={on_focus_lost.clone()}
                    on_height={on_height.clone()} />
            }) }
            if *more > 0 {
                <li key="" class="ybt-more" data-more-toasts={more.to_string()}>
                    { more_toasts(*more, &props.settings, props.on_more.as_ref()) }
                </li>
            }
        </ol>
    }
}

/// The line for toasts that have no place. It is where it is, spread out or not.
fn more_toasts(count: usize, settings: &ToasterSettings, on_more: Option<&Callback<()>>) -> Html {
    let count = format_count(count, settings.language.as_deref());
    let text = settings.more.replace("{n}", &count);
    match on_more.cloned() {
        Some(on_more) => {
            let onclick = move |_: MouseEvent| on_more.emit(());
            html! { <button type="button" part="more" {onclick}>{ text }</button> }
        }
        None => html! { <span part="more">{ text }</span> },
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
