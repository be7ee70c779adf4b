//! Asks the person for a file.

use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::{File, HtmlInputElement};

/// A file chooser that is open, or was closed without a choice. It must be opened
/// by what the person does: browsers open none else.
pub(super) struct Picker {
    _input: HtmlInputElement,
    _on_change: EventListener,
}

impl Picker {
    pub(super) fn open(on_file: impl Fn(File) + 'static) -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let input: HtmlInputElement = document.create_element("input").ok()?.dyn_into().ok()?;
        input.set_type("file");
        let chooser = input.clone();
        let on_change = EventListener::once(&input, "change", move |_| {
            if let Some(file) = chooser.files().and_then(|files| files.get(0)) {
                on_file(file);
            }
        });
        input.click();
        Some(Self {
            _input: input,
            _on_change: on_change,
        })
    }
}
