//! What a server answered, read up to a bound.

use std::rc::Rc;
use std::time::UNIX_EPOCH;

use background_tasks_core::{CallError, Timestamp};
use gloo_net::http::Response;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

use super::headers::Headers;
use crate::client::wire;
use crate::clock::{BrowserClock, Clock as _};

/// The longest body that is read, in bytes. What is longer is no status.
pub const LONGEST_BODY: usize = 1 << 20;

/// A body of at most so many bytes is read at once: a stream takes three
/// promises for one that comes in a single piece, as that of a check does.
const READ_AT_ONCE: u64 = 64 * 1024;

/// Status, headers and body.
pub struct Answer {
    pub status: u16,
    pub headers: Received,
    /// Or why it could not be read, which is no matter where the status says enough.
    pub body: Result<Vec<u8>, CallError>,
}

/// Headers as they came. Only who asks for them has them read: an answered check
/// has no use for them. One that a server of another origin does not expose is
/// as good as absent.
pub enum Received {
    Fetched(gloo_net::http::Headers),
    /// As `getAllResponseHeaders` writes them.
    Written(String),
}

impl Received {
    fn read(&self) -> Headers {
        match self {
            Self::Fetched(received) => {
                let mut headers = Headers::default();
                for (name, value) in received.entries() {
                    // What no request could carry is nothing that is asked for here.
                    let _ = headers.set(&name, &value);
                }
                headers
            }
            Self::Written(text) => Headers::received(text),
        }
    }
}

impl Answer {
    /// Reads what a fetch brought.
    pub async fn read(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers());
        let declared = headers.get("content-length");
        let body = match declared.and_then(|length| length.parse::<u64>().ok()) {
            Some(length) if length > LONGEST_BODY as u64 => Err(too_long()),
            Some(length) if length <= READ_AT_ONCE => read_at_once(response.into()).await,
            Some(_) | None => read_body(&response).await,
        };
        Self {
            status,
            headers: Received::Fetched(headers),
            body,
        }
    }

    /// The body of an answer that is a success.
    ///
    /// # Errors
    ///
    /// The refusal, or why the body could not be read.
    pub fn success(self) -> Result<Vec<u8>, CallError> {
        self.judged()?.body
    }

    /// Success whatever the body is.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn accepted(self) -> Result<(), CallError> {
        self.judged().map(|_| ())
    }

    /// The headers of a success, whatever its body is.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn succeeded(self) -> Result<Headers, CallError> {
        Ok(self.judged()?.headers.read())
    }

    fn judged(self) -> Result<Self, CallError> {
        if (200..300).contains(&self.status) {
            Ok(self)
        } else {
            Err(self.refusal())
        }
    }

    fn refusal(self) -> CallError {
        let body = self.body.unwrap_or_default();
        let headers = self.headers.read();
        let retry_after = headers.get("retry-after");
        // A date to wait for is by the server's clock, which this page's may differ from.
        let now = headers.get("date").and_then(date);
        let now = now.unwrap_or_else(|| BrowserClock.wall());
        wire::refusal(self.status, retry_after, &body, now)
    }
}

/// Copies what JavaScript holds, unless it is too long.
///
/// # Errors
///
/// [`CallError::InvalidResponse`].
pub fn copy(buffer: &JsValue) -> Result<Vec<u8>, CallError> {
    if buffer.is_null() || buffer.is_undefined() {
        return Ok(Vec::new());
    }
    let bytes = Uint8Array::new(buffer);
    if bytes.length() as usize > LONGEST_BODY {
        return Err(too_long());
    }
    Ok(bytes.to_vec())
}

/// Replaces gloo-net's `Response::binary`, which panics if the body of a response that a
/// wrapper of `fetch` has made fails with something that is not an `Error`.
async fn read_at_once(response: web_sys::Response) -> Result<Vec<u8>, CallError> {
    let buffer = response
        .array_buffer()
        .map_err(|_| CallError::Unreachable)?;
    let buffer = JsFuture::from(buffer).await;
    copy(&buffer.map_err(|_| CallError::Unreachable)?)
}

/// Reads piece by piece, so that a body without end is left where it gets too long.
async fn read_body(response: &Response) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    pieces(response, |mut piece| {
        body.append(&mut piece);
        if body.len() > LONGEST_BODY {
            return Err(too_long());
        }
        Ok(())
    })
    .await?;
    Ok(body)
}

/// Tells each piece of a body as it comes, until `tell` has enough.
///
/// # Errors
///
/// That of `tell`, or [`CallError::Unreachable`] where the body breaks off.
pub async fn pieces(
    response: &Response,
    mut tell: impl FnMut(Vec<u8>) -> Result<(), CallError>,
) -> Result<(), CallError> {
    let Some(stream) = response.body() else {
        return Ok(());
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let read = JsFuture::from(reader.read())
            .await
            .map_err(|_| CallError::Unreachable)?;
        let field = |name: &str| Reflect::get(&read, &name.into()).unwrap_or_default();
        if field("done").is_truthy() {
            return Ok(());
        }
        tell(copy(&field("value"))?)?;
    }
}

pub fn too_long() -> CallError {
    CallError::InvalidResponse {
        detail: Rc::from("the body is longer than 1 MiB"),
    }
}

fn date(written: &str) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(written).ok()?;
    let since_epoch = date.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_epoch(since_epoch))
}
