//! The options `headers` and `token`, which may be functions of the host page.

use std::rc::Rc;

use futures_util::FutureExt as _;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::arguments::{self, Fields};
use crate::client::{HttpStatusClient, Provided, Provider, bearer};

/// `client` with the headers and the token of the options.
pub(super) fn read(
    mut client: HttpStatusClient,
    fields: &Fields<'_>,
) -> Result<HttpStatusClient, JsValue> {
    match fields.get("headers")? {
        Some(function) if function.is_function() => {
            let function: Function = function.unchecked_into();
            client = client.with_provider(provider("headers", function, optional));
        }
        Some(headers) => {
            for (name, value) in pairs("headers", &headers)? {
                client = client.with_header(&name, &value);
            }
        }
        None => {}
    }
    if let Some(invalid) = client.invalid_header() {
        let expected = format!("headers that can be sent: {invalid}");
        return Err(arguments::wrong("headers", &expected));
    }
    Ok(match fields.read("token", arguments::function)? {
        Some(function) => client.with_token_provider(provider("token", function, token)),
        None => client,
    })
}

/// Headers in the forms that `fetch` accepts.
fn pairs(name: &str, value: &JsValue) -> Result<Vec<(String, String)>, JsValue> {
    let expected = "an object of strings, pairs of strings, Headers, or a function of them";
    let wrong = || arguments::wrong(name, expected);
    if !value.is_object() {
        return Err(wrong());
    }
    let pairs = match js_sys::try_iter(value)? {
        Some(pairs) => pairs.collect::<Result<Array, _>>()?,
        None => Object::entries(value.unchecked_ref()),
    };
    let pairs = pairs.into_iter().map(|pair| {
        let pair: &Array = pair.dyn_ref().ok_or_else(wrong)?;
        let text = |index| pair.get(index).as_string().ok_or_else(wrong);
        Ok((text(0)?, text(1)?))
    });
    pairs.collect()
}

/// What a header function returns.
fn optional(name: &str, value: &JsValue) -> Result<Vec<(String, String)>, JsValue> {
    match value.is_null() || value.is_undefined() {
        true => Ok(Vec::new()),
        false => pairs(name, value),
    }
}

/// What a token function returns: only null and undefined send no token.
fn token(name: &str, value: &JsValue) -> Result<Vec<(String, String)>, JsValue> {
    if value.is_null() || value.is_undefined() {
        return Ok(Vec::new());
    }
    let token = value.as_string().filter(|token| !token.is_empty());
    let wrong = || arguments::wrong(name, "a non-empty string, null or undefined");
    Ok(vec![bearer(&token.ok_or_else(wrong)?)])
}

/// Calls `function` before each request.
fn provider(name: &'static str, function: Function, read: Read) -> Provider {
    Rc::new(move || provided(name, function.clone(), read).boxed_local())
}

type Read = fn(&str, &JsValue) -> Result<Vec<(String, String)>, JsValue>;

/// Calls a function of the host page, which may be async, and reads its result. An exception
/// is logged on the console, and becomes the reason why the request was not sent.
async fn provided(name: &'static str, function: Function, read: Read) -> Provided {
    let result = match function.call0(&JsValue::UNDEFINED) {
        Ok(result) => JsFuture::from(Promise::resolve(&result)).await,
        Err(exception) => Err(exception),
    };
    let name = format!("{name}()");
    result
        .and_then(|result| read(&name, &result))
        .map_err(|exception| {
            let prefix = format!("yew-background-tasks: {name}:");
            web_sys::console::warn_2(&prefix.into(), &exception);
            let message = Reflect::get(&exception, &"message".into()).ok();
            let message = message.unwrap_or(exception).as_string();
            let message = message.filter(|message| !message.is_empty());
            let message = message.unwrap_or_else(|| "an exception".to_owned());
            match message.starts_with(&name) {
                true => message,
                false => format!("{name}: {message}"),
            }
        })
}
