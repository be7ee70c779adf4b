//! The settings of a server.

use std::time::Duration;

use crate::{EMBEDDINGS, VIDEO};

/// How the server behaves.
///
/// | setting | default | applies to |
/// | --- | --- | --- |
/// | seed | 1 | jobs that start later |
/// | speed | 1.0 | everything, at once |
/// | fail: share of jobs that fail | 0.0 | jobs that start later |
/// | never end: share of jobs that never end | 0.0 | jobs that start later |
/// | flaky: share of status requests whose connection fails | 0.0 | later requests |
/// | online: whether requests reach the server | true | later requests |
/// | average latency of a response | 120 ms | later requests |
/// | upload rate | 1 MiB/s | uploads that begin later |
/// | time of a video in the queue and running | 12 s | jobs that start later |
/// | time of an embedding | 8 s | jobs that start later |
/// | time of any other job | 10 s | jobs that start later |
/// | known only: whether unknown ids are 404 | false | later requests |
/// | most finished jobs that are kept | unlimited | |
/// | processing: how long a repeated idempotency key is 409 | 0 s | later requests |
/// | largest file | unlimited | later requests |
/// | largest part of a tus upload | unlimited | later requests |
/// | lock: how long a dead request holds its tus upload | 0 s | later requests |
///
/// Each job takes up to a fifth more or less than the time of its endpoint.
/// Times are at speed 1, except for the last ones, which are by the clock. A
/// value out of range is replaced by the nearest one in range, NaN by the
/// default.
///
/// ```
/// use background_tasks_server_model::Config;
///
/// let config = Config::new().with_seed(7).with_speed(10.0).with_fail(2.0);
/// assert_eq!(config.fail(), 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    seed: u64,
    speed: f64,
    fail: f64,
    never_end: f64,
    flaky: f64,
    online: bool,
    latency: Duration,
    upload_rate: u64,
    video: Duration,
    embedding: Duration,
    other: Duration,
    pub(crate) known_only: bool,
    pub(crate) kept_jobs: usize,
    pub(crate) processing: Duration,
    pub(crate) max_file: u64,
    pub(crate) max_part: u64,
    pub(crate) lock_timeout: Duration,
}

