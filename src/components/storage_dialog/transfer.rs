//! Files that are dropped or pasted.

use wasm_bindgen::JsCast as _;
use web_sys::{DataTransfer, DragEvent, Element, Event, File};

/// What was dropped or pasted.
#[derive(Default)]
pub(super) struct Transferred {
    pub(super) files: Vec<File>,
    /// The name of the first folder. A browser reports a folder as a file that cannot be read.
    pub(super) folder: Option<String>,
}

impl Transferred {
    #[allow(clippy::needless_pass_by_value, reason = "used in `map`")]
    pub(super) fn of(transfer: DataTransfer) -> Self {
        let items = transfer.items();
        let mut transferred = Self::default();
        for item in (0..items.length()).filter_map(|index| items.get(index)) {
            let entry = item.webkit_get_as_entry().ok().flatten();
            if let Some(folder) = entry.filter(web_sys::FileSystemEntry::is_directory) {
                transferred.folder.get_or_insert_with(|| folder.name());
            } else {
                transferred.files.extend(item.get_as_file().ok().flatten());
            }
        }
        transferred
    }
}

/// Keeps the browser from opening a file that is dropped where nothing takes it.
pub(super) fn keep_page(event: &Event) {
    let transfer = event.dyn_ref().and_then(DragEvent::data_transfer);
    let Some(transfer) = transfer.filter(|it| it.types().includes(&"Files".into(), 0)) else {
        return;
    };
    // A file field of the page takes it without a listener.
    let is_taken = event.default_prevented()
        || target_of(event)
            .is_some_and(|target| target.matches("input[type=file]").unwrap_or_default());
    if !is_taken {
        event.prevent_default();
        transfer.set_drop_effect("none");
    }
}

/// The innermost target, also in a shadow tree.
pub(super) fn target_of(event: &Event) -> Option<Element> {
    event.composed_path().get(0).dyn_into().ok()
}
