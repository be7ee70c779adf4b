//! The indicator: how many tasks go on, and the way to their list.

use gloo_events::EventListener;
use yew::prelude::*;

use super::notifications_toggle::NotificationsToggle;
use super::task_list::TaskList;
use super::task_panel::use_task_panel;
use crate::hooks::{use_background_tasks, use_unfinished_tasks};
use crate::use_guard::use_guard;

/// A button that counts unfinished work and opens the list of tasks. Needs the
/// provider above it.
#[component]
pub fn TasksIndicator() -> Html {
    let tasks = use_background_tasks();
    let unfinished = use_unfinished_tasks();
    let list = use_task_panel();
    let (whole, button, panel) = (use_node_ref(), use_node_ref(), use_node_ref());
    use_guard(list.is_open(), {
        let (list, whole) = (list.clone(), whole.clone());
        move |is_open| {
            let window = web_sys::window().filter(|_| *is_open)?;
            Some(EventListener::new(&window, "pointerdown", move |event| {
                // By its path: outside of a shadow tree the host stands for the target.
                let path = event.composed_path();
                if !whole.get().is_some_and(|whole| path.includes(&whole, 0)) {
                    list.set_open(false);
                }
            }))
        }
    });
    use_effect_with(list.takes_focus(), {
        let panel = panel.clone();
        move |takes_focus| {
            let panel = panel.cast::<web_sys::HtmlElement>();
            if let Some(panel) = panel.filter(|_| *takes_focus) {
                // A panel that is gone needs no focus.
                let _ = panel.focus();
            }
        }
    });
    let toggle = {
        let list = list.clone();
        Callback::from(move |_: MouseEvent| list.set_open(!list.is_open()))
    };
    let onkeydown = {
        let (list, button) = (list.clone(), button.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && list.is_open() {
                event.stop_propagation();
                list.set_open(false);
                if let Some(button) = button.cast::<web_sys::HtmlElement>() {
                    // A button that is gone needs no focus.
                    let _ = button.focus();
                }
            }
        })
    };
    let messages = tasks.messages();
    let labels = &messages.labels;
    html! {
        <div ref={whole} class="ybt-indicator" part="indicator" lang={messages.language.to_string()} {onkeydown}>
            <button ref={button} type="button" class="ybt-indicator-button" part="indicator-button"
                data-tasks-indicator=""
                data-active={unfinished.to_string()}
                aria-expanded={if list.is_open() { "true" } else { "false" }} aria-controls="ybt-tasks"
                aria-label={messages.counted(&labels.unfinished, unfinished)} onclick={toggle}>
                <span class="ybt-indicator-icon" part="indicator-icon" aria-hidden="true" />
                <span aria-hidden="true">{ messages.number(unfinished) }</span>
            </button>
            <div ref={panel} id="ybt-tasks" class="ybt-panel" part="panel" tabindex="-1" role="group"
                aria-label={labels.tasks.to_string()} hidden={!list.is_open()}>
                <h2 class="ybt-panel-title" part="panel-title">{ labels.tasks.to_string() }</h2>
                if list.is_open() {
                    <TaskList />
                    <NotificationsToggle />
                }
            </div>
        </div>
    }
}
