//! Texts that a page hands over through the JavaScript API.

use js_sys::Reflect;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::ShadowRoot;
use yew_background_tasks::embed::JsBackgroundTasks;

use crate::page::Page;

/// Options, as JSON, of tasks on a page.
fn set_up(page: &Page, options: &str) -> Result<JsBackgroundTasks, JsValue> {
    let options = js_sys::JSON::parse(options).expect("JSON");
    Reflect::set(&options, &"element".into(), &page.root()).expect("an object");
    JsBackgroundTasks::new(&options)
}

/// What is thrown for these texts.
fn complaint(texts: &str) -> String {
    let page = Page::new();
    let error = set_up(&page, &format!(r#"{{"texts": {texts}}}"#)).err();
    let error = error.expect("it is refused");
    let error: &js_sys::TypeError = error.dyn_ref().expect("a TypeError");
    error.message().into()
}

fn tree(page: &Page) -> ShadowRoot {
    let host = page.one("[data-background-tasks]");
    host.shadow_root().expect("a shadow tree")
}

fn attribute(tree: &ShadowRoot, selector: &str, name: &str) -> Option<String> {
    let found = tree.query_selector(selector).expect("a selector");
    found.expect("it is there").get_attribute(name)
}

#[wasm_bindgen_test]
async fn given_texts_replace_those_of_the_language() {
    let page = Page::new();
    let tasks = set_up(
        &page,
        r#"{
            "lang": "zh-CN",
            "store": null,
            "indicator": true,
            "texts": {
                "language": "de",
                "labels": {"unfinished": "Aufgaben: {n} offen", "cancel": "Abbrechen"},
                "jobs": {"video": {"working": "🎥 {title} wird verarbeitet"}},
                "percent": ", {p} Prozent"
            }
        }"#,
    )
    .expect("good texts");
    let started = tasks.start_video_processing_task(
        &7.into(),
        &"talk.mp4".into(),
        &"q-1".into(),
        &JsValue::UNDEFINED,
    );
    started.expect("good arguments");
    yew::scheduler::flush().await;
    let tree = tree(&page);
    let text = |selector: &str| {
        let found = tree.query_selector(selector).expect("a selector");
        found.and_then(|found| found.text_content())
    };
    let indicator = "[data-tasks-indicator]";
    assert_eq!(
        attribute(&tree, indicator, "aria-label").as_deref(),
        Some("Aufgaben: 1 offen")
    );
    assert_eq!(
        text("[data-title]").as_deref(),
        Some("🎥 talk.mp4 wird verarbeitet")
    );
    assert_eq!(
        text("[data-description]").as_deref(),
        Some("AI 分析进行中，您可以继续其他操作")
    );
    assert_eq!(text("[data-cancel]").as_deref(), Some("Abbrechen"));
    for region in ["[data-toaster]", ".ybt-indicator"] {
        assert_eq!(attribute(&tree, region, "lang").as_deref(), Some("de"));
    }
    tasks.destroy();
}

#[wasm_bindgen_test]
fn value_that_is_not_a_string_is_named_by_its_path() {
    assert_eq!(complaint("null"), "texts must be an object");
    assert_eq!(complaint(r#""hello""#), "texts must be an object");
    assert_eq!(
        complaint(r#"{"labels": "Retry"}"#),
        "texts.labels must be an object"
    );
    assert_eq!(
        complaint(r#"{"labels": {"retry": 7}}"#),
        "texts.labels.retry must be a string"
    );
    assert_eq!(
        complaint(r#"{"offline": null}"#),
        "texts.offline must be a string"
    );
    assert_eq!(
        complaint(r#"{"jobs": {"video": {"failed": []}}}"#),
        "texts.jobs.video.failed must be a string"
    );
}

#[wasm_bindgen_test]
fn unknown_key_lists_the_known_keys() {
    assert_eq!(
        complaint(r#"{"label": {}}"#),
        "texts.label must be removed: the known keys are language, percent, recovering, offline, \
         cancelled, upload, jobs, reasons, labels"
    );
    assert_eq!(
        complaint(r#"{"jobs": {"own": {"working_description": "x"}}}"#),
        "texts.jobs.own.working_description must be removed: the known keys are working, \
         workingDescription, succeeded, succeededDescription, failed"
    );
    assert!(complaint("[1]").starts_with("texts.0 must be removed"));
}

#[wasm_bindgen_test]
fn undefined_is_ignored() {
    let page = Page::new();
    let texts = js_sys::Object::new();
    Reflect::set(&texts, &"labels".into(), &JsValue::UNDEFINED).expect("an object");
    let options = js_sys::Object::new();
    for (name, value) in [
        ("texts", texts.into()),
        ("store", JsValue::NULL),
        ("element", page.root().into()),
    ] {
        Reflect::set(&options, &name.into(), &value).expect("an object");
    }
    JsBackgroundTasks::new(&options)
        .expect("good texts")
        .destroy();
}
