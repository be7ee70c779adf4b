//! Leadership, and the messages of other tabs about tasks.

use super::Core;
use super::entry::Entry;
use crate::id::TaskId;
use crate::message::{Message, Presence, Raw, from_text, to_text};
use crate::monitor;
use crate::output::Output;
use crate::ownership::{HEARTBEAT, Ownership};
use crate::time::{Now, Timestamp};
use crate::upload;

impl Core {
    /// Applies a change to leadership, and starts or stops driving tasks accordingly.
    pub(super) fn change_role(&mut self, now: Now, change: impl FnOnce(&mut Ownership, Timestamp)) {
        let (led, was_away) = (self.is_leader(), self.ownership.is_away());
        change(&mut self.ownership, now.monotonic);
        if was_away && !self.ownership.is_away() {
            // The others sent nothing to a tab that had taken its leave.
            self.read_storage();
            self.ask_again(now);
            self.watch_owners(now);
        }
        if self.ownership.take_rejoined() {
            self.outputs.push_back(Output::WatchOlderTabs);
        }
        match (led, self.is_leader()) {
            (false, true) => self.take_over(now),
            (true, false) => self.step_down(now),
            (true, true) | (false, false) => {}
        }
    }

    /// No older tab is open. Ignored if it was reported before this tab asked again, because
    /// this tab may have been stopped since, and a younger one may lead.
    pub(super) fn oldest_tab(&mut self, now: Now) {
        let mut outputs = self.outputs.iter();
        let asks_again = outputs.any(|output| matches!(output, Output::WatchOlderTabs));
        if !asks_again {
            self.change_role(now, Ownership::oldest_tab);
        }
    }

    /// This tab has become the leader: it drives every job.
    fn take_over(&mut self, now: Now) {
        self.interrupt_lost_uploads(now);
        self.records.mark_all_heard(now.monotonic);
        let tab = self.config.tab;
        for id in self.ids(|entry| entry.is_active() && entry.is_driven_by(tab, true)) {
            self.drive(&id, now);
        }
        self.execute_pending(now);
    }

    /// This tab is no longer the leader: it stops driving what only the leader drives.
    fn step_down(&mut self, now: Now) {
        let tab = self.config.tab;
        for id in self.ids(|entry| entry.machine.is_some() && !entry.is_driven_by(tab, false)) {
            self.stop_driving(&id);
        }
        // Changes that are not written yet may be older than those of the next leader.
        let entries = &self.entries;
        let is_written_here = |id: &TaskId| {
            let entry = entries.get(id);
            entry.is_none_or(|entry| entry.is_driven_by(tab, false))
        };
        self.records.hand_over(is_written_here, now.monotonic);
        self.close_stream();
        self.stream = crate::stream::Stream::default();
    }

    /// Continues a task that this tab drives from now on.
    pub(super) fn drive(&mut self, id: &TaskId, now: Now) {
        self.ensure_machine(id, now);
        self.step_job(id, monitor::Event::Tick, now);
        self.step_upload(id, upload::Event::Tick, now);
    }

    pub(super) fn stop_driving(&mut self, id: &TaskId) {
        self.set_attempt(id, None);
        self.schedule.set(id, None);
        if let Some(entry) = self.entries.get_mut(id) {
            entry.machine = None;
        }
    }

    pub(super) fn ids(&self, is_one: impl Fn(&Entry) -> bool) -> Vec<TaskId> {
        let entries = self.entries.iter();
        let ids = entries.filter(|(_, entry)| is_one(entry));
        ids.map(|(id, _)| id.clone()).collect()
    }

    /// Sends a message, if there are tabs to receive it.
    pub(super) fn send(&mut self, message: Message) {
        self.send_tab_messages();
        self.send_first(message);
    }

    /// Sends a message before the pending messages about tabs.
    pub(super) fn send_first(&mut self, message: Message) {
        if self.ownership.has_company() {
            let text = to_text(self.config.tab, message);
            self.outputs.push_back(Output::Broadcast(text));
        }
    }

    /// Sends the pending messages about tabs.
    pub(super) fn send_tab_messages(&mut self) {
        for mut message in self.ownership.take_outbox() {
            if let Message::Hello(presence, _) | Message::Present(presence, _) = &mut message {
                presence.digest = self.index.digest();
            }
            let text = to_text(self.config.tab, message);
            self.outputs.push_back(Output::Broadcast(text));
        }
    }

