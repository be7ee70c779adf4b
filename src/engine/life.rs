//! One task in the engine: what it is, its state machine, and its call in flight.

use std::rc::Rc;

use web_sys::File;

use super::checks::Flight;
use super::picker::Picker;
use crate::client::file::size_of;
use crate::retention::End;
use crate::spawned::Spawned;
use crate::tabs::TabId;
use crate::task::monitor::{self, Monitor, Surroundings};
use crate::task::upload::{self, Upload, UploadPolicy};
use crate::task::{AttachmentId, Failure, Task, TaskId, TaskKind, TaskState};
use crate::time::Timestamp;

/// A task and what drives it. The task that the store shows is a function of it.
pub(super) struct Life {
    pub(super) id: TaskId,
    pub(super) title: Rc<str>,
    pub(super) started: Timestamp,
    /// Since when it has ended.
    pub(super) ended: Option<Timestamp>,
    pub(super) work: Work,
    /// The call that goes on.
    pub(super) call: Option<Awaited>,
    /// What the tab that drives it says of it; none where this one does.
    pub(super) told: Option<TaskState>,
}

/// What a task waits for; dropping it gives it up.
pub(super) enum Awaited {
    /// A call of its own.
    Call { _call: Spawned },
    /// The turn of its check, under this ticket.
    Turn(u64),
    /// The answer to its check, for which others may wait as well.
    Check(Rc<Flight>),
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
    /// Another tab has it, and sends it.
    Elsewhere {
        tab: TabId,
        name: String,
        size: u64,
    },
    /// The page was left since, and no page can keep a file.
    Lost {
        name: String,
        size: u64,
    },
}

impl Sending {
    /// Whether Retry must ask for a file first.
    pub(super) fn wants_file(&self) -> bool {
        matches!(self.source, Source::Lost { .. }) || self.upload.wants_file()
    }
}

impl Source {
    /// Whether it may be sent at all.
    pub(super) fn check(&self, policy: &UploadPolicy) -> Result<(), Failure> {
        let Self::There(file) = self else {
            return Ok(());
        };
        let size = size_of(file);
        let name = file.name();
        policy
            .check(&name, &file.type_(), size)
            .map_err(|restriction| Failure::Refused {
                name: name.into(),
                restriction,
            })
    }

    pub(super) fn name_and_size(&self) -> (String, u64) {
        match self {
            Self::There(file) => (file.name(), size_of(file)),
            Self::Elsewhere { name, size, .. } | Self::Lost { name, size } => (name.clone(), *size),
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
            has_file: self.has_file(),
            started: self.started,
        }
    }

    pub(super) fn state(&self, now: Timestamp) -> TaskState {
        if let Some(told) = &self.told {
            return told.clone();
        }
        match &self.work {
            Work::Job(monitor) => monitor.state(now),
            Work::Upload(sending) => sending.upload.state(now),
        }
    }

    /// Keeps when it ended: once for each end.
    pub(super) fn note_end(&mut self, is_ended: bool, now: Timestamp) {
        self.ended = is_ended.then(|| self.ended.unwrap_or(now));
    }

    pub(super) fn end(&self) -> Option<End> {
        let ended = self.ended?;
        Some((ended, self.started, self.id.clone()))
    }

    /// Whether this tab drives it: the leader drives jobs, and who has the file
    /// an upload. One whose file nobody has can only be cleared or begun anew.
    pub(super) const fn is_driven_here(&self, leads: bool) -> bool {
        match &self.work {
            Work::Job(_) => leads,
            Work::Upload(sending) => match sending.source {
                Source::There(_) => true,
                Source::Lost { .. } => leads,
                Source::Elsewhere { .. } => false,
            },
        }
    }

    pub(super) fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.work {
            Work::Job(monitor) => monitor.next_due(now),
            Work::Upload(sending) => sending.upload.next_due(now),
        }
    }

    /// Tells it what concerns jobs and uploads alike.
    pub(super) fn hear(&mut self, news: Common, now: Timestamp) -> Vec<Deed> {
        match &self.work {
            Work::Job(_) => self.monitor_step(news.into(), now),
            Work::Upload(_) => self.upload_step(news.into(), now),
        }
    }

    pub(super) fn retry(&mut self, now: Timestamp) -> Vec<Deed> {
        match &self.work {
            Work::Upload(sending) if sending.wants_file() => vec![Deed::AskForFile],
            Work::Job(_) | Work::Upload(_) => self.hear(Common::Retry, now),
        }
    }

    /// Goes on with a file that the person has chosen for an upload.
    pub(super) fn send_file(
        &mut self,
        file: File,
        policy: &UploadPolicy,
        now: Timestamp,
    ) -> Vec<Deed> {
        let Work::Upload(sending) = &mut self.work else {
            return Vec::new();
        };
        sending.picker = None;
        let chosen = Source::There(file);
        let restricted = chosen.check(policy);
        if chosen.name_and_size() != sending.source.name_and_size() {
            sending.upload.forget_key();
        }
        sending.source = chosen;
        match restricted {
            Ok(()) => self.upload_step(upload::Event::Retry, now),
            Err(failure) => {
                sending.upload.refuse(failure);
                Vec::new()
            }
        }
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
    pub(super) fn upload_step(&mut self, event: upload::Event, now: Timestamp) -> Vec<Deed> {
        match &mut self.work {
            Work::Upload(sending) => sending
                .upload
                .step(event, now)
                .into_iter()
                .map(Deed::Upload)
                .collect(),
            Work::Job(_) => Vec::new(),
        }
    }
}

/// What happens to jobs and uploads alike.
#[derive(Clone, Copy)]
pub(super) enum Common {
    Tick,
    Surroundings(Surroundings),
    Woken,
    Cancel,
    Retry,
}

/// Both machines have these events under the same names.
macro_rules! from_common {
    ($event:path) => {
        impl From<Common> for $event {
            fn from(common: Common) -> Self {
                match common {
                    Common::Tick => Self::Tick,
                    Common::Surroundings(surroundings) => Self::Surroundings(surroundings),
                    Common::Woken => Self::Woken,
                    Common::Cancel => Self::Cancel,
                    Common::Retry => Self::Retry,
                }
            }
        }
    };
}

from_common!(monitor::Event);
from_common!(upload::Event);
