//! What the app and the user want.

use std::rc::Rc;

use super::Core;
use super::entry::{Entry, Machine};
use crate::failure::{Failure, RequestError};
use crate::id::{JobKey, TaskId};
use crate::input::{Command, FileInfo, NewJob, NewUpload};
use crate::kind::TaskKind;
use crate::message::Message;
use crate::monitor::{self, FollowUp, Monitor};
use crate::output::Output;
use crate::snapshot::{Saved, Snapshot};
use crate::task::TaskState;
use crate::time::Now;
use crate::upload::{self, Upload, UploadPolicy};

/// How many cleared tasks are remembered, so that a late message brings none back.
const MAX_CLEARED: usize = 500;

impl Core {
    pub(super) fn start_job(&mut self, id: TaskId, job: NewJob, now: Now) {
        let environment = self.environment;
        let seed = self.next_seed();
        let time = now.monotonic;
        let attachment = job.attachment.clone();
        let mut monitor = Monitor::new(
            job.kind.clone(),
            attachment,
            job.key,
            environment,
            seed,
            time,
        );
        if let Some(follow_up) = job.follow_up {
            monitor = monitor.with_follow_up(follow_up, time);
        }
        let entry = Entry::new(Snapshot {
            id: id.clone(),
            kind: TaskKind::Job(job.kind),
            title: self.title(&job.title),
            attachment: Some(job.attachment),
            state: TaskState::Queued,
            started: now.wall,
            changed: now.wall,
            revision: 0,
            toast_closed: false,
            meta: job.meta,
            saved: Saved::Job(monitor.saved(now)),
        });
        self.add(entry, Machine::Job(monitor), now);
        self.step_job(&id, monitor::Event::Tick, now);
    }

    pub(super) fn start_upload(&mut self, id: TaskId, new: NewUpload, now: Now) {
        let policy = Rc::clone(&self.config.upload);
        let mut upload = Upload::new(Rc::clone(&policy), self.environment, self.next_seed());
        let file = new.file;
        if let Some(failure) = refusal(&policy, &file) {
            upload.refuse(failure);
        }
        let title = match new.title.trim() {
            "" => self.title(&file.name),
            _ => self.title(&new.title),
        };
        let entry = Entry::new(Snapshot {
            id: id.clone(),
            kind: TaskKind::Upload {
                video: file.is_video(),
            },
            title,
            attachment: None,
            state: TaskState::Queued,
            started: now.wall,
            changed: now.wall,
            revision: 0,
            toast_closed: false,
            meta: new.meta,
            saved: Saved::Upload {
                upload: upload.saved(),
                name: file.name,
                size: file.size,
                owner: Some(self.config.tab),
            },
        });
        self.add(entry, Machine::Upload(upload), now);
        self.step_upload(&id, upload::Event::Tick, now);
    }

    /// Only the tab that drives the task keeps its state machine.
    fn add(&mut self, mut entry: Entry, machine: Machine, now: Now) {
        let id = entry.snapshot.id.clone();
        let drives = entry.is_driven_by(self.config.tab, self.is_leader());
        entry.machine = Some(machine);
        entry.refresh(self.ownership.term(), now);
        if !drives {
            entry.machine = None;
        }
        entry.is_new_here = true;
        self.index.note(&entry.snapshot);
        let is_finished = entry.is_finished();
        if is_finished {
            self.finished.insert(entry.end());
        }
        self.entries.insert(id.clone(), entry);
        if is_finished {
            self.announce(&id, now);
        }
        self.touched.insert(id.clone());
        self.unsent.insert(id.clone());
        self.write_soon(&id, now);
    }

    fn title(&self, title: &str) -> Rc<str> {
        match title.trim() {
            "" => Rc::clone(&self.config.untitled),
            title => title.into(),
        }
    }

    /// Starts the embedding task that follows a video task. Its id is a function of the
    /// video task, so that whichever tab starts it, it is the same task.
    pub(super) fn start_follow_up(&mut self, id: &TaskId, now: Now) {
        let Some(entry) = self.entries.get(id) else {
            return;
        };
        let snapshot = &entry.snapshot;
        let Some(attachment) = snapshot.attachment.clone() else {
            return;
        };
        let started = match self.config.embedding_start {
            Some(FollowUp::After(delay)) => snapshot.started + delay,
            Some(FollowUp::OnSuccess) | None => snapshot.started,
        };
        let kind = self.config.embedding.clone();
        let name = format!("{}_{attachment}_{}", kind.name(), started.as_millis());
        let follower = TaskId::from(name);
        let is_cleared = self.cleared.iter().any(|(id, _)| *id == follower);
        if !self.entries.contains_key(&follower) && !is_cleared {
            let job = NewJob {
                kind,
                key: Some(JobKey::from(&attachment)),
                attachment,
                title: Rc::clone(&snapshot.title),
                follow_up: None,
                meta: snapshot.meta.clone(),
            };
            self.start_job(follower, job, now);
        }
    }

