//! The storage dialog: hand a file over, and see what became of the others.

mod attachment_row;
mod manage;
mod tabs;
mod upload_form;
mod validation;

use web_sys::{HtmlDialogElement, HtmlElement};
use yew::prelude::*;

use self::manage::Manage;
use self::tabs::{Tab, tabs};
use self::upload_form::UploadForm;
use crate::hooks::use_background_tasks;

/// Properties of [`StorageDialog`].
#[derive(PartialEq, Properties)]
pub struct StorageDialogProps {
    /// Whether it is open.
    pub open: bool,
    /// Called when the person closes it.
    #[prop_or_default]
    pub on_close: Callback<()>,
}

/// Upload and Manage in one dialog. It is not modal: the page behind it and the
/// toasts above it stay usable. What is typed survives closing it; what is
/// uploaded goes on without it. Needs the provider above it.
#[component]
pub fn StorageDialog(props: &StorageDialogProps) -> Html {
    let tasks = use_background_tasks();
    let messages = tasks.messages();
    let labels = &messages.labels;
    let tab = use_state_eq(|| Tab::Upload);
    let (node, tab_list) = (use_node_ref(), use_node_ref());
    let opener = use_mut_ref(|| None::<HtmlElement>);
    use_effect_with(props.open, {
        let node = node.clone();
        move |open| {
            let Some(dialog) = node.cast::<HtmlDialogElement>() else {
                return;
            };
            if *open && !dialog.open() {
                *opener.borrow_mut() = focused();
                dialog.show();
            } else if !*open && dialog.open() {
                dialog.close();
                if let Some(opener) = opener.borrow_mut().take() {
                    // An opener that is gone cannot have the focus back.
                    let _ = opener.focus();
                }
            }
        }
    });
    let close = {
        let on_close = props.on_close.clone();
        Callback::from(move |_: MouseEvent| on_close.emit(()))
    };
    let onkeydown = {
        let on_close = props.on_close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                on_close.emit(());
            }
        })
    };
    let select = {
        let tab = tab.setter();
        Callback::from(move |selected| tab.set(selected))
    };
    let show_manage = {
        let (select, node) = (select.clone(), node.clone());
        Callback::from(move |()| {
            select.emit(Tab::Manage);
            focus_in(&node, "#ybt-tab-manage");
        })
    };
    html! {
        <dialog ref={node} class="ybt-dialog" data-storage-dialog="" lang={messages.language.to_string()} aria-labelledby="ybt-storage" {onkeydown}>
            <div class="ybt-dialog-header">
                <h2 id="ybt-storage" class="ybt-panel-title">{ labels.storage.to_string() }</h2>
                <button type="button" class="ybt-dialog-close" aria-label={labels.close.to_string()} onclick={close} />
            </div>
            { tabs(&tab_list, *tab, &select, labels) }
            <div id="ybt-panel-upload" class="ybt-tabpanel" tabindex="-1" role="tabpanel" aria-labelledby="ybt-tab-upload"
                hidden={*tab != Tab::Upload}>
                <UploadForm on_uploaded={show_manage} />
            </div>
            <div id="ybt-panel-manage" class="ybt-tabpanel" tabindex="-1" role="tabpanel" aria-labelledby="ybt-tab-manage"
                hidden={*tab != Tab::Manage}>
                if props.open {
                    <Manage />
                }
            </div>
        </dialog>
    }
}

fn focused() -> Option<HtmlElement> {
    use wasm_bindgen::JsCast as _;
    web_sys::window()?
        .document()?
        .active_element()?
        .dyn_into()
        .ok()
}

/// Moves the focus to an element inside of `node`, where there is one.
fn focus_in(node: &NodeRef, selector: &str) {
    use wasm_bindgen::JsCast as _;
    let inside = node.cast::<web_sys::Element>();
    let found = inside.and_then(|node| node.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // What cannot be focused leaves the focus where it is.
        let _ = element.focus();
    }
}
