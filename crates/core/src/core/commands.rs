//! Executes commands of the user, or forwards them.

use std::rc::Rc;

use super::Core;
use super::entry::{Entry, Machine};
use super::start::refusal;
use crate::failure::{Failure, RequestError};
use crate::id::TaskId;
use crate::input::{Command, FileInfo};
use crate::kind::TaskKind;
use crate::message::Message;
use crate::monitor::{self};
use crate::output::Output;
use crate::snapshot::Saved;
use crate::task::TaskState;
use crate::time::Now;
use crate::upload::{self};

impl Core {
    /// Executes a command, or forwards it to the tab that drives the task.
    pub(super) fn command(&mut self, id: &TaskId, command: Command, now: Now) {
        let Some(entry) = self.entries.get(id) else {
            return;
        };
        if command == Command::Retry && entry.wants_file() {
            if !self.continue_with_copy(id, now) {
                self.outputs.push_back(Output::AskForFile(id.clone()));
            }
            return;
        }
        if entry.is_driven_by(self.config.tab, self.is_leader()) {
            self.execute(id, command, now);
            return;
        }
        self.forward(id, command, now);
    }

    /// Executes a command for a task that this tab drives.
    pub(super) fn execute(&mut self, id: &TaskId, command: Command, now: Now) {
        self.ensure_machine(id, now);
        let is_upload = matches!(
            self.entries.get(id).and_then(|it| it.machine.as_ref()),
            Some(Machine::Upload(_))
        );
        match (is_upload, command) {
            (false, Command::Retry) => self.step_job(id, monitor::Event::Retry, now),
            (false, Command::Cancel) => self.step_job(id, monitor::Event::Cancel, now),
            (false, Command::Pause | Command::Resume) => {}
            (true, Command::Retry) => self.step_upload(id, upload::Event::Retry, now),
            (true, Command::Cancel) => self.step_upload(id, upload::Event::Cancel, now),
            (true, Command::Pause) if !self.can_continue(id) => {}
            (true, Command::Pause) => self.step_upload(id, upload::Event::Pause, now),
            (true, Command::Resume) => self.step_upload(id, upload::Event::Resume, now),
        }
    }

    /// Continues an upload with a file that the user has chosen.
    pub(super) fn file_chosen(&mut self, id: &TaskId, file: &FileInfo, now: Now) {
        let policy = Rc::clone(&self.config.upload);
        if !self.entries.get(id).is_some_and(Entry::wants_file) {
            return;
        }
        // It may be another file.
        self.drop_copy(id);
        let Some(entry) = self.entries.get_mut(id) else {
            return;
        };
        let Saved::Upload {
            name, size, owner, ..
        } = &mut entry.snapshot.saved
        else {
            return;
        };
        let is_same = *name == file.name && *size == file.size;
        *name = Rc::clone(&file.name);
        *size = file.size;
        *owner = Some(self.config.tab);
        entry.snapshot.kind = TaskKind::Upload {
            video: file.is_video(),
        };
        entry.build_machine(&self.config, self.environment, now);
        let Some(Machine::Upload(upload)) = &mut entry.machine else {
            return;
        };
        if !is_same && let Some(partial) = upload.start_over() {
            self.scheduler.queue_discard(partial);
        }
        entry.mark_changed(self.ownership.term(), now);
        self.unsent.insert(id.clone());
        match refusal(&policy, file) {
            None => {
                self.step_upload(id, upload::Event::Retry, now);
                self.keep_file(id);
            }
            Some(failure) => {
                if let Some(Machine::Upload(upload)) =
                    self.entries.get_mut(id).and_then(|it| it.machine.as_mut())
                {
                    upload.refuse(failure);
                }
                self.step_upload(id, upload::Event::Tick, now);
            }
        }
    }

    pub(super) fn toast_closed(&mut self, id: &TaskId) {
        let drives = |entry: &Entry| entry.is_driven_by(self.config.tab, self.is_leader());
        let Some(is_driven) = self.entries.get(id).map(drives) else {
            return;
        };
        // Also in this tab, which may drive the task next.
        self.note_closed_toast(id);
        if !is_driven {
            self.send(Message::ToastClosed(id.clone()));
        }
    }

    pub(super) fn note_closed_toast(&mut self, id: &TaskId) {
        if let Some(entry) = self.entries.get_mut(id)
            && !entry.is_finished()
            && !entry.snapshot.toast_closed
        {
            entry.snapshot.toast_closed = true;
            self.records.mark(id, self.last_handled);
        }
    }
}

impl Entry {
    /// Whether it has failed because of its file.
    pub const fn needs_another_file(&self) -> bool {
        matches!(
            self.snapshot.state,
            TaskState::Failed(
                Failure::Interrupted
                    | Failure::Refused { .. }
                    | Failure::Request(RequestError::FileUnreadable)
            )
        )
    }

    /// Whether Retry needs a file first.
    pub fn wants_file(&self) -> bool {
        let is_missing = matches!(&self.snapshot.saved, Saved::Upload { owner: None, .. });
        let is_upload = matches!(&self.snapshot.saved, Saved::Upload { .. });
        is_upload
            && self.is_finished()
            && (self.needs_another_file() || is_missing)
            && !matches!(self.snapshot.state, TaskState::Succeeded)
    }
}
