//! What the embedding app sets for all tasks.

use std::rc::Rc;

use crate::kind::JobKind;
use crate::monitor::FollowUp;
use crate::tab::TabId;
use crate::upload::UploadPolicy;

/// Settings of a [`Core`](crate::Core), fixed for its lifetime.
#[derive(Clone, Debug)]
pub struct Config {
    /// The name under which tasks are stored and shared with other tabs. With `None`
    /// nothing is stored, no other tab is heard, and this tab polls at once.
    pub store: Option<Rc<str>>,
    /// This tab's id, drawn at random: no two tabs may share one.
    pub tab: TabId,
    /// Where jitter and idempotency keys come from: no two tabs may share one.
    pub seed: u64,
    /// How videos are processed.
    pub video: JobKind,
    /// How embeddings are generated.
    pub embedding: JobKind,
    /// Kinds of the app's own. A stored task of another kind is polled by the endpoint
    /// and the policy that it carries, and shown with generic texts.
    pub kinds: Vec<JobKind>,
    /// How files are sent, and which are accepted.
    pub upload: Rc<UploadPolicy>,
    /// When the embedding of an uploaded video starts; `None` never starts it.
    pub embedding_start: Option<FollowUp>,
    /// The most requests for the status of jobs in flight at once, at least 1.
    pub max_status_requests: usize,
    /// Whether the driver reports closed tabs ([`Input::TabClosed`](crate::Input::TabClosed)).
    /// If it cannot, a tab that stays silent for long is treated as closed.
    pub watches_tabs: bool,
    /// The title of a task that is started without one.
    pub untitled: Rc<str>,
}

/// What the app's client can do at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// How many jobs one status request may be about, at least 1.
    pub batch_limit: usize,
    /// The smallest file, in bytes, whose upload can continue from where an earlier attempt
    /// stopped; `None` if no upload can.
    pub resumable_from: Option<u64>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            batch_limit: 1,
            resumable_from: None,
        }
    }
}
