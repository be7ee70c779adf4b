//! What a server answered, read up to a bound.

use std::rc::Rc;
use std::time::UNIX_EPOCH;

use gloo_net::http::Response;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

use super::headers::Headers;
use crate::client::wire;
use crate::clock::{BrowserClock, Clock as _};
use crate::task::CallError;
use crate::time::Timestamp;

/// The longest body that is read, in bytes. What is longer is no status.
const LONGEST_BODY: usize = 1 << 20;

/// Status, headers and body. A header that a server of another origin does not
/// expose is as good as absent.
pub struct Answer {
    pub status: u16,
    pub headers: Headers,
    /// Or why it could not be read, which is no matter where the status says enough.
    pub body: Result<Vec<u8>, CallError>,
}

impl Answer {
    /// Reads what a fetch brought.
    pub async fn read(response: &Response) -> Self {
        let mut headers = Headers::default();
        for (name, value) in response.headers().entries() {
            // What no request could carry is nothing that is asked for here.
            let _ = headers.set(&name, &value);
        }
        let declared = headers.get("content-length");
        let body = match declared.and_then(|length| length.parse::<u64>().ok()) {
            Some(length) if length > LONGEST_BODY as u64 => Err(too_long()),
            Some(_) | None => read_body(response).await,
        };
        Self {
            status: response.status(),
            headers,
            body,
        }
    }

    /// The body of an answer that is a success.
    ///
    /// # Errors
    ///
    /// The refusal, or why the body could not be read.
    pub fn success(self) -> Result<Vec<u8>, CallError> {
        if (200..300).contains(&self.status) {
            self.body
        } else {
            Err(self.refusal())
        }
    }

    /// Success whatever the body is.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn accepted(self) -> Result<(), CallError> {
        self.succeeded().map(|_| ())
    }

    /// The headers of a success, whatever its body is.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub fn succeeded(self) -> Result<Headers, CallError> {
        if (200..300).contains(&self.status) {
            Ok(self.headers)
        } else {
            Err(self.refusal())
        }
    }

    fn refusal(self) -> CallError {
        let body = self.body.unwrap_or_default();
        let retry_after = self.headers.get("retry-after");
        // A date to wait for is by the server's clock, which this page's may differ from.
        let now = self.headers.get("date").and_then(date);
        let now = now.unwrap_or_else(|| BrowserClock.now());
        wire::refusal(self.status, retry_after, &body, now)
    }
}

/// Copies what JavaScript holds, unless it is too long.
///
/// # Errors
///
/// [`CallError::NotUnderstood`].
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

fn too_long() -> CallError {
    CallError::NotUnderstood {
        detail: Rc::from("the body is longer than 1 MiB"),
    }
}

fn date(written: &str) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(written).ok()?;
    let since_epoch = date.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_epoch(since_epoch))
}
