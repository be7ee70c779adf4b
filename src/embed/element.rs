//! The element `<background-tasks>`: a `BackgroundTasks` from HTML (CONTRACT §6).

use std::rc::Rc;

use js_sys::{Array, Object};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, Element};

use super::instance::Place;
use super::live::{Base, Live, Told};
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
    /// One of some words, in any case.
    Word,
    /// A text, or empty for none.
    TextOrNone,
    Number,
    /// On where it is there, unless it says `false`.
    Switch,
}

/// An attribute and the option that it stands for.
struct Attribute {
    name: &'static str,
    option: &'static str,
    sort: Sort,
    /// Those of the toaster may change while the element is on the page; the
    /// others are read once.
    may_change: bool,
}

const fn read_once(name: &'static str, option: &'static str, sort: Sort) -> Attribute {
    Attribute {
        name,
        option,
        sort,
        may_change: false,
    }
}

const fn of_toaster(name: &'static str, option: &'static str, sort: Sort) -> Attribute {
    Attribute {
        name,
        option,
        sort,
        may_change: true,
    }
}

const ATTRIBUTES: [Attribute; 15] = [
    read_once("base-url", "baseUrl", Sort::Text),
    read_once("lang", "lang", Sort::Text),
    read_once("store", "store", Sort::Text),
    read_once("interval-ms", "intervalMs", Sort::Number),
    read_once("resumable-uploads", "resumableUploads", Sort::Switch),
    read_once("indicator", "indicator", Sort::Switch),
    of_toaster("position", "position", Sort::Word),
    of_toaster("theme", "theme", Sort::Word),
    of_toaster("dir", "dir", Sort::Word),
    of_toaster("hotkey", "hotkey", Sort::TextOrNone),
    of_toaster("visible-toasts", "visibleToasts", Sort::Number),
    of_toaster("expand", "expand", Sort::Switch),
    of_toaster("close-button", "closeButton", Sort::Switch),
    of_toaster("rich-colors", "richColors", Sort::Switch),
    of_toaster("invert", "invert", Sort::Switch),
];

impl Attribute {
    /// The option and its value; none where the attribute is missing.
    fn read(&self, element: &Element) -> Option<(&'static str, JsValue)> {
        let text = element.get_attribute(self.name)?;
        let value = match self.sort {
            Sort::Text => text.into(),
            Sort::Word => text.to_ascii_lowercase().into(),
            Sort::TextOrNone if text.is_empty() => JsValue::NULL,
            Sort::TextOrNone => text.into(),
            // What is no number is refused by name where the option is read.
            Sort::Number => JsValue::from_str(&text).unchecked_into_f64().into(),
            Sort::Switch => (text != "false").into(),
        };
        Some((self.option, value))
    }
}

/// Defines the element, once for the page.
///
/// # Errors
///
/// What the browser throws.
pub(super) fn define() -> Result<(), JsValue> {
    let create = Closure::<dyn Fn(Element) -> Result<JsValue, JsValue>>::new(create);
    let observed = ATTRIBUTES.iter().filter(|attribute| attribute.may_change);
    let observed = observed.map(|attribute| JsValue::from(attribute.name));
    // An element stays defined as long as the page is there.
    define_element(create.into_js_value(), observed.collect())
}

#[allow(clippy::needless_pass_by_value, reason = "a closure is given it")]
fn create(element: Element) -> Result<JsValue, JsValue> {
    let options = options(&element)?;
    let api = JsBackgroundTasks::set_up(&options, Some(Place::At(element.clone())))?;
    let live = api.live()?;
    live.subscribe({
        let element = element.clone();
        move |told, task| fire(&element, told, task)
    });
    let (live_in_update, live) = (Rc::downgrade(&live), Rc::downgrade(&live));
    let update = Closure::<dyn Fn(String) -> Result<(), JsValue>>::new(move |name: String| {
        match live_in_update.upgrade() {
            Some(live) => update(&element, &live, &name),
            None => Ok(()),
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
        ("destroy", destroy.into_js_value()),
    ]))
}

/// An attribute has changed. Where it was taken away, all begins from the
/// defaults; else the other settings stay, also those that were set from
/// JavaScript since.
fn update(element: &Element, live: &Live, name: &str) -> Result<(), JsValue> {
    let changed = ATTRIBUTES.iter().find(|attribute| attribute.name == name);
    match changed.and_then(|attribute| attribute.read(element)) {
        Some((option, value)) => live.configure(Base::Now, &objects::object([(option, value)])),
        None => live.configure(Base::Defaults, &options(element)?),
    }
}

/// What the element's attributes say, and above them its property `options`.
fn options(element: &Element) -> Result<JsValue, JsValue> {
    let options = Object::new();
    for (option, value) in ATTRIBUTES.iter().filter_map(|it| it.read(element)) {
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

/// Fires `taskchange` at an element, or `taskclear` for a task that is taken off
/// the list.
fn fire(element: &Element, told: Told, task: &JsValue) {
    let name = match told {
        Told::Changed => "taskchange",
        Told::Cleared => "taskclear",
    };
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(task);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        // It cannot be cancelled, and an exception of a listener is the host's.
        let _ = element.dispatch_event(&event);
    }
}
