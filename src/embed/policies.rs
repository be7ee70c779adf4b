//! Options for monitoring and for uploads.

use background_tasks_core::{Percent, Policy, RetryPolicy, UploadPolicy};
use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue};

use super::arguments::{self, Fields};
use super::toast_options;

/// `policy`, with the fields of the object called `name` applied.
pub(super) fn job(mut policy: Policy, name: &str, value: &JsValue) -> Result<Policy, JsValue> {
    let fields = Fields::of(name, value)?;
    fields.set(&mut policy.interval, "intervalMs", arguments::millis)?;
    fields.set(&mut policy.max_checks, "maxChecks", at_least_one)?;
    fields.set(&mut policy.max_progress, "ceiling", percent)?;
    fields.set(
        &mut policy.request_timeout,
        "callLimitMs",
        arguments::millis,
    )?;
    let streamed = &mut policy.streamed_interval;
    fields.set(streamed, "streamedIntervalMs", arguments::millis)?;
    fields.set(&mut policy.reset_on_progress, "refill", arguments::boolean)?;
    let retry = policy.retry;
    fields.set(&mut policy.retry, "retry", |name, value| {
        self::retry(retry, name, value)
    })?;
    Ok(policy)
}

/// `policy`, with the fields of the object called `name` applied.
pub(super) fn upload(
    mut policy: UploadPolicy,
    name: &str,
    value: &JsValue,
) -> Result<UploadPolicy, JsValue> {
    let fields = Fields::of(name, value)?;
    if let Some(concurrent) = fields.read("concurrent", at_least_one)? {
        policy = policy.with_concurrent(usize::try_from(concurrent).unwrap_or(usize::MAX));
    }
    if let Some(bytes) = fields.read("maxSize", bytes)? {
        policy = policy.with_max_size(bytes);
    }
    if let Some(bytes) = fields.read("chunkBytes", chunk)? {
        policy = policy.with_chunk_bytes(bytes);
    }
    let override_method = &mut policy.override_method;
    fields.set(override_method, "overrideMethod", arguments::boolean)?;
    fields.set(&mut policy.types, "types", types)?;
    fields.set(
        &mut policy.connect_timeout,
        "startLimitMs",
        arguments::millis,
    )?;
    fields.set(
        &mut policy.transfer_timeout,
        "bytesLimitMs",
        arguments::millis,
    )?;
    fields.set(
        &mut policy.response_timeout,
        "answerLimitMs",
        arguments::millis,
    )?;
    let retry = policy.retry;
    fields.set(&mut policy.retry, "retry", |name, value| {
        self::retry(retry, name, value)
    })?;
    Ok(policy)
}

fn retry(mut policy: RetryPolicy, name: &str, value: &JsValue) -> Result<RetryPolicy, JsValue> {
    let fields = Fields::of(name, value)?;
    fields.set(&mut policy.min_backoff, "minBackoffMs", arguments::millis)?;
    fields.set(&mut policy.max_backoff, "maxBackoffMs", arguments::millis)?;
    fields.set(&mut policy.max_failures, "maxFailures", at_least_one)?;
    fields.set(
        &mut policy.max_retry_after,
        "maxRetryAfterMs",
        arguments::millis,
    )?;
    fields.set(
        &mut policy.offline_interval,
        "offlineIntervalMs",
        arguments::millis,
    )?;
    fields.set(
        &mut policy.hidden_interval,
        "hiddenIntervalMs",
        arguments::millis,
    )?;
    Ok(policy)
}

fn at_least_one(name: &str, value: &JsValue) -> Result<u32, JsValue> {
    arguments::count(name, value, 1)
}

fn bytes(name: &str, value: &JsValue) -> Result<u64, JsValue> {
    arguments::whole(value).ok_or_else(|| arguments::wrong(name, "a whole number of bytes"))
}

fn chunk(name: &str, value: &JsValue) -> Result<u64, JsValue> {
    let bytes = arguments::whole(value).filter(|bytes| *bytes > 0);
    bytes.ok_or_else(|| arguments::wrong(name, "a whole number of bytes, at least 1"))
}

fn percent(name: &str, value: &JsValue) -> Result<Percent, JsValue> {
    let wrong = || arguments::wrong(name, "a number from 0 to 100");
    toast_options::progress(name, value)
        .map_err(|_| wrong())?
        .ok_or_else(wrong)
}

fn types(name: &str, value: &JsValue) -> Result<Vec<String>, JsValue> {
    let wrong = || arguments::wrong(name, "an array of strings such as video/* and .pdf");
    let types: &Array = value.dyn_ref().ok_or_else(wrong)?;
    let types = types.iter().map(|it| it.as_string().ok_or_else(wrong));
    types.collect()
}
