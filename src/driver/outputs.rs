//! Executes the outputs of the core.

use background_tasks_core::{Change, Input, Output, TaskState};

use super::storage::Records;
use super::{Driver, Notice, warn};

impl Driver {
    pub(super) fn execute(&self, output: Output) {
        match output {
            Output::Request(id, request) => self.send(id, request),
            Output::Abort(id) => self.abort(id),
            Output::Changed(change, effect) => {
                self.release_file(&change);
                let mut unpublished = self.0.unpublished.borrow_mut();
                unpublished.changes.push((change, effect));
            }
            Output::Announce(task) => {
                self.0.unpublished.borrow_mut().announcements.push(task);
            }
            Output::Broadcast(text) => self.broadcast(text),
            Output::BroadcastToOrigin(text) => self.broadcast_to_origin(&text),
            Output::Write { task, key, value } => {
                let records = self.0.records.as_ref();
                if !records.is_some_and(|records| records.write(&key, value.as_deref())) {
                    self.enqueue(Input::WriteFailed(task));
                }
            }
            Output::ReadStorage => {
                let stored = self.0.records.as_ref().map(Records::read);
                self.enqueue(Input::Stored(stored.unwrap_or_default()));
            }
            Output::Forget(mark) => {
                if let Some(records) = &self.0.records {
                    records.forget(&mark);
                }
                self.forget_kept_files();
            }
            Output::KeepFile(task) => self.keep_file(&task),
            Output::OpenKeptFile(task) => self.open_kept_file(&task),
            Output::DropKeptFile(task) => self.drop_kept_file(&task),
            Output::SweepKeptFiles(kept) => self.sweep_kept_files(&kept),
            Output::AskForFile(task) => self.ask_for_file(task),
            Output::WatchTab(tab) => self.watch_tab(tab),
            Output::WatchOlderTabs => self.join_tabs(),
            Output::Warn(text) => {
                warn(&text);
                self.notify(Notice::Warned(&text));
            }
        }
    }

    /// Drops the file of a task that was removed or no longer needs it.
    fn release_file(&self, change: &Change) {
        let id = match change {
            Change::Removed(task) => &task.id,
            Change::Put { after, .. } if after.state == TaskState::Succeeded || !after.has_file => {
                &after.id
            }
            Change::Put { .. } => return,
        };
        self.0.held.borrow_mut().files.remove(id);
        self.release_copy(id);
    }
}
