//! A response, whose body is read up to a limit.

use std::rc::Rc;

use background_tasks_core::RequestError;
use gloo_net::http::Response;
use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

use super::headers::Headers;
use crate::client::wire;
use crate::clock::{BrowserClock, Clock as _};

/// The longest body that is read, in bytes: 1 MiB.
pub const MAX_BODY: u32 = 1 << 20;

/// A body of at most so many bytes is read in one step: a stream takes three promises for
/// a body that arrives in one chunk, as that of a status does.
const MAX_IN_ONE_STEP: u32 = 64 * 1024;

/// Status, headers and body.
pub struct HttpResponse {
    pub status: u16,
    pub headers: ResponseHeaders,
    /// Or why it could not be read, which does not matter if the status says enough.
    pub body: Result<Vec<u8>, RequestError>,
}

/// The headers of a response, which are read only when they are needed: few responses to
/// status requests are errors. A header that a server of another origin does not expose is
/// absent.
pub enum ResponseHeaders {
    Fetch(gloo_net::http::Headers),
    /// As `XMLHttpRequest.getAllResponseHeaders` returns them.
    Xhr(String),
}

impl ResponseHeaders {
    fn read(&self) -> Headers {
        match self {
            Self::Fetch(received) => {
                let mut headers = Headers::default();
                for (name, value) in received.entries() {
                    // Skips an invalid header; none that is read here is invalid.
                    let _ = headers.set(&name, &value);
                }
                headers
            }
            Self::Xhr(text) => Headers::parse(text),
        }
    }
}

impl HttpResponse {
    /// Reads the body of a response to `fetch`.
    pub async fn read(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers());
        let length = headers.get("content-length");
        let body = match length.and_then(|length| length.parse::<u64>().ok()) {
            Some(length) if length > MAX_BODY.into() => Err(too_long()),
            Some(length) if length <= MAX_IN_ONE_STEP.into() => {
                read_in_one_step(response.into()).await
            }
            Some(_) | None => read_chunks(&response).await,
        };
        Self {
            status,
            headers: ResponseHeaders::Fetch(headers),
            body,
        }
    }

    /// The body of a success.
    ///
    /// # Errors
    ///
    /// That of an error status, or why the body could not be read.
    pub fn into_body(self) -> Result<Vec<u8>, RequestError> {
        self.into_success()?.body
    }

    /// Ignores the body of a success.
    ///
    /// # Errors
    ///
    /// That of an error status, or [`RequestError::WebPage`]: the page to sign in, to which the
    /// request was redirected.
    pub fn check(self) -> Result<(), RequestError> {
        match self.into_success()?.body {
            Ok(body) if wire::is_web_page(&body) => Err(RequestError::WebPage),
            _ => Ok(()),
        }
    }

    /// The headers of a success, whatever its body is.
    ///
    /// # Errors
    ///
    /// That of an error status.
    pub fn into_headers(self) -> Result<Headers, RequestError> {
        Ok(self.into_success()?.headers.read())
    }

    fn into_success(self) -> Result<Self, RequestError> {
        if (200..300).contains(&self.status) {
            Ok(self)
        } else {
            Err(self.into_error())
        }
    }

    fn into_error(self) -> RequestError {
        let body = self.body.unwrap_or_default();
        let headers = self.headers.read();
        let retry_after = headers.get("retry-after");
        // A date in `Retry-After` is by the server's clock, which may differ from the page's.
        let now = headers.get("date").and_then(wire::parse_date);
        let now = now.unwrap_or_else(|| BrowserClock.wall());
        wire::error_response(self.status, retry_after, &body, now)
    }
}

/// Copies the bytes of an `ArrayBuffer` or a `Uint8Array`.
///
/// # Errors
///
/// [`RequestError::InvalidResponse`] if there are more than [`MAX_BODY`], and
/// [`RequestError::Unreachable`] for anything else that a wrapper of `fetch` may return.
pub fn copy(buffer: &JsValue) -> Result<Vec<u8>, RequestError> {
    let bytes = match buffer.dyn_ref::<ArrayBuffer>() {
        Some(buffer) => Uint8Array::new(buffer),
        None => buffer
            .clone()
            .dyn_into()
            .map_err(|_| RequestError::Unreachable)?,
    };
    if bytes.length() > MAX_BODY {
        return Err(too_long());
    }
    Ok(bytes.to_vec())
}

/// Replaces gloo-net's `Response::binary`, which panics if the body of a response that a
/// wrapper of `fetch` has made fails with something that is not an `Error`.
async fn read_in_one_step(response: web_sys::Response) -> Result<Vec<u8>, RequestError> {
    let buffer = response.array_buffer();
    let buffer = JsFuture::from(buffer.map_err(|_| RequestError::Unreachable)?).await;
    copy(&buffer.map_err(|_| RequestError::Unreachable)?)
}

/// Reads chunk by chunk, and stops when the body is too long: it may be endless.
async fn read_chunks(response: &Response) -> Result<Vec<u8>, RequestError> {
    let mut body = Vec::new();
    for_each_chunk(response, &mut |mut chunk| {
        body.append(&mut chunk);
        if body.len() > MAX_BODY as usize {
            return Err(too_long());
        }
        Ok(())
    })
    .await?;
    Ok(body)
}

/// Calls `on_chunk` with each chunk of a body as it arrives, until it returns an error.
///
/// # Errors
///
/// That of `on_chunk`, or [`RequestError::Unreachable`] if the connection is lost.
pub async fn for_each_chunk(
    response: &Response,
    on_chunk: &mut dyn FnMut(Vec<u8>) -> Result<(), RequestError>,
) -> Result<(), RequestError> {
    let Some(stream) = response.body() else {
        return Ok(());
    };
    if stream.locked() {
        // Someone else has read it. `get_reader` would throw.
        return Err(RequestError::Unreachable);
    }
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let read = JsFuture::from(reader.read())
            .await
            .map_err(|_| RequestError::Unreachable)?;
        let field = |name: &str| Reflect::get(&read, &name.into()).unwrap_or_default();
        if field("done").is_truthy() {
            return Ok(());
        }
        on_chunk(copy(&field("value"))?)?;
    }
}

pub fn too_long() -> RequestError {
    RequestError::InvalidResponse {
        detail: Rc::from("the body is longer than 1 MiB"),
    }
}
