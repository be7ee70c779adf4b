//! Known bugs of the core that a person can provoke.

use background_tasks_core::mutation::Mutation;

/// A known bug of the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// A frozen leader keeps the leadership.
    FrozenLeaderStays,
    /// Each tab announces the end of a task.
    AnnouncedEverywhere,
    /// Requests are not counted.
    ConnectionsNotCounted,
    /// `Retry-After` holds only for the task whose request was refused.
    RetryAfterForOneTask,
    /// A task that could not be stored is forgotten.
    FailedWriteForgets,
    /// A request that is still being processed fails its task.
    ConflictIsFinal,
}

impl Bug {
    /// All of them, with their names in links.
    pub const ALL: [(&str, Self); 6] = [
        ("frozen-leader-stays", Self::FrozenLeaderStays),
        ("announced-everywhere", Self::AnnouncedEverywhere),
        ("connections-not-counted", Self::ConnectionsNotCounted),
        ("retry-after-for-one-task", Self::RetryAfterForOneTask),
        ("failed-write-forgets", Self::FailedWriteForgets),
        ("conflict-is-final", Self::ConflictIsFinal),
    ];

    /// The bug with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(known, _)| *known == name).map(|(_, bug)| bug)
    }

    pub(crate) const fn mutation(self) -> Mutation {
        match self {
            Self::FrozenLeaderStays => Mutation::SilentLeaderStays,
            Self::AnnouncedEverywhere => Mutation::AnnouncedEverywhere,
            Self::ConnectionsNotCounted => Mutation::ConnectionsNotCounted,
            Self::RetryAfterForOneTask => Mutation::RetryAfterForOneTask,
            Self::FailedWriteForgets => Mutation::FailedWriteForgets,
            Self::ConflictIsFinal => Mutation::ConflictIsFinal,
        }
    }
}
