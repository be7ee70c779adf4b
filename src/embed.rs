//! The JavaScript API (CONTRACT §6): tasks for code that knows no Rust.

mod arguments;
mod objects;
mod promise;
mod texts;
mod toast_options;
mod toaster_options;
mod toasts;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use self::toasts::Toasts;
use crate::background_tasks::BackgroundTasks;
use crate::engine::Subscription;
use crate::store::Change;
use crate::task::TaskId;

/// What JavaScript sees of [`BackgroundTasks`].
///
/// A wrong argument throws a `TypeError` that names it.
#[wasm_bindgen(js_name = BackgroundTasks)]
pub struct JsBackgroundTasks {
    tasks: BackgroundTasks,
    subscriptions: Subscriptions,
}

type Subscriptions = Rc<RefCell<BTreeMap<u32, Subscription>>>;

impl JsBackgroundTasks {
    /// The API over tasks that Rust has set up.
    pub fn new(tasks: BackgroundTasks) -> Self {
        Self {
            tasks,
            subscriptions: Subscriptions::default(),
        }
    }
}

#[wasm_bindgen(js_class = BackgroundTasks)]
impl JsBackgroundTasks {
    /// Follows the processing of a video that the server has started.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the wrong argument.
    #[wasm_bindgen(js_name = startVideoProcessingTask)]
    pub fn start_video_processing_task(
        &self,
        attachment_id: &JsValue,
        title: &JsValue,
        queue_id: &JsValue,
    ) -> Result<String, JsValue> {
        let attachment_id = arguments::attachment_id(attachment_id)?;
        let title = arguments::text("title", title)?;
        let queue_id = arguments::text_or_number("queueId", queue_id)?;
        let id = self
            .tasks
            .start_video_processing_task(attachment_id, &title, queue_id);
        Ok(id.to_string())
    }

    /// Follows the generation of an attachment's embeddings.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the wrong argument.
    #[wasm_bindgen(js_name = startEmbeddingTask)]
    pub fn start_embedding_task(
        &self,
        attachment_id: &JsValue,
        title: &JsValue,
    ) -> Result<String, JsValue> {
        let attachment_id = arguments::attachment_id(attachment_id)?;
        let title = arguments::text("title", title)?;
        let id = self.tasks.start_embedding_task(attachment_id, &title);
        Ok(id.to_string())
    }

    /// Sends a file. `options.title` stands for its name.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the wrong argument.
    pub fn upload(&self, file: &JsValue, options: &JsValue) -> Result<String, JsValue> {
        let file = file
            .dyn_ref::<web_sys::File>()
            .ok_or_else(|| arguments::wrong("file", "a File"))?;
        let title = arguments::optional(options, "title", arguments::text)?;
        let id = self
            .tasks
            .upload(file.clone(), title.as_deref().unwrap_or_default());
        Ok(id.to_string())
    }

    /// Has a failed or cancelled task go on.
    ///
    /// # Errors
    ///
    /// A `TypeError` where `id` is no text.
    pub fn retry(&self, id: &JsValue) -> Result<(), JsValue> {
        self.tasks.retry(&task_id(id)?);
        Ok(())
    }

    /// Ends a task and tells the server so.
    ///
    /// # Errors
    ///
    /// A `TypeError` where `id` is no text.
    pub fn cancel(&self, id: &JsValue) -> Result<(), JsValue> {
        self.tasks.cancel(&task_id(id)?);
        Ok(())
    }

    /// Takes a task's toast away; the task goes on.
    ///
    /// # Errors
    ///
    /// A `TypeError` where `id` is no text.
    pub fn dismiss(&self, id: &JsValue) -> Result<(), JsValue> {
        self.tasks.dismiss(&task_id(id)?);
        Ok(())
    }

    /// All tasks, newest first, as plain objects.
    pub fn tasks(&self) -> js_sys::Array {
        let messages = self.tasks.messages();
        let tasks = self.tasks.tasks().into_iter();
        tasks.map(|task| objects::task(&task, messages)).collect()
    }

    /// Has `listener` called with each task that changes. Returns the function
    /// that ends it.
    ///
    /// # Errors
    ///
    /// A `TypeError` where `listener` is no function.
    pub fn subscribe(&self, listener: &JsValue) -> Result<JsValue, JsValue> {
        let listener = arguments::function("listener", listener)?;
        let messages = Rc::clone(self.tasks.messages());
        let subscription = self.tasks.subscribe(move |change| {
            if let Change::Put { after, .. } = change {
                objects::call(&listener, &objects::task(after, &messages));
            }
        });
        let mut subscriptions = self.subscriptions.borrow_mut();
        let number = subscriptions
            .last_key_value()
            .map_or(0, |(last, _)| last + 1);
        subscriptions.insert(number, subscription);
        let all = Rc::downgrade(&self.subscriptions);
        let off = Closure::<dyn Fn()>::new(move || {
            let ended = all
                .upgrade()
                .and_then(|all| all.borrow_mut().remove(&number));
            drop(ended);
        });
        // Freed by the garbage collector together with the function.
        Ok(off.into_js_value())
    }

    /// Toasts that have nothing to do with tasks.
    #[wasm_bindgen(getter)]
    pub fn toast(&self) -> Toasts {
        Toasts::new(self.tasks.toaster().clone())
    }

    /// Ends every timer, listener and request, and takes the toasts away.
    pub fn destroy(&self) {
        let ended = std::mem::take(&mut *self.subscriptions.borrow_mut());
        drop(ended);
        self.tasks.shut_down();
    }
}

fn task_id(id: &JsValue) -> Result<TaskId, JsValue> {
    arguments::text("id", id).map(TaskId::from)
}
