//! Tasks, as the core defines them.

pub(crate) use background_tasks_core::{
    AttachmentId, CallError, Environment, Failure, FollowUp, IdempotencyKey, Job, JobKey, JobKind,
    JobStatus, Percent, ResumeKey, Task, TaskId, TaskKind, TaskState, UploadEvent, UploadPolicy,
    messages, monitor, upload,
};
