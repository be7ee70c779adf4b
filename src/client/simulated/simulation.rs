//! The settings of a simulation.

use std::time::Duration;

/// How the simulated server behaves.
///
/// | setting | default | counts for |
/// | --- | --- | --- |
/// | seed | 1 | jobs that begin later |
/// | speed | 1.0 | everything, at once |
/// | fail: share of jobs that fail | 0.0 | jobs that begin later |
/// | flaky: share of checks without an answer | 0.0 | checks made later |
/// | online: whether calls reach the server | true | calls made later |
/// | latency of an answer, on average | 120 ms | calls made later |
/// | upload rate | 1 MiB/s | uploads that begin later |
/// | a video's time in queue and at work | 12 s | jobs that begin later |
/// | an embedding's | 8 s | jobs that begin later |
/// | any other job's | 10 s | jobs that begin later |
///
/// Each job takes up to a fifth more or less than its kind's time. All times
/// are at speed 1. A number that makes no sense (a share above 1, a speed of
/// 0) is taken as the nearest that does, one that is none as the default.
///
/// ```
/// use yew_background_tasks::Simulation;
///
/// let simulation = Simulation::new().with_seed(7).with_speed(10.0).with_fail(2.0);
/// assert_eq!(simulation.fail(), 1.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    seed: u64,
    speed: f64,
    fail: f64,
    flaky: f64,
    online: bool,
    latency: Duration,
    upload_rate: u64,
    video: Duration,
    embedding: Duration,
    other: Duration,
}

impl Simulation {
    /// The settings of the table above.
    pub const fn new() -> Self {
        Self {
            seed: 1,
            speed: 1.0,
            fail: 0.0,
            flaky: 0.0,
            online: true,
            latency: Duration::from_millis(120),
            upload_rate: 1 << 20,
            video: Duration::from_secs(12),
            embedding: Duration::from_secs(8),
            other: Duration::from_secs(10),
        }
    }

    /// Sets what chance grows from: the same seed, the same run.
    #[must_use]
    pub const fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets how many times faster than real all is, from a thousandth to a million.
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

    /// Sets the share of checks that meet a network error, 0 to 1.
    #[must_use]
    pub const fn with_flaky(mut self, share: f64) -> Self {
        self.flaky = within(share, 0.0, 1.0, 0.0);
        self
    }

    /// Sets whether calls reach the server. Faults on demand wait until they do.
    #[must_use]
    pub const fn with_online(mut self, online: bool) -> Self {
        self.online = online;
        self
    }

    /// Sets how long an answer takes on average; single ones take half as much
    /// more or less. With zero there is no wait at all.
    #[must_use]
    pub const fn with_latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Sets the bytes that an upload sends in a second; at least 1.
    #[must_use]
    pub const fn with_upload_rate(mut self, bytes_per_second: u64) -> Self {
        self.upload_rate = if bytes_per_second == 0 {
            1
        } else {
            bytes_per_second
        };
        self
    }

    /// Sets a video's time in queue and at work.
    #[must_use]
    pub const fn with_video(mut self, duration: Duration) -> Self {
        self.video = duration;
        self
    }

    /// Sets an embedding's time in queue and at work.
    #[must_use]
    pub const fn with_embedding(mut self, duration: Duration) -> Self {
        self.embedding = duration;
        self
    }

    /// Sets the time in queue and at work of jobs of any other kind.
    #[must_use]
    pub const fn with_other(mut self, duration: Duration) -> Self {
        self.other = duration;
        self
    }

    /// What chance grows from.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// How many times faster than real all is.
    pub const fn speed(&self) -> f64 {
        self.speed
    }

    /// The share of jobs that fail.
    pub const fn fail(&self) -> f64 {
        self.fail
    }

    /// The share of checks that meet a network error.
    pub const fn flaky(&self) -> f64 {
        self.flaky
    }

    /// Whether calls reach the server.
    pub const fn online(&self) -> bool {
        self.online
    }

    /// How long an answer takes on average.
    pub const fn latency(&self) -> Duration {
        self.latency
    }

    /// How long an upload of so many bytes takes.
    pub(super) fn upload_time(&self, bytes: u64) -> Duration {
        #[allow(clippy::cast_precision_loss)] // A rate need not be exact to the byte.
        let seconds = bytes as f64 / self.upload_rate as f64;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)
    }

    /// How long a job of the kind of this name takes.
    pub(super) fn job_time(&self, kind: &str) -> Duration {
        match kind {
            "video" => self.video,
            "embedding" => self.embedding,
            _ => self.other,
        }
    }
}

impl Default for Simulation {
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
