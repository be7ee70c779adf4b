//! The client of a server with the HTTP API.

mod api_url;
mod batch;
mod built_requests;
mod capability;
mod event_stream;
mod fetch;
mod headers;
mod multipart;
mod probe;
mod protocol;
mod provided;
mod response;
mod sse;
mod status;
mod storage;
mod tus;
mod xhr;

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::RequestError;
use futures_util::FutureExt as _;

use self::api_url::ApiUrl;
use self::batch::BatchRequests;
use self::built_requests::BuiltRequests;
use self::event_stream::EventStream;
use self::headers::Headers;
pub use self::headers::InvalidHeader;
use self::probe::Probe;
use self::protocol::Protocol;
#[cfg(feature = "embed")]
pub(crate) use self::provided::Provided;
pub use self::provided::ProvidedToken;
pub(crate) use self::provided::Provider;
use self::provided::bearer;
use self::storage::UploadProtocol;
pub use self::tus::{CompleteUpload, TusSettings};

/// Which requests carry the browser's cookies and HTTP credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// None. (An upload to the page's own origin carries them nevertheless, since
    /// XMLHttpRequest cannot omit them.)
    Omit,
    /// Those to the page's own origin.
    #[default]
    SameOrigin,
    /// All.
    Include,
}

/// The client of a server with the HTTP API that `docs/http-api.md` describes.
///
/// | setting | default |
/// | --- | --- |
/// | headers | `Accept: application/json` |
/// | credentials | [`Credentials::SameOrigin`] |
/// | headers for each request | none |
/// | token | none |
/// | resumable uploads | off |
/// | batch requests | off |
/// | event stream | off |
/// | time limit of `list`, `delete`, `discard` and `cancel` | 30 s |
///
/// `status`, `start` and `upload` have no time limit of their own: the caller drops the
/// future, which aborts the request.
///
/// Ids are percent-encoded. A request that cannot be sent (its id is empty, `.` or `..`,
/// which no path can contain, or a header is invalid) fails immediately with
/// [`RequestError::Status`] 400 and a message that names the cause. A response body of more
/// than 1 MiB is aborted and gives [`RequestError::InvalidResponse`].
///
/// ```
/// use std::time::Duration;
/// use yew_background_tasks::{Credentials, HttpStatusClient};
///
/// let client = HttpStatusClient::new("https://media.example/api/")
///     .with_header("X-Tenant", "blue")
///     .with_credentials(Credentials::Include)
///     .with_timeout(Duration::from_secs(10))
///     .with_token(|| async { Some("requested for each request".to_owned()) });
/// assert!(client.invalid_header().is_none());
/// ```
///
/// Cloning is cheap.
#[derive(Clone)]
pub struct HttpStatusClient(Rc<Settings>);

#[derive(Clone)]
struct Settings {
    base: ApiUrl,
    headers: Headers,
    invalid_header: Option<InvalidHeader>,
    credentials: Credentials,
    /// Emptied when `headers` or `credentials` change.
    built: BuiltRequests,
    header_function: Option<Provider>,
    token: Option<Provider>,
    timeout: Duration,
    protocol: Protocol,
    probe: Probe,
    // Only the methods below name what follows, so the linker removes what an app does not
    // choose.
    uploads: UploadProtocol,
    tus: Rc<TusSettings>,
    /// `None` if every job has a request of its own.
    batches: Option<BatchRequests>,
    /// `None` if there is no event stream.
    events: Option<EventStream>,
}

impl HttpStatusClient {
    /// A client of the API at the URL `base`, such as `/api`. Slashes at its end are ignored.
    pub fn new(base: &str) -> Self {
        let mut headers = Headers::default();
        let accepted = headers.set("Accept", "application/json");
        debug_assert!(accepted.is_ok());
        Self(Rc::new(Settings {
            base: ApiUrl::new(base),
            headers,
            invalid_header: None,
            credentials: Credentials::default(),
            built: BuiltRequests::default(),
            header_function: None,
            token: None,
            timeout: Duration::from_secs(30),
            protocol: Protocol::default(),
            probe: Probe::default(),
            uploads: multipart::PROTOCOL,
            tus: Rc::default(),
            batches: None,
            events: None,
        }))
    }

