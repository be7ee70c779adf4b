//! The toaster in a shadow tree, on a page with hostile styles.

use std::rc::Rc;

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, ShadowRoot};
use yew::prelude::*;
use yew_background_tasks::toast::{STYLES, Toast, Toaster, ToasterProvider, ToasterSettings};
use yew_background_tasks::{Timestamp, VirtualClock, shadow};

use crate::page::Page;
use crate::stage::{pass, seconds};

/// Styles for all elements of the page, except those that contain the host.
const HOSTILE: &str = "
    body, .stage {
        color: red; direction: rtl; visibility: hidden; cursor: wait; quotes: none;
        font: italic 900 40px/3 fantasy; letter-spacing: 9px; word-spacing: 9px;
        text-align: right; text-transform: uppercase; text-indent: 50px; white-space: pre;
    }
    :not(html, head, body, .stage) {
        all: unset !important; display: none !important; color: red !important;
        font-size: 60px !important; position: static !important; transform: rotate(9deg) !important;
    }";

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

/// The elements below `root` with all computed properties.
fn styles_below(root: &JsValue) -> Vec<String> {
    let all = js_sys::Function::new_with_args(
        "root",
        "return [...root.querySelectorAll(':not(style)')].map((element) => {
            const style = getComputedStyle(element)
            const properties = [...style].map((name) => `${name}: ${style.getPropertyValue(name)}`)
            return [element.localName, element.className, ...properties].join('\\n')
        })",
    );
    let texts = all.call1(&JsValue::NULL, root).expect("styles");
    let texts = js_sys::Array::from(&texts);
    texts.iter().filter_map(|text| text.as_string()).collect()
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

