//! Asks the user for the file of an upload.

use background_tasks_core::{Input, TaskId};
use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::{File, HtmlInputElement};

use super::Driver;
use super::start::file_info;

/// A file picker that is open, or was closed without choosing a file.
pub(super) struct Picker {
    _input: HtmlInputElement,
    _on_change: EventListener,
}

impl Driver {
    pub(super) fn ask_for_file(&self, task: TaskId) {
        let weak = self.downgrade();
        let types = self.settings().upload.types.join(",");
        let picker = Picker::open(&types, move |file| {
            if let Some(driver) = weak.upgrade() {
                driver.choose_file(&task, file);
            }
        });
        let before = std::mem::replace(&mut self.0.held.borrow_mut().picker, picker);
        drop(before);
    }

    fn choose_file(&self, task: &TaskId, file: File) {
        if self.tasks().get(task).is_none() {
            // Removed while the picker was open.
            return;
        }
        let info = file_info(&file);
        self.0.held.borrow_mut().files.insert(task.clone(), file);
        self.input(Input::FileChosen(task.clone(), info));
    }
}

impl Picker {
    /// Opens a file picker for the accepted `types`, any if empty, which browsers allow only in response to a user action.
    fn open(types: &str, on_file: impl Fn(File) + 'static) -> Option<Self> {
        let document = web_sys::window()?.document()?;
        let input: HtmlInputElement = document.create_element("input").ok()?.dyn_into().ok()?;
        input.set_type("file");
        input.set_accept(types);
        let chooser = input.clone();
        let on_change = EventListener::once(&input, "change", move |_| {
            if let Some(file) = chooser.files().and_then(|files| files.get(0)) {
                // Otherwise the input keeps the file alive.
                chooser.set_value("");
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
