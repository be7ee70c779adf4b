//! Access from the browser's console: the JavaScript API at `globalThis.backgroundTasks`, and
//! an optional log of task events.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use yew::prelude::*;
use yew_background_tasks::embed::JsBackgroundTasks;
use yew_background_tasks::{BackgroundTasks, Subscription, TaskEvent, use_background_tasks};

const NAME: &str = "backgroundTasks";

/// Makes the tasks available to the console and logs every task event if `log_events` is set,
/// while the component is mounted.
///
/// Runs during the first render and not in an effect: Yew runs effects only after the browser
/// has painted, and scripts can use the API before that.
#[hook]
pub fn use_console(log_events: bool) {
    let tasks = use_background_tasks();
    use_memo(tasks, |tasks| Console::open(tasks, log_events));
}

/// Removes the global property when it is dropped.
struct Console {
    api: JsValue,
    _subscription: Option<Subscription>,
}

impl Console {
    fn open(tasks: &BackgroundTasks, log_events: bool) -> Self {
        let log = |event: &TaskEvent| web_sys::console::debug_1(&event.to_string().into());
        let subscription = log_events.then(|| tasks.events(log));
        let api = JsBackgroundTasks::over(tasks.clone()).into();
        // Setting a new property of the global object does not fail.
        let _ = Reflect::set(&js_sys::global(), &NAME.into(), &api);
        Self {
            api,
            _subscription: subscription,
        }
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let global = js_sys::global();
        // If the tasks were replaced, the property already holds the API of the new ones.
        if Reflect::get(&global, &NAME.into()).is_ok_and(|current| current == self.api) {
            let _ = Reflect::delete_property(&global, &NAME.into());
        }
    }
}
