//! Methods that start tasks.

use background_tasks_core::TaskId;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::{JsBackgroundTasks, arguments, finished, meta};
use crate::background_tasks::BackgroundTasks;
use crate::task_options::TaskOptions;

impl JsBackgroundTasks {
    /// Starts a task. The signal in `options` cancels it.
    fn start(
        &self,
        options: &JsValue,
        start: impl FnOnce(&BackgroundTasks, TaskOptions) -> TaskId,
    ) -> Result<String, JsValue> {
        let tasks = self.tasks()?;
        let signal = signal(options)?;
        let mut task_options = TaskOptions::default();
        if let Some(meta) = arguments::optional(options, "meta", meta::read)?.flatten() {
            task_options = task_options.with_meta(meta);
        }
        if let Some(signal) = signal.as_ref().filter(|signal| signal.aborted()) {
            return Err(finished::reason(signal));
        }
        let id = start(&tasks, task_options);
        if let Some(signal) = signal {
            self.live.cancel_on_abort(&id, &signal);
        }
        Ok(id.to_string())
    }
}

#[wasm_bindgen(js_class = BackgroundTasks)]
impl JsBackgroundTasks {
    /// Monitors video processing that the server has started. Returns the id of the task.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the invalid argument, as in all methods; the reason of the
    /// signal if it is already aborted.
    #[wasm_bindgen(js_name = startVideoProcessingTask)]
    pub fn start_video_processing_task(
        &self,
        #[wasm_bindgen(js_name = attachmentId, unchecked_param_type = "Id")]
        attachment_id: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(js_name = queueId, unchecked_param_type = "Id")] queue_id: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "StartOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        let attachment_id = arguments::attachment_id(attachment_id)?;
        let title = arguments::text("title", title)?;
        let queue_id = arguments::id("queueId", queue_id)?;
        self.start(options, |tasks, options| {
            tasks.start_video_processing_task_with(attachment_id, &title, queue_id, options)
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
        #[wasm_bindgen(js_name = attachmentId, unchecked_param_type = "Id")]
        attachment_id: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "StartOptions")] options: &JsValue,
    ) -> Result<String, JsValue> {
        let attachment_id = arguments::attachment_id(attachment_id)?;
        let title = arguments::text("title", title)?;
        self.start(options, |tasks, options| {
            tasks.start_embedding_task_with(attachment_id, &title, options)
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
        self.start(options, |tasks, options| {
            tasks.upload_with(file, title.as_deref().unwrap_or_default(), options)
        })
    }
}

/// The signal in the options of a call.
pub(super) fn signal(options: &JsValue) -> Result<Option<AbortSignal>, JsValue> {
    let signal = arguments::optional(options, "signal", |name, value| {
        if value.is_null() {
            return Ok(None);
        }
        arguments::of_class("AbortSignal", name, value).map(Some)
    });
    signal.map(Option::flatten)
}
