//! Number formatting by the browser.

use std::cell::RefCell;

use background_tasks_core::messages::{Amount, Scale, Unit};
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// As in js-sys, but returns the exception of the constructor.
    #[wasm_bindgen(js_namespace = Intl)]
    #[derive(Clone)]
    type NumberFormat;

    #[wasm_bindgen(catch, constructor, js_namespace = Intl)]
    fn new(language: &str, options: &Object) -> Result<NumberFormat, JsValue>;

    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, number: f64) -> String;
}

thread_local! {
    /// The formats used so far. Creating one takes about 300 times as long as using it
    /// (measured in Node), and a page needs only a few languages and units.
    static FORMATS: RefCell<Vec<CachedFormat>> = const { RefCell::new(Vec::new()) };
}

struct CachedFormat {
    language: String,
    unit: Unit,
    decimals: u8,
    /// `None` if the browser does not support the language or the unit.
    format: Option<NumberFormat>,
}

/// Formats an amount for a language; with plain digits if the browser does not support the
/// language or the unit.
pub(crate) fn format_amount(language: &str, amount: Amount) -> String {
    if is_plain(language, amount) {
        amount.to_string()
    } else {
        format_by_browser(language, amount)
    }
}

fn format_by_browser(language: &str, amount: Amount) -> String {
    let cached = FORMATS.with_borrow(|formats| {
        let cached = formats.iter().find(|cached| {
            cached.unit == amount.unit
                && cached.decimals == amount.decimals
                && cached.language == language
        });
        cached.map(|cached| cached.format.clone())
    });
    let format = cached.unwrap_or_else(|| {
        let format = NumberFormat::new(language, &options(amount)).ok();
        let cached = CachedFormat {
            language: language.to_owned(),
            unit: amount.unit,
            decimals: amount.decimals,
            format: format.clone(),
        };
        FORMATS.with_borrow_mut(|formats| formats.push(cached));
        format
    });
    match format {
        Some(format) => format.format(amount.number),
        None => amount.to_string(),
    }
}

/// Whether the browser would return plain digits too, as it does in the built-in languages
/// for nearly all numbers that a task shows. Its first format takes 20 ms, which would delay
/// the first toast.
fn is_plain(language: &str, amount: Amount) -> bool {
    matches!(language, "en" | "zh-CN")
        && matches!(amount.unit, Unit::None | Unit::Percent)
        && amount.decimals == 0
        // Larger numbers have a group separator.
        && (0.0..999.5).contains(&amount.number)
}

fn options(amount: Amount) -> Object {
    let options = Object::new();
    let set = |name: &str, value: JsValue| {
        // Setting a property of a new object does not fail.
        let _ = Reflect::set(&options, &name.into(), &value);
    };
    set("minimumFractionDigits", amount.decimals.into());
    set("maximumFractionDigits", amount.decimals.into());
    if let Some(unit) = unit(amount.unit) {
        set("style", "unit".into());
        set("unit", unit.into());
        // The short form has no plural in English: “2 byte”.
        let is_bytes = amount.unit == Unit::Bytes(Scale::One);
        let display = if is_bytes { "long" } else { "short" };
        set("unitDisplay", display.into());
    }
    options
}

/// The unit's name in ECMA-402.
fn unit(unit: Unit) -> Option<String> {
    let name = match unit {
        Unit::None => return None,
        Unit::Percent => "percent",
        Unit::Second => "second",
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Bytes(scale) | Unit::BytesPerSecond(scale) => match scale {
            Scale::One => "byte",
            Scale::Kilo => "kilobyte",
            Scale::Mega => "megabyte",
            Scale::Giga => "gigabyte",
            Scale::Tera => "terabyte",
            Scale::Peta => "petabyte",
        },
    };
    let per_second = if let Unit::BytesPerSecond(_) = unit {
        "-per-second"
    } else {
        ""
    };
    Some(format!("{name}{per_second}"))
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn plain_digits_equal_the_browsers_format() {
        for language in ["en", "zh-CN"] {
            let percents = (0..=100).map(Amount::percent);
            for amount in percents.chain((0_u64..1_000).map(Amount::count)) {
                assert!(is_plain(language, amount), "{amount}");
                assert_eq!(amount.to_string(), format_by_browser(language, amount));
            }
            assert_eq!(format_amount(language, Amount::count(1_000_u64)), "1,000");
        }
        assert_eq!(format_amount("de", Amount::percent(45)), "45\u{a0}%");
    }
}