    /// Does what the user wants, or asks the tab that drives the task.
    pub(super) fn command(&mut self, id: &TaskId, command: Command, now: Now) {
        let Some(entry) = self.entries.get(id) else {
            return;
        };
        if command == Command::Retry && entry.wants_file() {
            self.outputs.push_back(Output::AskForFile(id.clone()));
            return;
        }
        if entry.is_driven_by(self.config.tab, self.is_leader()) {
            self.execute(id, command, now);
            return;
        }
        self.forward(id, command, now);
    }

    /// Does what a user wants with a task that this tab drives.
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
            (true, Command::Pause) if !self.capabilities.resumable => {}
            (true, Command::Pause) => self.step_upload(id, upload::Event::Pause, now),
            (true, Command::Resume) => self.step_upload(id, upload::Event::Resume, now),
        }
    }

    /// Continues an upload with a file that the user has chosen.
    pub(super) fn file_chosen(&mut self, id: &TaskId, file: &FileInfo, now: Now) {
        let policy = Rc::clone(&self.config.upload);
        let Some(entry) = self.entries.get_mut(id) else {
            return;
        };
        if !entry.wants_file() {
            return;
        }
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
            None => self.step_upload(id, upload::Event::Retry, now),
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

    /// Takes finished tasks off the list.
    pub(super) fn clear(&mut self, ids: Vec<TaskId>, now: Now) {
        let mut cleared = Vec::new();
        for id in ids {
            let Some(entry) = self.entries.get(&id).filter(|it| it.is_finished()) else {
                continue;
            };
            cleared.push((id.clone(), entry.snapshot.run()));
            // Nobody will continue this partial upload.
            if let Some(upload) = entry.snapshot.resume().cloned() {
                self.scheduler.queue_discard(upload);
            }
            self.take_off(&id, now);
            self.remove_record(&id);
        }
        if !cleared.is_empty() {
            for (id, run) in cleared.iter().cloned() {
                self.note_cleared(id, run);
            }
            self.send(Message::Cleared(cleared));
        }
    }

    /// Remembers that a task was taken off the list in this run.
    pub(super) fn note_cleared(&mut self, id: TaskId, run: u64) {
        if let Some((_, last)) = self.cleared.iter_mut().find(|(it, _)| *it == id) {
            *last = run.max(*last);
            return;
        }
        self.cleared.push_back((id, run));
        if self.cleared.len() > MAX_CLEARED {
            self.cleared.pop_front();
        }
    }

    /// Removes a task, and aborts what it waits for.
    pub(super) fn remove(&mut self, id: &TaskId) {
        self.set_attempt(id, None);
        if let Some(entry) = self.entries.remove(id) {
            self.schedule.set(id, None);
            self.index.forget(&entry.snapshot);
            self.finished.remove(id);
            self.drop_outdated_commands(id);
            self.announcements.forget(id);
            self.records.confirmed.remove(id);
            self.unsent.remove(id);
            self.touched.remove(id);
            self.outputs
                .extend(entry.shown.map(super::publish::removed));
        }
    }

    pub(super) fn toast_closed(&mut self, id: &TaskId) {
        let drives = |entry: &Entry| entry.is_driven_by(self.config.tab, self.is_leader());
        let Some(is_driven) = self.entries.get(id).map(drives) else {
            return;
        };
        // Also here: it may be this tab that drives the task next.
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
    /// Whether Retry needs a file first.
    pub fn wants_file(&self) -> bool {
        let needs_another = matches!(
            self.snapshot.state,
            TaskState::Failed(
                Failure::Interrupted
                    | Failure::Refused { .. }
                    | Failure::Request(RequestError::FileUnreadable)
            )
        );
        let is_missing = matches!(&self.snapshot.saved, Saved::Upload { owner: None, .. });
        let is_upload = matches!(&self.snapshot.saved, Saved::Upload { .. });
        is_upload
            && self.is_finished()
            && (needs_another || is_missing)
            && !matches!(self.snapshot.state, TaskState::Succeeded)
    }
}

impl FileInfo {
    /// Whether its type, or else its name, says that it is a video.
    fn is_video(&self) -> bool {
        upload::is_video(&self.name, &self.media_type)
    }
}

fn refusal(policy: &UploadPolicy, file: &FileInfo) -> Option<Failure> {
    let refused = policy.check(&file.name, &file.media_type, file.size);
    refused.err().map(|restriction| Failure::Refused {
        name: Rc::clone(&file.name),
        restriction,
    })
}
