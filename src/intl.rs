//! Numbers as the browser writes them in a language.

use std::cell::RefCell;

use background_tasks_core::messages::{Amount, Scale, Unit};
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// As js-sys has it, but with what the constructor throws.
    #[wasm_bindgen(js_namespace = Intl)]
    #[derive(Clone)]
    type NumberFormat;

    #[wasm_bindgen(catch, constructor, js_namespace = Intl)]
    fn new(language: &str, options: &Object) -> Result<NumberFormat, JsValue>;

    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, number: f64) -> String;
}

thread_local! {
    /// Formats that were needed so far: to make one takes some 300 times as long
    /// as to use it (seen in Node), and a page has few languages and units.
    static FORMATS: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

struct Known {
    language: String,
    unit: Unit,
    decimals: u8,
    /// None where the browser knows no such language, or no such unit.
    format: Option<NumberFormat>,
}

/// The amount as it is written in a language; plain where the browser cannot
/// tell how that is.
pub(crate) fn write(language: &str, amount: Amount) -> String {
    if is_plain(language, amount) {
        amount.to_string()
    } else {
        write_by_rule(language, amount)
    }
}

fn write_by_rule(language: &str, amount: Amount) -> String {
    let known = FORMATS.with_borrow(|formats| {
        let known = formats.iter().find(|known| {
            known.unit == amount.unit
                && known.decimals == amount.decimals
                && known.language == language
        });
        known.map(|known| known.format.clone())
    });
    let format = known.unwrap_or_else(|| {
        let format = NumberFormat::new(language, &options(amount)).ok();
        let known = Known {
            language: language.to_owned(),
            unit: amount.unit,
            decimals: amount.decimals,
            format: format.clone(),
        };
        FORMATS.with_borrow_mut(|formats| formats.push(known));
        format
    });
    match format {
        Some(format) => format.format(amount.number),
        None => amount.to_string(),
    }
}

/// Whether the browser, too, would write it plainly. The built-in languages do so
/// with nearly every number that a task shows, and it is 20 ms sooner that a page
/// shows its first toast where the browser need not look its rules up.
fn is_plain(language: &str, amount: Amount) -> bool {
    matches!(language, "en" | "zh-CN")
        && matches!(amount.unit, Unit::None | Unit::Percent)
        && amount.decimals == 0
        // Above there are thousands to be grouped.
        && (0.0..999.5).contains(&amount.number)
}

fn options(amount: Amount) -> Object {
    let options = Object::new();
    let set = |name: &str, value: JsValue| {
        // A new object takes every property.
        let _ = Reflect::set(&options, &name.into(), &value);
    };
    set("minimumFractionDigits", amount.decimals.into());
    set("maximumFractionDigits", amount.decimals.into());
    if let Some(unit) = unit(amount.unit) {
        set("style", "unit".into());
        set("unit", unit.into());
        // Short is «1 byte», of which English has no plural.
        let is_bytes = amount.unit == Unit::Bytes(Scale::One);
        let display = if is_bytes { "long" } else { "short" };
        set("unitDisplay", display.into());
    }
    options
}

/// The unit as ECMA-402 calls it.
fn unit(unit: Unit) -> Option<String> {
    let name = match unit {
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
        // Written as a plain number.
        _ => return None,
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
    fn what_is_written_plainly_is_what_the_browser_would_write() {
        for language in ["en", "zh-CN"] {
            let percents = (0..=100).map(Amount::percent);
            for amount in percents.chain((0_u64..1_000).map(Amount::count)) {
                assert!(is_plain(language, amount), "{amount}");
                assert_eq!(amount.to_string(), write_by_rule(language, amount));
            }
            assert_eq!(write(language, Amount::count(1_000_u64)), "1,000");
        }
        assert_eq!(write("de", Amount::percent(45)), "45\u{a0}%");
    }
}
