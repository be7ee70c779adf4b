//! The JavaScript API (CONTRACT §6): tasks for code that knows no Rust.

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

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

use self::instance::{Instance, Place};
use self::live::{Live, Told};
use self::options::Options;
use self::toasts::Toasts;
use crate::background_tasks::BackgroundTasks;
use crate::task::TaskId;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("embed/types.ts");

#[wasm_bindgen(typescript_custom_section)]
const TEXTS: &str = include_str!("embed/texts.ts");

/// Background tasks of a page.
///
/// A wrong argument throws a `TypeError` that names it. After `destroy()` every
/// call throws an `Error`. `free()` gives up this object alone: what it has set
/// up goes on.
#[wasm_bindgen(js_name = BackgroundTasks)]
pub struct JsBackgroundTasks {
    live: Rc<Live>,
}

impl JsBackgroundTasks {
    /// The API over tasks that Rust has set up and shows.
    pub fn over(tasks: BackgroundTasks) -> Self {
        Self {
            live: Live::over(tasks),
        }
    }

    /// Sets up tasks and shows their toasts at `place`; without one, where the
    /// options say.
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

    /// Starts a task, which the signal of `options` cancels.
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
    /// A `TypeError` that names the wrong option; an `Error` where the document
    /// has no body yet and no `element` is given.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_optional_param_type = "BackgroundTasksOptions")] options: &JsValue,
    ) -> Result<Self, JsValue> {
        Self::set_up(options, None)
    }

    /// Follows the processing of a video that the server has started. Returns
    /// the task's id.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the wrong argument, as for all calls here; the
    /// signal's reason where that has aborted.
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

    /// Follows the generation of an attachment's embeddings. Returns the task's id.
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

    /// Sends a file; a video goes on to be processed and embedded. Returns the
    /// task's id.
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

    /// Has a failed or cancelled task go on.
    ///
    /// # Errors
    ///
    /// A `TypeError` where `id` is no text.
    pub fn retry(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.retry(&task_id(id)?);
        Ok(())
    }

    /// Has every failed task go on.
    ///
    /// # Errors
    ///
    /// None but after `destroy()`.
    #[wasm_bindgen(js_name = retryFailed)]
    pub fn retry_failed(&self) -> Result<(), JsValue> {
        self.live()?.tasks.retry_failed();
        Ok(())
    }

    /// Ends a task and tells the server so.
    ///
    /// # Errors
    ///
    /// A `TypeError` where `id` is no text.
    pub fn cancel(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.cancel(&task_id(id)?);
        Ok(())
    }

    /// Has a resumable upload stand still.
    ///
    /// # Errors
    ///
    /// A `TypeError` where `id` is no text.
    pub fn pause(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.pause(&task_id(id)?);
        Ok(())
    }

    /// Has a paused upload go on.
    ///
    /// # Errors
    ///
    /// A `TypeError` where `id` is no text.
    pub fn resume(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.resume(&task_id(id)?);
        Ok(())
    }

    /// Takes a task's toast away; the task goes on.
    ///
    /// # Errors
    ///
    /// A `TypeError` where `id` is no text.
    pub fn dismiss(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.dismiss(&task_id(id)?);
        Ok(())
    }

    /// Takes an ended task off the list; one that goes on stays.
    ///
    /// # Errors
    ///
    /// A `TypeError` where `id` is no text.
    pub fn clear(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.live()?.tasks.clear(&task_id(id)?);
        Ok(())
    }

    /// Takes every task off the list that succeeded or was cancelled.
    ///
    /// # Errors
    ///
    /// None but after `destroy()`.
    #[wasm_bindgen(js_name = clearFinished)]
    pub fn clear_finished(&self) -> Result<(), JsValue> {
        self.live()?.tasks.clear_finished();
        Ok(())
    }

    /// All tasks, newest first.
    ///
    /// # Errors
    ///
    /// None but after `destroy()`.
    #[wasm_bindgen(unchecked_return_type = "Task[]")]
    pub fn tasks(&self) -> Result<Array, JsValue> {
        let live = self.live()?;
        let messages = live.tasks.messages();
        let tasks = live.tasks.tasks().into_iter();
        Ok(tasks.map(|task| objects::task(&task, messages)).collect())
    }

    /// Promises the task once it has ended, in whatever way: its `state` tells.
    /// The promise is rejected where there is no such task, by the signal, and
    /// with an `AbortError` by `destroy()`.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the wrong argument.
    #[wasm_bindgen(unchecked_return_type = "Promise<Task>")]
    pub fn finished(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "FinishedOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        let (live, id, signal) = (self.live()?, task_id(id)?, signal(options)?);
        Ok(future_to_promise(finished::finished(&live, id, signal)))
    }

    /// Has `listener` called with each task that changes, and `onClear` with
    /// each that is taken off the list. Returns the function that ends it.
    ///
    /// # Errors
    ///
    /// A `TypeError` where one of them is no function.
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

    /// Toasts that have nothing to do with tasks.
    ///
    /// # Errors
    ///
    /// None but after `destroy()`.
    #[wasm_bindgen(getter)]
    pub fn toast(&self) -> Result<Toasts, JsValue> {
        Ok(Toasts::new(self.live()?))
    }

    /// Ends every timer, listener and request, and takes all that is shown off
    /// the page. Tasks that are kept go on the next time.
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
