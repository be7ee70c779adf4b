//! What happened to one task.

use std::rc::Rc;

use crate::id::TaskId;
use crate::task::Task;
use crate::time::Timestamp;

/// What happened to one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was started or changed.
    Put {
        /// The task before; `None` if it is new.
        before: Option<Rc<Task>>,
        /// The task now.
        after: Rc<Task>,
    },
    /// It was cleared, or evicted because 50 others have finished after it.
    Removed(Rc<Task>),
}

impl Change {
    /// When the task was started, and its id: the order of the task list.
    pub fn start(&self) -> (Timestamp, TaskId) {
        let (Self::Put { after: task, .. } | Self::Removed(task)) = self;
        (task.started, task.id.clone())
    }
}
