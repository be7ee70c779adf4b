//! The real API: CONTRACT §1 over HTTP.

mod address;
mod answer;
mod batch;
mod capability;
mod events;
mod fetch;
mod headers;
mod multipart;
mod sse;
mod storage;
mod transfer;
mod tus;

use std::fmt;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{CallError, Job, JobKind, JobStatus, StreamEvent};
use futures_util::FutureExt as _;
use futures_util::future::{Either, LocalBoxFuture, select};
use gloo_net::http::Method;
use yew::Callback;

use self::address::Address;
use self::answer::Answer;
use self::batch::Batches;
use self::events::Events;
use self::fetch::fetch;
use self::headers::Headers;
pub use self::headers::InvalidHeader;
use self::storage::UploadProtocol;
use super::{Answers, Call, StatusClient, wire};
use crate::clock::{BrowserClock, Clock as _};

/// Which requests carry the browser's cookies and HTTP credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// None. (An upload to the page's own origin carries them all the same:
    /// XMLHttpRequest cannot leave them out.)
    Omit,
    /// Those to the page's own origin.
    #[default]
    SameOrigin,
    /// All.
    Include,
}

/// The client of a real server that speaks CONTRACT §1.
///
/// | setting | default |
/// | --- | --- |
/// | headers | `Accept: application/json` |
/// | credentials | [`Credentials::SameOrigin`] |
/// | token | none |
/// | resumable uploads | off |
/// | several jobs in one call | off |
/// | news that the server pushes | off |
/// | time limit of `list`, `delete`, `discard` and `cancel` | 30 s |
///
/// `status`, `start` and `upload` have no limit here: who calls them drops the call when
/// it has waited long enough, which aborts the request.
///
/// Ids are percent-encoded. What cannot be asked of any server (an empty id,
/// `.` or `..`, which no path can carry; a header that cannot be sent) fails at
/// once as [`CallError::Status`] 400 with a message that names it, and nothing
/// is sent. An answer longer than 1 MiB is [`CallError::InvalidResponse`].
///
/// ```
/// use std::time::Duration;
/// use yew_background_tasks::{Credentials, HttpStatusClient};
///
/// let client = HttpStatusClient::new("https://media.example/api/")
///     .with_header("X-Tenant", "blue")
///     .with_credentials(Credentials::Include)
///     .with_time_limit(Duration::from_secs(10))
///     .with_token(|| async { Some("asked for with each request".to_owned()) });
/// assert!(client.invalid_header().is_none());
/// ```
///
/// Cloning is cheap.
#[derive(Clone)]
pub struct HttpStatusClient(Rc<Settings>);

#[derive(Clone)]
struct Settings {
    base: Address,
    headers: Headers,
    invalid_header: Option<InvalidHeader>,
    credentials: Credentials,
    token: Option<TokenProvider>,
    time_limit: Duration,
    // Ways that only the settings below name: what an app does not choose the
    // linker leaves out of it.
    uploads: UploadProtocol,
    /// None where each job is asked after by itself.
    batches: Option<Batches>,
    /// None where nothing is pushed.
    events: Option<Events>,
}

type TokenProvider = Rc<dyn Fn() -> LocalBoxFuture<'static, Option<String>>>;

impl HttpStatusClient {
    /// The client of the API below `base`, such as `/api`. Slashes at its end do not matter.
    pub fn new(base: &str) -> Self {
        let mut headers = Headers::default();
        let accepted = headers.set("Accept", "application/json");
        debug_assert!(accepted.is_ok());
        Self(Rc::new(Settings {
            base: Address::new(base),
            headers,
            invalid_header: None,
            credentials: Credentials::default(),
            token: None,
            time_limit: Duration::from_secs(30),
            uploads: multipart::PROTOCOL,
            batches: None,
            events: None,
        }))
    }

