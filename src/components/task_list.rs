//! The list of all tasks.

use background_tasks_core::TaskId;
use background_tasks_core::messages::Label;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::task_row::TaskRow;
use crate::hooks::use_background_tasks;
use crate::store::Tasks;
use crate::use_guard::use_guard;
use crate::use_selection::use_selection;

/// The number of rows shown at first and added by each press of the button below them, so
/// that ten thousand tasks do not render ten thousand rows.
///
/// A virtual list, such as `use_virtual_list` of yew-hooks, would remove the focused row, hide
/// the other rows from the browser's search, and require rows of known heights.
const PAGE_SIZE: usize = 50;

/// All tasks, newest first, including those whose toasts are closed. Each row has buttons to
/// retry, cancel or clear its task. Must be inside of a
/// [`BackgroundTasksProvider`](crate::BackgroundTasksProvider).
#[component]
pub fn TaskList() -> Html {
    let tasks = use_background_tasks();
    let shown = use_state_eq(|| PAGE_SIZE);
    let list = use_node_ref();
    let summary = use_selection(&tasks.context(), {
        let shown = *shown;
        move |tasks| Summary::of(tasks, shown)
    });
    // The button has moved down or is removed: focus the first row that it has added.
    use_guard(*shown, {
        let list = list.clone();
        move |shown| {
            if *shown > PAGE_SIZE {
                focus_row(&list, shown - PAGE_SIZE);
            }
        }
    });
    let messages = tasks.messages();
    let more = summary.all - summary.ids.len();
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
        Callback::from(move |_: MouseEvent| shown.set(*shown + PAGE_SIZE))
    };
    html! {
        <div class="ybt-list-of-tasks" tabindex="-1" lang={messages.language().to_owned()}>
            if summary.finished || summary.failed {
                <div class="ybt-list-buttons" part="list-buttons">
                    if summary.failed {
                        <button type="button" class="ybt-small" part="button retry-failed" data-retry-failed=""
                            onclick={retry_failed} ~textContent={messages.text(Label::RetryFailed)} />
                    }
                    if summary.finished {
                        <button type="button" class="ybt-small" part="button clear-finished" data-clear-finished=""
                            onclick={clear_finished} ~textContent={messages.text(Label::ClearFinished)} />
                    }
                </div>
            }
            <ul ref={list} class="ybt-rows" part="task-list" data-task-list="" aria-label={messages.text(Label::Tasks).to_owned()}>
                { for summary.ids.iter().zip(1..).map(|(id, number)| html! {
                    <TaskRow key={id.as_str()} id={id.clone()}
                        position={(more > 0).then_some((number, summary.all))} />
                }) }
            </ul>
            if summary.ids.is_empty() {
                <p class="ybt-empty" part="no-tasks">{ messages.text(Label::NoTasks).to_owned() }</p>
            }
            if more > 0 {
                <button type="button" class="ybt-small" part="button more-tasks" data-more="" onclick={show_more}
                    ~textContent={messages.counted(Label::More, more)} />
            }
        </div>
    }
}

fn focus_row(list: &NodeRef, index: usize) {
    let rows = list.cast::<Element>().map(|list| list.children());
    let row = rows.and_then(|rows| rows.item(index.try_into().ok()?));
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        // Has no effect if the row cannot be focused.
        let _ = row.focus();
    }
}

/// What the list itself depends on. It re-renders only when this changes; each row follows
/// its own task.
#[derive(PartialEq)]
struct Summary {
    ids: Vec<TaskId>,
    all: usize,
    finished: bool,
    failed: bool,
}

impl Summary {
    fn of(tasks: &Tasks, shown: usize) -> Self {
        let newest = tasks.newest(shown);
        Self {
            ids: newest.iter().map(|task| task.id.clone()).collect(),
            all: tasks.len(),
            finished: tasks.finished() > 0,
            failed: tasks.failed() > 0,
        }
    }
}
