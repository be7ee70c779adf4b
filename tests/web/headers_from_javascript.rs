//! Functions of a page that return headers and tokens.

use js_sys::{Function, JSON, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::embed::JsBackgroundTasks;

use crate::page::Page;

/// Options whose member `name` is a function with this body. The first failure is the last.
fn options(page: &Page, name: &str, body: &str) -> JsValue {
    let options = JSON::parse(r#"{"store": null, "video": {"retry": {"maxFailures": 1}}}"#);
    let options = options.expect("JSON");
    let function = Function::new_no_args(body);
    for (name, value) in [("element", page.root().into()), (name, function.into())] {
        Reflect::set(&options, &name.into(), &value).expect("an object");
    }
    options
}

/// Why a task fails.
async fn reason(name: &str, body: &str) -> String {
    let page = Page::new();
    let tasks = JsBackgroundTasks::new(&options(&page, name, body)).expect("good options");
    let id = tasks.start_video_processing_task(
        &7.into(),
        &"talk.mp4".into(),
        &"q-1".into(),
        &JsValue::UNDEFINED,
    );
    let ended = tasks.finished(&id.expect("good arguments").into(), &JsValue::UNDEFINED);
    let ended = JsFuture::from(ended.expect("a promise")).await;
    let error = Reflect::get(&ended.expect("a task"), &"error".into());
    tasks.destroy();
    error
        .ok()
        .and_then(|error| error.as_string())
        .unwrap_or_default()
}

#[wasm_bindgen_test]
async fn function_that_fails_is_named_with_its_reason_and_nothing_is_sent() {
    const HEADERS: &str = "headers() must be an object of strings, pairs of strings, Headers, or a \
                           function of them";
    const TOKEN: &str = "token() must be a non-empty string, null or undefined";
    for (name, body, detail) in [
        (
            "token",
            "throw new TypeError('Failed to fetch')",
            "token(): Failed to fetch",
        ),
        (
            "token",
            "return Promise.reject('signed out')",
            "token(): signed out",
        ),
        ("token", "return Promise.reject()", "token(): an exception"),
        (
            "token",
            "return Promise.reject({ message: 7 })",
            "token(): an exception",
        ),
        ("token", "return 7", TOKEN),
        ("token", "return ''", TOKEN),
        ("token", "return false", TOKEN),
        (
            "token",
            r"return 'a\nb'",
            r#"the value of the header "Authorization" is not valid"#,
        ),
        (
            "headers",
            "throw new Error('no CSRF token')",
            "headers(): no CSRF token",
        ),
        (
            "headers",
            "return Promise.reject(new Error('offline'))",
            "headers(): offline",
        ),
        ("headers", "return 7", HEADERS),
        ("headers", "return 'a: b'", HEADERS),
        ("headers", "return { a: 7 }", HEADERS),
        ("headers", "return [['a']]", HEADERS),
        (
            "headers",
            "return { 'a b': '1' }",
            r#""a b" is not a valid header name"#,
        ),
        (
            "headers",
            r"return { a: '1\n2' }",
            r#"the value of the header "a" is not valid"#,
        ),
    ] {
        let sentence = format!("The request could not be sent: {detail}. Retry in a moment.");
        assert_eq!(reason(name, body).await, sentence, "{name}: {body}");
    }
}

#[wasm_bindgen_test]
async fn null_and_undefined_send_nothing() {
    for name in ["headers", "token"] {
        for body in ["", "return null", "return Promise.resolve()"] {
            // The server of the tests does not know this path.
            let reason = reason(name, body).await;
            assert!(
                reason.starts_with("The server does not know"),
                "{name}: {body}: {reason}"
            );
        }
    }
}
