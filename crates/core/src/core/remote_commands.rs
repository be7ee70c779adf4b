//! Commands for tasks that another tab drives.
//!
//! That tab may be frozen, and another may take its place before it can do anything. So
//! every tab remembers a command until it is known to be done: whichever tab drives the
//! task next does it, and the tab of the user repeats it.

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

/// How many commands are remembered that this tab has obeyed.
const MAX_OBEYED: usize = 100;

/// Commands of users in one tab for tasks that another drives.
#[derive(Debug, Default)]
pub struct RemoteCommands {
    /// Those that are not known to be done.
    pending: Vec<PendingCommand>,
    /// Those that this tab has obeyed last: they may arrive again.
    obeyed: VecDeque<CommandId>,
    /// How many the user has given in this tab.
    count: u64,
}

impl RemoteCommands {
    /// Whether there is anything that some tab must do.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }
}

impl Core {
    /// Asks the tab that drives the task.
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
        // Should nobody be there to receive it, this tab takes over.
        self.ownership.ask(now.monotonic);
    }

    /// The user wants something in another tab.
    pub(super) fn commanded(&mut self, wanted: PendingCommand, now: Now) {
        if !self.obey_if_driven(&wanted, now) {
            self.remember(wanted);
        }
    }

    /// The tab that drives the task has done it.
    pub(super) fn obeyed(&mut self, done: CommandId) {
        self.remote_commands.pending.retain(|it| it.id != done);
    }

    /// Does what was wanted of tasks that this tab drives by now.
    pub(super) fn obey_remembered(&mut self, now: Now) {
        for wanted in std::mem::take(&mut self.remote_commands.pending) {
            if !self.obey_if_driven(&wanted, now) {
                self.remember(wanted);
            }
        }
    }

    /// A tab that runs may drive tasks by now of which the user wants something here.
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

    /// The task has changed: what was wanted of an earlier run, or of one that has ended,
    /// is not wanted any more.
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

    /// Does what is wanted if this tab drives the task, and tells the others so.
    fn obey_if_driven(&mut self, wanted: &PendingCommand, now: Now) -> bool {
        let (id, command) = (&wanted.task, wanted.command);
        let entry = self.entries.get(id);
        let Some(entry) = entry.filter(|it| it.is_driven_by(self.config.tab, self.is_leader()))
        else {
            return false;
        };
        let is_new = !self.remote_commands.obeyed.contains(&wanted.id);
        // A file can only be asked for where the user is.
        let needs_file = command == Command::Retry && entry.wants_file();
        if needs_file && wanted.id.tab == self.config.tab {
            self.outputs.push_back(Output::AskForFile(id.clone()));
        } else if !needs_file && is_new && entry.snapshot.run() == wanted.run {
            self.obey(id, command, now);
        }
        self.note_obeyed(wanted.id);
        self.send(Message::Obeyed(wanted.id));
        true
    }

    fn note_obeyed(&mut self, id: CommandId) {
        let obeyed = &mut self.remote_commands.obeyed;
        if !obeyed.contains(&id) {
            obeyed.push_back(id);
        }
        if obeyed.len() > MAX_OBEYED {
            obeyed.pop_front();
        }
    }
}

/// Whether what was wanted is not wanted any more: it is about an earlier run of the task,
/// or the run has ended.
fn is_outdated(wanted: &PendingCommand, entry: &Entry) -> bool {
    let has_ended = match wanted.command {
        Command::Cancel | Command::Pause | Command::Resume => entry.is_finished(),
        Command::Retry => false,
    };
    entry.snapshot.run() > wanted.run || has_ended
}