    /// Handles a message of another tab. Text that is not a message comes from another program,
    /// or from another version of this crate.
    pub(super) fn receive(&mut self, text: &str, now: Now) {
        let Some(envelope) = from_text(text) else {
            return;
        };
        let (from, message) = (envelope.from, envelope.message);
        if from == self.config.tab || self.config.store.is_none() {
            return;
        }
        self.watch(from, now);
        if matches!(message, Message::Bye) {
            self.tab_closed(from, now);
            return;
        }
        // It was in the back/forward cache, or was not left after all.
        self.records.gone.remove(&from);
        let led = self.is_leader();
        self.change_role(now, |ownership, at| {
            ownership.on_message(from, &message, at)
        });
        if matches!(message, Message::RequestLead) && led && !self.is_leader() {
            self.send_everything();
        }
        match message {
            Message::Hello(..) => {
                self.send_all();
                self.repeat_commands(from, false);
            }
            Message::Snapshots(snapshots) => {
                for raw in snapshots {
                    if let Some(snapshot) = raw.snapshot() {
                        self.merge(Some(from), snapshot, now);
                    }
                }
            }
            Message::Changes(snapshots) => {
                for raw in snapshots {
                    if let Some(snapshot) = raw.snapshot() {
                        self.merge_change(from, snapshot, now);
                    }
                }
            }
            Message::Cleared(tasks) => self.cleared_elsewhere(tasks, now),
            Message::Command(wanted) => self.on_command(wanted, now),
            Message::Executed(done) => self.command_executed(done),
            Message::ToastClosed(id) => self.note_closed_toast(&id),
            Message::Announce { to, snapshot } => {
                if let Some(snapshot) = snapshot.snapshot() {
                    self.announce_for(from, to, snapshot, now);
                }
            }
            Message::CanAnnounce(id, end) => self.let_announce(from, id, end),
            Message::DoAnnounce { to, task, end } => {
                if to == self.config.tab {
                    self.announce_as_asked(&task, end);
                }
            }
            Message::Announced(id, end) => self.announced_elsewhere(from, &id, end),
            Message::Forget(mark) => self.forget_locally(Some(mark)),
            Message::Present(presence, _) => {
                self.compare(presence, now.monotonic);
                self.repeat_commands(from, presence.leads);
            }
            Message::Ping | Message::RequestLead | Message::HandOver { .. } | Message::Bye => {}
        }
    }

    /// Detects lost messages: if this tab and the leader do not have the same tasks for two
    /// heartbeats in a row, each sends the other its snapshots. Heartbeats that were queued
    /// while this tab was stopped arrive all at once, and count as one.
    fn compare(&mut self, leader: Presence, now: Timestamp) {
        if !leader.leads {
            return;
        }
        let digests = (self.index.digest(), leader.digest);
        if self.is_leader() || digests.0 == digests.1 {
            self.disagreement = None;
            return;
        }
        let (since, before) = *self.disagreement.get_or_insert((now, digests));
        if before != digests {
            self.disagreement = Some((now, digests));
        } else if now.since(since) >= HEARTBEAT / 2 {
            self.disagreement = None;
            let known = self.entries.values();
            let known = known.map(|entry| Raw::new(&entry.snapshot)).collect();
            self.send(Message::Snapshots(known));
            self.ownership.greet();
        }
    }

    /// Sends snapshots to a tab that has joined: the leader those of all tasks, the others
    /// those of the tasks that they drive. While there is no leader, this tab may have been
    /// the last one, and may not have written everything yet. A tab that was stopped may
    /// also have missed that tasks were cleared.
    fn send_all(&mut self) {
        if !self.cleared.is_empty() {
            let cleared = self.cleared.iter().cloned().collect();
            self.send_first(Message::Cleared(cleared));
        }
        let leads = self.is_leader() || self.ownership.is_joining();
        let tab = self.config.tab;
        let known = self.entries.values();
        let known = known.filter(|entry| leads || entry.is_driven_by(tab, false));
        let snapshots: Vec<_> = known.map(|entry| Raw::new(&entry.snapshot)).collect();
        if !snapshots.is_empty() {
            // Before the reply: the tab that leads after all replies then knows these tasks.
            self.send_first(Message::Snapshots(snapshots));
        }
    }

    /// Sends all snapshots to the next leader, which must know at least as much as this tab.
    fn send_everything(&mut self) {
        let known = self.entries.values();
        let known: Vec<_> = known.map(|entry| Raw::new(&entry.snapshot)).collect();
        if !known.is_empty() {
            // Before the message that makes it the leader.
            self.send_first(Message::Snapshots(known));
        }
    }
}
