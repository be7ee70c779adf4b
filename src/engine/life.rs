//! One task in the engine: what it is, its state machine, and its call in flight.

use std::rc::Rc;

use web_sys::File;

use super::picker::Picker;
use crate::spawned::Spawned;
use crate::task::monitor::{self, Monitor};
use crate::task::upload::{self, Upload};
use crate::task::{AttachmentId, Task, TaskId, TaskKind, TaskState};
use crate::time::Timestamp;

/// A task and what drives it. The task that the store shows is a function of it.
pub(super) struct Life {
    pub(super) id: TaskId,
    pub(super) title: Rc<str>,
    pub(super) started: Timestamp,
    pub(super) work: Work,
    /// The call in flight; dropping it gives the call up.
    pub(super) call: Option<Spawned>,
}

/// What a task does, and how far it is.
pub(super) enum Work {
    Job(Monitor),
    Upload(Sending),
}

/// An upload and its file.
pub(super) struct Sending {
    pub(super) upload: Upload,
    pub(super) source: Source,
    pub(super) video: bool,
    /// The server's name for it, once it has one.
    pub(super) attachment: Option<AttachmentId>,
    /// There while the person is asked for the file.
    pub(super) picker: Option<Picker>,
}

/// The file of an upload.
pub(super) enum Source {
    There(File),
    /// The page was left since, and no page can keep a file.
    Lost {
        name: String,
        size: f64,
    },
}

impl Source {
    pub(super) fn name_and_size(&self) -> (String, f64) {
        match self {
            Self::There(file) => (file.name(), file.size()),
            Self::Lost { name, size } => (name.clone(), *size),
        }
    }
}

/// What is to be done after a step.
pub(super) enum Deed {
    Job(monitor::Action),
    Upload(upload::Action),
    /// Ask the person for the file.
    AskForFile,
}

impl Life {
    /// The task as the store shows it.
    pub(super) fn task(&self, now: Timestamp) -> Task {
        let (kind, attachment) = match &self.work {
            Work::Job(monitor) => (
                TaskKind::Job(monitor.kind().clone()),
                Some(monitor.attachment().clone()),
            ),
            Work::Upload(sending) => (
                TaskKind::Upload {
                    video: sending.video,
                },
                sending.attachment.clone(),
            ),
        };
        Task {
            id: self.id.clone(),
            kind,
            title: Rc::clone(&self.title),
            attachment,
            state: self.state(now),
            started: self.started,
        }
    }

    pub(super) fn state(&self, now: Timestamp) -> TaskState {
        match &self.work {
            Work::Job(monitor) => monitor.state(now),
            Work::Upload(sending) => sending.upload.state(),
        }
    }

    pub(super) fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.work {
            Work::Job(monitor) => monitor.next_due(now),
            Work::Upload(_) => None,
        }
    }

    pub(super) fn cancel(&mut self, now: Timestamp) -> Vec<Deed> {
        match &mut self.work {
            Work::Job(_) => self.monitor_step(monitor::Event::Cancel, now),
            Work::Upload(_) => self.upload_step(upload::Event::Cancel),
        }
    }

    pub(super) fn retry(&mut self, now: Timestamp) -> Vec<Deed> {
        match &mut self.work {
            Work::Job(_) => self.monitor_step(monitor::Event::Retry, now),
            Work::Upload(sending) if matches!(sending.source, Source::Lost { .. }) => {
                vec![Deed::AskForFile]
            }
            Work::Upload(_) => self.upload_step(upload::Event::Retry),
        }
    }

    /// Goes on with a file that the person has chosen for an upload.
    pub(super) fn send_file(&mut self, file: File) -> Vec<Deed> {
        let Work::Upload(sending) = &mut self.work else {
            return Vec::new();
        };
        sending.picker = None;
        let chosen = Source::There(file);
        if chosen.name_and_size() != sending.source.name_and_size() {
            sending.upload.forget_key();
        }
        sending.source = chosen;
        self.upload_step(upload::Event::Retry)
    }

    /// Steps the monitor of a job; an upload has none.
    pub(super) fn monitor_step(&mut self, event: monitor::Event, now: Timestamp) -> Vec<Deed> {
        match &mut self.work {
            Work::Job(monitor) => monitor
                .step(event, now)
                .into_iter()
                .map(Deed::Job)
                .collect(),
            Work::Upload(_) => Vec::new(),
        }
    }

    /// Steps an upload; a job has none.
    pub(super) fn upload_step(&mut self, event: upload::Event) -> Vec<Deed> {
        match &mut self.work {
            Work::Upload(sending) => {
                let action = sending.upload.step(event);
                action.into_iter().map(Deed::Upload).collect()
            }
            Work::Job(_) => Vec::new(),
        }
    }
}
