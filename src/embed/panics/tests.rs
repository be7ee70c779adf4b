use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Timeout;
use gloo_timers::future::sleep;
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::*;
use crate::embed::app_root::AppRoot;
use crate::embed::shown::Shown;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_panic_is_said_once_and_takes_what_is_shown_off_the_page() {
    report();
    let _app = AppRoot::new(yewdux::Context::new(), |_| yew::html! { "toasts" }).unwrap();
    assert!(check().is_ok());
    let document = web_sys::window().unwrap().document().unwrap();
    let element = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&element).unwrap();
    let shown = Shown::new(element.clone());
    let said = Rc::new(RefCell::new(Vec::new()));
    let pen = Rc::clone(&said);
    let on_error = Closure::<dyn Fn(JsValue)>::new(move |text: JsValue| {
        pen.borrow_mut().extend(text.as_string());
    });
    let console: JsValue = Reflect::get(&js_sys::global(), &"console".into()).unwrap();
    let error = Reflect::get(&console, &"error".into()).unwrap();
    Reflect::set(&console, &"error".into(), on_error.as_ref()).unwrap();
    // Each in a turn of its own, as they would come from the page; the harness
    // takes the traps for its own otherwise.
    let ignore = Function::new_with_args(
        "event",
        "event.preventDefault(); event.stopImmediatePropagation()",
    );
    let window = web_sys::window().unwrap();
    window
        .add_event_listener_with_callback_and_bool("error", &ignore, true)
        .unwrap();
    let turns = ["first", "second"].map(|name| Timeout::new(0, move || panic!("{name} mistake")));
    sleep(Duration::from_millis(50)).await;
    drop(turns);
    Reflect::set(&console, &"error".into(), &error).unwrap();
    window
        .remove_event_listener_with_callback_and_bool("error", &ignore, true)
        .unwrap();
    let said = said.borrow();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("the page goes on") && said[0].contains("first mistake"));
    assert!(!element.is_connected());
    let refusal = check().unwrap_err();
    let message = Reflect::get(&refusal, &"message".into()).unwrap();
    assert!(
        message
            .as_string()
            .is_some_and(|text| text.contains("see the console"))
    );
    drop(shown);
}
