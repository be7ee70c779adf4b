//! One toast on the page.

use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::gesture::{put_back, use_swipe};
use super::stack::{Event, ItemView};
use super::toaster::use_toaster;
use super::{CloseReason, ToastButton, ToastKind};
use crate::task::Percent;

#[derive(PartialEq, Properties)]
pub(super) struct ToastItemProps {
    pub(super) item: ItemView,
    pub(super) on_focus_lost: Callback<()>,
}

/// One toast. It renders again only when it, or its place, has changed.
#[component]
pub(super) fn ToastItem(props: &ToastItemProps) -> Html {
    let toaster = use_toaster();
    let node = use_node_ref();
    let ItemView {
        entry,
        index,
        visible,
    } = &props.item;
    let toast = &entry.toast;
    let exiting = entry.is_exiting();
    use_effect_with(exiting, {
        let (node, on_focus_lost) = (node.clone(), props.on_focus_lost.clone());
        move |exiting| {
            if *exiting && has_focus(&node) {
                on_focus_lost.emit(());
            }
            let was_exiting = *exiting;
            move || {
                if was_exiting {
                    put_back(&node);
                }
            }
        }
    });
    let dismiss = {
        let (toaster, id) = (toaster.clone(), entry.id.clone());
        move |reason| toaster.send(Event::Dismiss(id.clone(), reason))
    };
    let now = {
        let toaster = toaster.clone();
        move || toaster.now()
    };
    let on_swiped = {
        let dismiss = dismiss.clone();
        move || dismiss(CloseReason::Swipe)
    };
    let onpointerdown = use_swipe(&node, entry.position, toast.dismissible, now, on_swiped);
    let onkeydown = toast.dismissible.then(|| {
        let dismiss = dismiss.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                dismiss(CloseReason::Escape);
            }
        })
    });
    let press = |button: &ToastButton, reason| {
        let (dismiss, node, button) = (dismiss.clone(), node.clone(), button.clone());
        Callback::from(move |event: MouseEvent| {
            // A keyboard's click has no count. Its button may be gone in a
            // moment; the toast itself keeps the focus then.
            if event.detail() == 0
                && let Some(toast) = node.cast::<HtmlElement>()
            {
                let _ = toast.focus();
            }
            if button.closes {
                dismiss(reason);
            }
            button.on_click.emit(());
        })
    };
    let close = {
        let dismiss = dismiss.clone();
        Callback::from(move |_: MouseEvent| dismiss(CloseReason::CloseButton))
    };
    html! {
        <li ref={node.clone()} class="ybt-toast" tabindex="0" data-toast=""
            data-toast-id={entry.id.to_string()}
            data-kind={toast.kind.word()}
            data-phase={entry.phase.word()}
            data-front={word(*index == 0 && !exiting)}
            data-visible={word(*visible)}
            data-index={(*index).min(LAST_INDEX).to_string()}
            data-dismissible={word(toast.dismissible)}
            inert={!*visible || exiting}
            {onkeydown} {onpointerdown}>
            <span class="ybt-icon" aria-hidden="true" />
            <div class="ybt-text">
                <div class="ybt-title" data-title="">{ &toast.title }</div>
                if !toast.description.is_empty() {
                    <div class="ybt-description" data-description="">{ &toast.description }</div>
                }
            </div>
            if toast.cancel.is_some() || toast.action.is_some() {
                <div class="ybt-buttons">
                    if let Some(cancel) = &toast.cancel {
                        <button type="button" class="ybt-button" data-cancel=""
                            onclick={press(cancel, CloseReason::Cancel)}>
                            { &cancel.label }
                        </button>
                    }
                    if let Some(action) = &toast.action {
                        <button type="button" class="ybt-button ybt-action" data-action=""
                            onclick={press(action, CloseReason::Action)}>
                            { &action.label }
                        </button>
                    }
                </div>
            }
            if toast.dismissible {
                <button type="button" class="ybt-close" data-close=""
                    aria-label={toaster.settings().close} onclick={close} />
            }
            if let ToastKind::Loading { progress } = toast.kind {
                <ProgressBar {progress} label={toast.title.clone()} />
            }
        </li>
    }
}

/// The style sheet knows the places up to this one.
const LAST_INDEX: usize = 9;

fn word(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}

fn has_focus(node: &NodeRef) -> bool {
    let focused = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.active_element());
    node.cast::<Element>()
        .is_some_and(|toast| toast.contains(focused.as_deref()))
}

#[derive(PartialEq, Properties)]
struct ProgressBarProps {
    progress: Option<Percent>,
    label: AttrValue,
}

#[component]
fn ProgressBar(props: &ProgressBarProps) -> Html {
    let node = use_node_ref();
    use_effect_with(props.progress, {
        let node = node.clone();
        move |progress| {
            // By CSSOM: a strict content security policy forbids a style attribute.
            if let (Some(bar), Some(percent)) = (node.cast::<HtmlElement>(), progress) {
                let share = f64::from(percent.get()) / 100.0;
                let _ = bar
                    .style()
                    .set_property("--ybt-progress", &share.to_string());
            }
        }
    });
    html! {
        <div ref={node} class="ybt-progress" role="progressbar" aria-label={&props.label}
            aria-valuemin="0" aria-valuemax="100"
            aria-valuenow={props.progress.map(|percent| percent.to_string())} />
    }
}