    /// Sends a header with each request, in place of one of the same name.
    ///
    /// One that cannot be sent (a space in its name, a line break in its value)
    /// makes each call fail; see [`invalid_header`](Self::invalid_header).
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let settings = Rc::make_mut(&mut self.0);
        if let Err(invalid) = settings.headers.set(name, value) {
            settings.invalid_header.get_or_insert(invalid);
        }
        self
    }

    /// Decides about cookies.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Credentials) -> Self {
        Rc::make_mut(&mut self.0).credentials = credentials;
        self
    }

    /// Asks `provider` for a token before each request and sends it as
    /// `Authorization: Bearer …`; with none the request goes out without. The
    /// token is not kept.
    #[must_use]
    pub fn with_token<Provider, Answer>(mut self, provider: Provider) -> Self
    where
        Provider: Fn() -> Answer + 'static,
        Answer: Future<Output = Option<String>> + 'static,
    {
        let provider = move || provider().boxed_local();
        Rc::make_mut(&mut self.0).token = Some(Rc::new(provider));
        self
    }

    /// Sends files by the tus protocol to `{base}/uploads` instead of as forms to
    /// `{base}/attachments`, so that an upload that broke off, or was paused,
    /// goes on from the bytes that the server has.
    ///
    /// The server has to speak tus 1.0.0 with its extension *creation*, and name
    /// what it made of a complete upload in the header `Attachment-Id`. One of
    /// another origin has to expose `Location`, `Upload-Offset`, `Upload-Length`
    /// and `Attachment-Id`.
    #[must_use]
    pub fn with_resumable_uploads(mut self, resumable: bool) -> Self {
        Rc::make_mut(&mut self.0).uploads = if resumable {
            tus::PROTOCOL
        } else {
            multipart::PROTOCOL
        };
        self
    }

    /// Asks after several jobs in one call, `{base}/{endpoint}/status?ids=a,b,c`:
    /// up to 100 jobs, as long as their ids come to no more than 4000 bytes. A job
    /// that is alone is asked after by itself.
    ///
    /// A server that turns out not to know the call, or refuses it, is asked after
    /// single jobs at once and for the next 5 minutes.
    #[must_use]
    pub fn with_batch(mut self, batch: bool) -> Self {
        Rc::make_mut(&mut self.0).batches = batch.then(Batches::new);
        self
    }

    /// Has the server push how jobs are, by server-sent events at `{base}/events`,
    /// in addition to checks, which become few for jobs of which it tells.
    ///
    /// An event's name is the endpoint of a kind (`video-processing`), its data what
    /// the call for several jobs answers: `{"q-81f3": {"status": "running"}}`. The
    /// server tells of all jobs that the session may see and sends a comment every
    /// 15 s or so; the page sends `Last-Event-ID` when it comes again. A server that
    /// has no such stream is not asked for it again for 5 minutes.
    #[must_use]
    pub fn with_events(mut self, events: bool) -> Self {
        Rc::make_mut(&mut self.0).events = events.then(Events::new);
        self
    }

    /// Sets after how long `list`, `delete`, `discard` and `cancel` fail as
    /// [`CallError::TimedOut`], 30 s by default.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        Rc::make_mut(&mut self.0).time_limit = limit;
        self
    }

    /// The first header given that cannot be sent, for whom it comes from a
    /// caller of their own.
    pub fn invalid_header(&self) -> Option<&InvalidHeader> {
        self.0.invalid_header.as_ref()
    }

    /// The headers of one request.
    async fn headers(&self) -> Result<Headers, CallError> {
        if let Some(invalid) = &self.0.invalid_header {
            return Err(unsendable(invalid));
        }
        let mut headers = self.0.headers.clone();
        if let Some(provider) = &self.0.token
            && let Some(token) = provider().await
        {
            let bearer = format!("Bearer {token}");
            headers.set("Authorization", &bearer).map_err(unsendable)?;
        }
        Ok(headers)
    }

    async fn request(self, method: Method, address: Address) -> Result<Answer, CallError> {
        let headers = self.headers().await?;
        fetch(method, &address, headers, self.0.credentials, None).await
    }

    /// For calls that no monitor watches.
    async fn request_in_time(self, method: Method, address: Address) -> Result<Answer, CallError> {
        self.clone().in_time(self.request(method, address)).await
    }

    async fn in_time(
        &self,
        request: impl Future<Output = Result<Answer, CallError>>,
    ) -> Result<Answer, CallError> {
        let limit = self.0.time_limit;
        match select(pin!(request), BrowserClock.sleep(limit)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err(CallError::TimedOut { limit }),
        }
    }

    fn job_address(&self, job: &Job, call: &str) -> Result<Address, CallError> {
        self.0
            .base
            .with_path(job.kind.endpoint())
            .with_path(call)
            .with_segment(job.key.as_str())
            .map_err(unsendable)
    }

    fn attachments_address(&self) -> Address {
        self.0.base.with_path("attachments")
    }
}

impl StatusClient for HttpStatusClient {
    fn status(&self, job: &Job) -> Call<JobStatus> {
        let (client, address) = (self.clone(), self.job_address(job, "status"));
        async move {
            let answer = client.request(Method::GET, address?).await?;
            wire::report(&answer.success()?)
        }
        .boxed_local()
    }

    fn batch_limit(&self) -> usize {
        let batches = self.0.batches.as_ref();
        batches.map_or(1, Batches::limit)
    }

    fn statuses(&self, jobs: &[Job]) -> Call<Answers> {
        match &self.0.batches {
            Some(batches) => (batches.ask)(self, jobs),
            None => async { Ok(Vec::new()) }.boxed_local(),
        }
    }

    fn events(&self, on_news: Callback<StreamEvent>) -> Option<Call<()>> {
        (self.0.events.as_ref()?.open)(self, on_news)
    }

    /// `POST {base}/{endpoint}/cancel/{key}`. Embeddings have no such call
    /// (CONTRACT §1): for these nothing is sent.
    fn cancel(&self, job: &Job) -> Call<()> {
        if job.kind.name() == JobKind::embedding().name() {
            return async { Ok(()) }.boxed_local();
        }
        let (client, address) = (self.clone(), self.job_address(job, "cancel"));
        async move {
            let answer = client.request_in_time(Method::POST, address?).await?;
            answer.accepted()
        }
        .boxed_local()
    }
}

impl fmt::Debug for HttpStatusClient {
    /// Leaves out the headers, for they may be secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpStatusClient")
            .field("base", &self.0.base.as_str())
            .field("credentials", &self.0.credentials)
            .finish_non_exhaustive()
    }
}

/// What no server could be asked: it fails as the server's own 400 would, for
/// it passes as little by itself.
fn unsendable(why: impl fmt::Display) -> CallError {
    CallError::Status {
        status: 400,
        retry_after: None,
        message: Some(why.to_string().into()),
    }
}
