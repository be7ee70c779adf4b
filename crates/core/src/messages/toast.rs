//! The texts of a task's toast.

use super::{Messages, fill};
use crate::kind::TaskKind;
use crate::task::{Task, TaskState, UploadStage};
use crate::texts::{JobText, TaskText, UploadText};

/// The text of a task's toast.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToastText {
    /// The title.
    pub title: String,
    /// The description, possibly empty.
    pub description: String,
}

impl Messages {
    /// The text of the task's toast.
    pub fn toast(&self, task: &Task) -> ToastText {
        let fill = |template: &str| fill(template, &[("title", &task.title)]);
        let (working, working_description) = self.working(&task.kind);
        let running = |description: &str| {
            let mut title = fill(working);
            if let Some(percent) = task.state.progress() {
                let percent = self.number(percent.get());
                title.push_str(&self::fill(
                    self.text(TaskText::Percent),
                    &[("p", &percent)],
                ));
            }
            ToastText {
                title,
                description: description.to_owned(),
            }
        };
        match &task.state {
            TaskState::Uploading { stage, .. } => running(match stage {
                UploadStage::Sending { .. } => working_description,
                UploadStage::AwaitingResponse => self.text(UploadText::AwaitingResponse),
                UploadStage::Paused => self.text(UploadText::Paused),
            }),
            TaskState::Queued | TaskState::Running { .. } => running(working_description),
            TaskState::Recovering { retry_in, .. } => running(&self::fill(
                self.text(TaskText::Recovering),
                &[("s", &self.number(*retry_in))],
            )),
            TaskState::Offline { .. } => running(self.text(TaskText::Offline)),
            TaskState::Succeeded => {
                let (title, description) = self.succeeded(task);
                ToastText {
                    title: fill(title),
                    description: fill(description),
                }
            }
            TaskState::Failed(failure) => ToastText {
                title: fill(match &task.kind {
                    TaskKind::Upload { .. } => self.text(UploadText::Failed),
                    TaskKind::Job(kind) => self.job_text(kind, JobText::Failed),
                }),
                description: self.reason(failure),
            },
            TaskState::Cancelled => ToastText {
                title: fill(self.text(TaskText::Cancelled)),
                description: String::new(),
            },
        }
    }

    fn working<'a>(&'a self, kind: &'a TaskKind) -> (&'a str, &'a str) {
        match kind {
            TaskKind::Upload { .. } => (
                self.text(UploadText::Working),
                self.text(UploadText::WorkingDescription),
            ),
            TaskKind::Job(kind) => (
                self.job_text(kind, JobText::Working),
                self.job_text(kind, JobText::WorkingDescription),
            ),
        }
    }

    fn succeeded<'a>(&'a self, task: &'a Task) -> (&'a str, &'a str) {
        match &task.kind {
            TaskKind::Upload { video: true } => (
                self.text(UploadText::VideoSucceeded),
                self.text(UploadText::VideoSucceededDescription),
            ),
            TaskKind::Upload { video: false } => (self.text(UploadText::Succeeded), ""),
            TaskKind::Job(kind) => (
                self.job_text(kind, JobText::Succeeded),
                self.job_text(kind, JobText::SucceededDescription),
            ),
        }
    }
}
