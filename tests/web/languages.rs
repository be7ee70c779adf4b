//! Numbers and announcements for screen readers in the language of the messages.

use std::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::{Messages, Percent, Rate, Settings};

use crate::stage::Stage;

/// What tasks say in this language, with spaces that may break.
fn says(language: &'static str, say: impl Fn(&Messages) -> String) -> String {
    let messages = Messages::english().with_language(language);
    let settings = Settings::new().with_store(None).with_messages(messages);
    let stage = Stage::with(settings, []);
    say(stage.tasks.messages()).replace(['\u{a0}', '\u{202f}'], " ")
}

#[wasm_bindgen_test]
fn sizes_are_written_as_the_language_has_them() {
    let sizes = |messages: &Messages| {
        let sizes = [1, 999, 1_500_000, 12_345_678_000];
        sizes.map(|bytes| messages.file_size(bytes)).join(" | ")
    };
    assert_eq!(says("en", sizes), "1 byte | 999 bytes | 1.5 MB | 12 GB");
    assert_eq!(says("de", sizes), "1 Byte | 999 Byte | 1,5 MB | 12 GB");
    assert_eq!(says("fr", sizes), "1 octet | 999 octets | 1,5 Mo | 12 Go");
    assert_eq!(says("zh-CN", sizes), "1字节 | 999字节 | 1.5 MB | 12 GB");
}

#[wasm_bindgen_test]
fn speed_and_eta_have_the_units_of_the_language() {
    let rate = |messages: &Messages| {
        let rate = |left| Rate {
            bytes_per_second: 1_500_000,
            left: Duration::from_secs(left),
        };
        [30, 150, 20_000]
            .map(|left| messages.rate(&rate(left)))
            .join(" | ")
    };
    assert_eq!(
        says("en", rate),
        "1.5 MB/s, 30 sec left | 1.5 MB/s, 3 min left | 1.5 MB/s, 6 hr left"
    );
    assert_eq!(
        says("de", rate),
        "1,5 MB/s, 30 Sek. left | 1,5 MB/s, 3 Min. left | 1,5 MB/s, 6 Std. left"
    );
    assert_eq!(
        says("zh-CN", rate),
        "1.5 MB/秒, 30秒 left | 1.5 MB/秒, 3分钟 left | 1.5 MB/秒, 6小时 left"
    );
}

#[wasm_bindgen_test]
fn counts_and_percentages_are_those_of_the_language() {
    let counts = |messages: &Messages| {
        let percentage = messages.percentage(Percent::new(45));
        format!("{} {percentage}", messages.number(12_000_u32))
    };
    assert_eq!(says("en", counts), "12,000 45%");
    assert_eq!(says("de", counts), "12.000 45 %");
    assert_eq!(says("zh-CN", counts), "12,000 45%");
}

#[wasm_bindgen_test]
fn unknown_language_uses_plain_digits() {
    let both = |messages: &Messages| {
        let size = messages.file_size(1_500_000);
        format!("{size} {}", messages.number(12_000_u32))
    };
    for nonsense in ["", "no tag", "zh_TW", "-", "\u{0}"] {
        assert_eq!(says(nonsense, both), "1.5 MB 12000", "{nonsense}");
    }
}
