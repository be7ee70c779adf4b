//! One stored attachment, with its tasks and the way to delete it.

use background_tasks_core::{TaskKind, messages::Label};
use yew::prelude::*;

use crate::client::Attachment;
use crate::components::task_row::{ROW, hand_focus_to, progress_bar, state_text};
use crate::hooks::{use_background_tasks, use_task_selector};

#[derive(PartialEq, Properties)]
pub(super) struct AttachmentRowProps {
    pub(super) attachment: Attachment,
    pub(super) on_delete: Callback<Attachment>,
}

/// Follows only the tasks of its own attachment.
#[component]
pub(super) fn AttachmentRow(props: &AttachmentRowProps) -> Html {
    let tasks = use_background_tasks();
    let attachment = &props.attachment;
    let working = use_task_selector(attachment.id.clone(), |tasks, id| {
        let mut all = tasks.of_attachment(Some(id));
        all.retain(|task| matches!(task.kind, TaskKind::Job(_)));
        all
    });
    let asked = use_state_eq(bool::default);
    let messages = tasks.messages();
    let title = attachment.title.to_string();
    let ask = |question| {
        let asked = asked.setter();
        Callback::from(move |event: MouseEvent| {
            hand_focus_to(&event, ROW);
            asked.set(question);
        })
    };
    let delete = {
        let (on_delete, attachment) = (props.on_delete.clone(), attachment.clone());
        let asked = asked.setter();
        Callback::from(move |event: MouseEvent| {
            hand_focus_to(&event, ".ybt-tabpanel");
            asked.set(false);
            on_delete.emit(attachment.clone());
        })
    };
    let named = messages.filled(Label::DeleteNamed, &[("title", &title)]);
    html! {
        <li class="ybt-row" tabindex="-1" data-attachment="" data-attachment-id={attachment.id.to_string()}>
            <div class="ybt-row-text">
                <span class="ybt-row-title" title={title.clone()}>{ title }</span>
                <span class="ybt-row-detail">
                    { messages.file_size(attachment.size) }{ " · " }{ attachment.content_type.to_string() }
                </span>
                { for working.iter().map(|task| html! {
                    <span key={task.id.as_str()} class="ybt-row-detail">
                        { messages.kind_label(&task.kind).to_owned() }
                        { " · " }
                        { state_text(&task.state, messages) }
                        { progress_bar(&task.state, messages) }
                    </span>
                }) }
            </div>
            <div class="ybt-row-buttons">
                if *asked {
                    <button type="button" class="ybt-small" onclick={ask(false)}>
                        { messages.text(Label::Cancel).to_owned() }
                    </button>
                    <button type="button" class="ybt-small ybt-danger" data-delete-confirm=""
                        aria-label={named} onclick={delete}>
                        { messages.text(Label::DeleteConfirm).to_owned() }
                    </button>
                } else {
                    <button type="button" class="ybt-small" data-delete="" aria-label={named}
                        onclick={ask(true)}>
                        { messages.text(Label::Delete).to_owned() }
                    </button>
                }
            </div>
        </li>
    }
}
