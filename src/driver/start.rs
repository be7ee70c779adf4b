//! Starts tasks.

use background_tasks_core::{
    AttachmentId, FileInfo, Input, JobKey, JobKind, NewJob, NewUpload, TaskId,
};
use web_sys::File;

use super::Driver;
use crate::client::file::size_of;
use crate::task_options::TaskOptions;

impl Driver {
    /// Registers a kind of job.
    pub(crate) fn register(&self, kind: JobKind) {
        self.command([Input::RegisterKind(kind)]);
    }

    /// The kind of this name, if it is built in or registered.
    #[cfg(feature = "embed")]
    pub(crate) fn kind(&self, name: &str) -> Option<JobKind> {
        self.0.core.borrow().registered(name)
    }

    /// Follows a job. Without a key, asks the server to start it first.
    pub(crate) fn start_job(
        &self,
        kind: JobKind,
        attachment: AttachmentId,
        title: &str,
        key: Option<JobKey>,
        options: TaskOptions,
    ) -> TaskId {
        let now = self.now();
        let core = self.0.core.borrow();
        let id = core.new_task_id(kind.name(), &attachment.to_string(), now);
        drop(core);
        let job = NewJob {
            kind,
            attachment,
            title: title.into(),
            key,
            follow_up: None,
            meta: options.meta,
        };
        self.command([Input::StartJob(id.clone(), job)]);
        id
    }

    /// Uploads a file.
    pub(crate) fn upload(&self, file: File, title: &str, options: TaskOptions) -> TaskId {
        let now = self.now();
        let id = self.0.core.borrow_mut().new_upload_id(now);
        let upload = NewUpload {
            file: file_info(&file),
            title: title.into(),
            meta: options.meta,
        };
        if self.is_alive() {
            self.0.held.borrow_mut().files.insert(id.clone(), file);
        }
        self.command([Input::StartUpload(id.clone(), upload)]);
        id
    }
}

pub(super) fn file_info(file: &File) -> FileInfo {
    FileInfo {
        name: file.name().into(),
        media_type: file.type_().into(),
        size: size_of(file),
    }
}
