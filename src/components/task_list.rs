//! The list of all tasks.

use yew::prelude::*;

use super::task_row::TaskRow;
use crate::hooks::{use_background_tasks, use_task_selector};
use crate::store::Tasks;
use crate::task::{TaskId, TaskState};

/// Rows shown at first, and with each press of the button below them. A page
/// with ten thousand tasks is not one with ten thousand rows.
const PAGE: usize = 50;

/// Every task, newest first, also those whose toasts are long gone: each can
/// be retried, cancelled or cleared here. Needs the provider above it.
#[component]
pub fn TaskList() -> Html {
    let tasks = use_background_tasks();
    let shown = use_state_eq(|| PAGE);
    let summary = use_task_selector(*shown, Summary::of);
    let messages = tasks.messages();
    let labels = &messages.labels;
    let clear_finished = {
        let tasks = tasks.clone();
        Callback::from(move |_: MouseEvent| tasks.clear_finished())
    };
    let retry_failed = {
        let tasks = tasks.clone();
        Callback::from(move |_: MouseEvent| tasks.retry_failed())
    };
    let show_more = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(*shown + PAGE))
    };
    html! {
        <div class="ybt-list-of-tasks" tabindex="-1" lang={messages.language.to_string()}>
            if summary.finished || summary.failed {
                <div class="ybt-list-buttons" part="list-buttons">
                    if summary.failed {
                        <button type="button" class="ybt-small" part="button retry-failed" data-retry-failed=""
                            onclick={retry_failed}>
                            { labels.retry_failed.to_string() }
                        </button>
                    }
                    if summary.finished {
                        <button type="button" class="ybt-small" part="button clear-finished" data-clear-finished=""
                            onclick={clear_finished}>
                            { labels.clear_finished.to_string() }
                        </button>
                    }
                </div>
            }
            <ul class="ybt-rows" part="task-list" data-task-list="" aria-label={labels.tasks.to_string()}>
                { for summary.ids.iter().map(|id| html! {
                    <TaskRow key={id.as_str()} id={id.clone()} />
                }) }
            </ul>
            if summary.ids.is_empty() {
                <p class="ybt-empty" part="no-tasks">{ labels.no_tasks.to_string() }</p>
            }
            if summary.more > 0 {
                <button type="button" class="ybt-small" part="button more-tasks" data-more="" onclick={show_more}>
                    { messages.counted(&labels.more, summary.more) }
                </button>
            }
        </div>
    }
}

/// What the list shows besides the rows' own tasks; it renders again only when
/// this changes.
#[derive(PartialEq)]
struct Summary {
    ids: Vec<TaskId>,
    more: usize,
    finished: bool,
    failed: bool,
}

impl Summary {
    fn of(tasks: &Tasks, shown: &usize) -> Self {
        let all = tasks.newest_first();
        let any = |test: fn(&TaskState) -> bool| all.iter().any(|task| test(&task.state));
        Self {
            ids: all
                .iter()
                .take(*shown)
                .map(|task| task.id.clone())
                .collect(),
            more: all.len().saturating_sub(*shown),
            finished: any(|state| matches!(state, TaskState::Succeeded | TaskState::Cancelled)),
            failed: any(|state| matches!(state, TaskState::Failed(_))),
        }
    }
}
