//! A file that the user chose: its size, and whether it can still be read.

use background_tasks_core::CallError;
use wasm_bindgen_futures::JsFuture;

/// The size in bytes, which the DOM returns as a float.
pub(crate) fn size_of(file: &web_sys::Blob) -> u64 {
    // By the File API, an integer that is not negative.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let bytes = file.size() as u64;
    bytes
}

/// Reads the first byte, to distinguish a file that was moved, changed or forbidden since it
/// was chosen from a network error.
///
/// # Errors
///
/// [`CallError::FileUnreadable`].
pub(crate) async fn check_readable(file: &web_sys::Blob) -> Result<(), CallError> {
    let unreadable = |_| CallError::FileUnreadable;
    let first = file.slice_with_i32_and_i32(0, 1).map_err(unreadable)?;
    let bytes = JsFuture::from(first.array_buffer())
        .await
        .map_err(unreadable)?;
    let has_byte = js_sys::Uint8Array::new(&bytes).length() > 0;
    (has_byte || size_of(file) == 0)
        .then_some(())
        .ok_or(CallError::FileUnreadable)
}
