//! What stands in for copies of files in an app without the feature `kept-files`: no file is kept.

use background_tasks_core::{Input, TaskId};

use super::Driver;

/// There are none.
#[derive(Default)]
pub(super) struct Copies;

/// There is nothing to delete.
pub(super) const fn forget(_: &str) {}

impl Driver {
    /// The core warns that the file is not kept.
    pub(super) fn keep_file(&self, task: TaskId) {
        self.enqueue(Input::FileKept(task, None));
    }

    pub(super) fn open_kept_file(&self, task: TaskId) {
        self.enqueue(Input::KeptFile(task, None));
    }

    pub(super) const fn drop_kept_file(&self, _: &TaskId) {}

    pub(super) const fn sweep_kept_files(&self, _: &[TaskId]) {}

    pub(super) const fn forget_kept_files(&self) {}

    pub(super) const fn release_copy(&self, _: &TaskId) {}
}
