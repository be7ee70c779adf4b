//! An app in a shadow tree, and ways to look at it.

use std::rc::Rc;

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, HtmlElement, ShadowRoot};
use yew::prelude::*;
use yew_background_tasks::toast::{STYLES, Toast, Toaster, ToasterProvider, ToasterSettings};
use yew_background_tasks::{Timestamp, VirtualClock, shadow};

use crate::page::Page;
use crate::stage::{pass, seconds};

#[derive(PartialEq, Properties)]
struct Props {
    toaster: Toaster,
}

#[component]
fn App(props: &Props) -> Html {
    html! { <ToasterProvider toaster={props.toaster.clone()} /> }
}

/// An app in a shadow tree whose host is `#host.host`.
pub struct Mounted {
    pub page: Page,
    pub host: Element,
    pub tree: ShadowRoot,
    pub clock: VirtualClock,
    pub toaster: Toaster,
    app: yew::AppHandle<App>,
}

impl Mounted {
    pub async fn new() -> Self {
        Self::with(|host| shadow::attach(host, &[STYLES]).expect("a shadow tree")).await
    }

    /// In a shadow tree with a `style` element instead of adopted sheets.
    pub async fn with_style_element() -> Self {
        Self::with(|host| {
            let options = web_sys::ShadowRootInit::new(web_sys::ShadowRootMode::Open);
            let tree = host.attach_shadow(&options).expect("a shadow tree");
            let style = element("style");
            style.set_text_content(Some(STYLES));
            tree.append_child(&style).expect("the node is appended");
            tree
        })
        .await
    }

    async fn with(attach: impl FnOnce(&Element) -> ShadowRoot) -> Self {
        let page = Page::new();
        page.root().set_class_name("stage");
        let host = append(&page.root(), "div", "");
        host.set_id("host");
        host.set_class_name("host");
        let tree = attach(&host);
        let root = element("div");
        root.set_class_name("ybt-root");
        tree.append_child(&root).expect("the node is appended");
        let clock = VirtualClock::starting_at(Timestamp::from_millis(1_000));
        let context = yewdux::Context::new();
        let settings = ToasterSettings::default();
        let toaster = Toaster::new(&context, Rc::new(clock.clone()), settings);
        let props = Props {
            toaster: toaster.clone(),
        };
        let app = yew::Renderer::<App>::with_root_and_props(root, props).render();
        let mounted = Self {
            page,
            host,
            tree,
            clock,
            toaster,
            app,
        };
        mounted.settle().await;
        mounted
    }

    pub async fn settle(&self) {
        pass(&self.clock, seconds(0)).await;
        finish_animations();
    }

    pub async fn show(&self, toast: Toast) {
        self.toaster.show(toast);
        self.settle().await;
    }

    /// Adds a style rule to the page until the app is destroyed.
    pub fn rule(&self, text: &str) -> Element {
        append(&self.page.root(), "style", text)
    }

    pub fn leave(self) {
        self.app.destroy();
    }
}

/// Running animations would make computed styles differ.
fn finish_animations() {
    let finish = js_sys::Function::new_no_args(
        "const trees = [...document.querySelectorAll('*')].flatMap((element) => element.shadowRoot ?? [])
        for (const animation of trees.flatMap((tree) => tree.getAnimations())) {
            if (Number.isFinite(animation.effect.getComputedTiming().endTime)) animation.finish()
            else animation.cancel()
        }",
    );
    finish.call0(&JsValue::NULL).expect("animations finish");
}

pub fn element(name: &str) -> Element {
    let element = document().create_element(name);
    element.expect("an element")
}

pub fn document() -> web_sys::Document {
    let window = web_sys::window().expect("a window");
    window.document().expect("a document")
}

pub fn append(to: &Element, name: &str, text: &str) -> Element {
    let child = element(name);
    child.set_text_content(Some(text));
    to.append_child(&child).expect("the node is appended");
    child
}

pub fn find(tree: &ShadowRoot, selector: &str) -> Option<HtmlElement> {
    let found = tree.query_selector(selector).expect("a selector");
    found.and_then(|found| found.dyn_into().ok())
}

pub fn one(tree: &ShadowRoot, selector: &str) -> HtmlElement {
    find(tree, selector).unwrap_or_else(|| panic!("there is no {selector}"))
}

/// The computed value of a property.
pub fn style(element: &Element, property: &str) -> String {
    let window = web_sys::window().expect("a window");
    let style = window.get_computed_style(element).ok().flatten();
    let value = style.expect("a style").get_property_value(property);
    value.expect("a property")
}

/// Whether a click in the middle of an element of `tree` reaches it.
pub fn is_on_top(tree: &ShadowRoot, element: &Element) -> bool {
    let place = element.get_bounding_client_rect();
    let middle = |start: f64, size: f64| (start + size / 2.0) as f32;
    let (x, y) = (
        middle(place.left(), place.width()),
        middle(place.top(), place.height()),
    );
    let top = tree.element_from_point(x, y);
    top.is_some_and(|top| element.contains(Some(&top)))
}

pub fn key(name: &str, code: &str, alt: bool) -> web_sys::KeyboardEvent {
    let options = web_sys::KeyboardEventInit::new();
    options.set_key(name);
    options.set_code(code);
    options.set_alt_key(alt);
    options.set_bubbles(true);
    options.set_composed(true);
    web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options)
        .expect("an event")
}

pub fn press_hotkey(on: &Element) {
    on.dispatch_event(&key("t", "KeyT", true))
        .expect("the event is dispatched");
}

pub fn focused_in(tree: &ShadowRoot) -> Option<String> {
    tree.active_element()?.text_content()
}
