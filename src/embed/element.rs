//! The element `<background-tasks>`: a `BackgroundTasks` created by HTML.

use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, Element};

use super::instance::Place;
use super::live::{Base, Happened, Live};
use super::{JsBackgroundTasks, objects};

#[wasm_bindgen(module = "/src/embed/element.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = defineElement)]
    fn define_element(create: JsValue, changing: Array, fixed: Array) -> Result<(), JsValue>;
}

/// How the value of an attribute is parsed.
#[derive(Clone, Copy)]
enum Format {
    Text,
    /// A keyword in any case.
    Keyword,
    /// A text, or empty for `null`.
    TextOrNull,
    Number,
    /// True if the attribute is present, unless its value is `false`.
    Boolean,
}

/// An attribute and the option that it sets.
struct Attribute {
    name: &'static str,
    option: &'static str,
    format: Format,
    /// Whether changes take effect while the element is connected. Only options of the
    /// toaster can change; the others are read at the end of the task in which the element is
    /// connected, or when its `api` is used.
    may_change: bool,
}

const fn read_once(name: &'static str, option: &'static str, format: Format) -> Attribute {
    Attribute {
        name,
        option,
        format,
        may_change: false,
    }
}

const fn of_toaster(name: &'static str, option: &'static str, format: Format) -> Attribute {
    Attribute {
        name,
        option,
        format,
        may_change: true,
    }
}

const ATTRIBUTES: [Attribute; 17] = [
    read_once("base-url", "baseUrl", Format::Text),
    read_once("lang", "lang", Format::Text),
    read_once("store", "store", Format::Text),
    read_once("interval-ms", "intervalMs", Format::Number),
    read_once("resumable-uploads", "resumableUploads", Format::Boolean),
    read_once("batch", "batch", Format::Boolean),
    read_once("events", "events", Format::Boolean),
    read_once("indicator", "indicator", Format::Boolean),
    of_toaster("position", "position", Format::Keyword),
    of_toaster("theme", "theme", Format::Keyword),
    of_toaster("dir", "dir", Format::Keyword),
    of_toaster("hotkey", "hotkey", Format::TextOrNull),
    of_toaster("visible-toasts", "visibleToasts", Format::Number),
    of_toaster("expand", "expand", Format::Boolean),
    of_toaster("close-button", "closeButton", Format::Boolean),
    of_toaster("rich-colors", "richColors", Format::Boolean),
    of_toaster("invert", "invert", Format::Boolean),
];

impl Attribute {
    /// The option and its value; `None` if the attribute is missing.
    fn read(&self, element: &Element) -> Option<(&'static str, JsValue)> {
        let text = element.get_attribute(self.name)?;
        let value = match self.format {
            Format::Text => text.into(),
            Format::Keyword => text.to_ascii_lowercase().into(),
            Format::TextOrNull if text.is_empty() => JsValue::NULL,
            Format::TextOrNull => text.into(),
            // The option's validation rejects NaN. The browser parses the number, since
            // Rust's own parser costs 14 kB of WASM.
            Format::Number if text.trim().is_empty() => f64::NAN.into(),
            Format::Number => JsValue::from(text).unchecked_into_f64().into(),
            Format::Boolean => (text != "false").into(),
        };
        Some((self.option, value))
    }
}

/// Defines the element, once for the page.
///
/// # Errors
///
/// The exception of the browser.
pub(super) fn define() -> Result<(), JsValue> {
    let create = Closure::<dyn Fn(Element) -> Result<JsValue, JsValue>>::new(create);
    let names = |may_change| {
        let names = ATTRIBUTES.iter().filter(|it| it.may_change == may_change);
        names.map(|it| JsValue::from(it.name)).collect()
    };
    // An element cannot be undefined again.
    define_element(create.into_js_value(), names(true), names(false))
}

#[allow(clippy::needless_pass_by_value, reason = "the signature of a closure")]
fn create(element: Element) -> Result<JsValue, JsValue> {
    let options = options(&element)?;
    let api = JsBackgroundTasks::set_up(&options, Some(Place::At(element.clone())))?;
    let live = Rc::clone(&api.live);
    live.subscribe({
        let element = element.clone();
        move |happened, task| dispatch(&element, happened, task)
    })?;
    let (live_in_update, live_if_connected) = (Rc::downgrade(&live), Rc::downgrade(&live));
    let live = Rc::downgrade(&live);
    let update = Closure::<dyn Fn(String) -> Result<(), JsValue>>::new(move |name: String| {
        match live_in_update.upgrade() {
            Some(live) => update(&element, &live, &name),
            None => Ok(()),
        }
    });
    let connected = Closure::<dyn Fn(bool)>::new(move |is_connected| {
        if let Some(live) = live_if_connected.upgrade() {
            live.connected(is_connected);
        }
    });
    let destroy = Closure::<dyn Fn()>::new(move || {
        if let Some(live) = live.upgrade() {
            live.end();
        }
    });
    // Freed by the garbage collector together with the element.
    Ok(objects::object([
        ("api", api.into()),
        ("update", update.into_js_value()),
        ("connected", connected.into_js_value()),
        ("destroy", destroy.into_js_value()),
    ]))
}

/// Applies a changed attribute. Other settings stay as they are, including those set by
/// JavaScript. If the attribute was removed, all settings of the toaster are read again.
fn update(element: &Element, live: &Live, name: &str) -> Result<(), JsValue> {
    let changed = ATTRIBUTES.iter().find(|attribute| attribute.name == name);
    match changed.and_then(|attribute| attribute.read(element)) {
        Some((option, value)) => live.configure(Base::Current, &objects::object([(option, value)])),
        None => live.configure(Base::Defaults, &options(element)?),
    }
}

/// The options of the element: its attributes, overridden by its property `options`.
fn options(element: &Element) -> Result<JsValue, JsValue> {
    let options = Object::new();
    for (option, value) in ATTRIBUTES.iter().filter_map(|it| it.read(element)) {
        objects::set(&options, option, &value);
    }
    let own = js_sys::Reflect::get(element, &"options".into())?;
    if own.is_object() {
        Object::assign(&options, own.unchecked_ref());
    }
    // The language is that of this element, unless an option says otherwise.
    if !Object::has_own(&options, &"element".into()) {
        objects::set(&options, "element", element);
    }
    Ok(options.into())
}

/// Dispatches `taskchange`, or `taskclear` for a task that was removed from the list.
fn dispatch(element: &Element, happened: Happened, task: &JsValue) {
    let name = match happened {
        Happened::Changed => "taskchange",
        Happened::Removed => "taskclear",
    };
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(task);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        // The event is not cancelable, and the browser reports exceptions of listeners.
        let _ = element.dispatch_event(&event);
    }
}
