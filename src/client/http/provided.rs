//! What the app provides for each request: a token, and headers that change.

use std::fmt::Display;
use std::rc::Rc;

use background_tasks_core::RequestError;
use futures_util::future::LocalBoxFuture;

use super::fetch::OwnHeader;
use super::headers::Headers;
use super::{HttpStatusClient, invalid_request};

/// Names and values, or why there are none at the moment.
pub type Provided = Result<Vec<(String, String)>, String>;

/// A function of the app.
pub type Provider = Rc<dyn Fn() -> LocalBoxFuture<'static, Provided>>;

/// The header that carries a token.
pub fn bearer(token: &str) -> (String, String) {
    ("Authorization".to_owned(), format!("Bearer {token}"))
}

/// What a token provider returns: a token, `None` to send none, or an error, which is a
/// transient failure of the request.
pub trait ProvidedToken {
    /// The token, or the text of the error.
    ///
    /// # Errors
    ///
    /// If there is no token at the moment.
    fn into_result(self) -> Result<Option<String>, String>;
}

impl ProvidedToken for Option<String> {
    fn into_result(self) -> Result<Option<String>, String> {
        Ok(self)
    }
}

impl<E: Display> ProvidedToken for Result<Option<String>, E> {
    fn into_result(self) -> Result<Option<String>, String> {
        self.map_err(|error| error.to_string())
    }
}

impl HttpStatusClient {
    /// The headers that every request carries, and `own` ones.
    ///
    /// # Errors
    ///
    /// [`RequestError::NotSent`] if the app cannot provide some of them at the moment, and
    /// [`invalid_request`] if another one cannot be sent.
    pub(super) async fn headers(&self, own: &[OwnHeader]) -> Result<Headers, RequestError> {
        if let Some(invalid) = &self.0.invalid_header {
            return Err(invalid_request(invalid));
        }
        let mut headers = self.0.headers.clone();
        for provider in self.0.providers() {
            let provided = provider().await.and_then(|provided| {
                let mut pairs = provided.iter();
                pairs
                    .try_for_each(|(name, value)| headers.set(name, value))
                    .map_err(|invalid| invalid.to_string())
            });
            provided.map_err(|detail| RequestError::NotSent {
                detail: detail.into(),
            })?;
        }
        for (name, value) in own {
            headers.set(name, value).map_err(invalid_request)?;
        }
        Ok(headers)
    }

    /// Whether to repeat a request that was refused with this status: the app provides
    /// another token than the one that has expired.
    pub(super) fn may_sign_in(&self, status: u16) -> bool {
        status == 401 && self.0.providers().next().is_some()
    }
}

impl super::Settings {
    /// The token replaces a header `Authorization` of the function.
    fn providers(&self) -> impl Iterator<Item = &Provider> {
        [&self.header_function, &self.token].into_iter().flatten()
    }
}
