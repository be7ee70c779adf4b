//! Numbers formatted for a language.

use js_sys::Number;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Number, js_name = Number)]
    type LocalizedNumber;

    /// As in js-sys, but returns the exception for a language tag that is not valid.
    #[wasm_bindgen(catch, method, js_name = toLocaleString)]
    fn to_locale_string(this: &LocalizedNumber, language: &str) -> Result<String, JsValue>;
}

/// Formats `count` for a language; with plain digits if the browser does not accept
/// the tag, or if there is none.
pub(super) fn format_count(count: usize, language: Option<&str>) -> String {
    let plain = count.to_string();
    match language {
        Some(language) if !is_plain(count, language) => {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a number of toasts fits into the 53 bits of a JavaScript number"
            )]
            let number: LocalizedNumber = JsValue::from(count as f64).unchecked_into();
            number.to_locale_string(language).unwrap_or(plain)
        }
        Some(_) | None => plain,
    }
}

/// Whether the browser would return plain digits too. Its first call costs 20 ms, in
/// which it loads the rules of the language.
fn is_plain(count: usize, language: &str) -> bool {
    count < 1_000 && matches!(language, "en" | "zh-CN")
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn count_is_formatted_for_the_language() {
        assert_eq!(format_count(999, Some("en")), "999");
        assert_eq!(format_count(1_000, Some("en")), "1,000");
        assert_eq!(format_count(1_000, Some("de")), "1.000");
        assert_eq!(format_count(1_000, Some("zh-CN")), "1,000");
    }

    #[wasm_bindgen_test]
    fn count_without_a_valid_language_has_plain_digits() {
        assert_eq!(format_count(1_000, None), "1000");
        assert_eq!(format_count(1_000, Some("not a language")), "1000");
    }
}
