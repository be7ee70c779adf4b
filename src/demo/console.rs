//! The browser's console: the JavaScript API at `globalThis.backgroundTasks`
//! (CONTRACT §5), and the turns in tasks' lives.

use js_sys::Reflect;
use yew::prelude::*;
use yew_background_tasks::embed::JsBackgroundTasks;
use yew_background_tasks::{TaskEvent, use_background_tasks};

const NAME: &str = "backgroundTasks";

/// Puts the tasks of this page where a console finds them, and writes every event
/// there if asked to, while the component is mounted.
#[hook]
pub fn use_console(log_events: bool) {
    let tasks = use_background_tasks();
    use_effect_with(tasks, move |tasks| {
        let log = |event: &TaskEvent| web_sys::console::debug_1(&event.to_string().into());
        let subscription = log_events.then(|| tasks.events(log));
        let global = js_sys::global();
        let api = JsBackgroundTasks::over(tasks.clone());
        // The global object takes new properties, and gives them back.
        let _ = Reflect::set(&global, &NAME.into(), &api.into());
        move || {
            drop(subscription);
            let _ = Reflect::delete_property(&global, &NAME.into());
        }
    });
}
