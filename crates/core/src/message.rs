//! What the tabs of one store tell each other.

use crate::codec::{Bytes, Codec, codec_enum, codec_struct, decode, encode};
use crate::id::TaskId;
use crate::input::Command;
use crate::snapshot::{EndNumber, Snapshot, VERSION};
use crate::tab::TabId;
use crate::time::Timestamp;

/// A message and who sent it.
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
    /// A tab was opened, or woke up. It asks who is there, and which tasks there are. The
    /// number tells this question from the sender's earlier ones.
    Hello(Presence, u64),
    /// The presence of the sender: a heartbeat, or the reply to `Hello` or `Ping`. For a reply
    /// to `Hello`, the tab that sent it and its number. A tab that follows another does not
    /// reply on behalf of its leader.
    Present(Presence, Option<(TabId, u64)>),
    /// Asks who is there.
    Ping,
    /// A visible tab asks a hidden leader for the leadership.
    RequestLead,
    /// The sender, which led, makes another tab the leader.
    HandOver {
        /// The new leader.
        to: TabId,
        /// Its term.
        term: u64,
    },
    /// The sender is about to close.
    Bye,
    /// Tasks as the sender has them, for tabs that may have missed something.
    Snapshots(Vec<Raw>),
    /// Tasks that have just changed.
    Changes(Vec<Raw>),
    /// These tasks were taken off the list, in this run.
    Cleared(Vec<(TaskId, u64)>),
    /// The user wants this of a task, in the tab of the sender.
    Command(PendingCommand),
    /// The sender, which drives the task, has done what the user wanted.
    Executed(CommandId),
    /// The user has closed the task's toast, in the tab of the sender.
    ToastClosed(TaskId),
    /// A visible tab is to show how this task ended.
    Announce {
        /// That tab.
        to: TabId,
        /// The task.
        snapshot: Raw,
    },
    /// The sender can show how this task ended, if it is still to be shown.
    CanAnnounce(TaskId, EndNumber),
    /// The tab is to show it.
    DoAnnounce {
        /// That tab.
        to: TabId,
        /// The task.
        task: TaskId,
        /// Which of its ends.
        end: EndNumber,
    },
    /// It has been shown.
    Announced(TaskId, EndNumber),
    /// Forget everything. The mark stands in the storage.
    Forget(String),
}

/// Tells a command from all others, so that one that arrives twice is executed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandId {
    /// The tab of the user.
    pub tab: TabId,
    /// Which of its commands.
    pub number: u64,
}

/// What the user wants of a task in one of its runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingCommand {
    /// Tells it from others.
    pub id: CommandId,
    /// The task.
    pub task: TaskId,
    /// The run that the user saw.
    pub run: u64,
    /// What the user wants.
    pub command: Command,
}

/// How a tab is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Whether it can be seen.
    pub visible: bool,
    /// When it was opened, by the wall clock.
    pub opened: Timestamp,
    /// The highest term that it knows of.
    pub term: u64,
    /// Whether it leads in that term.
    pub leads: bool,
    /// Tells whether it has the same tasks.
    pub digest: u64,
}

/// A snapshot that has not been read, so that a damaged one is dropped on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw(Vec<u8>);

impl Raw {
    /// Writes a snapshot.
    pub fn new(snapshot: &Snapshot) -> Self {
        let mut bytes = Vec::new();
        snapshot.write(&mut bytes);
        Self(bytes)
    }

    /// Reads it; `None` if it is damaged.
    pub fn snapshot(&self) -> Option<Snapshot> {
        let mut bytes = Bytes::new(&self.0);
        let snapshot = Snapshot::read(&mut bytes)?;
        bytes.is_empty().then_some(snapshot)
    }
}

impl Codec for Raw {
    fn write(&self, out: &mut Vec<u8>) {
        (self.0.len() as u64).write(out);
        out.extend_from_slice(&self.0);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let length = usize::try_from(u64::read(bytes)?).ok()?;
        bytes.take(length).map(|taken| Self(taken.to_vec()))
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

/// A message as text.
pub fn to_text(from: TabId, message: Message) -> String {
    encode(&Envelope {
        version: VERSION,
        from,
        message,
    })
}

/// The message of a text; `None` if it is damaged, of another version, or not a message.
pub fn from_text(text: &str) -> Option<Envelope> {
    decode(text).filter(|envelope: &Envelope| envelope.version == VERSION)
}
