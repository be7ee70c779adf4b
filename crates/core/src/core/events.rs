//! Passes events to the state machines, and executes their actions.

use super::Core;
use super::entry::Machine;
use crate::id::TaskId;
use crate::monitor::{self, AttemptId};
use crate::output::{Output, RequestId};
use crate::ownership::{BACKLOG, Ownership};
use crate::retry::Environment;
use crate::scheduler::Pending;
use crate::snapshot::Saved;
use crate::time::Now;
use crate::upload;

impl Core {
    /// Steps the state machine of a job, if this tab runs it.
    pub(super) fn step_job(&mut self, id: &TaskId, event: monitor::Event, now: Now) {
        let Some(Machine::Job(monitor)) = self.machine_mut(id) else {
            return;
        };
        let actions = monitor.step(event, now.monotonic);
        self.after_step(id, now);
        for action in actions {
            self.act_on_job(id, action, now);
        }
    }

    /// Steps the state machine of an upload, if this tab runs it.
    pub(super) fn step_upload(&mut self, id: &TaskId, event: upload::Event, now: Now) {
        let Some(entry) = self.entries.get_mut(id) else {
            return;
        };
        let Some(Machine::Upload(upload)) = &mut entry.machine else {
            return;
        };
        let actions = upload.step(event, now.monotonic);
        self.after_step(id, now);
        for action in actions {
            match action {
                upload::Action::Send(attempt, idempotency_key, resume) => {
                    self.send_upload(id, attempt, idempotency_key, resume, now);
                }
                upload::Action::Abandon => self.set_attempt(id, None),
                upload::Action::Discard(upload) => self.scheduler.queue_discard(upload),
            }
        }
    }

    /// Brings the snapshot and the schedule up to date.
    fn after_step(&mut self, id: &TaskId, now: Now) {
        let Some(entry) = self.entries.get_mut(id) else {
            self.after_step_of_unlisted(id, now);
            return;
        };
        let due = entry
            .machine
            .as_ref()
            .and_then(|it| it.next_due(now.monotonic));
        let was_finished = entry.is_finished();
        let before = (entry.snapshot.state.as_str(), entry.snapshot.run());
        self.index.forget(&entry.snapshot);
        let changed = entry.refresh(self.ownership.term(), now);
        self.index.note(&entry.snapshot);
        self.schedule.set(id, due);
        if !changed {
            return;
        }
        let entry = self.entries.get(id);
        let is_transition =
            entry.is_some_and(|it| (it.snapshot.state.as_str(), it.snapshot.run()) != before);
        if let Some(entry) = entry
            && entry.is_finished() != was_finished
        {
            self.finished.remove(id);
            if entry.is_finished() {
                let keeps_copy = entry.keeps_copy();
                self.finished.insert(entry.end());
                if !keeps_copy {
                    self.drop_copy(id);
                }
                self.announce(id, now);
            }
        }
        self.touched.insert(id.clone());
        self.unsent.insert(id.clone());
        self.drop_outdated_commands(id);
        if is_transition {
            self.records.mark(id, now.monotonic);
        } else {
            self.records.mark_later(id, now.monotonic);
        }
    }

    fn act_on_job(&mut self, id: &TaskId, action: monitor::Action, now: Now) {
        match action {
            monitor::Action::Check(attempt, job) => {
                self.set_attempt(id, Some(attempt));
                self.scheduler
                    .queue_check(id.clone(), attempt, job, now.monotonic);
            }
            monitor::Action::Start(attempt, idempotency_key) => {
                self.set_attempt(id, Some(attempt));
                if let Some(Machine::Job(monitor)) = self.machine_mut(id) {
                    let kind = (monitor.kind().clone(), monitor.attachment().clone());
                    self.scheduler
                        .queue_start((id.clone(), attempt), kind, idempotency_key);
                }
            }
            monitor::Action::Abandon => self.set_attempt(id, None),
            monitor::Action::CancelJob(attempt, job) => {
                self.scheduler.queue_cancel(id.clone(), attempt, job);
            }
            monitor::Action::FollowUp => self.start_follow_up(id, now),
        }
    }

    /// Sets the attempt that the task waits for, and aborts the one before.
    pub(super) fn set_attempt(&mut self, id: &TaskId, attempt: Option<AttemptId>) {
        let Some(entry) = self
            .entries
            .get_mut(id)
            .or_else(|| self.unlisted.get_mut(id))
        else {
            return;
        };
        let before = std::mem::replace(&mut entry.attempt, attempt);
        if let Some(before) = before.filter(|before| Some(*before) != attempt)
            && let Some(request) = self.scheduler.abandon(id, before)
        {
            self.outputs.push_back(Output::Abort(request));
        }
    }

