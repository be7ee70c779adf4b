//! A row for one stored attachment: its tasks and a button to delete it.

use background_tasks_core::{TaskKind, messages::Label};
use yew::prelude::*;

use crate::client::Attachment;
use crate::components::task_row::{ROW, isolated, move_focus_to, progress_bar, state_text};
use crate::hooks::use_background_tasks;
use crate::store::Tasks;
use crate::use_selection::use_selection;

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
    let jobs = use_selection(&tasks.context(), {
        let id = attachment.id.clone();
        move |tasks: &Tasks| {
            let mut all = tasks.of_attachment(Some(&id));
            all.retain(|task| matches!(task.kind, TaskKind::Job(_)));
            all
        }
    });
    let confirming = use_state_eq(bool::default);
    let messages = tasks.messages();
    let title = isolated(&attachment.title);
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
    let delete_label = messages.filled(Label::DeleteNamed, &[("title", &attachment.title)]);
    let size = messages.file_size(attachment.size);
    let details = [&size, " · ", &attachment.content_type].concat();
    html! {
        <li class="ybt-row" tabindex="-1" data-attachment="" data-attachment-id={attachment.id.to_string()}>
            <div class="ybt-row-text">
                <span class="ybt-row-title" title={title.clone()} ~textContent={title} />
                <span class="ybt-row-detail" ~textContent={details} />
                { for jobs.iter().map(|task| html! {
                    <span key={task.id.as_str()} class="ybt-row-detail">
                        <span ~textContent={[messages.kind_label(&task.kind), " · "].concat()} />
                        { state_text(&task.state, messages) }
                        { progress_bar(&task.state, messages) }
                    </span>
                }) }
            </div>
            <div class="ybt-row-buttons">
                if *confirming {
                    <button type="button" class="ybt-small" onclick={set_confirming(false)}
                        ~textContent={messages.text(Label::Cancel)} />
                    <button type="button" class="ybt-small ybt-danger" data-delete-confirm=""
                        aria-label={delete_label} onclick={delete} ~textContent={messages.text(Label::DeleteConfirm)} />
                } else {
                    <button type="button" class="ybt-small" data-delete="" aria-label={delete_label}
                        onclick={set_confirming(true)} ~textContent={messages.text(Label::Delete)} />
                }
            </div>
        </li>
    }
}
