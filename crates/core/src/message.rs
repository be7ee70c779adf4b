//! Messages between the tabs of a store.

use crate::codec::{Bytes, Codec, codec_enum, codec_struct, decode, encode};
use crate::id::TaskId;
use crate::input::Command;
use crate::snapshot::{EndNumber, Snapshot, VERSION};
use crate::tab::TabId;
use crate::time::Timestamp;

/// A message and its sender.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    version: u32,
    /// The sender.
    pub from: TabId,
    /// The message.
    pub message: Message,
}

/// The content of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A tab was opened, or woke up, and requests the presence and the tasks of the others.
    /// The number distinguishes this request from the sender's earlier ones.
    Hello(Presence, u64),
    /// The presence of the sender: a heartbeat, or the reply to `Hello` or `Ping`. For a reply
    /// to `Hello`, the tab that sent it and its number. The reply of a tab that follows
    /// another one does not count as the leader's.
    Present(Presence, Option<(TabId, u64)>),
    /// Requests the presence of the others.
    Ping,
    /// A visible tab requests leadership from a hidden leader.
    RequestLead,
    /// The sender hands leadership over to another tab.
    HandOver {
        /// The new leader.
        to: TabId,
        /// Its term.
        term: u64,
    },
    /// The sender is about to close.
    Bye,
    /// The sender's snapshots, for tabs that may have missed messages.
    Snapshots(Vec<Raw>),
    /// Snapshots of tasks that have just changed.
    Changes(Vec<Raw>),
    /// Tasks that were cleared, and the run in which they were.
    Cleared(Vec<(TaskId, u64)>),
    /// The user gave a command in the sender's tab.
    Command(PendingCommand),
    /// The sender, which drives the task, has executed a command.
    Executed(CommandId),
    /// The user has closed the task's toast in the sender's tab.
    ToastClosed(TaskId),
    /// A visible tab should announce the result of a task.
    Announce {
        /// That tab.
        to: TabId,
        /// The task.
        snapshot: Raw,
    },
    /// The sender can announce a result, unless it is announced already.
    CanAnnounce(TaskId, EndNumber),
    /// The tab must announce the result.
    DoAnnounce {
        /// That tab.
        to: TabId,
        /// The task.
        task: TaskId,
        /// The number of the result.
        end: EndNumber,
    },
    /// The result is announced.
    Announced(TaskId, EndNumber),
    /// Everything is forgotten. The mark is in the storage.
    Forget(String),
}

/// Identifies a command, so that one that arrives twice is executed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandId {
    /// The tab in which it was given.
    pub tab: TabId,
    /// The number of the command in that tab.
    pub number: u64,
}

/// A command for one run of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingCommand {
    /// Its id.
    pub id: CommandId,
    /// The task.
    pub task: TaskId,
    /// The run that was shown when it was given.
    pub run: u64,
    /// The command.
    pub command: Command,
}

/// The state of a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Whether it is visible.
    pub visible: bool,
    /// When it was opened, in wall-clock time.
    pub opened: Timestamp,
    /// The highest term that it knows of.
    pub term: u64,
    /// Whether it leads in that term.
    pub leads: bool,
    /// The digest of its tasks.
    pub digest: u64,
}

/// A snapshot that is not decoded yet, so that a damaged one is dropped on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw(Vec<u8>);

impl Raw {
    /// Encodes a snapshot.
    pub fn new(snapshot: &Snapshot) -> Self {
        let mut bytes = Vec::new();
        snapshot.write(&mut bytes);
        Self(bytes)
    }

    /// Decodes it; `None` if it is damaged.
    pub fn snapshot(&self) -> Option<Snapshot> {
        Bytes::new(&self.0).read_all()
    }
}

impl Codec for Raw {
    fn write(&self, out: &mut Vec<u8>) {
        (self.0.len() as u64).write(out);
        out.extend_from_slice(&self.0);
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        let length = u64::read(bytes);
        Self(bytes.take(length).to_vec())
    }
}

codec_struct!(CommandId { tab, number });
codec_struct!(PendingCommand {
    id,
    task,
    run,
    command
});
codec_struct!(Presence {
    digest,
    visible,
    opened,
    term,
    leads
});
codec_enum!(Message {
    0 => Hello(presence, question),
    1 => Present(presence, answers),
    2 => Ping,
    3 => RequestLead,
    4 => HandOver { to, term },
    5 => Bye,
    6 => Snapshots(snapshots),
    7 => Cleared(tasks),
    8 => Command(command),
    9 => ToastClosed(task),
    10 => Announce { to, snapshot },
    11 => CanAnnounce(task, end),
    12 => DoAnnounce { to, task, end },
    13 => Announced(task, end),
    14 => Forget(mark),
    15 => Executed(id),
    16 => Changes(snapshots),
});
codec_struct!(Envelope {
    version,
    from,
    message
});

/// Encodes a message as text.
pub fn to_text(from: TabId, message: Message) -> String {
    encode(&Envelope {
        version: VERSION,
        from,
        message,
    })
}

/// Decodes a message; `None` if the text is damaged, of another version, or not a message.
pub fn from_text(text: &str) -> Option<Envelope> {
    decode(text).filter(|envelope: &Envelope| envelope.version == VERSION)
}
