//! The JavaScript API.

mod app_root;
mod arguments;
mod attached;
mod attachments;
mod client;
mod commands;
mod document;
mod element;
mod errors;
mod headers;
mod instance;
mod live;
mod meta;
mod methods;
mod notifications;
mod objects;
mod observation;
mod options;
mod page;
mod panics;
mod policies;
mod promise;
mod resumable;
mod shown;
mod start;
mod start_task;
mod task_objects;
mod texts;
mod toast_options;
mod toaster_options;
mod toasts;
mod transport;

use std::rc::Rc;

use background_tasks_core::TaskId;
use wasm_bindgen::prelude::*;

use self::instance::{Instance, Place};
use self::live::Live;
use self::options::Options;
use crate::background_tasks::BackgroundTasks;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("embed/types.ts");

#[wasm_bindgen(typescript_custom_section)]
const TEXTS: &str = include_str!("embed/texts.ts");

/// The background tasks of a page.
///
/// An invalid argument throws a `TypeError` that names it. After `destroy()`, every method
/// throws an `Error`. `free()` releases only this object; its tasks continue.
#[wasm_bindgen(js_name = BackgroundTasks)]
pub struct JsBackgroundTasks {
    live: Rc<Live>,
}

impl JsBackgroundTasks {
    /// The API for tasks that a Rust app has set up and shows.
    pub fn over(tasks: BackgroundTasks) -> Self {
        Self {
            live: Live::over(tasks),
        }
    }

    /// Sets up tasks and shows their toasts at `place`, or at the place in the options if it is
    /// `None`.
    fn set_up(options: &JsValue, place: Option<Place>) -> Result<Self, JsValue> {
        page::assert_running()?;
        panics::report();
        let options = Options::read(options)?;
        let place = match (place, options.element) {
            (Some(place), _) => place,
            (None, Some(node)) => Place::In(node),
            (None, None) => Place::In(document::body()?),
        };
        let context = yewdux::Context::new();
        let (clients, settings) = (options.clients, options.settings);
        let mut errors = None;
        let tasks = BackgroundTasks::observed(&context, clients, settings, &mut |driver| {
            let on_error = options.on_error.as_ref();
            errors = on_error.map(|on_error| errors::observe(driver, on_error));
        });
        for kind in options.kinds {
            tasks.register(kind);
        }
        let instance = Instance::show(place, &tasks, options.indicator);
        let instance = instance.inspect_err(|_| tasks.shut_down())?;
        Ok(Self {
            live: Live::set_up(tasks, instance, errors),
        })
    }

    /// # Errors
    ///
    /// An `Error` after `destroy()`, a panic or a trap.
    fn tasks(&self) -> Result<BackgroundTasks, JsValue> {
        self.live.tasks()
    }
}

#[wasm_bindgen(js_class = BackgroundTasks)]
impl JsBackgroundTasks {
    /// Sets up tasks and shows their toasts.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the invalid option; an `Error` if the document has no body yet
    /// and there is no option `element`.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "BackgroundTasksOptions")] options: &JsValue,
    ) -> Result<Self, JsValue> {
        Self::set_up(options, None)
    }

    /// Stops all timers, listeners and requests, and removes all elements from the page. Stored
    /// tasks continue when they are set up again.
    pub fn destroy(&self) {
        self.live.end();
    }
}

fn task_id(id: &JsValue) -> Result<TaskId, JsValue> {
    arguments::text("id", id).map(TaskId::from)
}