    /// Sends a header with every request. It replaces an earlier one of the same name.
    ///
    /// If it is invalid (a space in its name, a line break in its value), every request
    /// fails; see [`invalid_header`](Self::invalid_header).
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let settings = Rc::make_mut(&mut self.0);
        if let Err(invalid) = settings.headers.set(name, value) {
            settings.invalid_header.get_or_insert(invalid);
        }
        settings.built = BuiltRequests::default();
        self
    }

    /// Sets which requests carry cookies and HTTP credentials.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Credentials) -> Self {
        let settings = Rc::make_mut(&mut self.0);
        settings.credentials = credentials;
        settings.built = BuiltRequests::default();
        self
    }

    /// Calls `provider` before every request and sends the headers that it returns, names
    /// and values, for example a CSRF token that changes. They replace those of
    /// [`with_header`](Self::with_header).
    ///
    /// An error, or a header that cannot be sent, is a transient failure of that request
    /// ([`RequestError::NotSent`]). After a response with status 401, `provider` is called once
    /// more and the request is repeated.
    ///
    /// ```
    /// # use yew_background_tasks::HttpStatusClient;
    /// # fn csrf_token() -> Option<String> { None }
    /// let client = HttpStatusClient::new("/api").with_headers(|| async {
    ///     let token = csrf_token().ok_or("there is no CSRF token yet")?;
    ///     Ok::<_, &str>(vec![("X-CSRF-Token".to_owned(), token)])
    /// });
    /// ```
    #[must_use]
    pub fn with_headers<Function, Output, Error>(self, provider: Function) -> Self
    where
        Function: Fn() -> Output + 'static,
        Output: Future<Output = Result<Vec<(String, String)>, Error>> + 'static,
        Error: fmt::Display,
    {
        let provider = move || {
            let headers = provider();
            async move { headers.await.map_err(|error| error.to_string()) }.boxed_local()
        };
        self.with_provider(Rc::new(provider))
    }

    pub(crate) fn with_provider(mut self, provider: Provider) -> Self {
        Rc::make_mut(&mut self.0).header_function = Some(provider);
        self
    }

    /// Calls `provider` before every request and sends its token as
    /// `Authorization: Bearer …`. `None` sends no token. Tokens are not stored.
    ///
    /// It may also return a `Result`: an error is a transient failure of that request
    /// ([`RequestError::NotSent`]). After a response with status 401, `provider` is called once
    /// more and the request is repeated.
    #[must_use]
    pub fn with_token<Function, Token>(self, provider: Function) -> Self
    where
        Function: Fn() -> Token + 'static,
        Token: Future<Output: ProvidedToken> + 'static,
    {
        let provider = move || {
            let token = provider();
            let header = async move {
                let token = token.await.into_result()?;
                Ok(token.iter().map(|token| bearer(token)).collect())
            };
            header.boxed_local()
        };
        self.with_token_provider(Rc::new(provider))
    }

    pub(crate) fn with_token_provider(mut self, provider: Provider) -> Self {
        Rc::make_mut(&mut self.0).token = Some(provider);
        self
    }

    /// Uploads files by the tus protocol to `{base}/uploads` instead of as forms to
    /// `{base}/attachments`, so that an interrupted or paused upload continues with the
    /// bytes that the server does not have yet.
    ///
    /// The server has to support tus 1.0.0 with the extension *creation*. The attachment of a
    /// complete upload is the header `Attachment-Id`, else the last segment of the upload's
    /// URL. A server of another origin has to expose `Location`, `Upload-Offset`,
    /// `Upload-Length` and, if it sends it, `Attachment-Id`. [`with_tus`](Self::with_tus) has
    /// settings for other servers.
    #[must_use]
    pub fn with_resumable_uploads(mut self, resumable: bool) -> Self {
        Rc::make_mut(&mut self.0).uploads = if resumable {
            tus::PROTOCOL
        } else {
            multipart::PROTOCOL
        };
        self
    }

    /// Uploads files by the tus protocol, as
    /// [`with_resumable_uploads`](Self::with_resumable_uploads) does, with these settings.
    #[must_use]
    pub fn with_tus(mut self, settings: TusSettings) -> Self {
        Rc::make_mut(&mut self.0).tus = Rc::new(settings);
        self.with_resumable_uploads(true)
    }

    /// Requests the status of several jobs in one request,
    /// `{base}/{endpoint}/status?ids=a,b,c`: of at most 100 jobs, whose ids have at most
    /// 4000 bytes. A single job has a request of its own.
    ///
    /// If the server does not know the request or refuses it, each job has a request of
    /// its own for the next 5 minutes.
    #[must_use]
    pub fn with_batch(mut self, batch: bool) -> Self {
        Rc::make_mut(&mut self.0).batches = batch.then(BatchRequests::new);
        self
    }

    /// Receives statuses as server-sent events from `{base}/events`, in addition to
    /// polling, which becomes rare for jobs that the stream reports.
    ///
    /// The name of an event is the endpoint of a kind (`video-processing`), its data what a
    /// batch request returns: `{"q-81f3": {"status": "running"}}`. The server reports all
    /// jobs that the session may see, and sends a comment every 15 s or so. The page sends
    /// `Last-Event-ID` when it reconnects. If the server has no event stream, it is not
    /// requested again for 5 minutes.
    #[must_use]
    pub fn with_events(mut self, events: bool) -> Self {
        Rc::make_mut(&mut self.0).events = events.then(EventStream::new);
        self
    }

    /// Sets the time after which `list`, `delete`, `discard` and `cancel` fail with
    /// [`RequestError::TimedOut`], 30 s by default.
    #[must_use]
    pub fn with_timeout(mut self, limit: Duration) -> Self {
        Rc::make_mut(&mut self.0).timeout = limit;
        self
    }

    /// The first invalid header that was set, for apps whose headers come from elsewhere.
    pub fn invalid_header(&self) -> Option<&InvalidHeader> {
        self.0.invalid_header.as_ref()
    }
}

impl fmt::Debug for HttpStatusClient {
    /// Omits the headers, which may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpStatusClient")
            .field("base", &self.0.base.as_str())
            .field("credentials", &self.0.credentials)
            .finish_non_exhaustive()
    }
}

/// The error of a request that cannot be sent: the same as of a server's own 400, since
/// repeating the request does not help either.
fn invalid_request(reason: impl fmt::Display) -> RequestError {
    RequestError::Status {
        status: 400,
        retry_after: None,
        message: Some(reason.to_string().into()),
    }
}
