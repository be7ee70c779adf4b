//! The numbers of uploads, each a setting with its default.

use std::time::Duration;

use crate::failure::{Restriction, UploadLeg};
use crate::policy::RetryPolicy;

/// How files are sent.
///
/// | setting | default |
/// | --- | --- |
/// | [`concurrent`](Self::with_concurrent): uploads at once; the others wait their turn | 3 |
/// | [`start_limit`](Self::with_limits): an attempt that sends no byte is given up after | 30 s |
/// | [`bytes_limit`](Self::with_limits): one that stands still in the middle | 30 s |
/// | [`answer_limit`](Self::with_limits): one that has no answer after its last byte | 60 s |
/// | [`retry`](Self::with_retry): after transient failures | [`RetryPolicy`] |
/// | [`types`](Self::with_types): what may be sent | everything |
/// | [`max_size`](Self::with_max_size): bytes of one file | no limit |
/// | [`max_files`](Self::with_max_files): files handed over in one go | no limit |
///
/// ```
/// use background_tasks_core::UploadPolicy;
///
/// let policy = UploadPolicy::new()
///     .with_types(["video/*", ".srt"])
///     .with_max_size(2_000_000_000);
/// assert!(policy.check("talk.mp4", "video/mp4", 1_048_576).is_ok());
/// assert!(policy.check("talk.mp4", "video/mp4", 3_000_000_000).is_err());
/// assert!(policy.check("notes.pdf", "application/pdf", 10).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadPolicy {
    /// Uploads at once.
    pub concurrent: usize,
    /// How long no first byte may be sent.
    pub start_limit: Duration,
    /// How long no further byte may be sent.
    pub bytes_limit: Duration,
    /// How long the answer may take after the last byte.
    pub answer_limit: Duration,
    /// What happens after transient failures.
    pub retry: RetryPolicy,
    /// MIME types, `video/*`, or endings such as `.mp4`; with none, all may be sent.
    pub types: Vec<String>,
    /// The most bytes of one file.
    pub max_size: Option<u64>,
    /// The most files that a form takes in one go.
    pub max_files: Option<usize>,
}

impl UploadPolicy {
    /// The defaults of the table above.
    pub const fn new() -> Self {
        Self {
            concurrent: 3,
            start_limit: Duration::from_secs(30),
            bytes_limit: Duration::from_secs(30),
            answer_limit: Duration::from_secs(60),
            retry: RetryPolicy::new(),
            types: Vec::new(),
            max_size: None,
            max_files: None,
        }
    }

    /// Sets how many are sent at once, at least one.
    #[must_use]
    pub fn with_concurrent(mut self, uploads: usize) -> Self {
        self.concurrent = uploads.max(1);
        self
    }

    /// Sets how long an attempt may send no first byte, no further byte, and
    /// may have no answer after its last.
    #[must_use]
    pub const fn with_limits(mut self, start: Duration, bytes: Duration, answer: Duration) -> Self {
        self.start_limit = start;
        self.bytes_limit = bytes;
        self.answer_limit = answer;
        self
    }

    /// Sets what happens after transient failures.
    #[must_use]
    pub const fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sets which files may be sent: MIME types (`video/mp4`, `video/*`) or
    /// endings of names (`.mp4`), in any case.
    #[must_use]
    pub fn with_types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how many bytes a file may have.
    #[must_use]
    pub const fn with_max_size(mut self, bytes: u64) -> Self {
        self.max_size = Some(bytes);
        self
    }

    /// Sets how many files a form takes in one go.
    #[must_use]
    pub const fn with_max_files(mut self, files: usize) -> Self {
        self.max_files = Some(files);
        self
    }

    /// Whether a file may be sent, from what is known of it without reading it.
    ///
    /// # Errors
    ///
    /// The first restriction that it does not keep to.
    pub fn check(&self, name: &str, media_type: &str, size: u64) -> Result<(), Restriction> {
        if !self.types.is_empty() && !self.types.iter().any(|it| fits(it, name, media_type)) {
            return Err(Restriction::Types(self.types.clone()));
        }
        if let Some(limit) = self.max_size.filter(|limit| size > *limit) {
            return Err(Restriction::MaxSize(limit));
        }
        if size == 0 {
            return Err(Restriction::NotEmpty);
        }
        Ok(())
    }

    /// How long nothing may move on this leg.
    pub(super) const fn limit(&self, leg: UploadLeg) -> Duration {
        match leg {
            UploadLeg::Start => self.start_limit,
            UploadLeg::Bytes => self.bytes_limit,
            UploadLeg::Answer => self.answer_limit,
        }
    }
}

impl Default for UploadPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// As the `accept` attribute of a file field has it.
fn fits(allowed: &str, name: &str, media_type: &str) -> bool {
    let (allowed, media_type) = (allowed.trim(), media_type.to_ascii_lowercase());
    let allowed = allowed.to_ascii_lowercase();
    if allowed.starts_with('.') {
        return name.to_ascii_lowercase().ends_with(&allowed);
    }
    match allowed.strip_suffix('*') {
        Some(family) => media_type.starts_with(family),
        None => media_type == allowed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_families_names_or_endings_in_any_case() {
        let policy = UploadPolicy::new().with_types(["video/*", "image/png", ".SRT"]);
        for (name, media_type) in [
            ("a.mp4", "video/mp4"),
            ("a.mov", "VIDEO/quicktime"),
            ("a.png", "image/png"),
            ("a.srt", ""),
            ("noël.SRT", "application/x-subrip"),
        ] {
            assert_eq!(policy.check(name, media_type, 1), Ok(()), "{name}");
        }
        for (name, media_type) in [("a.jpg", "image/jpeg"), ("srt", ""), ("a.mp4", "")] {
            let refused = policy.check(name, media_type, 1);
            assert!(matches!(refused, Err(Restriction::Types(_))), "{name}");
        }
    }

    #[test]
    fn a_file_may_have_as_many_bytes_as_the_limit_and_must_have_one() {
        let policy = UploadPolicy::new().with_max_size(10);
        assert_eq!(policy.check("a", "", 10), Ok(()));
        assert_eq!(policy.check("a", "", 11), Err(Restriction::MaxSize(10)));
        assert_eq!(policy.check("a", "", 0), Err(Restriction::NotEmpty));
    }
}
