//! Settings of uploads, with their defaults.

use std::time::Duration;

use super::media_type;
use crate::failure::Restriction;
use crate::policy::RetryPolicy;

/// How files are uploaded, and which are accepted.
///
/// | setting | default |
/// | --- | --- |
/// | [`concurrent`](Self::with_concurrent): uploads at the same time; others are queued | 3 |
/// | [`connect_timeout`](Self::with_timeouts): timeout until the first byte is sent | 30 s |
/// | [`transfer_timeout`](Self::with_timeouts): timeout between two bytes | 30 s |
/// | [`response_timeout`](Self::with_timeouts): timeout from the last byte to the response, plus the time that buffered bytes may need at the measured speed | 60 s |
/// | [`retry`](Self::with_retry): after transient failures | [`RetryPolicy`] |
/// | [`chunk_bytes`](Self::with_chunk_bytes): most bytes of the file in one request of a resumable upload | no limit |
/// | [`override_method`](Self::with_override_method): send `PATCH` as `POST` | no |
/// | [`process_videos`](Self::with_process_videos): start processing and embedding after the upload of a video | yes |
/// | [`keep_files`](Self::with_kept_files): keep copies of files up to this size, so that uploads continue after a reload | no |
/// | [`types`](Self::with_types): accepted types | all |
/// | [`max_size`](Self::with_max_size): maximum size of a file | no limit |
/// | [`max_files`](Self::with_max_files): maximum number of files in one form | no limit |
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
    /// The number of uploads at the same time.
    pub concurrent: usize,
    /// The timeout until the first byte is sent.
    pub connect_timeout: Duration,
    /// The timeout between two bytes.
    pub transfer_timeout: Duration,
    /// The timeout from the last byte to the response.
    pub response_timeout: Duration,
    /// How uploads are retried after transient failures.
    pub retry: RetryPolicy,
    /// The most bytes of the file in one request of a resumable upload, for servers and
    /// proxies that limit the size of requests.
    pub chunk_bytes: Option<u64>,
    /// Whether `PATCH` requests of resumable uploads are sent as `POST` with the header
    /// `X-HTTP-Method-Override`, for proxies that block `PATCH`.
    pub override_method: bool,
    /// Whether an upload of a video is followed by its processing and embedding.
    pub process_videos: bool,
    /// The maximum size in bytes of a file of which the browser keeps a copy until its upload
    /// ends.
    #[cfg(feature = "kept-files")]
    pub keep_files: Option<u64>,
    /// Accepted types: MIME types, `video/*`, or file name extensions such as `.mp4`. If it is
    /// empty, all files are accepted.
    pub types: Vec<String>,
    /// The maximum size of a file in bytes.
    pub max_size: Option<u64>,
    /// The maximum number of files in one form.
    pub max_files: Option<usize>,
}

impl UploadPolicy {
    /// The defaults in the table above.
    pub const fn new() -> Self {
        Self {
            concurrent: 3,
            connect_timeout: Duration::from_secs(30),
            transfer_timeout: Duration::from_secs(30),
            response_timeout: Duration::from_secs(60),
            retry: RetryPolicy::new(),
            chunk_bytes: None,
            override_method: false,
            process_videos: true,
            #[cfg(feature = "kept-files")]
            keep_files: None,
            types: Vec::new(),
            max_size: None,
            max_files: None,
        }
    }

    /// Sets the number of uploads at the same time, at least one.
    #[must_use]
    pub fn with_concurrent(mut self, uploads: usize) -> Self {
        self.concurrent = uploads.max(1);
        self
    }

    /// Sets the timeouts until the first byte, between two bytes, and from the last byte to
    /// the response.
    #[must_use]
    pub const fn with_timeouts(
        mut self,
        connect: Duration,
        transfer: Duration,
        response: Duration,
    ) -> Self {
        self.connect_timeout = connect;
        self.transfer_timeout = transfer;
        self.response_timeout = response;
        self
    }

    /// Sets how uploads are retried after transient failures.
    #[must_use]
    pub const fn with_retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// Sets the most bytes of the file in one request of a resumable upload, at least one. If
    /// the server refuses a request with 413, smaller ones are sent in any case.
    #[must_use]
    pub fn with_chunk_bytes(mut self, bytes: u64) -> Self {
        self.chunk_bytes = Some(bytes.max(1));
        self
    }