impl Config {
    /// The settings of the table above.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            seed: 1,
            speed: 1.0,
            fail: 0.0,
            never_end: 0.0,
            flaky: 0.0,
            online: true,
            latency: Duration::from_millis(120),
            upload_rate: 1 << 20,
            video: Duration::from_secs(12),
            embedding: Duration::from_secs(8),
            other: Duration::from_secs(10),
            known_only: false,
            kept_jobs: usize::MAX,
            processing: Duration::ZERO,
            max_file: u64::MAX,
            max_part: u64::MAX,
            lock_timeout: Duration::ZERO,
        }
    }

    /// Sets the seed of all draws: the same seed, the same run.
    #[must_use]
    pub const fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets how many times faster than the clock the server is, from a
    /// thousandth to a million.
    #[must_use]
    pub const fn with_speed(mut self, speed: f64) -> Self {
        self.speed = within(speed, 0.001, 1_000_000.0, 1.0);
        self
    }

    /// Sets the share of jobs that fail, 0 to 1.
    #[must_use]
    pub const fn with_fail(mut self, share: f64) -> Self {
        self.fail = within(share, 0.0, 1.0, 0.0);
        self
    }

    /// Sets the share of jobs that never end, 0 to 1.
    #[must_use]
    pub const fn with_never_end(mut self, share: f64) -> Self {
        self.never_end = within(share, 0.0, 1.0, 0.0);
        self
    }

    /// Sets the share of status requests whose connection fails, 0 to 1.
    #[must_use]
    pub const fn with_flaky(mut self, share: f64) -> Self {
        self.flaky = within(share, 0.0, 1.0, 0.0);
        self
    }

    /// Sets whether requests reach the server. Fault rules wait until they do.
    #[must_use]
    pub const fn with_online(mut self, online: bool) -> Self {
        self.online = online;
        self
    }

    /// Sets the average latency; single responses take up to half as much more
    /// or less. With zero there is none.
    #[must_use]
    pub const fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Sets the bytes that an upload sends per second; at least 1.
    #[must_use]
    pub const fn with_upload_rate(mut self, bytes_per_second: u64) -> Self {
        self.upload_rate = if bytes_per_second == 0 {
            1
        } else {
            bytes_per_second
        };
        self
    }

    /// Sets the time of a video in the queue and running.
    #[must_use]
    pub const fn with_video(mut self, duration: Duration) -> Self {
        self.video = duration;
        self
    }

    /// Sets the time of an embedding in the queue and running.
    #[must_use]
    pub const fn with_embedding(mut self, duration: Duration) -> Self {
        self.embedding = duration;
        self
    }

    /// Sets the time of any other job in the queue and running.
    #[must_use]
    pub const fn with_other(mut self, duration: Duration) -> Self {
        self.other = duration;
        self
    }

    /// Sets whether ids that the server did not give out are unknown. If not, a
    /// job starts with the first status request, so that clients can follow jobs that they
    /// have invented.
    #[must_use]
    pub const fn with_known_only(mut self, known_only: bool) -> Self {
        self.known_only = known_only;
        self
    }

    /// Sets how many finished jobs are kept after a client has received their final status. A
    /// request for an older one is unknown, or starts it again.
    #[must_use]
    pub const fn with_kept_jobs(mut self, kept: usize) -> Self {
        self.kept_jobs = kept;
        self
    }

    /// Sets how long after the first request with an idempotency key a repeated
    /// one is refused because the first is still being processed.
    #[must_use]
    pub const fn with_processing(mut self, duration: Duration) -> Self {
        self.processing = duration;
        self
    }

    /// Sets the most bytes of a file.
    #[must_use]
    pub const fn with_max_file(mut self, bytes: u64) -> Self {
        self.max_file = bytes;
        self
    }

    /// Sets the most bytes that one request may add to a tus upload.
    #[must_use]
    pub const fn with_max_part(mut self, bytes: u64) -> Self {
        self.max_part = bytes;
        self
    }

    /// Sets how long a request whose client has gone away unnoticed keeps its
    /// tus upload locked.
    #[must_use]
    pub const fn with_lock_timeout(mut self, duration: Duration) -> Self {
        self.lock_timeout = duration;
        self
    }

    /// The seed of all draws.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// How many times faster than the clock the server is.
    #[must_use]
    pub const fn speed(&self) -> f64 {
        self.speed
    }

    /// The share of jobs that fail.
    #[must_use]
    pub const fn fail(&self) -> f64 {
        self.fail
    }

    /// The share of jobs that never end.
    #[must_use]
    pub const fn never_end(&self) -> f64 {
        self.never_end
    }

    /// The share of status requests whose connection fails.
    #[must_use]
    pub const fn flaky(&self) -> f64 {
        self.flaky
    }

    /// Whether requests reach the server.
    #[must_use]
    pub const fn online(&self) -> bool {
        self.online
    }

    /// The average latency of a response.
    #[must_use]
    pub const fn latency(&self) -> Duration {
        self.latency
    }

    /// How long an upload of this many bytes takes, in the server's time.
    #[must_use]
    pub fn upload_time(&self, bytes: u64) -> Duration {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a rate need not be exact to the byte"
        )]
        let seconds = bytes as f64 / self.upload_rate as f64;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)
    }

    /// How long a job of this endpoint takes.
    pub(crate) fn job_time(&self, endpoint: &str) -> Duration {
        match endpoint {
            VIDEO => self.video,
            EMBEDDINGS => self.embedding,
            _ => self.other,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

const fn within(number: f64, least: f64, most: f64, default: f64) -> f64 {
    if number.is_nan() {
        default
    } else {
        number.clamp(least, most)
    }
}
