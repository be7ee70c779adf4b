//! A row for one stored attachment: its tasks and a button to delete it.

use background_tasks_core::{TaskKind, messages::fill};
use yew::prelude::*;

use crate::client::Attachment;
use crate::components::task_row::{ROW, move_focus_to, progress_bar, state_text};
use crate::hooks::{use_background_tasks, use_task_selector};

#[derive(PartialEq, Properties)]
pub(super) struct AttachmentRowProps {
    pub(super) attachment: Attachment,
    pub(super) on_delete: Callback<Attachment>,
}

/// Re-renders only when a task of its own attachment changes.
#[component]
pub(super) fn AttachmentRow(props: &AttachmentRowProps) -> Html {
    let tasks = use_background_tasks();
    let attachment = &props.attachment;
    let jobs = use_task_selector(attachment.id.clone(), |tasks, id| {
        let mut all = tasks.of_attachment(Some(id));
        all.retain(|task| matches!(task.kind, TaskKind::Job(_)));
        all
    });
    let confirming = use_state_eq(bool::default);
    let messages = tasks.messages();
    let labels = &messages.labels;
    let title = attachment.title.to_string();
    let set_confirming = |value| {
        let confirming = confirming.setter();
        Callback::from(move |event: MouseEvent| {
            move_focus_to(&event, ROW);
            confirming.set(value);
        })
    };
    let delete = {
        let (on_delete, attachment) = (props.on_delete.clone(), attachment.clone());
        let confirming = confirming.setter();
        Callback::from(move |event: MouseEvent| {
            move_focus_to(&event, ".ybt-tabpanel");
            confirming.set(false);
            on_delete.emit(attachment.clone());
        })
    };
    let delete_label = fill(&labels.delete_named, &[("title", &title)]);
    html! {
        <li class="ybt-row" tabindex="-1" data-attachment="" data-attachment-id={attachment.id.to_string()}>
            <div class="ybt-row-text">
                <span class="ybt-row-title" title={title.clone()}>{ title }</span>
                <span class="ybt-row-detail">
                    { messages.file_size(attachment.size) }{ " · " }{ attachment.content_type.to_string() }
                </span>
                { for jobs.iter().map(|task| html! {
                    <span key={task.id.as_str()} class="ybt-row-detail">
                        { messages.kind_label(&task.kind).to_owned() }
                        { " · " }
                        { state_text(&task.state, messages) }
                        { progress_bar(&task.state, messages) }
                    </span>
                }) }
            </div>
            <div class="ybt-row-buttons">
                if *confirming {
                    <button type="button" class="ybt-small" onclick={set_confirming(false)}>
                        { labels.cancel.to_string() }
                    </button>
                    <button type="button" class="ybt-small ybt-danger" data-delete-confirm=""
                        aria-label={delete_label} onclick={delete}>
                        { labels.delete_confirm.to_string() }
                    </button>
                } else {
                    <button type="button" class="ybt-small" data-delete="" aria-label={delete_label}
                        onclick={set_confirming(true)}>
                        { labels.delete.to_string() }
                    </button>
                }
            </div>
        </li>
    }
}
