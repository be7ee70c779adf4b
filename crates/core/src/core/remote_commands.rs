//! Commands for tasks that another tab drives.
//!
//! That tab may be frozen, and another may take over before it executes the command. So
//! every tab keeps a command until it is confirmed: whichever tab drives the task next
//! executes it, and the tab in which the user gave it repeats it.

use std::collections::VecDeque;

use super::Core;
use super::entry::Entry;
use crate::id::TaskId;
use crate::input::Command;
use crate::message::{CommandId, Message, PendingCommand};
use crate::mutation::{self, Mutation};
use crate::output::Output;
use crate::tab::TabId;
use crate::time::Now;

/// The number of executed commands that are remembered.
const MAX_EXECUTED: usize = 100;

/// Commands given in one tab for tasks that another tab drives.
#[derive(Debug, Default)]
pub struct RemoteCommands {
    /// Commands that are not confirmed yet.
    pending: Vec<PendingCommand>,
    /// The last commands that this tab has executed: they may arrive again.
    executed: VecDeque<CommandId>,
    /// The number of commands given in this tab.
    count: u64,
}

impl RemoteCommands {
    /// Whether no command is pending.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }
}

impl Core {
    /// Sends a command to the tab that drives the task.
    pub(super) fn forward(&mut self, id: &TaskId, command: Command, now: Now) {
        let Some(entry) = self.entries.get(id) else {
            return;
        };
        self.remote_commands.count += 1;
        let id_of_command = CommandId {
            tab: self.config.tab,
            number: self.remote_commands.count,
        };
        let wanted = PendingCommand {
            id: id_of_command,
            task: id.clone(),
            run: entry.snapshot.run(),
            command,
        };
        self.send(Message::Command(wanted.clone()));
        self.remember(wanted);
        // If no tab responds, this one takes over.
        self.ownership.ask(now.monotonic);
    }

    /// Receives a command that was given in another tab.
    pub(super) fn on_command(&mut self, wanted: PendingCommand, now: Now) {
        if !self.execute_if_driven(&wanted, now) {
            self.remember(wanted);
        }
    }

    /// Another tab confirms that it has executed a command.
    pub(super) fn command_executed(&mut self, done: CommandId) {
        self.remote_commands.pending.retain(|it| it.id != done);
    }

    /// Executes the pending commands for tasks that this tab now drives.
    pub(super) fn execute_pending(&mut self, now: Now) {
        for wanted in std::mem::take(&mut self.remote_commands.pending) {
            if !self.execute_if_driven(&wanted, now) {
                self.remember(wanted);
            }
        }
    }

    /// Sends the pending commands of this tab again to a tab that drives their tasks.
    pub(super) fn repeat_commands(&mut self, to: TabId, leads: bool) {
        let is_for = |it: &&PendingCommand| {
            let entry = self.entries.get(&it.task);
            it.id.tab == self.config.tab && entry.is_some_and(|it| it.is_driven_by(to, leads))
        };
        let repeated = self.remote_commands.pending.iter().filter(is_for);
        let repeated: Vec<_> = repeated.cloned().collect();
        for wanted in repeated {
            self.send(Message::Command(wanted));
        }
    }

    /// Drops the commands for an earlier run of a task, and for one that has finished.
    pub(super) fn drop_outdated_commands(&mut self, id: &TaskId) {
        let entry = self.entries.get(id);
        let pending = &mut self.remote_commands.pending;
        pending.retain(|it| it.task != *id || entry.is_some_and(|entry| !is_outdated(it, entry)));
    }

    fn remember(&mut self, wanted: PendingCommand) {
        let Some(entry) = self.entries.get(&wanted.task) else {
            return;
        };
        let pending = &mut self.remote_commands.pending;
        let is_known = pending.iter().any(|it| it.id == wanted.id);
        let is_lost = mutation::is(Mutation::CommandsNotRepeated);
        if !is_known && !is_lost && !is_outdated(&wanted, entry) {
            pending.push(wanted);
        }
    }

    /// Executes and confirms a command if this tab drives its task.
    fn execute_if_driven(&mut self, wanted: &PendingCommand, now: Now) -> bool {
        let (id, command) = (&wanted.task, wanted.command);
        let entry = self.entries.get(id);
        let Some(entry) = entry.filter(|it| it.is_driven_by(self.config.tab, self.is_leader()))
        else {
            return false;
        };
        let is_new = !self.remote_commands.executed.contains(&wanted.id);
        // A file picker opens only in the tab in which the user is active.
        let needs_file = command == Command::Retry && entry.wants_file();
        if needs_file && wanted.id.tab == self.config.tab {
            self.outputs.push_back(Output::AskForFile(id.clone()));
        } else if !needs_file && is_new && entry.snapshot.run() == wanted.run {
            self.execute(id, command, now);
        }
        self.note_executed(wanted.id);
        self.send(Message::Executed(wanted.id));
        true
    }

    fn note_executed(&mut self, id: CommandId) {
        let executed = &mut self.remote_commands.executed;
        if !executed.contains(&id) {
            executed.push_back(id);
        }
        if executed.len() > MAX_EXECUTED {
            executed.pop_front();
        }
    }
}

/// Whether a command no longer applies: it is for an earlier run of the task, or the run has
/// finished.
fn is_outdated(wanted: &PendingCommand, entry: &Entry) -> bool {
    let has_ended = match wanted.command {
        Command::Cancel | Command::Pause | Command::Resume => entry.is_finished(),
        Command::Retry => false,
    };
    entry.snapshot.run() > wanted.run || has_ended
}
