//! The component for one stack.

use std::rc::Rc;

use background_tasks_core::messages::fill;
use wasm_bindgen::JsCast as _;
use web_sys::Element;
use yew::prelude::*;

use super::focus::{FocusOrigin, focus_next, has_focus, is_on_body};
use super::item::ToastItem;
use super::layout::use_layout;
use super::number::format_count;
use super::stack::{PauseReason, StackEvent, StackView};
use super::{Toaster, ToasterSettings};
use crate::abort_on_drop::AbortOnDrop;
use crate::use_guard::use_guard;

#[derive(PartialEq, Properties)]
pub(super) struct ToastListProps {
    pub(super) toaster: Toaster,
    pub(super) stack: StackView,
    pub(super) settings: Rc<ToasterSettings>,
    pub(super) origin: Rc<FocusOrigin>,
    pub(super) on_more: Option<Callback<()>>,
}

/// One stack. It listens to pointer and focus for all of its toasts, so that the state
/// is kept when a toast is removed.
#[component]
pub(super) fn ToastList(props: &ToastListProps) -> Html {
    let toaster = &props.toaster;
    let list = use_node_ref();
    let layout = use_layout(&list, &props.stack);
    let StackView {
        placement,
        expanded,
        items,
        more,
        focused,
    } = &props.stack;
    let pause = |reasons: &'static [PauseReason], on| {
        let (toaster, placement) = (toaster.clone(), placement.clone());
        move || {
            for reason in reasons {
                toaster.send(StackEvent::Pause(placement.clone(), *reason, on));
            }
        }
    };
    let on_pointer = |reasons, on| {
        let pause = pause(reasons, on);
        Callback::from(move |_: PointerEvent| pause())
    };
    let release = on_pointer(&[PauseReason::Press], false);
    let onfocusin = {
        let (focus, list) = (pause(&[PauseReason::Focus], true), list.clone());
        let origin = props.origin.clone();
        Callback::from(move |event: FocusEvent| {
            if let Some(outside) = element(event.related_target())
                && !contains(&list, &outside)
            {
                origin.set(&outside);
            }
            // A click focuses too, but must not pause the timers until the next blur.
            if element(event.target()).is_some_and(|target| is_focus_visible(&target)) {
                focus();
            }
        })
    };
    let check_focus = {
        let (leave, list) = (pause(&[PauseReason::Focus], false), list.clone());
        let origin = props.origin.clone();
        move |was_removed: bool| {
            if !has_focus(&list) {
                leave();
                if was_removed && is_on_body() {
                    focus_next(&list, &origin);
                }
            }
        }
    };
    let pending_check = use_mut_ref(Option::<AbortOnDrop>::default);
    let onfocusout = {
        let (leave, list) = (pause(&[PauseReason::Focus], false), list.clone());
        let check_focus = check_focus.clone();
        Callback::from(
            move |event: FocusEvent| match element(event.related_target()) {
                Some(next) if contains(&list, &next) => {}
                Some(_) => leave(),
                // Nothing has the focus, or the element is being removed, which is known
                // only in the next microtask.
                None => {
                    let left = element(event.target());
                    let check_focus = check_focus.clone();
                    let check = AbortOnDrop::new(async move {
                        check_focus(left.is_some_and(|left| !left.is_connected()));
                    });
                    drop(pending_check.replace(Some(check)));
                }
            },
        )
    };
    // Some browsers fire no event when a focused element is removed.
    let orders: Vec<_> = items.iter().map(|item| item.entry.order).collect();
    use_guard((*focused, orders), move |(focused, _)| {
        if *focused {
            check_focus(true);
        }
    });
    html! {
        <ol ref={&list} class="ybt-list" part="list" data-toast-list="" data-position={placement.position.as_str()}
            data-expanded={if *expanded { "true" } else { "false" }}
            data-has-more={(*more > 0).then_some("true")}
            onpointerenter={on_pointer(&[PauseReason::Hover], true)}
            onpointerleave={on_pointer(&[PauseReason::Hover, PauseReason::Press], false)}
            onpointerdown={on_pointer(&[PauseReason::Press], true)} onpointerup={release.clone()}
            onpointercancel={release} {onfocusin} {onfocusout}>
            { for items.iter().map(|item| html! {
                <ToastItem key={item.entry.id.as_str()} toaster={toaster.clone()} item={item.clone()}
                    settings={props.settings.clone()} list={&list} layout={layout.clone()}
                    origin={props.origin.clone()} />
            }) }
            if *more > 0 {
                <li key="" class="ybt-more" data-more-toasts={more.to_string()}>
                    { more_toasts(*more, &props.settings, props.on_more.as_ref()) }
                </li>
            }
        </ol>
    }
}

/// The line for toasts that are not visible. It does not move when the stack expands.
fn more_toasts(count: usize, settings: &ToasterSettings, on_more: Option<&Callback<()>>) -> Html {
    let count = format_count(count, settings.language.as_deref());
    let text = fill(&settings.more, &[("n", &count)]);
    match on_more.cloned() {
        Some(on_more) => {
            let onclick = move |_: MouseEvent| on_more.emit(());
            html! { <button type="button" part="more" {onclick} ~textContent={text} /> }
        }
        None => html! { <span part="more" ~textContent={text} /> },
    }
}

fn element(target: Option<web_sys::EventTarget>) -> Option<Element> {
    target?.dyn_into().ok()
}

fn contains(list: &NodeRef, element: &Element) -> bool {
    list.get().is_some_and(|list| list.contains(Some(element)))
}

fn is_focus_visible(element: &Element) -> bool {
    element.matches(":focus-visible").unwrap_or(true)
}
