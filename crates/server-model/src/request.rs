//! Requests as the model sees them: what is asked, and about which ids.

use crate::chance;

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

impl Request<'_> {
    /// What its draws are named by.
    pub(crate) fn words(&self) -> [&str; 3] {
        [
            self.operation.as_str(),
            self.endpoint.unwrap_or_default(),
            self.ids.first().copied().unwrap_or_default(),
        ]
    }
}

/// How many different requests are counted; the oldest are forgotten.
const COUNTED: usize = 1000;

/// How often each request was made, which numbers its draws.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestCounts(Vec<(u64, u64)>);

impl RequestCounts {
    /// Counts a request and those like it before. The first id stands for all.
    pub fn count(&mut self, request: &Request<'_>) -> u64 {
        let request = chance::fingerprint(&request.words(), 0);
        if let Some((_, count)) = self.0.iter_mut().find(|(known, _)| *known == request) {
            *count += 1;
            return *count;
        }
        if self.0.len() >= COUNTED {
            self.0.remove(0);
        }
        self.0.push((request, 1));
        1
    }
}
