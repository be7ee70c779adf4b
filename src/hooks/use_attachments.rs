//! A hook for the attachments on the server.

use std::cell::RefCell;
use std::rc::Rc;

use background_tasks_core::{Change, RequestError, Task, TaskKind, TaskState};
use yew::prelude::*;

use super::use_background_tasks;
use crate::abort_on_drop::AbortOnDrop;
use crate::background_tasks::BackgroundTasks;
use crate::client::Attachment;
use crate::driver::Notice;
use crate::use_guard::use_guard;

/// The state of the list of attachments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttachmentList {
    /// The first request is in progress.
    #[default]
    Loading,
    /// The list has been loaded.
    Loaded {
        /// The attachments, in the order of the server.
        attachments: Vec<Attachment>,
        /// The last attachment that could not be deleted, and the reason.
        not_deleted: Option<(Attachment, RequestError)>,
    },
    /// The list could not be loaded.
    Failed(RequestError),
}

/// The list of attachments and its operations.
#[derive(Clone, PartialEq)]
pub struct UseAttachmentsHandle {
    known: UseReducerHandle<Known>,
    tasks: BackgroundTasks,
    request: Rc<Request>,
}

/// The request for the list while it is in flight. It is aborted when the component unmounts.
#[derive(Default)]
struct Request(RefCell<Option<AbortOnDrop>>);

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

enum Response {
    Listed(Result<Vec<Attachment>, RequestError>),
    Deleted(Attachment, Result<(), RequestError>),
}

/// The reducer for responses.
#[derive(Default, PartialEq)]
struct Known(AttachmentList);

impl Reducible for Known {
    type Action = Response;

    fn reduce(self: Rc<Self>, response: Response) -> Rc<Self> {
        Rc::new(Self(self.0.clone().after(response)))
    }
}

impl AttachmentList {
    fn after(self, response: Response) -> Self {
        match (response, self) {
            (Response::Listed(Ok(attachments)), _) => Self::Loaded {
                attachments,
                not_deleted: None,
            },
            // Keep a list that is already shown.
            (Response::Listed(Err(_)), loaded @ Self::Loaded { .. }) => loaded,
            (Response::Listed(Err(error)), Self::Loading | Self::Failed(_)) => Self::Failed(error),
            (Response::Deleted(gone, Ok(())), Self::Loaded { attachments, .. }) => Self::Loaded {
                attachments: attachments
                    .into_iter()
                    .filter(|attachment| attachment.id != gone.id)
                    .collect(),
                not_deleted: None,
            },
            (Response::Deleted(kept, Err(error)), Self::Loaded { attachments, .. }) => {
                Self::Loaded {
                    attachments,
                    not_deleted: Some((kept, error)),
                }
            }
            (Response::Deleted(..), other @ (Self::Loading | Self::Failed(_))) => other,
        }
    }
}

impl UseAttachmentsHandle {
    /// The current state of the list.
    pub fn list(&self) -> &AttachmentList {
        &self.known.0
    }

    /// Requests the list again.
    pub fn reload(&self) {
        let response = self.tasks.clients().storage.list();
        let known = self.known.dispatcher();
        let slot = Rc::downgrade(&self.request);
        let request = AbortOnDrop::new(async move {
            known.dispatch(Response::Listed(response.await));
            let ended = slot.upgrade().and_then(|slot| slot.0.take());
            drop(ended);
        });
        let previous = self.request.0.replace(Some(request));
        drop(previous);
    }

    fn is_loading(&self) -> bool {
        self.request.0.borrow().is_some()
    }

    /// Deletes an attachment on the server and cancels the tasks that work on it, also if the
    /// component is unmounted in the meantime. If that fails then, a toast says so.
    pub fn delete(&self, attachment: &Attachment) {
        self.tasks.driver().delete(attachment.clone());
    }
}

/// The attachments on the server. Loaded when the component mounts and after each upload.
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::{AttachmentList, use_attachments};
///
/// #[component]
/// fn Files() -> Html {
///     let handle = use_attachments();
///     match handle.list() {
///         AttachmentList::Loaded { attachments, .. } => html! {
///             <ul>{ for attachments.iter().map(|file| html! { <li>{ &*file.title }</li> }) }</ul>
///         },
///         AttachmentList::Failed(_) => {
///             html! { <button onclick={move |_| handle.reload()}>{ "Try again" }</button> }
///         }
///         _ => html! { "Loading" },
///     }
/// }
/// ```
///
/// # Panics
///
/// If the component is not inside of a provider, like [`use_background_tasks`].
#[hook]
pub fn use_attachments() -> UseAttachmentsHandle {
    let handle = UseAttachmentsHandle {
        known: use_reducer(Known::default),
        tasks: use_background_tasks(),
        request: use_ref(Request::default),
    };
    use_guard(handle.tasks.clone(), {
        let handle = handle.clone();
        move |tasks| {
            handle.reload();
            tasks.driver().observe(move |notice| match notice {
                Notice::Changed(change, _) if is_new_attachment(change) => handle.reload(),
                Notice::Deleted(attachment, response, is_shown) => {
                    is_shown.set(true);
                    let response = Response::Deleted(attachment.clone(), response.clone());
                    handle.known.dispatch(response);
                    if handle.is_loading() {
                        // That list may still contain the attachment.
                        handle.reload();
                    }
                }
                Notice::Changed(..)
                | Notice::Announced(_)
                | Notice::NotDeleted(..)
                | Notice::Warned(_) => {}
            })
        }
    });
    handle
}

fn is_new_attachment(change: &Change) -> bool {
    let is_stored = |task: &Task| {
        matches!(task.kind, TaskKind::Upload { .. }) && task.state == TaskState::Succeeded
    };
    match change {
        Change::Put { before, after } => {
            is_stored(after) && !before.as_ref().is_some_and(|before| is_stored(before))
        }
        Change::Removed(_) => false,
    }
}
