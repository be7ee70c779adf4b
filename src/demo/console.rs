//! The JavaScript API at `globalThis.backgroundTasks` (CONTRACT §5).

use js_sys::Reflect;
use yew::prelude::*;
use yew_background_tasks::embed::JsBackgroundTasks;
use yew_background_tasks::use_background_tasks;

const NAME: &str = "backgroundTasks";

/// Puts the tasks of this page where a console finds them, while it is mounted.
#[component]
pub fn Console() -> Html {
    let tasks = use_background_tasks();
    use_effect_with(tasks, |tasks| {
        let global = js_sys::global();
        let api = JsBackgroundTasks::over(tasks.clone());
        // The global object takes new properties, and gives them back.
        let _ = Reflect::set(&global, &NAME.into(), &api.into());
        move || {
            let _ = Reflect::delete_property(&global, &NAME.into());
        }
    });
    html! {}
}
