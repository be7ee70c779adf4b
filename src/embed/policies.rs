//! Options for monitoring and for uploads.

use background_tasks_core::{Percent, Policy, RetryPolicy, UploadPolicy};

use super::arguments::{self, Fields};

/// Applies fields to a policy.
pub(super) fn job(policy: &mut Policy, fields: &Fields<'_>) {
    fields.millis("intervalMs", &mut policy.interval);
    if let Some(checks) = fields.count("maxChecks") {
        policy.max_checks = checks;
    }
    let ceiling = fields.number("ceiling", "percent");
    if let Some(ceiling) = ceiling.and_then(Percent::from_f64) {
        policy.max_progress = ceiling;
    }
    fields.millis("callLimitMs", &mut policy.request_timeout);
    fields.millis("streamedIntervalMs", &mut policy.streamed_interval);
    fields.flag("refill", &mut policy.reset_on_progress);
    fields.group("retry", &mut |fields| retry(&mut policy.retry, fields));
}

/// Applies fields to a policy.
pub(super) fn upload(policy: &mut UploadPolicy, fields: &Fields<'_>) {
    if let Some(uploads) = fields.count("concurrent") {
        policy.concurrent = uploads as usize;
    }
    fields.bytes("maxSize", "bytes", &mut policy.max_size);
    fields.bytes("chunkBytes", "chunk", &mut policy.chunk_bytes);
    if let Some(keep) = fields.value("keepFiles", "keepFiles") {
        policy.keep_files = keep.is_truthy().then_some(u64::MAX);
        // A number, of which 0 keeps no file.
        fields.bytes("keepFiles", "any", &mut policy.keep_files);
    }
    fields.flag("overrideMethod", &mut policy.override_method);
    fields.flag("processVideos", &mut policy.process_videos);
    if let Some(types) = fields.value("types", "types") {
        policy.types = arguments::strings(types).collect();
    }
    fields.millis("startLimitMs", &mut policy.connect_timeout);
    fields.millis("bytesLimitMs", &mut policy.transfer_timeout);
    fields.millis("answerLimitMs", &mut policy.response_timeout);
    fields.group("retry", &mut |fields| retry(&mut policy.retry, fields));
}

fn retry(policy: &mut RetryPolicy, fields: &Fields<'_>) {
    fields.millis("minBackoffMs", &mut policy.min_backoff);
    fields.millis("maxBackoffMs", &mut policy.max_backoff);
    if let Some(failures) = fields.count("maxFailures") {
        policy.max_failures = failures;
    }
    fields.millis("maxRetryAfterMs", &mut policy.max_retry_after);
    fields.millis("offlineIntervalMs", &mut policy.offline_interval);
    fields.millis("hiddenIntervalMs", &mut policy.hidden_interval);
}
