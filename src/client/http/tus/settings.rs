//! Settings of resumable uploads.

use std::fmt;
use std::rc::Rc;

use background_tasks_core::AttachmentId;

use crate::client::http::headers::Headers;

/// Where resumable uploads go, and what the server expects, for servers that know nothing but
/// the protocol tus 1.0.0.
///
/// | setting | default |
/// | --- | --- |
/// | endpoint | `{base}/uploads` |
/// | metadata besides `filename`, `filetype` and `title` | none |
/// | other origins that may store uploads | none |
/// | `Idempotency-Key` on another origin | not sent |
/// | id of an attachment that the server does not name | last segment of the upload's URL |
///
/// ```
/// use yew_background_tasks::{HttpStatusClient, TusSettings};
///
/// let settings = TusSettings::new()
///     .with_endpoint("https://uploads.example/files/")
///     .with_metadata("album", "7");
/// let client = HttpStatusClient::new("/api").with_tus(settings);
/// ```
#[derive(Clone, Default)]
pub struct TusSettings {
    pub(super) endpoint: Option<String>,
    pub(super) metadata: Vec<(String, String)>,
    pub(super) origins: Vec<String>,
    pub(super) allows_idempotency_key: bool,
    pub(super) attachment_id: Option<Rc<ReadId>>,
}

type ReadId = dyn Fn(&CompleteUpload<'_>) -> Option<AttachmentId>;

/// An upload of which the server has all bytes.
#[derive(Clone, Copy)]
pub struct CompleteUpload<'a> {
    pub(super) url: &'a str,
    pub(super) headers: &'a Headers,
}

impl TusSettings {
    /// The defaults in the table above.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the URL at which uploads are created, absolute or relative to the document. It is
    /// used as it is, with the slash at its end if there is one. Requests to it carry the
    /// client's headers and token, also on another origin.
    #[must_use]
    pub fn with_endpoint(mut self, url: &str) -> Self {
        self.endpoint = Some(url.trim().to_owned());
        self
    }

    /// Adds an entry to `Upload-Metadata`. It replaces one of the same name, also `filename`,
    /// `filetype` and `title`.
    ///
    /// If the name is empty or contains anything but visible ASCII characters, or a comma, every
    /// upload fails with a reason that names it.
    #[must_use]
    pub fn with_metadata(mut self, name: &str, value: &str) -> Self {
        self.metadata.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Allows the server to name a URL of this origin, such as `https://store.example`, as the
    /// `Location` of an upload. Requests to it carry the client's headers and token.
    ///
    /// The origin of the endpoint is always allowed. Any other origin fails the upload.
    #[must_use]
    pub fn with_allowed_origin(mut self, origin: &str) -> Self {
        self.origins.push(origin.to_owned());
        self
    }

    /// Sets whether an endpoint on another origin allows the header `Idempotency-Key` (by
    /// `Access-Control-Allow-Headers`), with which a repeated request creates no second upload.
    /// An endpoint on the page's own origin always receives it.
    #[must_use]
    pub const fn with_idempotency_key(mut self, allowed: bool) -> Self {
        self.allows_idempotency_key = allowed;
        self
    }

    /// Sets how the attachment's id follows from a complete upload whose response has no
    /// header `Attachment-Id`. If `read` returns `None`, it is the last segment of the URL.
    ///
    /// ```
    /// # use yew_background_tasks::{AttachmentId, TusSettings};
    /// let settings = TusSettings::new().with_attachment_id(|upload| {
    ///     upload.header("X-Video-Id").map(AttachmentId::from)
    /// });
    /// ```
    #[must_use]
    pub fn with_attachment_id(
        mut self,
        read: impl Fn(&CompleteUpload<'_>) -> Option<AttachmentId> + 'static,
    ) -> Self {
        self.attachment_id = Some(Rc::new(read));
        self
    }
}

impl fmt::Debug for TusSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TusSettings")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl<'a> CompleteUpload<'a> {
    /// The URL of the upload, absolute.
    pub const fn url(&self) -> &'a str {
        self.url
    }

    /// The names and values of all headers.
    #[cfg(feature = "embed")]
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.headers.iter()
    }

    /// A header of the last response, regardless of the case of its name. One that a server of
    /// another origin does not expose is absent.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name)
    }
}

impl fmt::Debug for CompleteUpload<'_> {
    /// Omits the headers, which may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CompleteUpload")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
