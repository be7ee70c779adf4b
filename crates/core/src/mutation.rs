//! Known faults, switched on one at a time to prove that the simulation finds them.
//!
//! Each stood in an earlier version of this crate, or is one that its design rules out.
//! Without the feature `mutations` none of this is compiled.

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Results of a batch are matched with the checks that are still wanted.
    BatchByPosition,
    /// A task of a kind that the tab has not registered is ignored.
    UnregisteredKindIgnored,
    /// A leader that does not answer keeps the leadership.
    SilentLeaderStays,
    /// A tab that was stopped continues as if nothing had happened.
    GapIgnored,
    /// Two tabs that both lead do not give way to each other.
    LeadersStay,
    /// What is missing in the storage is forgotten, even if it could never be written.
    FailedWriteForgets,
    /// Cancel aborts the request that starts the job.
    CancelAbortsStart,
    /// A record is read whichever store it belongs to.
    RecordsOfOtherStores,
    /// A follower shows the progress that arrives last.
    ProgressGoesBack,
    /// `Retry-After` holds only for the task whose request was refused.
    RetryAfterForOneTask,
    /// The budget has one check too many.
    BudgetOffByOne,
    /// Uploads are counted in their own tab only, and status requests not at all.
    ConnectionsNotCounted,
    /// Each tab has all connections of the origin, as far as other stores and the event stream
    /// and status requests of another tab are concerned.
    OtherTabsNotCounted,
    /// The end of a task is announced in each tab that learns of it.
    AnnouncedEverywhere,
    /// A tab that was asked to announce an end is trusted to do so.
    AnnouncementNotConfirmed,
    /// A command is lost if the tab that it is meant for does not run.
    CommandsNotRepeated,
    /// Retry gives up telling the server that the job before was cancelled.
    RetryForgetsCancel,
    /// 409 is final although an earlier attempt may have arrived.
    ConflictIsFinal,
    /// An upload continues with whatever the copy of its file contains.
    CopyNotVerified,
    /// A tab goes on with an upload that another one has continued with a copy of the file.
    TakenUploadKept,
}

/// All of them.
pub const ALL: [Mutation; 20] = [
    Mutation::BatchByPosition,
    Mutation::UnregisteredKindIgnored,
    Mutation::SilentLeaderStays,
    Mutation::GapIgnored,
    Mutation::LeadersStay,
    Mutation::FailedWriteForgets,
    Mutation::CancelAbortsStart,
    Mutation::RecordsOfOtherStores,
    Mutation::ProgressGoesBack,
    Mutation::RetryAfterForOneTask,
    Mutation::BudgetOffByOne,
    Mutation::ConnectionsNotCounted,
    Mutation::OtherTabsNotCounted,
    Mutation::AnnouncedEverywhere,
    Mutation::AnnouncementNotConfirmed,
    Mutation::CommandsNotRepeated,
    Mutation::RetryForgetsCancel,
    Mutation::ConflictIsFinal,
    Mutation::CopyNotVerified,
    Mutation::TakenUploadKept,
];

#[cfg(feature = "mutations")]
mod switch {
    use std::cell::Cell;

    use super::Mutation;

    thread_local! {
        static ACTIVE: Cell<Option<Mutation>> = const { Cell::new(None) };
    }

    /// Switches a fault on in this thread, and the others off.
    pub fn set(mutation: Option<Mutation>) {
        ACTIVE.set(mutation);
    }

    /// Whether a fault is on.
    pub fn is(mutation: Mutation) -> bool {
        ACTIVE.get() == Some(mutation)
    }
}

#[cfg(feature = "mutations")]
pub use self::switch::{is, set};

/// Whether a fault is on.
#[cfg(not(feature = "mutations"))]
pub(crate) const fn is(_: Mutation) -> bool {
    false
}
