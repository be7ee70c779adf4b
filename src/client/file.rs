//! A file that the user chose: its size, and whether it can still be read.

use std::hash::Hasher as _;

use background_tasks_core::RequestError;
use background_tasks_core::internals::Fnv;
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;

/// The size in bytes, which the DOM returns as a float.
pub(crate) fn size_of(file: &web_sys::Blob) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an integer that is not negative, by the File API"
    )]
    let bytes = file.size() as u64;
    bytes
}

/// Reads the first byte, to distinguish a file that was moved, changed or forbidden since it
/// was chosen from a network error.
///
/// # Errors
///
/// [`RequestError::FileUnreadable`].
pub(crate) async fn check_readable(file: &web_sys::Blob) -> Result<(), RequestError> {
    let unreadable = |_| RequestError::FileUnreadable;
    let first = file.slice_with_i32_and_i32(0, 1).map_err(unreadable)?;
    let bytes = JsFuture::from(first.array_buffer())
        .await
        .map_err(unreadable)?;
    let has_byte = js_sys::Uint8Array::new(&bytes).length() > 0;
    (has_byte || size_of(file) == 0)
        .then_some(())
        .ok_or(RequestError::FileUnreadable)
}

/// A digest of the size and of samples of the content: of all bytes up to 4 MiB, else of 64
/// samples of 64 KiB at equal distances.
///
/// # Errors
///
/// [`RequestError::FileUnreadable`].
pub(crate) async fn fingerprint(file: &web_sys::Blob) -> Result<u64, RequestError> {
    const SAMPLE: u64 = 64 << 10;
    let unreadable = |_| RequestError::FileUnreadable;
    let size = size_of(file);
    let samples = size.div_ceil(SAMPLE).min(64);
    let last = size.saturating_sub(SAMPLE);
    // It distinguishes the files of one user, who gains nothing from a collision.
    let mut digest = Fnv::default();
    digest.write(&size.to_le_bytes());
    for sample in 0..samples {
        let start = last.saturating_mul(sample) / samples.saturating_sub(1).max(1);
        #[expect(
            clippy::cast_precision_loss,
            reason = "below 2^53, as the size of every file"
        )]
        let slice = file.slice_with_f64_and_f64(start as f64, (start + SAMPLE) as f64);
        let buffer = slice.map_err(unreadable)?.array_buffer();
        let buffer = JsFuture::from(buffer).await.map_err(unreadable)?;
        digest.write(&Uint8Array::new(&buffer).to_vec());
    }
    Ok(digest.finish())
}
