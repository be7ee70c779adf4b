//! An upload transport of a page.

use js_sys::{Function, JSON, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::embed::JsBackgroundTasks;

use crate::driver_uploads::file;
use crate::page::Page;

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object")
}

/// How the upload of `12345678` ends with a transport that is the value of a JavaScript
/// expression.
async fn upload(transport: &str) -> JsValue {
    let page = Page::new();
    let options = JSON::parse(
        r#"{"store": null, "upload": {"retry": {"maxFailures": 2, "minBackoffMs": 1, "maxBackoffMs": 1}}}"#,
    );
    let options = options.expect("JSON");
    let transport = Function::new_no_args(&format!("return {transport}"));
    let transport = transport.call0(&JsValue::NULL).expect("an object");
    for (name, value) in [
        ("element", page.root().into()),
        ("uploadTransport", transport),
    ] {
        Reflect::set(&options, &name.into(), &value).expect("an object");
    }
    let tasks = JsBackgroundTasks::new(&options).expect("good options");
    let file = file("notes.txt", "text/plain", "12345678");
    let id = tasks.upload(&file, &JsValue::UNDEFINED).expect("an id");
    let ended = tasks.finished(&id.into(), &JsValue::UNDEFINED);
    let ended = JsFuture::from(ended.expect("a promise")).await;
    tasks.destroy();
    ended.expect("a task")
}

/// Why the upload fails with such a method `upload`.
async fn reason(method: &str) -> String {
    let ended = upload(&format!("{{ upload: {method} }}")).await;
    field(&ended, "error").as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn transport_of_the_page_gets_its_state_and_returns_the_attachment() {
    let ended = upload(
        "{
            starts: [],
            async upload(file, { title, state, signal, onState, onProgress }) {
                this.starts.push(state);
                onProgress(4);
                onState('half');
                if (!state) throw { status: 503 };
                return [file.size, title, signal.aborted, ...this.starts].join();
            },
        }",
    )
    .await;
    assert_eq!(field(&ended, "state"), "succeeded");
    assert_eq!(field(&ended, "attachmentId"), "8,notes.txt,false,,half");
}

#[wasm_bindgen_test]
async fn ids_of_a_transport_are_texts_and_exact_numbers() {
    for (value, expected) in [
        ("7", JsValue::from(7)),
        ("'a/7'", "a/7".into()),
        ("2n ** 60n", "1152921504606846976".into()),
    ] {
        let ended = upload(&format!("{{ upload: () => {value} }}")).await;
        assert_eq!(field(&ended, "attachmentId"), expected, "{value}");
    }
    for value in ["''", "-1", "1.5", "{}", "undefined", "null"] {
        let reason = reason(&format!("() => ({value})")).await;
        assert!(
            reason.contains("the id of the attachment"),
            "{value}: {reason}"
        );
    }
}

#[wasm_bindgen_test]
async fn rejections_of_a_transport_are_reasons() {
    for (thrown, expected) in [
        ("{ status: 403 }", "You are not allowed to do this"),
        ("{ status: 422, message: 'No talks' }", "No talks"),
        ("{ reason: 'misconfigured', message: 'no ETag' }", "no ETag"),
        ("{ reason: 'not-sent', message: 'no URL' }", "no URL"),
        ("{ reason: 'invalid-response', message: 'odd' }", "odd"),
        ("new Error('secret')", "cannot be reached"),
        ("undefined", "cannot be reached"),
        ("null", "cannot be reached"),
    ] {
        for method in [
            format!("() => {{ throw {thrown} }}"),
            format!("() => Promise.reject({thrown})"),
        ] {
            let reason = reason(&method).await;
            assert!(reason.contains(expected), "{method}: {reason}");
        }
    }
}

#[wasm_bindgen_test]
async fn states_of_a_transport_are_texts_that_can_be_stored() {
    let long = "(file, { onState }) => { onState('x'.repeat(4097)); return new Promise(() => {}) }";
    let reason = reason(long).await;
    assert!(reason.contains("at most 4096 bytes"), "{reason}");
    let ended = upload(
        "{
            upload(file, { onState }) {
                try { onState({}) } catch (error) { return error.message }
            },
        }",
    )
    .await;
    assert_eq!(field(&ended, "attachmentId"), "state must be a string");
}

#[wasm_bindgen_test]
fn invalid_transport_is_named() {
    for (transport, expected) in [
        ("7", "uploadTransport must be an object"),
        (
            "{}",
            "uploadTransport must be an object with a method upload",
        ),
        ("{ upload: 1 }", "uploadTransport.upload must be a function"),
        (
            "{ upload() {}, discard: 1 }",
            "uploadTransport.discard must be a function",
        ),
        (
            "{ upload() {}, resumableFrom: -1 }",
            "uploadTransport.resumableFrom must be a whole number of bytes",
        ),
    ] {
        let options = Function::new_no_args(&format!("return {{ uploadTransport: {transport} }}"));
        let options = options.call0(&JsValue::NULL).expect("an object");
        let error = JsBackgroundTasks::new(&options).err().expect("an error");
        assert_eq!(field(&error, "message"), expected);
    }
}
