//! A row of the task list: the task's kind, state and progress, and its buttons.

use background_tasks_core::messages::{Label, fill};
use background_tasks_core::{Messages, Task, TaskId, TaskState};
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

use crate::background_tasks::BackgroundTasks;
use crate::hooks::use_background_tasks;
use crate::store::Tasks;
use crate::use_selection::use_selection;

#[derive(PartialEq, Properties)]
pub(super) struct TaskRowProps {
    pub(super) id: TaskId,
    /// Its position in a list that is only partly rendered, and the length of that list.
    #[prop_or_default]
    pub(super) position: Option<(usize, usize)>,
}

/// Follows its own task, so that a change of one task re-renders one row. Texts are properties
/// because a browser's translation replaces text nodes.
#[component]
pub(super) fn TaskRow(props: &TaskRowProps) -> Html {
    let tasks = use_background_tasks();
    let task = use_selection(&tasks.context(), {
        let id = props.id.clone();
        move |tasks: &Tasks| tasks.get(&id)
    });
    let Some(task) = &*task else {
        return html! {};
    };
    let messages = tasks.messages();
    let kind = messages.kind_label(&task.kind);
    let title = isolated(&task.title);
    let reason = match &task.state {
        TaskState::Failed(failure) => Some(messages.reason(failure)),
        TaskState::Recovering { error, .. } => Some(messages.request_reason(error)),
        _ => None,
    };
    html! {
        <li class="ybt-row" part={format!("task {}", task.state.as_str())} tabindex="-1" data-task="" data-task-id={task.id.to_string()}
            aria-posinset={props.position.map(|(number, _)| number.to_string())}
            aria-setsize={props.position.map(|(_, all)| all.to_string())}
            data-task-kind={task.kind.name().to_owned()} data-task-state={task.state.as_str()}>
            <div class="ybt-row-text" part="task-text">
                <span class="ybt-row-title" part="task-title" title={title.clone()} ~textContent={title} />
                <span class="ybt-row-detail" part="task-detail">
                    <span ~textContent={[kind, " · "].concat()} />
                    { state_text(&task.state, messages) }
                    if let Some(rate) = task.state.rate() {
                        <span ~textContent={[" · ", &messages.rate(&rate)].concat()} />
                    }
                    if task.is_kept {
                        <span ~textContent={[" · ", messages.text(Label::Kept)].concat()} />
                    }
                    { progress_bar(&task.state, messages) }
                </span>
                if let Some(reason) = reason {
                    // An error that is retried automatically is not highlighted.
                    <span class={if task.state.is_ended() { "ybt-row-reason" } else { "ybt-row-detail" }}
                        part="task-reason" ~textContent={reason} />
                }
            </div>
            { buttons(&tasks, task) }
        </li>
    }
}

/// A title that does not affect the text around it, nor hides its own order.
pub(super) fn isolated(title: &str) -> String {
    fill("{title}", &[("title", title)])
}

/// The label of a state, with the progress of an unfinished task.
pub(super) fn state_text(state: &TaskState, messages: &Messages) -> Html {
    let progress = state.progress().filter(|_| !state.is_ended());
    html! {
        <>
            <span class="ybt-state" part="task-state" data-state={state.as_str()}
                ~textContent={messages.state_label(state)} />
            if let Some(percent) = progress {
                <span ~textContent={[" ", &messages.percentage(percent)].concat()} />
            }
        </>
    }
}

/// The progress bar of an unfinished task.
pub(super) fn progress_bar(state: &TaskState, messages: &Messages) -> Html {
    if state.is_ended() {
        return html! {};
    }
    let label = messages.state_label(state).to_owned();
    html! {
        <progress class="ybt-bar" part="task-progress" max="100" aria-label={label}
            value={state.progress().map(|percent| percent.to_string())} />
    }
}

/// The buttons for what the user can do with a task in its current state.
fn buttons(tasks: &BackgroundTasks, task: &Task) -> Html {
    let messages = tasks.messages();
    let button = |part: &'static str,
                  label: &str,
                  focus_target: &'static str,
                  act: fn(&BackgroundTasks, &TaskId)| {
        let (tasks, id) = (tasks.clone(), task.id.clone());
        let onclick = Callback::from(move |event: MouseEvent| {
            move_focus_to(&event, focus_target);
            act(&tasks, &id);
        });
        html! {
            <button type="button" class="ybt-small" {part} aria-label={format!("{label}: {}", task.title)} {onclick}
                ~textContent={label} />
        }
    };
    html! {
        <div class="ybt-row-buttons" part="task-buttons">
            if task.state.is_paused() {
                { button("button resume", messages.text(Label::Resume), ROW, BackgroundTasks::resume) }
            } else if tasks.can_pause(task) {
                { button("button pause", messages.text(Label::Pause), ROW, BackgroundTasks::pause) }
            }
            if task.state.can_retry() {
                { button("button retry", messages.text(Label::Retry), ROW, BackgroundTasks::retry) }
            }
            if task.state.is_ended() {
                { button("button clear", messages.text(Label::Clear), LIST, BackgroundTasks::clear) }
            } else {
                { button("button cancel", messages.text(Label::Cancel), ROW, BackgroundTasks::cancel) }
            }
        </div>
    }
}

/// Selects the row of a task, which remains when the state changes.
pub(super) const ROW: &str = ".ybt-row";

/// Selects the list, which remains when a row is removed.
const LIST: &str = ".ybt-list-of-tasks, .ybt-tabpanel";

/// Moves the focus from a button that is about to be removed to the closest ancestor that
/// matches `selector`, so that keyboard users do not start again at the top of the page.
pub(super) fn move_focus_to(event: &MouseEvent, selector: &str) {
    let button = event.target_dyn_into::<web_sys::Element>();
    let target = button.and_then(|button| button.closest(selector).ok().flatten());
    if let Some(target) = target.and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Has no effect if the element cannot be focused.
        let _ = target.focus();
    }
}
