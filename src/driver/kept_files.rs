//! Copies of the files of uploads, with which they continue after a reload. `kept-files.js` makes
//! them.

use std::future::pending;

use background_tasks_core::{Input, TaskId};
use js_sys::{Array, Promise};
use litemap::LiteMap;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::Driver;
use crate::abort_on_drop::AbortOnDrop;
use crate::client::abort::AbortGuard;
use crate::client::file::fingerprint;

// The script of the JavaScript API loads the module only if it is needed.
#[cfg_attr(feature = "embed", wasm_bindgen(module = "/src/embed/page.js"))]
#[cfg_attr(
    not(feature = "embed"),
    wasm_bindgen(module = "/src/driver/kept_files/kept-files.js")
)]
extern "C" {
    /// Does something with the copy of a task's file, or with all copies of a store. Never
    /// rejected.
    #[wasm_bindgen(js_name = keptFiles)]
    fn kept_files(
        action: &str,
        store: &str,
        task: &str,
        value: &JsValue,
        signal: &JsValue,
    ) -> Promise;
}

/// Deletes all copies of a store, also if none was ever made.
pub(super) fn forget(store: &str) {
    act("forget", store, "", &JsValue::UNDEFINED);
}

/// What is left if it fails is deleted by the next page.
fn act(action: &str, store: &str, task: &str, value: &JsValue) {
    let _ = kept_files(action, store, task, value, &JsValue::UNDEFINED);
}

/// Copies that are being made or opened, or that no other tab may delete.
pub(super) type Copies = LiteMap<TaskId, AbortOnDrop>;

impl Driver {
    pub(super) fn keep_file(&self, task: &TaskId) {
        self.hold_copy("keep", task.clone(), Input::FileKept);
    }

    pub(super) fn open_kept_file(&self, task: &TaskId) {
        self.hold_copy("open", task.clone(), Input::KeptFile);
    }

    pub(super) fn drop_kept_file(&self, task: &TaskId) {
        self.release_copy(task);
        self.act_on_copies("drop", task.as_str(), &JsValue::UNDEFINED);
    }

    pub(super) fn sweep_kept_files(&self, kept: &[TaskId]) {
        let kept: Array = kept.iter().map(|id| JsValue::from(id.as_str())).collect();
        self.act_on_copies("sweep", "", &kept);
    }

    /// Deletes all copies of this store, if the app keeps any.
    pub(super) fn forget_kept_files(&self) {
        let keeps_files = self.settings().upload.keep_files.is_some();
        if let Some(store) = self.store().filter(|_| keeps_files) {
            forget(&store);
        }
    }

    /// Stops making a copy, or lets other tabs delete it.
    pub(super) fn release_copy(&self, task: &TaskId) {
        let copy = self.0.held.borrow_mut().copies.remove(task);
        drop(copy);
    }

    /// Makes or opens the copy of a file, and reports the digest of the file.
    fn hold_copy(
        &self,
        action: &'static str,
        task: TaskId,
        input: fn(TaskId, Option<u64>) -> Input,
    ) {
        let Some(store) = self.store() else { return };
        let known = self.0.held.borrow().files.get(&task).cloned();
        let (weak, id) = (self.downgrade(), task.clone());
        let copy = AbortOnDrop::new(async move {
            let guard = AbortGuard::new();
            let signal = guard.signal().into();
            let done = kept_files(action, &store, id.as_str(), &known.into(), &signal);
            let file = JsFuture::from(done).await.ok();
            let file = file.and_then(|file| file.dyn_into::<File>().ok());
            let digest = match &file {
                Some(file) => fingerprint(file).await.ok(),
                None => None,
            };
            if let Some(driver) = weak.upgrade() {
                if let Some(file) = file {
                    let mut held = driver.0.held.borrow_mut();
                    held.files.insert(id.clone(), file);
                }
                driver.input_in_frame(input(id, digest));
            }
            // Until then no other tab takes it for one that nobody needs.
            pending::<()>().await;
            drop(guard);
        });
        let before = self.0.held.borrow_mut().copies.insert(task, copy);
        drop(before);
    }

    fn act_on_copies(&self, action: &str, task: &str, value: &JsValue) {
        if let Some(store) = self.store() {
            act(action, &store, task, value);
        }
    }
}
