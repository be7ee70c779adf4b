//! Requests that were built before. A status is requested again and again, and building its
//! request takes gloo-net about as long as the browser takes to send it.

use std::cell::OnceCell;
use std::rc::Rc;

use gloo_net::Error;
use gloo_net::http::Request;
use js_sys::Map;
use wasm_bindgen::JsCast as _;

/// More requests than an app has unfinished tasks, as a rule.
const MAX_REQUESTS: u32 = 2000;

/// A longer URL, in bytes, is that of a batch request, whose ids change.
const MAX_URL: usize = 256;

/// `GET` requests of a client's own headers and credentials, by URL. Clones share them.
#[derive(Clone, Default)]
pub struct BuiltRequests(Rc<OnceCell<Map>>);

impl BuiltRequests {
    /// The request to `url`, which the caller must not change.
    ///
    /// # Errors
    ///
    /// That of `build`.
    pub fn get_or_build(
        &self,
        url: &str,
        build: impl FnOnce() -> Result<Request, Error>,
    ) -> Result<Request, Error> {
        if url.len() > MAX_URL {
            return build();
        }
        let (built, url) = (self.0.get_or_init(Map::new), url.into());
        if let Ok(known) = built.get(&url).dyn_into::<web_sys::Request>() {
            return Ok(known.into());
        }
        if built.size() >= MAX_REQUESTS {
            built.clear();
        }
        let request: web_sys::Request = build()?.into();
        built.set(&url, &request);
        Ok(request.into())
    }
}