    /// Sets whether `PATCH` is sent as `POST` with `X-HTTP-Method-Override`.
    #[must_use]
    pub const fn with_override_method(mut self, override_method: bool) -> Self {
        self.override_method = override_method;
        self
    }

    /// Sets whether an upload of a video is followed by its processing and embedding. A server
    /// that only stores files has no endpoints for them.
    #[must_use]
    pub const fn with_process_videos(mut self, process_videos: bool) -> Self {
        self.process_videos = process_videos;
        self
    }

    /// Keeps copies of files of at most `limit` bytes in the browser's storage until they are
    /// uploaded, at most 24 hours, so that an upload continues after a reload without asking for
    /// its file, and in another tab if its own is closed. This is in the feature `kept-files`, and
    /// needs Web Locks in the browser. With 0 no file is kept, and copies that an earlier version of
    /// the app has kept are deleted.
    #[cfg(feature = "kept-files")]
    #[must_use]
    pub const fn with_kept_files(mut self, limit: u64) -> Self {
        self.keep_files = Some(limit);
        self
    }

    /// The maximum size of a file that is kept; `None` if none is.
    pub(crate) const fn kept_files(&self) -> Option<u64> {
        #[cfg(feature = "kept-files")]
        return self.keep_files;
        #[cfg(not(feature = "kept-files"))]
        None
    }

    /// Sets the accepted types: MIME types (`video/mp4`, `video/*`) or file name extensions
    /// (`.mp4`), case-insensitive.
    #[must_use]
    pub fn with_types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the maximum size of a file in bytes.
    #[must_use]
    pub const fn with_max_size(mut self, bytes: u64) -> Self {
        self.max_size = Some(bytes);
        self
    }

    /// Sets the maximum number of files in one form.
    #[must_use]
    pub const fn with_max_files(mut self, files: usize) -> Self {
        self.max_files = Some(files);
        self
    }

    /// Whether a file is accepted, by what is known without reading it.
    ///
    /// # Errors
    ///
    /// The first restriction that it violates.
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
}

impl Default for UploadPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// Matches as the `accept` attribute of a file input does.
fn fits(allowed: &str, name: &str, media_type: &str) -> bool {
    let media_type = media_type::of(name, media_type).to_ascii_lowercase();
    let allowed = allowed.trim();
    let allowed = allowed.to_ascii_lowercase();
    if allowed.starts_with('.') {
        return name.to_ascii_lowercase().ends_with(&allowed);
    }
    if allowed == "*/*" {
        return true;
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
    fn types_are_wildcards_mime_types_or_extensions_in_any_case() {
        let policy = UploadPolicy::new().with_types(["video/*", "image/png", ".SRT"]);
        for (name, media_type) in [
            ("a.mp4", "video/mp4"),
            ("a.mov", "VIDEO/quicktime"),
            ("a.png", "image/png"),
            ("a.srt", ""),
            ("noël.SRT", "application/x-subrip"),
            ("a.mp4", ""),
            ("talk.MKV", "application/octet-stream"),
        ] {
            assert_eq!(policy.check(name, media_type, 1), Ok(()), "{name}");
        }
        for (name, media_type) in [
            ("a.jpg", "image/jpeg"),
            ("srt", ""),
            ("mp4", ""),
            ("a.mp4", "text/plain"),
        ] {
            let refused = policy.check(name, media_type, 1);
            assert!(matches!(refused, Err(Restriction::Types(_))), "{name}");
        }
    }

    #[test]
    fn any_type_includes_files_without_one() {
        for any in ["*/*", "*", " */* "] {
            let policy = UploadPolicy::new().with_types([any]);
            for media_type in ["", "application/pdf", "application/octet-stream"] {
                assert_eq!(policy.check("a.pdf", media_type, 1), Ok(()), "{any}");
            }
        }
    }

    #[test]
    fn file_has_at_least_one_byte_and_at_most_maximum_size() {
        let policy = UploadPolicy::new().with_max_size(10);
        assert_eq!(policy.check("a", "", 10), Ok(()));
        assert_eq!(policy.check("a", "", 11), Err(Restriction::MaxSize(10)));
        assert_eq!(policy.check("a", "", 0), Err(Restriction::NotEmpty));
    }
}
