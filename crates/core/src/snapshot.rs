//! A task as it is stored, sent to other tabs, restored and shown. (Stub.)

/// A task.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {}
