//! The core: one way in, one way out.

use crate::change::Change;
use crate::config::Config;
use crate::id::TaskId;
use crate::input::Input;
use crate::output::Output;
use crate::retry::Environment;
use crate::time::{Now, Timestamp};

/// Everything that decides. It has no I/O, clock or randomness of its own.
///
/// The driver calls [`handle`](Self::handle) with what happens, then executes what
/// [`poll`](Self::poll) returns until it returns `None`, then waits for the next input or
/// for the time of [`timeout`](Self::timeout).
#[derive(Debug)]
pub struct Core {
    config: Config,
}

impl Core {
    /// A core without tasks. With a store it first asks for what is stored.
    pub fn new(config: Config, environment: Environment, now: Now) -> Self {
        let _ = (environment, now);
        Self { config }
    }

    /// Takes in what has happened. [`poll`](Self::poll) tells what to do about it; several
    /// inputs may be handled before it is called.
    pub fn handle(&mut self, input: Input, now: Now) {
        let _ = (input, now);
    }

    /// The next thing to do, in order; `None` once there is nothing left.
    pub fn poll(&mut self, now: Now) -> Option<Output> {
        let _ = now;
        None
    }

    /// When [`Input::Timeout`] is due on the monotonic clock, if nothing happens before.
    pub fn timeout(&self) -> Option<Timestamp> {
        None
    }

    /// A new id for a task: `{kind}_{attachment}_{milliseconds}`. A second one in the
    /// same millisecond gets the next that is free.
    pub fn new_task_id(&mut self, kind: &str, attachment: &str, now: Now) -> TaskId {
        TaskId::from(format!("{kind}_{attachment}_{}", now.wall.as_millis()))
    }

    /// A new id for an upload, whose attachment has no id yet: a running number stands
    /// in its place.
    pub fn new_upload_id(&mut self, now: Now) -> TaskId {
        self.new_task_id("upload", "1", now)
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }
}

#[allow(dead_code)]
type Unused = Change;
