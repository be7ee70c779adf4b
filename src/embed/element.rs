//! The element `<background-tasks>`: a `BackgroundTasks` from HTML (CONTRACT §6).

use js_sys::{Array, Object};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, Element};

use super::instance::Place;
use super::{JsBackgroundTasks, objects};

#[wasm_bindgen(module = "/src/embed/element.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = defineElement)]
    fn define_element(create: JsValue, observed: Array) -> Result<(), JsValue>;
}

/// How an attribute is read.
#[derive(Clone, Copy)]
enum Sort {
    Text,
    Number,
    /// On where it is there, unless it says `false`.
    Switch,
}

/// Attributes and the options that they stand for. Those of the toaster may
/// change while the element is on the page; the others are read once.
const ATTRIBUTES: [(&str, &str, Sort, bool); 15] = [
    ("base-url", "baseUrl", Sort::Text, false),
    ("lang", "lang", Sort::Text, false),
    ("store", "store", Sort::Text, false),
    ("interval-ms", "intervalMs", Sort::Number, false),
    ("resumable-uploads", "resumableUploads", Sort::Switch, false),
    ("indicator", "indicator", Sort::Switch, false),
    ("position", "position", Sort::Text, true),
    ("theme", "theme", Sort::Text, true),
    ("dir", "dir", Sort::Text, true),
    ("hotkey", "hotkey", Sort::Text, true),
    ("visible-toasts", "visibleToasts", Sort::Number, true),
    ("expand", "expand", Sort::Switch, true),
    ("close-button", "closeButton", Sort::Switch, true),
    ("rich-colors", "richColors", Sort::Switch, true),
    ("invert", "invert", Sort::Switch, true),
];

/// Defines the element, once for the page.
///
/// # Errors
///
/// What the browser throws.
pub(super) fn define() -> Result<(), JsValue> {
    let create = Closure::<dyn Fn(Element) -> Result<JsValue, JsValue>>::new(create);
    let observed = ATTRIBUTES.into_iter().filter(|(.., changes)| *changes);
    let observed = observed.map(|(attribute, ..)| JsValue::from(attribute));
    // An element stays defined as long as the page is there.
    define_element(create.into_js_value(), observed.collect())
}

#[allow(clippy::needless_pass_by_value, reason = "a closure is given it")]
fn create(element: Element) -> Result<JsValue, JsValue> {
    let options = options(&element)?;
    let api = JsBackgroundTasks::set_up(&options, Some(Place::At(element.clone())))?;
    let live = api.live()?;
    live.tell(&element);
    let update = Closure::<dyn Fn() -> Result<(), JsValue>>::new({
        let live = std::rc::Rc::downgrade(&live);
        move || match live.upgrade() {
            Some(live) => live.configure(&self::options(&element)?),
            None => Ok(()),
        }
    });
    Ok(objects::object([
        ("api", api.into()),
        ("update", update.into_js_value()),
    ]))
}

/// What the element's attributes say, and above them its property `options`.
fn options(element: &Element) -> Result<JsValue, JsValue> {
    let options = Object::new();
    for (attribute, option, sort, _) in ATTRIBUTES {
        let Some(value) = element.get_attribute(attribute) else {
            continue;
        };
        let value = match sort {
            Sort::Text => JsValue::from(value),
            Sort::Number => js_sys::Number::from(JsValue::from(value)).into(),
            Sort::Switch => JsValue::from(value != "false"),
        };
        objects::set(&options, option, &value);
    }
    let own = js_sys::Reflect::get(element, &"options".into())?;
    if own.is_object() {
        Object::assign(&options, own.unchecked_ref());
    }
    // What the language is taken from, unless it is said.
    if !Object::has_own(&options, &"element".into()) {
        objects::set(&options, "element", element);
    }
    Ok(options.into())
}

/// Fires `taskchange` at an element.
pub(super) fn fire(element: &Element, task: &JsValue) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(task);
    if let Ok(event) = CustomEvent::new_with_event_init_dict("taskchange", &init) {
        // It cannot be cancelled, and an exception of a listener is the host's.
        let _ = element.dispatch_event(&event);
    }
}
