//! Methods that change tasks.

use background_tasks_core::TaskId;
use wasm_bindgen::prelude::*;

use super::{JsBackgroundTasks, arguments, task_id};
use crate::background_tasks::BackgroundTasks;

impl JsBackgroundTasks {
    // Not generic, so that it exists once in the WASM.
    fn command(&self, id: &JsValue, command: fn(&BackgroundTasks, &TaskId)) -> Result<(), JsValue> {
        command(&self.tasks()?, &task_id(id)?);
        Ok(())
    }
}

#[wasm_bindgen(js_class = BackgroundTasks)]
impl JsBackgroundTasks {
    /// Retries a failed or cancelled task.
    ///
    /// # Errors
    ///
    /// A `TypeError` if `id` is not a string.
    pub fn retry(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
    ) -> Result<(), JsValue> {
        self.command(id, BackgroundTasks::retry)
    }

    /// Retries all failed tasks.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(js_name = retryFailed)]
    pub fn retry_failed(&self) -> Result<(), JsValue> {
        self.tasks()?.retry_failed();
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
        self.command(id, BackgroundTasks::cancel)
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
        self.command(id, BackgroundTasks::pause)
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
        self.command(id, BackgroundTasks::resume)
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
        self.command(id, BackgroundTasks::dismiss)
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
        self.command(id, BackgroundTasks::clear)
    }

    /// Removes all tasks from the list that have succeeded or were cancelled.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(js_name = clearFinished)]
    pub fn clear_finished(&self) -> Result<(), JsValue> {
        self.tasks()?.clear_finished();
        Ok(())
    }

    /// Forgets everything under the name of this instance's store, in all tabs: tasks, their
    /// records and their toasts. Uploads are aborted; jobs on the server are not cancelled.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    pub fn forget(&self) -> Result<(), JsValue> {
        self.tasks()?.forget_all();
        Ok(())
    }

    /// Forgets everything under the name `store` as `forget()` does, without an instance: for
    /// example after the user has signed out.
    ///
    /// # Errors
    ///
    /// A `TypeError` if `store` is not a non-empty string.
    #[wasm_bindgen(js_name = forgetStore)]
    pub fn forget_store(
        #[wasm_bindgen(unchecked_param_type = "string")] store: &JsValue,
    ) -> Result<(), JsValue> {
        super::page::assert_running()?;
        BackgroundTasks::forget_store(&arguments::store("store", store)?);
        Ok(())
    }
}
