//! The browser's console: the JavaScript API at `globalThis.backgroundTasks`
//! (CONTRACT §5), and the turns in tasks' lives.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use yew::prelude::*;
use yew_background_tasks::embed::JsBackgroundTasks;
use yew_background_tasks::{BackgroundTasks, Subscription, TaskEvent, use_background_tasks};

const NAME: &str = "backgroundTasks";

/// Puts the tasks of this page where a console finds them, and writes every event
/// there if asked to, while the component is mounted.
///
/// It does so with the first render and not after it: Yew has the browser paint
/// before it runs effects, and a task that is started at once need not wait for that.
#[hook]
pub fn use_console(log_events: bool) {
    let tasks = use_background_tasks();
    use_memo(tasks, |tasks| Console::open(tasks, log_events));
}

/// Takes back what it put there when it is dropped.
struct Console {
    api: JsValue,
    _subscription: Option<Subscription>,
}

impl Console {
    fn open(tasks: &BackgroundTasks, log_events: bool) -> Self {
        let log = |event: &TaskEvent| web_sys::console::debug_1(&event.to_string().into());
        let subscription = log_events.then(|| tasks.events(log));
        let api = JsBackgroundTasks::over(tasks.clone()).into();
        // The global object takes new properties, and gives them back.
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
        // Where the tasks are others now, the next one is there before this one goes.
        if Reflect::get(&global, &NAME.into()).is_ok_and(|there| there == self.api) {
            let _ = Reflect::delete_property(&global, &NAME.into());
        }
    }
}
