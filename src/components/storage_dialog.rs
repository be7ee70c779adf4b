//! The storage dialog: upload files and manage attachments.

mod attachment_row;
mod manage;
mod tabs;
mod transfer;
mod upload_form;
mod validation;

use background_tasks_core::messages::Label;
use gloo_events::{EventListener, EventListenerOptions};
use web_sys::{HtmlDialogElement, HtmlElement};
use yew::prelude::*;

use self::manage::Manage;
use self::tabs::{Tab, tabs};
use self::transfer::keep_page;
use self::upload_form::UploadForm;
use super::use_ids::use_ids;
use crate::hooks::use_background_tasks;
use crate::use_guard::use_guard;

/// Properties of [`StorageDialog`].
#[derive(PartialEq, Properties)]
#[non_exhaustive]
pub struct StorageDialogProps {
    /// Whether it is open.
    pub open: bool,
    /// Called when the user closes it.
    #[prop_or_default]
    pub on_close: Callback<()>,
}

/// A dialog with the tabs Upload and Manage. It is not modal: the page and the toasts remain
/// usable while it is open. Files can be chosen, dropped on the drop area or pasted; while the
/// dialog is open, a file that is dropped beside the area does not replace the page. Closing it
/// keeps the values of the form, and uploads continue. Which files are accepted is a setting
/// ([`UploadPolicy`](crate::UploadPolicy)). Must be inside of a
/// [`BackgroundTasksProvider`](crate::BackgroundTasksProvider).
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::StorageDialog;
///
/// #[component]
/// fn Files() -> Html {
///     let open = use_state(|| false);
///     let show = {
///         let open = open.clone();
///         move |_| open.set(true)
///     };
///     let on_close = {
///         let open = open.clone();
///         move |()| open.set(false)
///     };
///     html! {
///         <>
///             <button onclick={show}>{ "Files" }</button>
///             <StorageDialog open={*open} {on_close} />
///         </>
///     }
/// }
/// ```
#[component]
pub fn StorageDialog(props: &StorageDialogProps) -> Html {
    let tasks = use_background_tasks();
    let messages = tasks.messages();
    let ids = use_ids();
    let tab = use_state_eq(|| Tab::Upload);
    let (node, tab_list) = (use_node_ref(), use_node_ref());
    let opener = use_mut_ref(|| None::<HtmlElement>);
    use_guard(props.open, {
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
                let opener = opener.take();
                if let Some(opener) = opener {
                    // Has no effect if the opener is removed.
                    let _ = opener.focus();
                }
            }
        }
    });
    use_guard(props.open, |open| {
        let window = web_sys::window().filter(|_| *open)?;
        Some(["dragover", "drop"].map(|name| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, name, options, keep_page)
        }))
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
            focus_in(&node, &format!("#{}", ids.of(Tab::Manage.tab())));
        })
    };
    html! {
        <dialog ref={node} class="ybt-dialog" data-storage-dialog="" lang={messages.language().to_owned()} aria-labelledby={ids.of("storage")} {onkeydown}>
            <div class="ybt-dialog-header">
                <h2 id={ids.of("storage")} class="ybt-panel-title">{ messages.text(Label::Storage).to_owned() }</h2>
                <button type="button" class="ybt-dialog-close" aria-label={messages.text(Label::Close).to_owned()} onclick={close} />
            </div>
            { tabs(ids, &tab_list, *tab, &select, messages) }
            <div id={ids.of(Tab::Upload.panel())} class="ybt-tabpanel" tabindex="-1" role="tabpanel"
                aria-labelledby={ids.of(Tab::Upload.tab())}
                hidden={*tab != Tab::Upload}>
                <UploadForm visible={props.open && *tab == Tab::Upload} on_uploaded={show_manage} />
            </div>
            <div id={ids.of(Tab::Manage.panel())} class="ybt-tabpanel" tabindex="-1" role="tabpanel"
                aria-labelledby={ids.of(Tab::Manage.tab())}
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

/// Moves the focus to the element inside of `node` that matches `selector`, if any.
fn focus_in(node: &NodeRef, selector: &str) {
    use wasm_bindgen::JsCast as _;
    let inside = node.cast::<web_sys::Element>();
    let found = inside.and_then(|node| node.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // Has no effect if the element cannot be focused.
        let _ = element.focus();
    }
}
