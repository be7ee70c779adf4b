//! The component for one toast.

use std::rc::Rc;

use background_tasks_core::Percent;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::focus::{FocusOrigin, focus_next, has_focus};
use super::gesture::{reset_position, use_swipe};
use super::layout::{ListLayout, set, use_height};
use super::stack::{ItemView, StackEvent};
use super::swipe::SwipeDirections;
use super::{CloseReason, Icon, Toast, ToastButton, ToastKind, Toaster, ToasterSettings};
use crate::use_guard::use_guard;

#[derive(PartialEq, Properties)]
pub(super) struct ToastItemProps {
    pub(super) toaster: Toaster,
    pub(super) item: ItemView,
    pub(super) settings: Rc<ToasterSettings>,
    pub(super) list: NodeRef,
    pub(super) layout: Rc<ListLayout>,
    pub(super) origin: Rc<FocusOrigin>,
}

/// One toast. It re-renders only when its entry or its place in the stack changes.
///
/// Texts that change are properties, not nodes: a browser's translation replaces text nodes,
/// and a node that is no longer in the page would be updated in vain.
#[component]
pub(super) fn ToastItem(props: &ToastItemProps) -> Html {
    let toaster = &props.toaster;
    let (node, card, bar) = (use_node_ref(), use_node_ref(), use_node_ref());
    let ItemView {
        entry,
        index,
        visible,
    } = &props.item;
    use_height(&card, {
        let (id, layout) = (entry.id.clone(), props.layout.clone());
        move |height| layout.report(&id, height)
    });
    let toast = &entry.toast;
    let exiting = entry.is_exiting();
    let percent = if let ToastKind::Loading { progress } = toast.kind {
        progress
    } else {
        None
    };
    // While it exits, nothing may move it back before the end.
    let percent = percent.filter(|_| !exiting);
    use_guard((percent, exiting || !visible, exiting), {
        let (node, bar) = (node.clone(), bar.clone());
        let (list, origin) = (props.list.clone(), props.origin.clone());
        move |(percent, is_inert, exiting)| {
            // By CSSOM: a strict Content-Security-Policy forbids a style attribute.
            if let (Some(bar), Some(percent)) = (bar.cast::<HtmlElement>(), percent) {
                set(&bar, "--_progress", &percent.to_string());
            }
            if *is_inert && has_focus(&node) {
                focus_next(&list, &origin);
            }
            exiting.then_some(Exiting(node))
        }
    });
    let dismiss = {
        let (toaster, id) = (toaster.clone(), entry.id.clone());
        move |reason| toaster.send(StackEvent::Dismiss(id.clone(), reason))
    };
    let now = {
        let toaster = toaster.clone();
        move || toaster.now()
    };
    let on_swiped = {
        let dismiss = dismiss.clone();
        move || dismiss(CloseReason::Swipe)
    };
    let directions = props.settings.swipe_directions;
    let directions = directions.unwrap_or_else(|| SwipeDirections::of(entry.placement.position));
    let onpointerdown = use_swipe(&node, directions, toast.dismissible, now, on_swiped);
    let onkeydown = toast.dismissible.then(|| {
        let dismiss = dismiss.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                // Close the toast and not the dialog that contains it.
                event.stop_propagation();
                event.prevent_default();
                dismiss(CloseReason::Escape);
            }
        })
    });
    let click = |button: &ToastButton, reason| {
        let (dismiss, node, button) = (dismiss.clone(), node.clone(), button.clone());
        Callback::from(move |event: MouseEvent| {
            // A click by keyboard has no count. If it removes the button, the toast keeps
            // the focus.
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
    let settings = &props.settings;
    let close_button = toast.close_button.unwrap_or(settings.close_button);
    html! {
        <li ref={node.clone()} class={classes!("ybt-toast", settings.class.clone(), toast.class.clone())}
            part={format!("toast {}", toast.kind.as_str())} tabindex="0" data-toast=""
            data-toast-id={entry.id.to_string()}
            data-kind={toast.kind.as_str()}
            data-phase={entry.phase.as_str()}
            data-front={as_str(*index == 0 && !exiting)}
            data-visible={as_str(*visible)}
            data-look={toast.appearance.unwrap_or(settings.appearance).as_str()}
            data-dismissible={as_str(toast.dismissible)}
            inert={!*visible || exiting}
            {onkeydown} {onpointerdown}>
            <div ref={card} class="ybt-card" part="card">
                if let Some(content) = &toast.content {
                    { content.clone() }
                } else {
                    { icon(toast, settings) }
                    <div class="ybt-text" part="content">
                        <div class="ybt-title" part="title" data-title="" ~textContent={&*toast.title} />
                        if !toast.description.is_empty() {
                            <div class="ybt-description" part="description" data-description=""
                                ~textContent={&*toast.description} />
                        }
                    </div>
                    if toast.cancel.is_some() || toast.action.is_some() {
                        <div class="ybt-buttons" part="buttons">
                            if let Some(cancel) = &toast.cancel {
                                <button type="button" class="ybt-button" part="button cancel" data-cancel=""
                                    onclick={click(cancel, CloseReason::Cancel)} ~textContent={&*cancel.label} />
                            }
                            if let Some(action) = &toast.action {
                                <button type="button" class="ybt-button ybt-action" part="button action" data-action=""
                                    onclick={click(action, CloseReason::Action)} ~textContent={&*action.label} />
                            }
                        </div>
                    }
                }
                if toast.dismissible && close_button {
                    <button type="button" class="ybt-close" part="close" data-close=""
                        aria-label={settings.close.clone()} onclick={close} />
                }
                if let ToastKind::Loading { progress } = toast.kind {
                    { progress_bar(&bar, progress, &toast.title) }
                }
            </div>
        </li>
    }
}

/// An exit animation. Its toast is back in its place when this is dropped.
struct Exiting(NodeRef);

impl Drop for Exiting {
    fn drop(&mut self) {
        reset_position(&self.0);
    }
}

/// The toast's own icon, or the toaster's icon for its kind. Hidden from screen readers,
/// which read the text.
fn icon(toast: &Toast, settings: &ToasterSettings) -> Html {
    let icon = match &toast.icon {
        Icon::Default => settings.icons.of(toast.kind),
        icon => icon,
    };
    match icon {
        Icon::Hidden => html! {},
        Icon::Default => {
            html! { <span class="ybt-icon" part="icon" data-icon={toast.kind.as_str()} aria-hidden="true" /> }
        }
        Icon::Custom(content) => html! {
            <span class="ybt-icon-slot" part="icon" data-icon="custom" aria-hidden="true">{ content.clone() }</span>
        },
    }
}

fn as_str(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}

fn progress_bar(bar: &NodeRef, progress: Option<Percent>, label: &AttrValue) -> Html {
    html! {
        <div ref={bar.clone()} class="ybt-progress" part="progress" role="progressbar" aria-label={label}
            aria-valuemin="0" aria-valuemax="100"
            aria-valuenow={progress.map(|percent| percent.to_string())}>
            <div class="ybt-progress-bar" part="progress-bar" />
        </div>
    }
}