fn assert_same(before: &[String], after: &[String]) {
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(after) {
        let changed: Vec<_> = before
            .lines()
            .zip(after.lines())
            .filter(|(before, after)| before != after)
            .collect();
        let of: Vec<_> = before.lines().take(2).collect();
        assert!(changed.is_empty(), "{of:?}: {changed:?}");
    }
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

#[wasm_bindgen_test]
async fn styles_focus_and_clicks_work_in_shadow_tree() {
    let app = Mounted::with_style_element().await;
    for title in ["one", "two"] {
        app.toaster.show(Toast::info(title));
    }
    pass(&app.clock, seconds(1)).await;
    assert_eq!(style(&one(&app.tree, "ol"), "position"), "fixed");
    press_hotkey(&app.page.root());
    assert_eq!(
        focused_in(&app.tree).as_deref(),
        Some("two"),
        "the hotkey focuses the toast"
    );
    let front = app.tree.active_element().expect("it is focused");
    front
        .dispatch_event(&key("Escape", "Escape", false))
        .expect("the event is dispatched");
    app.settle().await;
    assert_eq!(
        focused_in(&app.tree).as_deref(),
        Some("one"),
        "the next one has the focus"
    );
    one(&app.tree, "li:not([data-phase=exiting]) [data-close]").click();
    pass(&app.clock, seconds(1)).await;
    assert!(find(&app.tree, "li").is_none());
    app.leave();
}

#[wasm_bindgen_test]
async fn toast_can_be_swiped_in_shadow_tree() {
    let app = Mounted::new().await;
    app.show(Toast::info("one")).await;
    let card = one(&app.tree, "li [data-title]");
    for (name, x) in [("pointerdown", 0), ("pointermove", 60), ("pointerup", 60)] {
        let options = web_sys::PointerEventInit::new();
        options.set_bubbles(true);
        options.set_composed(true);
        options.set_pointer_type("touch");
        options.set_client_x(x);
        let event = web_sys::PointerEvent::new_with_event_init_dict(name, &options);
        card.dispatch_event(&event.expect("an event"))
            .expect("the event is dispatched");
    }
    app.settle().await;
    let toast = one(&app.tree, "li");
    assert_eq!(toast.get_attribute("data-swiped").as_deref(), Some("right"));
    pass(&app.clock, seconds(1)).await;
    assert!(find(&app.tree, "li").is_none());
    app.leave();
}

#[wasm_bindgen_test]
async fn trees_share_style_sheets() {
    let (one, other) = (Mounted::new().await, Mounted::new().await);
    let sheets = |app: &Mounted| {
        let sheets = js_sys::Reflect::get(&app.tree, &"adoptedStyleSheets".into());
        js_sys::Array::from(&sheets.expect("sheets"))
    };
    assert_eq!(sheets(&one).length(), 2);
    for (sheet, same) in sheets(&one).iter().zip(sheets(&other).iter()) {
        assert!(js_sys::Object::is(&sheet, &same));
    }
    assert!(find(&one.tree, "style").is_none());
    one.leave();
    other.leave();
}

#[wasm_bindgen_test]
async fn styles_of_the_page_do_not_affect_toasts() {
    let app = Mounted::new().await;
    let button = || yew_background_tasks::toast::ToastButton::new("Retry", |()| ());
    let toast = Toast::error("Upload failed").with_description("No connection");
    app.show(toast.with_action(button()).with_cancel(button()))
        .await;
    app.show(Toast::loading("Working", None)).await;
    app.rule("html { overflow: hidden }");
    let before = styles_below(&app.tree);
    assert!(before.len() > 15, "{}", before.len());
    app.rule(HOSTILE);
    app.settle().await;
    assert_same(&before, &styles_below(&app.tree));
    let card = one(&app.tree, "li").get_bounding_client_rect();
    assert!(
        card.width() > 100.0 && card.height() > 30.0,
        "the toast is visible"
    );
    assert_eq!(style(&app.host, "display"), "contents");
    app.leave();
}

#[wasm_bindgen_test]
async fn toasts_are_at_the_window_edge_and_on_top_wherever_the_host_is() {
    let app = Mounted::new().await;
    app.rule(
        ".stage { transform: translate(9px) scale(0.5); overflow: hidden; opacity: 0; height: 9px; contain: paint }
         .above { position: fixed; inset: 0; z-index: 2147483647 }",
    );
    append(&app.page.root(), "div", "").set_class_name("above");
    app.show(Toast::success("Saved")).await;
    let toast = one(&app.tree, "li");
    let place = toast.get_bounding_client_rect();
    let root = document().document_element().expect("a page");
    let edge = f64::from(root.client_width());
    assert!(
        (edge - place.right() - 24.0).abs() < 1.0,
        "{}",
        place.right()
    );
    assert!(is_on_top(&app.tree, &toast));
    app.leave();
}

#[wasm_bindgen_test]
async fn toasts_remain_after_the_host_was_moved() {
    let app = Mounted::new().await;
    app.show(Toast::success("Saved")).await;
    let other = append(&app.page.root(), "div", "");
    other.append_child(&app.host).expect("it is moved");
    app.settle().await;
    assert!(is_on_top(&app.tree, &one(&app.tree, "li")));
    app.leave();
}

#[wasm_bindgen_test]
async fn styles_of_toasts_do_not_affect_the_page() {
    let page = Page::new();
    for name in ["ol", "ul", "li", "section", "button", "h2", "p", "progress"] {
        let element = append(&page.root(), name, name);
        element.set_class_name("ybt-toast ybt-list ybt-row");
    }
    let before = styles_below(&page.root());
    let app = Mounted::new().await;
    app.show(Toast::success("Saved")).await;
    assert_same(&before, &styles_below(&page.root()));
    app.leave();
}

#[wasm_bindgen_test]
async fn hidden_host_hides_toasts() {
    let app = Mounted::new().await;
    app.show(Toast::success("Saved")).await;
    let toast = one(&app.tree, "li");
    assert!(toast.get_bounding_client_rect().height() > 0.0);
    app.host
        .set_attribute("hidden", "")
        .expect("an attribute of the host");
    assert!(toast.get_bounding_client_rect().height() <= 0.0);
    app.leave();
}

#[wasm_bindgen_test]
async fn direction_is_inherited_from_markup_but_not_from_style() {
    let app = Mounted::new().await;
    app.show(Toast::success("Saved")).await;
    let toast = one(&app.tree, "li");
    app.rule("body, .stage { direction: rtl }");
    assert_eq!(style(&toast, "direction"), "ltr");
    app.page
        .root()
        .set_attribute("dir", "rtl")
        .expect("an attribute");
    assert_eq!(style(&toast, "direction"), "rtl");
    app.leave();
}

#[wasm_bindgen_test]
async fn custom_properties_apply_wherever_the_page_sets_them() {
    let app = Mounted::new().await;
    let toast = Toast::success("Saved").with_class("mine");
    app.show(toast.with_description("All of it")).await;
    let toast = one(&app.tree, "li");
    app.rule(":root { --ybt-surface: rgb(1, 2, 3); --ybt-text: rgb(1, 1, 1) }");
    assert_eq!(style(&toast, "background-color"), "rgb(1, 2, 3)");
    assert_eq!(style(&toast, "color"), "rgb(1, 1, 1)");
    app.rule(".host { --ybt-surface: rgb(4, 5, 6); --ybt-muted: light-dark(rgb(7, 7, 7), rgb(7, 7, 7)) }");
    assert_eq!(style(&toast, "background-color"), "rgb(4, 5, 6)");
    let description = one(&app.tree, "[data-description]");
    assert_eq!(style(&description, "color"), "rgb(7, 7, 7)");
    let own = element("style");
    own.set_text_content(Some(".mine { --ybt-surface: rgb(8, 9, 10) }"));
    app.tree.append_child(&own).expect("the node is appended");
    assert_eq!(style(&toast, "background-color"), "rgb(8, 9, 10)");
    app.leave();
}

#[wasm_bindgen_test]
async fn parts_can_be_styled_by_kind_of_toast() {
    let app = Mounted::new().await;
    app.show(Toast::success("Saved")).await;
    app.show(Toast::error("Failed")).await;
    app.rule(
        ".host::part(title) { color: rgb(1, 2, 3) }
         .host::part(toast error) { border-radius: 33px }",
    );
    assert_eq!(
        style(&one(&app.tree, "[data-title]"), "color"),
        "rgb(1, 2, 3)"
    );
    let radius = |kind: &str| {
        let toast = one(&app.tree, &format!("li[data-kind={kind}]"));
        style(&toast, "border-top-left-radius")
    };
    assert_eq!(radius("error"), "33px");
    assert_eq!(radius("success"), "10px");
    app.leave();
}

#[wasm_bindgen_test]
async fn focus_returns_into_its_shadow_tree() {
    let app = Mounted::new().await;
    app.show(Toast::info("one")).await;
    let other = append(&app.page.root(), "div", "");
    let tree = shadow::attach(&other, &[]).expect("a shadow tree");
    let button = element("button");
    button.set_text_content(Some("elsewhere"));
    tree.append_child(&button).expect("the node is appended");
    let button: HtmlElement = button.unchecked_into();
    button.focus().expect("it has the focus");
    press_hotkey(&button);
    assert_eq!(focused_in(&app.tree).as_deref(), Some("one"));
    press_hotkey(&one(&app.tree, "li"));
    assert_eq!(focused_in(&tree).as_deref(), Some("elsewhere"));
    app.leave();
}
