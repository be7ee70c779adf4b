//! Sends requests, and counts the connections in one place.

use std::time::Duration;

use super::Core;
use super::entry::Machine;
use crate::id::{IdempotencyKey, ResumeKey, TaskId};
use crate::input::{Response, StreamEvent};
use crate::kind::TaskKind;
use crate::monitor::{self, AttemptId};
use crate::mutation::{self, Mutation};
use crate::output::{Output, Request, RequestId};
use crate::scheduler::{CONNECTIONS, Pending, URGENT_CONNECTIONS};
use crate::stream::Action;
use crate::time::Now;
use crate::upload;
use litemap::LiteMap;

/// A tab whose last message is more recent than this keeps its turn to upload.
const TURN: Duration = Duration::from_secs(5);

impl Core {
    /// Sends queued requests as long as there are connections for them.
    pub(super) fn send_requests(&mut self, now: Now) {
        let time = now.monotonic;
        let most_urgent = match self.multiplexed {
            true => usize::MAX,
            false => URGENT_CONNECTIONS,
        };
        while self.scheduler.urgent_requests() < most_urgent
            && let Some((id, request)) = self.scheduler.next_urgent(time)
        {
            if let Some(Pending::Start(task, attempt) | Pending::Cancel(task, attempt)) =
                self.scheduler.pending(id).cloned()
            {
                self.step_job(&task, monitor::Event::Sent(attempt), now);
            }
            self.outputs.push_back(Output::Request(id, request));
        }
        while self.scheduler.status_requests() < self.max_status_requests() {
            let next_check = self.schedule.next();
            let Some((id, request)) = self.scheduler.next(self.capabilities, next_check, time)
            else {
                break;
            };
            if let Some(Pending::Checks(checks)) = self.scheduler.pending(id).cloned() {
                for check in checks {
                    let event = monitor::Event::Sent(check.attempt);
                    self.step_job(&check.task, event, now);
                }
            }
            self.outputs.push_back(Output::Request(id, request));
        }
    }

    /// The maximum number of status requests; at least one.
    fn max_status_requests(&self) -> usize {
        let most = self.config.max_status_requests.max(1);
        if self.multiplexed || mutation::is(Mutation::ConnectionsNotCounted) {
            return most;
        }
        let uploads = self.index.demand().min(self.max_uploads());
        let taken = uploads + usize::from(self.stream_wanted) + self.occupied_elsewhere();
        let free = self.budget().saturating_sub(self.scheduler.connections());
        let left = free + self.scheduler.status_requests();
        most.min(self.budget().saturating_sub(taken))
            .max(1)
            .min(left)
    }

    /// The connections that other tabs of the origin occupy, except for the uploads of this
    /// store, which are counted as its tasks.
    fn occupied_elsewhere(&self) -> usize {
        if mutation::is(Mutation::ConnectionsNotCounted)
            || mutation::is(Mutation::OtherTabsNotCounted)
        {
            return 0;
        }
        let origin = &self.origin;
        let uploads = origin.uploads_elsewhere(self.store_hash());
        uploads + origin.streams_elsewhere() + origin.pollers_elsewhere()
    }

    /// The connections of this origin that may be occupied. An app that allows more status
    /// requests knows its server.
    fn budget(&self) -> usize {
        CONNECTIONS.max(self.config.max_status_requests)
    }

    /// One connection is reserved for status requests, one for the stream if there is one.
    fn max_uploads(&self) -> usize {
        let concurrent = self.config.upload.concurrent.max(1);
        if self.multiplexed {
            return concurrent;
        }
        // The one for status requests is another tab's if that polls and this one does not.
        let polls = usize::from(self.origin.pollers_elsewhere() == 0 || self.is_leader());
        let reserved = polls + usize::from(self.stream_wanted) + self.occupied_elsewhere();
        // At least one: otherwise a page of many stores would never send it.
        concurrent
            .min(self.budget().saturating_sub(reserved))
            .max(1)
    }

    /// Whether this tab has a connection left for an upload or the stream.
    fn has_connection(&self) -> bool {
        self.multiplexed
            || mutation::is(Mutation::ConnectionsNotCounted)
            || self.connections_of_store() + self.occupied_elsewhere() < self.budget()
    }

    /// The connections of this tab, and those of the uploads that other tabs of the store send.
    fn connections_of_store(&self) -> usize {
        let (sending, own) = (self.index.sending(), self.scheduler.uploads());
        self.scheduler.connections() + sending.saturating_sub(own)
    }

    /// The same for the event stream, which leaves one for status requests.
    fn has_connection_for_stream(&self) -> bool {
        let reserved = usize::from(self.scheduler.status_requests() == 0);
        let taken = self.connections_of_store() + self.occupied_elsewhere() + reserved;
        self.multiplexed || taken < self.budget()
    }

    /// Whether uploads of this origin may keep a status request waiting in the browser.
    pub(super) fn uploads_occupy_connections(&self) -> bool {
        let elsewhere = self.origin.uploads_elsewhere(self.store_hash());
        !self.multiplexed && self.index.sending() + elsewhere > 0
    }

