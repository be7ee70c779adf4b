//! The indicator: how many tasks go on, and the way to their list.

use yew::prelude::*;
use yew_hooks::use_click_away;

use super::task_list::TaskList;
use super::task_row::counted;
use crate::hooks::{use_background_tasks, use_unfinished_tasks};

/// A button that counts unfinished work and opens the list of tasks. Needs the
/// provider above it.
#[component]
pub fn TasksIndicator() -> Html {
    let tasks = use_background_tasks();
    let unfinished = use_unfinished_tasks();
    let open = use_state_eq(|| false);
    let (whole, button) = (use_node_ref(), use_node_ref());
    use_click_away(whole.clone(), {
        let open = open.setter();
        move |_| open.set(false)
    });
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let onkeydown = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && *open {
                event.stop_propagation();
                open.set(false);
                if let Some(button) = button.cast::<web_sys::HtmlElement>() {
                    // A button that is gone needs no focus.
                    let _ = button.focus();
                }
            }
        })
    };
    let labels = &tasks.messages().labels;
    html! {
        <div ref={whole} class="ybt-indicator" {onkeydown}>
            <button ref={button} type="button" class="ybt-indicator-button" data-tasks-indicator=""
                data-active={unfinished.to_string()}
                aria-expanded={if *open { "true" } else { "false" }} aria-controls="ybt-tasks"
                aria-label={counted(&labels.unfinished, unfinished)} onclick={toggle}>
                <span class="ybt-indicator-icon" aria-hidden="true" />
                <span aria-hidden="true">{ unfinished }</span>
            </button>
            <div id="ybt-tasks" class="ybt-panel" role="group" aria-label={labels.tasks.to_string()} hidden={!*open}>
                <h2 class="ybt-panel-title">{ labels.tasks.to_string() }</h2>
                if *open {
                    <TaskList />
                }
            </div>
        </div>
    }
}
