//! Requests as the model sees them: what is asked, and about which ids.

use std::time::Duration;

use litemap::LiteMap;

use crate::fault::Encounter;

/// The kinds of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// The status of one or several jobs.
    Status,
    /// Cancels a job.
    Cancel,
    /// Starts a job.
    Start,
    /// Uploads a file as a form.
    Upload,
    /// Lists the attachments.
    List,
    /// Deletes an attachment.
    Delete,
    /// Opens the event stream.
    Events,
    /// Creates a tus upload.
    UploadCreate,
    /// Reads the offset of a tus upload.
    UploadOffset,
    /// Sends bytes of a tus upload.
    UploadPart,
    /// Terminates a tus upload.
    UploadTerminate,
    /// Anything that the API does not know.
    Unknown,
}

impl Operation {
    /// The operation's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Cancel => "cancel",
            Self::Start => "start",
            Self::Upload => "upload",
            Self::List => "list",
            Self::Delete => "delete",
            Self::Events => "events",
            Self::UploadCreate => "upload-create",
            Self::UploadOffset => "upload-offset",
            Self::UploadPart => "upload-part",
            Self::UploadTerminate => "upload-terminate",
            Self::Unknown => "unknown",
        }
    }
}

/// A request before it is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// What is asked.
    pub operation: Operation,
    /// The endpoint, for requests about jobs.
    pub endpoint: Option<&'a str>,
    /// The ids that it names: job keys, an attachment or an upload.
    pub ids: &'a [&'a str],
}

/// What happens to a request on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// How long the response takes.
    pub latency: Duration,
    /// The fault that the request encounters.
    pub fault: Option<Encounter>,
}

/// How often each request was made, which numbers its draws.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestCounts(LiteMap<(Operation, String, String), u64>);

impl RequestCounts {
    /// Counts a request and those like it before. The first id stands for all.
    pub fn count(&mut self, request: &Request<'_>) -> u64 {
        let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let id = request.ids.first().copied();
        let name = (request.operation, owned(request.endpoint), owned(id));
        let count = self.0.entry(name).or_insert(0);
        *count += 1;
        *count
    }

    /// Forgets the requests about these ids.
    pub fn forget(&mut self, is_forgotten: impl Fn(&str) -> bool) {
        self.0
            .retain(|(.., id), _| id.is_empty() || !is_forgotten(id));
    }
}
