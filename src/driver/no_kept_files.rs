//! What stands in for copies of files in an app without the feature `kept-files`, whose core never
//! asks for one.

use background_tasks_core::TaskId;

use super::Driver;

/// There are none.
#[derive(Default)]
pub(super) struct Copies;

/// There is nothing to delete.
pub(super) const fn forget(_: &str) {}

impl Driver {
    pub(super) const fn keep_file(&self, _: &TaskId) {}

    pub(super) const fn open_kept_file(&self, _: &TaskId) {}

    pub(super) const fn drop_kept_file(&self, _: &TaskId) {}

    pub(super) const fn sweep_kept_files(&self, _: &[TaskId]) {}

    pub(super) const fn forget_kept_files(&self) {}

    pub(super) const fn release_copy(&self, _: &TaskId) {}
}
