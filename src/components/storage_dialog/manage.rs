//! The Manage tab: stored attachments and unfinished uploads.

use background_tasks_core::{TaskId, TaskKind, TaskState, messages::Label};
use yew::prelude::*;

use super::attachment_row::AttachmentRow;
use crate::components::task_row::TaskRow;
use crate::hooks::{AttachmentList, use_attachments, use_background_tasks};
use crate::store::Tasks;
use crate::use_selection::use_selection;

#[component]
pub(super) fn Manage() -> Html {
    let tasks = use_background_tasks();
    let attachments = use_attachments();
    let uploads = use_selection(&tasks.context(), uploads_not_stored);
    let messages = tasks.messages();
    let reload = {
        let attachments = attachments.clone();
        Callback::from(move |_: MouseEvent| attachments.reload())
    };
    let on_delete = {
        let attachments = attachments.clone();
        Callback::from(move |attachment| attachments.delete(&attachment))
    };
    let (is_empty, stored) = match attachments.list() {
        AttachmentList::Loading => (
            false,
            html! { <p class="ybt-empty">{ messages.text(Label::Loading).to_owned() }</p> },
        ),
        AttachmentList::Failed(error) => (
            false,
            html! {
                <div class="ybt-fault" role="alert">
                    <p ~textContent={[messages.text(Label::ListFailed), " ", &messages.request_reason(error)].concat()} />
                    <button type="button" class="ybt-small" onclick={reload}>{ messages.text(Label::Retry).to_owned() }</button>
                </div>
            },
        ),
        AttachmentList::Loaded {
            attachments,
            not_deleted,
        } => (
            attachments.is_empty(),
            html! {
                <>
                    if let Some((attachment, error)) = not_deleted {
                        <p class="ybt-fault" role="alert" ~textContent={[
                            &messages.filled(Label::DeleteFailed, &[("title", &attachment.title)]),
                            " ",
                            &*messages.request_reason(error),
                        ].concat()} />
                    }
                    <ul class="ybt-rows">
                        { for attachments.iter().map(|attachment| html! {
                            <AttachmentRow key={attachment.id.to_string()} attachment={attachment.clone()}
                                on_delete={on_delete.clone()} />
                        }) }
                    </ul>
                </>
            },
        ),
    };
    html! {
        <>
            if !uploads.is_empty() {
                <ul class="ybt-rows">
                    { for uploads.iter().map(|id| html! { <TaskRow key={id.as_str()} id={id.clone()} /> }) }
                </ul>
            }
            { stored }
            if is_empty && uploads.is_empty() {
                <p class="ybt-empty">{ messages.text(Label::NothingStored).to_owned() }</p>
            }
        </>
    }
}

/// Uploads that are not in the server's list: unfinished, failed or cancelled.
fn uploads_not_stored(tasks: &Tasks) -> Vec<TaskId> {
    let all = tasks.of_attachment(None).into_iter();
    all.filter(|task| {
        matches!(task.kind, TaskKind::Upload { .. }) && task.state != TaskState::Succeeded
    })
    .map(|task| task.id.clone())
    .collect()
}
