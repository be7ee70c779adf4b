//! One task in a list: what it is, how far, and what can be done.

use background_tasks_core::messages::Label;
use background_tasks_core::{Messages, Task, TaskId, TaskState};
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

use crate::background_tasks::BackgroundTasks;
use crate::hooks::{use_background_tasks, use_task};

#[derive(PartialEq, Properties)]
pub(super) struct TaskRowProps {
    pub(super) id: TaskId,
    /// Its number in a list that is not all on the page, and how long that is.
    #[prop_or_default]
    pub(super) place: Option<(usize, usize)>,
}

/// Follows its own task, so that a change of one renders one row.
#[component]
pub(super) fn TaskRow(props: &TaskRowProps) -> Html {
    let tasks = use_background_tasks();
    let Some(task) = use_task(&props.id) else {
        return html! {};
    };
    let messages = tasks.messages();
    let (kind, title) = (
        messages.kind_label(&task.kind).to_owned(),
        task.title.to_string(),
    );
    let reason = match &task.state {
        TaskState::Failed(failure) => Some(messages.reason(failure)),
        TaskState::Recovering { error, .. } => Some(messages.call_reason(error)),
        _ => None,
    };
    html! {
        <li class="ybt-row" part={format!("task {}", task.state.as_str())} tabindex="-1" data-task="" data-task-id={task.id.to_string()}
            aria-posinset={props.place.map(|(number, _)| number.to_string())}
            aria-setsize={props.place.map(|(_, all)| all.to_string())}
            data-task-kind={task.kind.name().to_owned()} data-task-state={task.state.as_str()}>
            <div class="ybt-row-text" part="task-text">
                <span class="ybt-row-title" part="task-title" title={title.clone()}>{ title }</span>
                <span class="ybt-row-detail" part="task-detail">
                    { kind }
                    { " · " }
                    { state_text(&task.state, messages) }
                    if let Some(rate) = task.state.rate() {
                        { " · " }{ messages.rate(&rate) }
                    }
                    { progress_bar(&task.state, messages) }
                </span>
                if let Some(reason) = reason {
                    // What passes by itself is no alarm.
                    <span class={if task.state.is_ended() { "ybt-row-reason" } else { "ybt-row-detail" }}
                        part="task-reason">{ reason }</span>
                }
            </div>
            { buttons(&tasks, &task) }
        </li>
    }
}

/// A state's name, with a number while the task goes on.
pub(super) fn state_text(state: &TaskState, messages: &Messages) -> Html {
    let progress = state.progress().filter(|_| !state.is_ended());
    html! {
        <>
            <span class="ybt-state" part="task-state" data-state={state.as_str()}>{ messages.state_label(state) }</span>
            if let Some(percent) = progress {
                { " " }{ messages.percentage(percent) }
            }
        </>
    }
}

/// A bar while the task goes on.
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

/// What can be done with a task in its present state.
fn buttons(tasks: &BackgroundTasks, task: &Task) -> Html {
    let messages = tasks.messages();
    let button = |part: &'static str,
                  label: &str,
                  heir: &'static str,
                  act: fn(&BackgroundTasks, &TaskId)| {
        let (tasks, id) = (tasks.clone(), task.id.clone());
        let onclick = Callback::from(move |event: MouseEvent| {
            hand_focus_to(&event, heir);
            act(&tasks, &id);
        });
        html! {
            <button type="button" class="ybt-small" {part} aria-label={format!("{label}: {}", task.title)} {onclick}>
                { label.to_owned() }
            </button>
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

/// ToastDuration when the state of its task changes.
pub(super) const ROW: &str = ".ybt-row";

/// ToastDuration when one of its rows goes.
const LIST: &str = ".ybt-list-of-tasks, .ybt-tabpanel";

/// A button that does away with itself hands the focus to what is around it,
/// so that a keyboard goes on from there and not from the top of the page.
pub(super) fn hand_focus_to(event: &MouseEvent, heir: &str) {
    let button = event.target_dyn_into::<web_sys::Element>();
    let heir = button.and_then(|button| button.closest(heir).ok().flatten());
    if let Some(heir) = heir.and_then(|heir| heir.dyn_into::<web_sys::HtmlElement>().ok()) {
        // What cannot be focused leaves the focus where it is.
        let _ = heir.focus();
    }
}