    /// A task's state machine is due.
    pub(super) fn task_due(&mut self, id: &TaskId, now: Now) {
        // While uploads occupy the connections, a status request may have waited in the
        // browser's own queue: its timeout says nothing about the server.
        let overdue = self.entries.get(id).and_then(|entry| match &entry.machine {
            Some(Machine::Job(monitor)) => monitor.is_overdue(now.monotonic),
            Some(Machine::Upload(_)) | None => None,
        });
        if let Some(attempt) = overdue.filter(|_| self.uploads_occupy_connections()) {
            self.check_again(id, attempt, now);
            return;
        }
        match self.machine_mut(id) {
            Some(Machine::Job(_)) => self.step_job(id, monitor::Event::Tick, now),
            Some(Machine::Upload(_)) => self.step_upload(id, upload::Event::Tick, now),
            None => {}
        }
    }

    /// Queues a check again that is in flight, without counting a failure.
    fn check_again(&mut self, id: &TaskId, attempt: AttemptId, now: Now) {
        let job = self.entries.get(id).and_then(|entry| match &entry.machine {
            Some(Machine::Job(monitor)) => monitor.job(),
            Some(Machine::Upload(_)) | None => None,
        });
        if let Some(job) = job {
            if let Some(request) = self.scheduler.abandon(id, attempt) {
                self.outputs.push_back(Output::Abort(request));
            }
            self.step_job(id, monitor::Event::Unanswered(attempt), now);
            self.scheduler
                .queue_check(id.clone(), attempt, job, now.monotonic);
        }
    }

    /// The browser reports that the page is shown or hidden, online or offline. The same
    /// report again is another `offline` event.
    pub(super) fn environment_reported(&mut self, mut environment: Environment, now: Now) {
        let before = std::mem::replace(&mut self.reported.0, environment);
        if before.online != environment.online || before == environment {
            self.reported.1 = self.scheduler.last_sent();
        } else {
            environment.online = self.environment.online;
        }
        self.set_environment(environment, now);
    }

    /// The server has answered a request that was sent after the browser reported to be
    /// offline, so it is not: the usual intervals apply until the next such report.
    pub(super) fn reached(&mut self, request: RequestId, now: Now) {
        if !self.environment.online && request > self.reported.1 {
            self.environment.online = true;
            self.stream.hurry(now.monotonic);
            let environment = upload::Event::Environment(self.environment);
            self.step_all(now, &monitor::Event::Reached, &environment);
        }
    }

    fn set_environment(&mut self, environment: Environment, now: Now) {
        let came_online = environment.online && !self.environment.online;
        let came_into_view = environment.visible && !self.environment.visible;
        self.environment = environment;
        if came_online {
            self.stream.hurry(now.monotonic);
        }
        if came_into_view {
            self.read_storage();
        }
        self.change_role(now, |ownership, at| {
            ownership.set_visible(environment.visible, at)
        });
        self.step_all(
            now,
            &monitor::Event::Environment(environment),
            &upload::Event::Environment(environment),
        );
    }

    /// This tab did not run for long: it was frozen, or the device slept.
    pub(super) fn woken(&mut self, now: Now) {
        self.change_role(now, Ownership::woken);
        self.announcements.postpone(now.monotonic + BACKLOG);
        self.outputs
            .extend(self.config.store.as_ref().map(|_| Output::ReadStorage));
        self.step_all(now, &monitor::Event::Woken, &upload::Event::Woken);
    }

    pub(super) fn step_all(
        &mut self,
        now: Now,
        job_event: &monitor::Event,
        upload_event: &upload::Event,
    ) {
        let ids: Vec<_> = self.active_ids();
        for id in ids {
            self.step_job(&id, job_event.clone(), now);
            self.step_upload(&id, upload_event.clone(), now);
        }
    }

    fn active_ids(&self) -> Vec<TaskId> {
        let active = self.entries.iter().chain(&self.unlisted);
        let active = active.filter(|(_, entry)| entry.machine.is_some());
        active.map(|(id, _)| id.clone()).collect()
    }

    /// Builds the state machine of a task that this tab drives, if it has none yet.
    pub(super) fn ensure_machine(&mut self, id: &TaskId, now: Now) {
        if let Some(entry) = self.entries.get_mut(id)
            && entry.machine.is_none()
        {
            entry.build_machine(&self.config, self.environment, now);
        }
    }

    /// A request that uploads a file reports something.
    pub(super) fn step_request(
        &mut self,
        request: RequestId,
        event: impl FnOnce(AttemptId) -> upload::Event,
        now: Now,
    ) {
        if let Some(Pending::Upload(id, attempt)) = self.scheduler.pending(request).cloned() {
            self.step_upload(&id, event(attempt), now);
        }
    }

    /// A tab that had the file is gone: its upload fails, and Retry asks for the file.
    pub(super) fn mark_interrupted(&mut self, id: &TaskId, now: Now) {
        let Some(entry) = self.entries.get_mut(id) else {
            return;
        };
        // Its slot is free again.
        self.index.forget(&entry.snapshot);
        if let Saved::Upload { owner, .. } = &mut entry.snapshot.saved {
            *owner = None;
        }
        self.index.note(&entry.snapshot);
        entry.build_machine(&self.config, self.environment, now);
        if let Some(Machine::Upload(upload)) = &mut entry.machine {
            upload.mark_interrupted();
        }
        self.after_step(id, now);
    }
}
