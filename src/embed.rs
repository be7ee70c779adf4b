//! The JavaScript API.

mod app_root;
mod arguments;
mod client;
mod content;
mod document;
mod element;
mod finished;
mod instance;
mod live;
mod objects;
mod options;
mod panics;
mod policies;
mod promise;
mod shown;
mod start;
mod store_name;
mod texts;
mod toast_options;
mod toaster_options;
mod toasts;

use std::rc::Rc;

use background_tasks_core::TaskId;
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

use self::instance::{Instance, Place};
use self::live::{Live, Told};
use self::options::Options;
use self::toasts::Toasts;
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
        panics::check()?;
        panics::report();
        let options = Options::read(options)?;
        let place = match (place, options.element) {
            (Some(place), _) => place,
            (None, Some(node)) => Place::In(node),
            (None, None) => Place::In(document::body()?),
        };
        let context = yewdux::Context::new();
        let tasks = BackgroundTasks::new(&context, options.clients, options.settings);
        let instance = Instance::show(place, &tasks, options.indicator, options.store);
        let instance = instance.inspect_err(|_| tasks.shut_down())?;
        Ok(Self {
            live: Live::set_up(tasks, instance),
        })
    }

    fn live(&self) -> Result<Rc<Live>, JsValue> {
        self.live.check()?;
        Ok(Rc::clone(&self.live))
    }

    /// Starts a task. The signal in `options` cancels it.
    fn start(
        &self,
        options: &JsValue,
        start: impl FnOnce(&BackgroundTasks) -> TaskId,
    ) -> Result<String, JsValue> {
        let live = self.live()?;
        let signal = signal(options)?;
        if let Some(signal) = signal.as_ref().filter(|signal| signal.aborted()) {
            return Err(finished::reason(signal));
        }
        let id = start(&live.tasks);
        if let Some(signal) = signal {
            live.cancel_on_abort(&id, &signal);
        }
        Ok(id.to_string())
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

    /// Monitors video processing that the server has started. Returns the id of the task.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the invalid argument, as in all methods; the reason of the
    /// signal if it is already aborted.
    #[wasm_bindgen(js_name = startVideoProcessingTask)]
    pub fn start_video_processing_task(
        &self,
        #[wasm_bindgen(js_name = attachmentId, unchecked_param_type = "number | string")]
        attachment_id: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(js_name = queueId, unchecked_param_type = "string | number")]
        queue_id: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "StartOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        let attachment_id = arguments::attachment_id(attachment_id)?;
        let title = arguments::text("title", title)?;
        let queue_id = arguments::text_or_number("queueId", queue_id)?;
        self.start(options, |tasks| {
            tasks.start_video_processing_task(attachment_id, &title, queue_id)
        })
    }

    /// Monitors the generation of an attachment's embeddings. Returns the id of the task.
    ///
    /// # Errors
    ///
    /// See [`start_video_processing_task`](Self::start_video_processing_task).
    #[wasm_bindgen(js_name = startEmbeddingTask)]
    pub fn start_embedding_task(
        &self,
        #[wasm_bindgen(js_name = attachmentId, unchecked_param_type = "number | string")]
        attachment_id: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "StartOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        let attachment_id = arguments::attachment_id(attachment_id)?;
        let title = arguments::text("title", title)?;
        self.start(options, |tasks| {
            tasks.start_embedding_task(attachment_id, &title)
        })
    }

    /// Uploads a file; a video is then processed and embedded. Returns the id of the task.
    ///
    /// # Errors
    ///
    /// See [`start_video_processing_task`](Self::start_video_processing_task).
    pub fn upload(
        &self,
        #[wasm_bindgen(unchecked_param_type = "File")] file: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "UploadStart")] options: &JsValue,
    ) -> Result<String, JsValue> {
        let file: web_sys::File = arguments::of_class("File", "file", file)?;
        let title = arguments::optional(options, "title", arguments::text)?;
        self.start(options, |tasks| {
            tasks.upload(file, title.as_deref().unwrap_or_default())
        })
    }

    /// Retries a failed or cancelled task.
    ///
    /// # Errors
    ///
    /// A `TypeError` if `id` is not a string.
    pub fn retry(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.retry(&task_id(id)?);
        Ok(())
    }

    /// Retries all failed tasks.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(js_name = retryFailed)]
    pub fn retry_failed(&self) -> Result<(), JsValue> {
        self.live()?.tasks.retry_failed();
        Ok(())
    }

    /// Cancels a task, also on the server.
    ///
    /// # Errors
    ///
    /// A `TypeError` if `id` is not a string.
    pub fn cancel(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.cancel(&task_id(id)?);
        Ok(())
    }

    /// Pauses a resumable upload.
    ///
    /// # Errors
    ///
    /// A `TypeError` if `id` is not a string.
    pub fn pause(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.pause(&task_id(id)?);
        Ok(())
    }

    /// Resumes a paused upload.
    ///
    /// # Errors
    ///
    /// A `TypeError` if `id` is not a string.
    pub fn resume(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.resume(&task_id(id)?);
        Ok(())
    }

    /// Closes the toast of a task. The task continues.
    ///
    /// # Errors
    ///
    /// A `TypeError` if `id` is not a string.
    pub fn dismiss(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.dismiss(&task_id(id)?);
        Ok(())
    }

    /// Removes a task that has ended from the list; others remain.
    ///
    /// # Errors
    ///
    /// A `TypeError` if `id` is not a string.
    pub fn clear(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.clear(&task_id(id)?);
        Ok(())
    }

    /// Removes all tasks from the list that have succeeded or were cancelled.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(js_name = clearFinished)]
    pub fn clear_finished(&self) -> Result<(), JsValue> {
        self.live()?.tasks.clear_finished();
        Ok(())
    }

    /// All tasks, newest first.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(unchecked_return_type = "Task[]")]
    pub fn tasks(&self) -> Result<Array, JsValue> {
        let live = self.live()?;
        let messages = live.tasks.messages();
        let tasks = live.tasks.tasks().into_iter();
        Ok(tasks.map(|task| objects::task(&task, messages)).collect())
    }

    /// Returns a promise for the task, fulfilled when it has ended in any state. The promise is
    /// rejected if there is no such task, if the signal is aborted, and with an `AbortError` by
    /// `destroy()`.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the invalid argument.
    #[wasm_bindgen(unchecked_return_type = "Promise<Task>")]
    pub fn finished(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "FinishedOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        let (live, id, signal) = (self.live()?, task_id(id)?, signal(options)?);
        Ok(future_to_promise(finished::finished(&live, id, signal)))
    }

    /// Calls `listener` with each task that changes, and `onClear` with each task that is
    /// removed from the list. Returns a function that unsubscribes.
    ///
    /// # Errors
    ///
    /// A `TypeError` if one of them is not a function.
    #[wasm_bindgen(unchecked_return_type = "() => void")]
    pub fn subscribe(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(task: Task) => void")] listener: &JsValue,
        #[wasm_bindgen(
            js_name = onClear,
            unchecked_optional_param_type = "(task: Task) => void"
        )]
        on_clear: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let live = self.live()?;
        let listener = arguments::function("listener", listener)?;
        let on_clear = if on_clear.is_undefined() {
            None
        } else {
            Some(arguments::function("onClear", on_clear)?)
        };
        let number = live.subscribe(move |told, task| match told {
            Told::Changed => objects::call(&listener, task),
            Told::Cleared => {
                if let Some(on_clear) = &on_clear {
                    objects::call(on_clear, task);
                }
            }
        });
        let live = Rc::downgrade(&live);
        let off = Closure::<dyn Fn()>::new(move || {
            if let Some(live) = live.upgrade() {
                live.unsubscribe(number);
            }
        });
        // Freed by the garbage collector together with the function.
        Ok(off.into_js_value())
    }

    /// Toasts that are independent of tasks.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(getter)]
    pub fn toast(&self) -> Result<Toasts, JsValue> {
        Ok(Toasts::new(self.live()?))
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

fn signal(options: &JsValue) -> Result<Option<AbortSignal>, JsValue> {
    let signal = arguments::optional(options, "signal", |name, value| {
        if value.is_null() {
            return Ok(None);
        }
        arguments::of_class("AbortSignal", name, value).map(Some)
    });
    signal.map(Option::flatten)
}
