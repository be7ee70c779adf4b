//! Starts tasks.

use std::rc::Rc;

use super::Core;
use super::entry::{Entry, Machine};
use crate::failure::Failure;
use crate::id::{JobKey, TaskId};
use crate::input::{FileInfo, NewJob, NewUpload};
use crate::kind::TaskKind;
use crate::monitor::{self, FollowUp, Monitor};
use crate::snapshot::{Saved, Snapshot};
use crate::task::TaskState;
use crate::time::Now;
use crate::upload::{self, Upload, UploadPolicy};

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
                kept: None,
                claims: 0,
            },
        });
        self.add(entry, Machine::Upload(upload), now);
        self.step_upload(&id, upload::Event::Tick, now);
        self.keep_file(&id);
    }

    /// Adds a task. Only the tab that drives it keeps its state machine.
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

    /// Starts the embedding task that follows a video task. Its id is derived from the video
    /// task, so that it is the same task whichever tab starts it.
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
}

impl FileInfo {
    /// Whether its type, or else its name, says that it is a video.
    pub(super) fn is_video(&self) -> bool {
        upload::is_video(&self.name, &self.media_type)
    }
}

pub(super) fn refusal(policy: &UploadPolicy, file: &FileInfo) -> Option<Failure> {
    let refused = policy.check(&file.name, &file.media_type, file.size);
    refused.err().map(|restriction| Failure::Refused {
        name: Rc::clone(&file.name),
        restriction,
    })
}
