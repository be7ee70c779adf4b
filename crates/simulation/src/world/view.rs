//! What can be seen of a run.

use super::Violation;

/// The state of a run, for a page that draws it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Milliseconds since the start.
    pub time: u64,
    /// All tabs that were ever opened, by number.
    pub tabs: Vec<TabView>,
    /// All tasks, in the order in which they were first shown.
    pub tasks: Vec<TaskView>,
    /// Whether all responses are lost.
    pub responses_dropped: bool,
    /// Whether the storage cannot be written.
    pub storage_full: bool,
    /// How many records the storage has.
    pub records: usize,
    /// The rules, and how often each was checked.
    pub rules: Vec<(&'static str, u64)>,
    /// The rule that was broken.
    pub violation: Option<Violation>,
}

/// A tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabView {
    /// Its number, from 1.
    pub number: u64,
    /// Whether it is closed. Then the rest says nothing.
    pub closed: bool,
    /// Whether the user sees it.
    pub visible: bool,
    /// Whether it does not run.
    pub frozen: bool,
    /// Whether it polls the server, as far as it knows.
    pub leads: bool,
    /// The requests in flight: a number within the tab, and what it requests.
    pub requests: Vec<(u64, &'static str)>,
    /// What it shows of each task; `None` while it does not know the task.
    pub shown: Vec<Option<StateView>>,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskView {
    /// The name of its kind.
    pub kind: String,
    /// The state of its job on the server, or of the uploaded file; `None` while the server
    /// has neither.
    pub server: Option<StateView>,
}

/// The state of a task in a tab or on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateView {
    /// The name of the state.
    pub name: &'static str,
    /// Its progress, if it is known.
    pub percent: Option<u8>,
}
