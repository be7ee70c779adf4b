//! The indicator: a button with the number of unfinished tasks, which opens their list.

use background_tasks_core::messages::Label;
use gloo_events::EventListener;
use yew::prelude::*;

use super::notifications_toggle::notifications_toggle;
use super::task_list::TaskList;
use super::task_panel::use_task_panel;
use super::use_ids::use_ids;
use crate::hooks::{use_background_tasks, use_system_notifications};
use crate::store::Tasks;
use crate::use_guard::use_guard;
use crate::use_selection::use_selection;

/// A button with the number of unfinished tasks, which opens the list of tasks. Must be
/// inside of a [`BackgroundTasksProvider`](crate::BackgroundTasksProvider). Its style is in
/// [`COMPONENT_STYLES`](crate::COMPONENT_STYLES).
///
/// ```
/// use yew::prelude::*;
/// use yew_background_tasks::TasksIndicator;
///
/// #[component]
/// fn Header() -> Html {
///     html! { <header><h1>{ "My app" }</h1><TasksIndicator /></header> }
/// }
/// ```
#[component]
pub fn TasksIndicator() -> Html {
    let tasks = use_background_tasks();
    let unfinished = *use_selection(&tasks.context(), Tasks::unfinished);
    let (notifications, state) = use_system_notifications();
    let list = use_task_panel(&tasks.context());
    let (root, button, panel) = (use_node_ref(), use_node_ref(), use_node_ref());
    // `use_click_away` does not work in a shadow tree, where it compares with the host.
    use_guard(list.is_open(), {
        let (list, root) = (list.clone(), root.clone());
        move |is_open| {
            let window = web_sys::window().filter(|_| *is_open)?;
            Some(EventListener::new(&window, "pointerdown", move |event| {
                let path = event.composed_path();
                if !root.get().is_some_and(|root| path.includes(&root, 0)) {
                    list.set_open(false);
                }
            }))
        }
    });
    use_guard(list.takes_focus(), {
        let panel = panel.clone();
        move |takes_focus| {
            let panel = panel.cast::<web_sys::HtmlElement>();
            if let Some(panel) = panel.filter(|_| *takes_focus) {
                // Has no effect if the panel is removed.
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
                    // Has no effect if the button is removed.
                    let _ = button.focus();
                }
            }
        })
    };
    let panel_id = use_ids().of("tasks");
    let messages = tasks.messages();
    html! {
        <div ref={root} class="ybt-indicator" part="indicator" lang={messages.language().to_owned()} {onkeydown}>
            <button ref={button} type="button" class="ybt-indicator-button" part="indicator-button"
                data-tasks-indicator=""
                data-active={unfinished.to_string()}
                aria-expanded={if list.is_open() { "true" } else { "false" }} aria-controls={panel_id.clone()}
                aria-label={messages.counted(Label::Unfinished, unfinished)} onclick={toggle}>
                <span class="ybt-indicator-icon" part="indicator-icon" aria-hidden="true" />
                <span aria-hidden="true" ~textContent={messages.number(unfinished)} />
            </button>
            <div ref={panel} id={panel_id} class="ybt-panel" part="panel" tabindex="-1" role="group"
                aria-label={messages.text(Label::Tasks).to_owned()} hidden={!list.is_open()}>
                <h2 class="ybt-panel-title" part="panel-title">{ messages.text(Label::Tasks).to_owned() }</h2>
                if list.is_open() {
                    <TaskList />
                    { notifications_toggle(messages, notifications, state) }
                }
            </div>
        </div>
    }
}
