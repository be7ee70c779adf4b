//! A sample video, generated in the page.

use web_sys::{File, FilePropertyBag};

/// The sample's name and title.
pub const NAME: &str = "sample-talk.mp4";

/// The size in bytes: large enough for its upload to be visible at the simulator's default speed.
const SIZE: usize = 3 << 20;

/// The first box of an MP4 file, from which servers detect the type.
const FILE_TYPE_BOX: &[u8; 24] = b"\0\0\0\x18ftypisom\0\0\x02\0isommp41";

/// The file; `None` if the browser cannot create it.
pub fn video() -> Option<File> {
    let bytes = js_sys::Uint8Array::new_with_length(u32::try_from(SIZE).ok()?);
    let start = u32::try_from(FILE_TYPE_BOX.len()).ok()?;
    bytes.subarray(0, start).copy_from(FILE_TYPE_BOX);
    let options = FilePropertyBag::new();
    options.set_type("video/mp4");
    File::new_with_u8_array_sequence_and_options(&js_sys::Array::of1(&bytes), NAME, &options).ok()
}