    /// Begins uploads as long as there are connections for them.
    pub(super) fn start_queued_uploads(&mut self, now: Now) {
        // A page that is being left would not end them.
        if self.ownership.is_away() || !self.scheduler.may_send(now.monotonic) {
            return;
        }
        // A tab that is joining may not know the uploads of the others yet.
        let room = match self.ownership.is_joining() {
            true => self.max_uploads().min(1),
            false => self.max_uploads(),
        };
        // A tab without connections always begins one upload, since the others may never stop.
        while self.has_connection() || self.scheduler.connections() == 0 {
            let (ownership, time) = (&self.ownership, now.monotonic);
            let runs = |tab| ownership.was_active(tab, TURN, time);
            let own = self.config.tab;
            let Some(id) = self.index.next(own, room, runs, time + TURN) else {
                return;
            };
            self.ensure_machine(&id, now);
            self.step_upload(&id, upload::Event::Begin, now);
            if self
                .entries
                .get(&id)
                .is_none_or(|it| !it.snapshot.is_sending())
            {
                return;
            }
        }
    }

    pub(super) fn send_upload(
        &mut self,
        id: &TaskId,
        attempt: AttemptId,
        idempotency_key: IdempotencyKey,
        resume: Option<ResumeKey>,
        now: Now,
    ) {
        self.set_attempt(id, Some(attempt));
        let Some(entry) = self.entries.get(id) else {
            return;
        };
        let Some(Machine::Upload(upload)) = &entry.machine else {
            return;
        };
        let (chunk_bytes, verify) = (upload.part_limit(), upload.is_repeated());
        let title = entry.snapshot.title.clone();
        let pending = Pending::Upload(id.clone(), attempt);
        let request = self.scheduler.send_now(pending, now.monotonic);
        let upload = Request::Upload {
            task: id.clone(),
            title,
            idempotency_key,
            resume,
            chunk_bytes,
            verify,
        };
        self.outputs.push_back(Output::Request(request, upload));
    }

    /// Opens or closes the event stream: it is wanted while this tab polls unfinished jobs.
    pub(super) fn tend_stream(&mut self, now: Now) {
        let time = now.monotonic;
        if self.stream.rests(time) {
            self.stream_wanted = false;
            return;
        }
        let is_open = self.connection.is_some();
        let may_open = is_open || self.scheduler.may_send(time);
        let wanted = self.is_leader() && may_open && self.follows_jobs();
        self.stream_wanted = wanted;
        // It is postponed while uploads and checks use all connections.
        if wanted && !is_open && !self.has_connection_for_stream() {
            return;
        }
        let seed = self.seed.wrapping_add(time.as_millis());
        match self.stream.tick(wanted, seed, time) {
            Some(Action::Open) => {
                let request = self.scheduler.send_now(Pending::Stream, time);
                self.connection = Some(request);
                self.outputs
                    .push_back(Output::Request(request, Request::Stream));
            }
            Some(Action::Close) => {
                self.close_stream();
                self.poll_without_stream(now);
            }
            None => {}
        }
    }

    /// Aborts the request of the event stream.
    pub(super) fn close_stream(&mut self) {
        if let Some(request) = self.connection.take() {
            self.scheduler.take(request);
            self.outputs.push_back(Output::Abort(request));
        }
    }

    pub(super) fn follows_jobs(&self) -> bool {
        self.entries
            .values()
            .any(|entry| matches!(entry.snapshot.kind, TaskKind::Job(_)) && !entry.is_finished())
    }

    pub(super) fn stream_closed(&mut self, response: &Response, now: Now) {
        self.connection = None;
        let time = now.monotonic;
        if matches!(response, Response::StreamUnavailable) {
            self.stream.unavailable(time);
        } else {
            let seed = self.seed.wrapping_add(time.as_millis());
            self.stream.ended(seed, time);
        }
        self.poll_without_stream(now);
    }

    fn poll_without_stream(&mut self, now: Now) {
        let tick = upload::Event::Tick;
        self.step_all(now, &monitor::Event::StreamEnded, &tick);
    }

    pub(super) fn stream_event(&mut self, request: RequestId, event: StreamEvent, now: Now) {
        if self.connection != Some(request) {
            return;
        }
        self.stream.on_event(now.monotonic);
        let updates = match event {
            StreamEvent::Alive => return,
            StreamEvent::ReconnectAfter(wait) => {
                self.stream.ask_to_wait(wait);
                return;
            }
            StreamEvent::Statuses(updates) => updates,
        };
        self.reached(request, now);
        // One pass over the tasks for all updates, since many may be about jobs of other users.
        let mut statuses = LiteMap::<_, _>::new();
        for update in updates {
            // Of two updates of one job the later one counts.
            statuses.insert((update.key, update.endpoint), update.status);
        }
        let mut found = Vec::new();
        for (id, entry) in &self.entries {
            if let Some(Machine::Job(monitor)) = &entry.machine
                && let Some(key) = monitor.key()
                && let Some(status) = statuses.get(&(key.clone(), monitor.kind().endpoint().into()))
            {
                found.push((id.clone(), status.clone()));
            }
        }
        for (id, status) in found {
            self.step_job(&id, monitor::Event::Pushed(status), now);
        }
    }
}
