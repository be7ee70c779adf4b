//! What the tabs of one origin tell each other.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum TaskNote {
    /// A tab has come, and asks what there is.
    Hello,
    /// These tasks are like this now: each a [`Told`], which is read by itself, so
    /// that one from another version of the page does not take the others along.
    Are(Vec<Box<RawValue>>),
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
}

impl TaskNote {
    /// Says how tasks are.
    pub(crate) fn are(told: &[Told]) -> Self {
        // A task whose texts and numbers are in memory can be written.
        let raw = told.iter().map(serde_json::value::to_raw_value);
        Self::Are(raw.filter_map(Result::ok).collect())
    }
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
