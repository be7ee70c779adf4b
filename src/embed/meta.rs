//! Metadata of tasks: JSON values of the host page.

use background_tasks_core::Meta;

use super::arguments::Fields;

/// A copy of the field `meta`, a JSON value; `None` for `null` and if it is missing.
pub(super) fn read(fields: &Fields<'_>) -> Option<Meta> {
    let json = fields.value("meta", "meta")?.as_string()?;
    let meta = Meta::from_json(json).ok();
    if meta.is_none() {
        let expected = format!("a JSON value of at most {} bytes", Meta::MAX_BYTES);
        fields.wrong("meta", &expected);
    }
    meta
}
