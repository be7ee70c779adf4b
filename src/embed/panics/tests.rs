use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Timeout;
use gloo_timers::future::sleep;
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::*;
use crate::background_tasks::BackgroundTasks;
use crate::client::{Clients, HttpStatusClient};
use crate::embed::app_root::AppRoot;
use crate::embed::shown::Shown;
use crate::settings::Settings;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn first_panic_is_reported_and_removes_everything_shown() {
    report();
    let clients = Clients::new(Rc::new(HttpStatusClient::new("/api")));
    let tasks = BackgroundTasks::new(&yewdux::Context::new(), clients, Settings::new());
    let _app = AppRoot::new(tasks, |_| yew::html! { "toasts" }).unwrap();
    assert!(page::assert_running().is_ok());
    let document = web_sys::window().unwrap().document().unwrap();
    let element = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&element).unwrap();
    let shown = Shown::new(element.clone());
    let logged = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&logged);
    let on_error = Closure::<dyn Fn(JsValue)>::new(move |text: JsValue| {
        log.borrow_mut().extend(text.as_string());
    });
    let reported = Rc::new(RefCell::new(Vec::new()));
    let reports = Rc::clone(&reported);
    let on_panic = Closure::<dyn FnMut(JsValue, JsValue)>::new(move |error, context: JsValue| {
        let text = |object: &JsValue, name: &str| {
            let value = Reflect::get(object, &name.into()).unwrap();
            value.as_string().unwrap_or_default()
        };
        reports
            .borrow_mut()
            .push((text(&error, "message"), text(&context, "source")));
    });
    let throws = Function::new_no_args("throw new Error('on purpose')");
    let ended = page::reporter(on_panic.as_ref().unchecked_ref());
    page::forget(&ended);
    let reporters = [&throws, on_panic.as_ref().unchecked_ref()].map(page::reporter);
    let console: JsValue = Reflect::get(&js_sys::global(), &"console".into()).unwrap();
    let error = Reflect::get(&console, &"error".into()).unwrap();
    Reflect::set(&console, &"error".into(), on_error.as_ref()).unwrap();
    // Each in a task of its own, as on a page; otherwise the test harness would report them.
    let ignore = Function::new_with_args(
        "event",
        "event.preventDefault(); event.stopImmediatePropagation()",
    );
    let window = web_sys::window().unwrap();
    window
        .add_event_listener_with_callback_and_bool("error", &ignore, true)
        .unwrap();
    let panics = ["first", "second"].map(|name| Timeout::new(0, move || panic!("{name} panic")));
    // Timers with the same delay fire in the order in which they were set.
    sleep(Duration::ZERO).await;
    drop(panics);
    Reflect::set(&console, &"error".into(), &error).unwrap();
    window
        .remove_event_listener_with_callback_and_bool("error", &ignore, true)
        .unwrap();
    let logged = logged.borrow();
    assert_eq!(logged.len(), 1, "{logged:?}");
    let reported = reported.borrow();
    let sources: Vec<_> = reported.iter().map(|(_, source)| source.as_str()).collect();
    assert_eq!(sources, ["panic"]);
    assert!(reported[0].0.contains("first panic"));
    reporters.iter().for_each(page::forget);
    assert!(logged[0].contains("the page continues") && logged[0].contains("first panic"));
    assert!(!element.is_connected());
    let refusal = page::assert_running().unwrap_err();
    let message = Reflect::get(&refusal, &"message".into()).unwrap();
    assert!(
        message
            .as_string()
            .is_some_and(|text| text.contains("see the console"))
    );
    drop(shown);
}
