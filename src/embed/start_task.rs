//! Methods that start tasks.

use background_tasks_core::{JobKey, TaskId};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::arguments::{Fields, wrong};
use super::{JsBackgroundTasks, arguments, meta};
use crate::background_tasks::BackgroundTasks;
use crate::task_options::TaskOptions;

/// What every start of a task needs.
struct Start {
    tasks: BackgroundTasks,
    options: TaskOptions,
    signal: Option<AbortSignal>,
}

/// Where the key of a job comes from.
enum KeyOf<'a> {
    /// The argument `queueId`.
    Argument(&'a JsValue),
    /// It is the id of the attachment.
    Attachment,
    /// The option `key`; without it the server is to start the job.
    Options,
}

impl JsBackgroundTasks {
    /// Reads the options of a start.
    ///
    /// # Errors
    ///
    /// A `TypeError` for an invalid option; the reason of the signal if it is aborted.
    fn prepare_start(&self, options: &JsValue) -> Result<Start, JsValue> {
        let tasks = self.tasks()?;
        let (signal, meta) =
            arguments::read(options, |fields| (signal(fields), meta::read(fields)))?;
        if let Some(signal) = signal.as_ref().filter(|signal| signal.aborted()) {
            return Err(signal.reason());
        }
        Ok(Start {
            tasks,
            options: TaskOptions { meta },
            signal,
        })
    }

    /// Starts a task of the kind called `kind`. Arguments are read in their order.
    fn start_job(
        &self,
        kind: &JsValue,
        attachment_id: &JsValue,
        title: &JsValue,
        key: KeyOf<'_>,
        options: &JsValue,
    ) -> Result<String, JsValue> {
        let kind = arguments::text("kind", kind)?;
        let kind = self.tasks()?.driver().kind(&kind);
        let kind =
            kind.ok_or_else(|| wrong("kind", "video, embedding or one of the option kinds"))?;
        let attachment_id = arguments::attachment_id(attachment_id)?;
        let title = arguments::text("title", title)?;
        let key = match key {
            KeyOf::Argument(id) => Some(arguments::id("queueId", id)?.into()),
            KeyOf::Attachment => Some(JobKey::from(&attachment_id)),
            KeyOf::Options => {
                let key = arguments::read(options, |fields| fields.value("key", "id"))?;
                key.map(|key| arguments::string(key).into())
            }
        };
        let start = self.prepare_start(options)?;
        let driver = start.tasks.driver();
        let id = driver.start_job(kind, attachment_id, &title, key, start.options);
        Ok(self.started(&id, start.signal))
    }

    /// The id of a task that was started, which the signal cancels.
    fn started(&self, id: &TaskId, signal: Option<AbortSignal>) -> String {
        if let Some(signal) = signal {
            self.live.cancel_on_abort(id, &signal);
        }
        id.to_string()
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
        let kind = "video".into();
        let key = KeyOf::Argument(queue_id);
        self.start_job(&kind, attachment_id, title, key, options)
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
        let kind = "embedding".into();
        self.start_job(&kind, attachment_id, title, KeyOf::Attachment, options)
    }

    /// Starts a task of one of the option `kinds`, or of `video` or `embedding`. It monitors the
    /// job with the key `options.key`; without one, it first requests that the server start a
    /// job. Returns the id of the task.
    ///
    /// # Errors
    ///
    /// See [`start_video_processing_task`](Self::start_video_processing_task).
    #[wasm_bindgen(js_name = startTask)]
    pub fn start_task(
        &self,
        #[wasm_bindgen(unchecked_param_type = "JobKind")] kind: &JsValue,
        #[wasm_bindgen(js_name = attachmentId, unchecked_param_type = "Id")]
        attachment_id: &JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] title: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "JobStart")] options: &JsValue,
    ) -> Result<String, JsValue> {
        self.start_job(kind, attachment_id, title, KeyOf::Options, options)
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
        let file = arguments::check("file", file, "file")?.unchecked_into();
        let title = arguments::read(options, |fields| fields.string("title"))?;
        let start = self.prepare_start(options)?;
        let title = title.as_deref().unwrap_or_default();
        let id = start.tasks.upload_with(file, title, start.options);
        Ok(self.started(&id, start.signal))
    }
}

/// The signal in the options of a call.
pub(super) fn signal(fields: &Fields<'_>) -> Option<AbortSignal> {
    let signal = fields.value("signal", "signal")?;
    (!signal.is_null()).then(|| signal.unchecked_into())
}
