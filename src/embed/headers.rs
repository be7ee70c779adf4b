//! The options `headers` and `token`, which may be functions of the host page.

use std::rc::Rc;

use futures_util::FutureExt as _;
use js_sys::Function;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;

use super::arguments::{self, Fields};
use super::page;
use crate::client::{HttpStatusClient, Provided, Provider};

/// `client` with the headers and the token of the options.
pub(super) fn read(mut client: HttpStatusClient, fields: &Fields<'_>) -> HttpStatusClient {
    if let Some(headers) = fields.value("headers", "headers") {
        match headers.dyn_into::<Function>() {
            Ok(function) => {
                let provider = provider("headers()", function, "headersProvided");
                client = client.with_provider(provider);
            }
            Err(headers) => {
                for (name, value) in arguments::pairs(Some(headers)) {
                    client = client.with_header(&name, &value);
                }
            }
        }
    }
    if let Some(invalid) = client.invalid_header() {
        let expected = format!("headers that can be sent: {invalid}");
        fields.wrong("headers", &expected);
    }
    match fields.function("token") {
        Some(function) => {
            client.with_token_provider(provider("token()", function, "tokenProvided"))
        }
        None => client,
    }
}

/// Calls `function`, which may be async, before each request.
fn provider(name: &'static str, function: Function, rule: &'static str) -> Provider {
    Rc::new(move || provided(name, function.clone(), rule).boxed_local())
}

async fn provided(name: &'static str, function: Function, rule: &'static str) -> Provided {
    let provided = JsFuture::from(page::provided(name, &function, rule)).await;
    let provided = provided.map(|pairs| arguments::pairs(Some(pairs)));
    provided.map_err(arguments::string)
}
