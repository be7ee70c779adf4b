//! What has happened and is not yet taken in.

use std::collections::VecDeque;

use super::checks::Landed;
use crate::client::{Attachment, News};
use crate::persistence::record::Record;
use crate::tabs::{Heard, Order};
use crate::task::monitor::{self, CallId};
use crate::task::{CallError, TaskId, upload};
use crate::time::Timestamp;

/// How a call went.
pub(super) type Outcome<T> = Result<T, CallError>;

/// What has happened.
pub(super) enum Message {
    Step(TaskId, monitor::Event),
    StepUpload(TaskId, upload::Event),
    Uploaded(TaskId, CallId, Outcome<Attachment>),
    /// Checks have come back.
    Landed(Landed),
    /// Something of the stream of this number.
    News(u64, News),
    StreamEnded(u64),
    /// The stream was given up.
    StreamLost,
    /// What the person wants of a task.
    Order(Order, TaskId),
    Chosen(TaskId, web_sys::File),
    Clear(TaskId),
    /// What other pages saved while this one lay in the back/forward cache.
    CatchUp(Vec<Record>),
    /// Something of the other tabs.
    Heard(Heard),
    Alarm,
    Online(bool),
    Visible(bool),
    Woken,
}

/// Messages and when they came, first in, first out.
#[derive(Default)]
pub(super) struct Inbox(VecDeque<(Timestamp, Message)>);

impl Inbox {
    pub(super) fn push(&mut self, at: Timestamp, message: Message) {
        self.0.push_back((at, message));
    }

    pub(super) fn pop(&mut self) -> Option<(Timestamp, Message)> {
        self.0.pop_front()
    }
}
