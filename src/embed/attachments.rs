//! Methods for the files on the server.

use background_tasks_core::RequestError;
use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::{JsBackgroundTasks, arguments, objects};
use crate::client::Attachment;

#[wasm_bindgen(js_class = BackgroundTasks)]
impl JsBackgroundTasks {
    /// Returns a promise for the files on the server. It is rejected with an error that has the
    /// HTTP status as `status`, if there is one; with an `AbortError` by `destroy()`.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(unchecked_return_type = "Promise<Attachment[]>")]
    pub fn attachments(&self) -> Result<JsValue, JsValue> {
        let tasks = self.tasks()?;
        let listed = tasks.clients().storage.list();
        Ok(self.live.promise(Box::pin(async move {
            let listed = listed.await;
            let listed = listed.map(|all| all.iter().map(objects::attachment).collect::<Array>());
            let thrown = |error: RequestError| objects::failure(tasks.messages(), error);
            listed.map(JsValue::from).map_err(thrown)
        })))
    }

    /// Deletes a file on the server and cancels the tasks that work on it. Returns a promise
    /// that is rejected as that of `attachments()`.
    ///
    /// # Errors
    ///
    /// A `TypeError` if `attachmentId` is not an id.
    #[wasm_bindgen(js_name = deleteAttachment, unchecked_return_type = "Promise<void>")]
    pub fn delete_attachment(
        &self,
        #[wasm_bindgen(js_name = attachmentId, unchecked_param_type = "Id")]
        attachment_id: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let tasks = self.tasks()?;
        let id = arguments::attachment_id(attachment_id)?;
        let deleted = tasks.clients().storage.delete(&id);
        Ok(self.live.promise(Box::pin(async move {
            let answer = deleted.await;
            tasks.driver().deleted(&Attachment::new(id, ""), &answer);
            let thrown = |error| objects::failure(tasks.messages(), error);
            answer.map(|()| JsValue::UNDEFINED).map_err(thrown)
        })))
    }
}
