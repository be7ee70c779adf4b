//! What is written in JavaScript: validation of values of the host page, objects for it, and
//! calls of its functions.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Node};

#[wasm_bindgen(module = "/src/embed/page.js")]
extern "C" {
    /// A `TypeError` that names the argument and what it must be.
    pub(super) fn wrong(name: &str, expected: &str) -> JsValue;

    /// `value` in the form of a rule.
    #[wasm_bindgen(catch)]
    pub(super) fn check(name: &str, value: &JsValue, rule: &str) -> Result<JsValue, JsValue>;

    /// A field of an object in the form of a rule; `undefined` if it is missing.
    #[wasm_bindgen(catch)]
    pub(super) fn field(
        object: &JsValue,
        path: &str,
        name: &str,
        rule: &str,
    ) -> Result<JsValue, JsValue>;

    /// The language of a node of the page, or of the document if there is no node.
    #[wasm_bindgen(js_name = languageOf)]
    pub(super) fn language_of(node: &JsValue) -> Option<String>;

    /// A node for a toast: `content`, or what it returns for the toast's id.
    #[wasm_bindgen(catch)]
    pub(super) fn content(content: &JsValue, id: &str) -> Result<Node, JsValue>;

    /// Registers an element of an instance.
    pub(super) fn show(element: &Element);

    /// Removes an element from the page.
    pub(super) fn hide(element: &Element);

    /// Logs and reports the first panic or trap, and removes all registered elements from the page.
    pub(super) fn stopped(panic: &str);

    /// Fails with an `Error` after a panic or a trap.
    #[wasm_bindgen(catch, js_name = assertRunning)]
    pub(super) fn assert_running() -> Result<(), JsValue>;

    /// Registers a function `onError` for panics.
    pub(super) fn reporter(on_error: &Function) -> Array;

    /// Ends the registration.
    pub(super) fn forget(reporter: &Array);

    /// Calls a registered function.
    pub(super) fn report(
        reporter: &Array,
        message: &str,
        source: &str,
        task: &JsValue,
        status: Option<u16>,
    );

    /// Names and values that a function of the page returns, which may be async. A rejection is a
    /// string.
    pub(super) fn provided(name: &str, provide: &Function, rule: &str) -> Promise;

    /// The JSON text of what a method of the page's client returns: empty for `undefined`, `null`
    /// if it is not JSON. A rejection is `[status, seconds, message, reason]`, or false without a
    /// status and a reason.
    pub(super) fn call(
        client: &JsValue,
        method: &JsValue,
        values: &Array,
        options: &JsValue,
        signal: &JsValue,
    ) -> Promise;

    /// The options of the client's method `events`, whose `onEvent` calls `on_statuses` with the
    /// name of a kind and the JSON text of statuses.
    pub(super) fn stream(on_statuses: &JsValue) -> JsValue;

    /// The attachment's id that a function of the page returns for the URL and the headers of a
    /// complete upload; `undefined` if it returns none.
    #[wasm_bindgen(js_name = readAttachmentId)]
    pub(super) fn read_attachment_id(read: &Function, url: &str, headers: &Array) -> JsValue;

    /// An object with one field.
    #[wasm_bindgen(js_name = fieldOf)]
    pub(super) fn field_of(name: &str, value: &JsValue) -> JsValue;

    /// A task as a frozen object.
    #[allow(clippy::too_many_arguments, reason = "the fields of a task")]
    pub(super) fn task(
        id: &str,
        kind: &str,
        title: &str,
        attachment_id: JsValue,
        state: &str,
        started_at: f64,
        progress: Option<u8>,
        retry_in: Option<f64>,
        error: Option<&str>,
        meta: Option<&str>,
    ) -> JsValue;

    /// A state transition as a frozen object.
    #[allow(clippy::too_many_arguments, reason = "the fields of an event")]
    pub(super) fn event(
        task_id: &str,
        kind: &str,
        name: &str,
        from: Option<&str>,
        to: Option<&str>,
        attempt: u32,
        retry_in: Option<f64>,
        reason: Option<&str>,
        meta: Option<&str>,
    ) -> JsValue;

    /// A file on the server.
    pub(super) fn attachment(id: JsValue, title: &str, content_type: &str, size: f64) -> JsValue;

    /// An `Error`, with the status of a response if there is one.
    pub(super) fn failure(message: &str, status: Option<u16>) -> JsValue;

    /// A promise and the function `(isFulfilled, value)` that settles it.
    pub(super) fn pending() -> Array;

    /// A job as the argument of a client.
    pub(super) fn job(kind: &str, attachment_id: JsValue, key: &str) -> JsValue;

    /// An upload as the argument of a client.
    #[wasm_bindgen(js_name = newAttachment)]
    pub(super) fn new_attachment(file: &JsValue, title: &str, idempotency_key: &str) -> JsValue;

    /// The options of a promise toast, which may be missing.
    pub(super) fn copy(options: &JsValue) -> JsValue;

    /// `[title, options]` of a toast while its promise is pending; `undefined` if there is none.
    #[wasm_bindgen(catch)]
    pub(super) fn loading(options: &JsValue) -> Result<JsValue, JsValue>;

    /// `[failed, value]` of a promise or a function that returns one. Never rejected.
    pub(super) fn outcome(work: &JsValue) -> Promise;

    /// `[title, options]` of the toast for an outcome; `undefined` if there is none.
    pub(super) fn settled(outcome: &JsValue, options: &JsValue) -> Promise;

    /// The options of an attempt of a transport.
    pub(super) fn attempt(
        title: &str,
        idempotency_key: &str,
        state: Option<&str>,
        on_state: &JsValue,
        on_progress: &JsValue,
    ) -> JsValue;

    /// The promise of `finished()`. `waits` is aborted by `destroy()`.
    pub(super) fn finished(
        tasks: &JsValue,
        subscribe: &JsValue,
        id: &str,
        signal: &JsValue,
        waits: &JsValue,
    ) -> Promise;

    /// Texts as `[group, index of the name, text, kind of job]`, of kinds and of the option
    /// `texts`; both may be `undefined`. The names of each group are in
    /// snake case, each followed by a space.
    #[wasm_bindgen(catch)]
    pub(super) fn texts(
        texts: &JsValue,
        kinds: &JsValue,
        tasks: &str,
        upload: &str,
        jobs: &str,
        reasons: &str,
        labels: &str,
    ) -> Result<Array, JsValue>;

    /// A toast with one field more, called `name`.
    pub(super) fn toast(
        id: &str,
        kind: &str,
        title: &str,
        description: &str,
        name: &str,
        value: JsValue,
    ) -> JsValue;
}
