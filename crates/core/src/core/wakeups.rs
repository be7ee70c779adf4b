//! When the core must run next, and what is due once it runs.

use super::Core;
use crate::input::Input;
use crate::mutation::{self, Mutation};
use crate::output::Output;
use crate::ownership::{ANSWER, BACKLOG, HEARTBEAT, Ownership};
use crate::time::{Now, Timestamp};

impl Core {
    /// When [`Input::Timeout`] is due on the monotonic clock, if nothing happens before.
    pub fn timeout(&self) -> Option<Timestamp> {
        let now = self.last_handled;
        // Overdue ones wait for a connection, or are no longer needed.
        let is_ahead = |due: &Timestamp| *due > now;
        let times = [
            self.schedule.next(),
            self.scheduler.next_due(now),
            self.index.next_due().filter(is_ahead),
            self.stream.next_due().filter(is_ahead),
            self.origin.next_due(),
            self.next_old_copy(),
            self.ownership.next_due(self.has_work()),
            self.records.next_due(),
            self.announcements.next_due(),
            self.doubted.values().filter_map(|due| *due).min(),
            self.copies.values().copied().min(),
            self.watchdog(),
        ];
        times.into_iter().flatten().min()
    }

    /// Whether any task is unfinished, so that some tab must lead.
    pub(super) fn has_work(&self) -> bool {
        !self.remote_commands.is_empty() || self.index.has_unfinished()
    }

    /// A leader with work wakes up at every heartbeat, so that it notices when it was
    /// stopped.
    pub(super) fn watchdog(&self) -> Option<Timestamp> {
        // A tab that is opened later sends a message, and `notice_gap` detects the silence
        // before it; but events of the stream that were pushed meanwhile arrive first.
        let is_pushed = self.config.store.is_some() && self.connection.is_some();
        let may_be_replaced = self.is_leader() && (is_pushed || self.ownership.has_company());
        (may_be_replaced && self.has_work()).then(|| self.last_handled + HEARTBEAT)
    }

    /// A tab that did not run when it should have may have been replaced in the meantime: it
    /// gives up leadership and drops its responses before anything else. Other tabs take over
    /// at the earliest after the lease and the time to reply, counted from its last heartbeat.
    ///
    /// A leader without work has no timer, or one far ahead. If it receives a message after a long
    /// silence, the message may be one of several that were queued while it was stopped.
    pub(super) fn notice_gap(&mut self, input: &Input, now: Now) {
        if now.monotonic > self.last_handled + ANSWER {
            // A tab that only now begins to lead cannot have been replaced.
            self.idle_until = self.is_leader().then_some(now.monotonic);
            self.ownership.catch_up_first(now.monotonic);
        }
        if matches!(input, Input::Message(_))
            && let Some(ran) = self.idle_until.take()
            && now.monotonic < ran + BACKLOG
        {
            self.change_role(now, Ownership::doubt);
            // Another leader may have treated this tab as closed, and may itself be closed now.
            self.read_storage();
        }
        let is_late = |due: Timestamp| now.monotonic > due + ANSWER;
        if self.expected.is_some_and(is_late) && !mutation::is(Mutation::GapIgnored) {
            self.expected = None;
            self.woken(now);
        }
    }

    pub(super) fn time_passed(&mut self, now: Now) {
        let time = now.monotonic;
        let has_work = self.has_work();
        self.change_role(now, |ownership, at| ownership.tick(has_work, at));
        for id in self.schedule.take_due(time) {
            self.task_due(&id, now);
        }
        for request in self.scheduler.take_expired(time) {
            self.outputs.push_back(Output::Abort(request));
        }
        self.announce_overdue(now);
        self.forget_silent(time);
        self.watch_doubted(time);
        self.close_silent_tabs(now);
        self.tend_stream(now);
        self.drop_old_copies(now);
        self.write_due(time);
        self.start_queued_uploads(now);
    }
}
