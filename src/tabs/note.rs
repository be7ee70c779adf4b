//! What the tabs of one origin tell each other.

use serde::{Deserialize, Serialize};

use crate::persistence::record::Record;
use crate::task::{TaskId, TaskState};
use crate::time::Timestamp;

/// A tab's name, drawn at random.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct TabId(pub(super) String);

/// One message and who sent it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) from: TabId,
    pub(super) note: Note,
}

/// What is told.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Note {
    /// About tasks.
    Tasks(TaskNote),
    /// About who leads.
    Lead(LeadNote),
}

/// What is told about tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum TaskNote {
    /// A tab has come, and asks what there is.
    Hello,
    /// These tasks are like this now.
    Are(Vec<Told>),
    /// These were cleared from the list.
    Cleared(Vec<TaskId>),
    /// The tab that drives the task is asked to act on it.
    Order(Order, TaskId),
}

/// A task as the tab that drives it has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) record: Record,
    pub(crate) state: TaskState,
    /// Whether the tab that tells has the upload's file.
    pub(crate) has_file: bool,
}

/// What a person wants of a task that another tab drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Order {
    Retry,
    Cancel,
    Pause,
    Resume,
}

/// What is told about who leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum LeadNote {
    /// The leader is hidden now: who is visible may take over.
    Offer,
    /// A tab is visible that does not lead.
    Visible,
    /// That tab is to take over.
    Yours(TabId),
    /// A sign of life, where there are no Web Locks.
    Beat { visible: bool, since: Timestamp },
    /// The tab closes.
    Bye,
}
