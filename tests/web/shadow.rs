//! The toaster inside of a shadow tree.

use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};
use yew::prelude::*;
use yew_background_tasks::toast::{STYLES, Toast, Toaster, ToasterProvider, ToasterSettings};
use yew_background_tasks::{Timestamp, VirtualClock};

use crate::page::Page;
use crate::scripted::{pass, seconds};

#[derive(PartialEq, Properties)]
struct Props {
    toaster: Toaster,
}

#[component]
fn App(props: &Props) -> Html {
    html! { <ToasterProvider toaster={props.toaster.clone()} /> }
}

fn element(name: &str) -> Element {
    let document = web_sys::window().and_then(|window| window.document());
    let element = document.expect("a document").create_element(name);
    element.expect("an element")
}

fn find(shadow: &ShadowRoot, selector: &str) -> Option<HtmlElement> {
    let found = shadow.query_selector(selector).expect("a selector");
    found.and_then(|found| found.dyn_into().ok())
}

fn key(name: &str, code: &str, alt: bool) -> web_sys::KeyboardEvent {
    let options = web_sys::KeyboardEventInit::new();
    options.set_key(name);
    options.set_code(code);
    options.set_alt_key(alt);
    options.set_bubbles(true);
    options.set_composed(true);
    web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options)
        .expect("an event")
}

#[wasm_bindgen_test]
async fn style_focus_and_clicks_work_in_a_shadow_tree() {
    let page = Page::new();
    let shadow = page
        .root()
        .attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))
        .expect("a shadow tree");
    let style = element("style");
    style.set_text_content(Some(STYLES));
    shadow.append_child(&style).expect("it is appended");
    let root = element("div");
    shadow.append_child(&root).expect("it is appended");
    let clock = VirtualClock::starting_at(Timestamp::from_millis(1_000));
    let context = yewdux::Context::new();
    let toaster = Toaster::new(&context, Rc::new(clock.clone()), ToasterSettings::default());
    let props = Props {
        toaster: toaster.clone(),
    };
    let app = yew::Renderer::<App>::with_root_and_props(root, props).render();
    for title in ["one", "two"] {
        toaster.show(Toast::info(title));
    }
    pass(&clock, seconds(1)).await;
    let window = web_sys::window().expect("a window");
    let list = find(&shadow, "ol").expect("a list");
    let computed = window.get_computed_style(&list).ok().flatten();
    let position = computed.expect("a style").get_property_value("position");
    assert_eq!(position.as_deref(), Ok("fixed"));
    let focused = || {
        shadow
            .active_element()
            .and_then(|toast| toast.text_content())
    };
    let document = window.document().expect("a document");
    document
        .dispatch_event(&key("t", "KeyT", true))
        .expect("it is heard");
    assert_eq!(focused().as_deref(), Some("two"), "the hotkey leads to it");
    let front = shadow.active_element().expect("it is focused");
    front
        .dispatch_event(&key("Escape", "Escape", false))
        .expect("it is heard");
    pass(&clock, seconds(0)).await;
    assert_eq!(
        focused().as_deref(),
        Some("one"),
        "the next one has the focus"
    );
    let close = find(&shadow, "li:not([data-phase=exiting]) [data-close]");
    close.expect("a close button").click();
    pass(&clock, seconds(1)).await;
    assert!(find(&shadow, "li").is_none());
    app.destroy();
}
