use proptest::prelude::*;

use super::*;

/// The same value as `serde_json` has it.
fn converted(value: &serde_json::Value) -> Json {
    use serde_json::Value;
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => Json::Number(number.to_string().into()),
        Value::String(text) => Json::Text(text.as_str().into()),
        Value::Array(values) => Json::List(values.iter().map(converted).collect()),
        Value::Object(fields) => Json::Object(
            fields
                .iter()
                .map(|(name, value)| (name.as_str().into(), converted(value)))
                .collect(),
        ),
    }
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(any::<String>(), inner, 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn reads_what_serde_json_writes(value in value()) {
        for text in [value.to_string(), format!(" {value:#}\n")] {
            prop_assert_eq!(Json::parse(&text), Some(converted(&value)));
        }
    }

    #[test]
    fn arbitrary_text_does_not_panic(
        text in "\\PC{0,60}|[\\[\\]{}:,\"\\\\u0-9a-fDd8 .-]{0,60}",
    ) {
        let ours = Json::parse(&text);
        if let Ok(theirs) = serde_json::from_str::<serde_json::Value>(&text) {
            prop_assert!(ours.is_some(), "{theirs}");
        }
    }
}

#[test]
fn escapes_and_surrogate_pairs_are_characters() {
    let text = r#""\"\\\/\b\f\n\r\t\u00e9\ud83c\udfa5é🎥""#;
    let read = Json::parse(text);
    let expected = "\"\\/\u{8}\u{c}\n\r\té🎥é🎥";
    assert_eq!(read, Some(Json::Text(expected.into())));
}

#[test]
fn lone_surrogates_and_broken_escapes_are_no_json() {
    for text in [
        r#""\ud83c""#,
        r#""\ud83cx""#,
        r#""\ud83c\n""#,
        r#""\ud83c\u0041""#,
        r#""\udfa5""#,
        r#""\u+123""#,
        r#""\u12""#,
        r#""\uéa""#,
        r#""\x""#,
        r#""\"#,
        r#"""#,
    ] {
        assert_eq!(Json::parse(text), None, "{text}");
    }
}

#[test]
fn numbers_are_exact() {
    let max = u64::MAX.to_string();
    assert_eq!(Json::parse(&max).unwrap().number(), Some(u64::MAX));
    for text in ["-1", "1.5", "1e3", "18446744073709551616"] {
        assert_eq!(Json::parse(text).unwrap().number(), None, "{text}");
    }
}

#[test]
fn deep_values_are_not_read() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Json::parse(&nested(MAX_DEPTH)).is_some());
    for depth in [MAX_DEPTH + 2, 100_000] {
        assert_eq!(Json::parse(&nested(depth)), None);
        assert_eq!(Json::parse(&"[".repeat(depth)), None);
        assert_eq!(Json::parse(&"{\"a\":".repeat(depth)), None);
    }
}

#[test]
fn what_follows_a_value_is_an_error() {
    for text in [
        "1 2",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "[1 2]",
        "nul",
        "",
        "-",
        "{1:2}",
    ] {
        assert_eq!(Json::parse(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn bodies_are_read_as_serde_json_reads_them(
        text in prop_oneof![
            value().prop_map(|value| value.to_string()),
            "[\\[\\]{}:,\"\\\\a0-9eE+.\\- \n\tnulltruefalse]{0,20}",
            "(\\[|\\{\"a\":)\"(\\\\u[dD][89a-fA-F][0-9]{2}|\\\\[bfnrt\"/]|é|😀){0,4}\"(\\]|\\})",
        ],
    ) {
        let ours = Json::parse_body(&text);
        match serde_json::from_str::<serde_json::Value>(&text) {
            // serde_json refuses numbers beyond the range of floats, and lone surrogates.
            Ok(theirs) => prop_assert_eq!(ours.map(|json| written(&json)), Ok(written(&converted(&theirs)))),
            Err(_) if serde_json::from_str::<Box<serde_json::value::RawValue>>(&text).is_ok() => {
                prop_assert!(ours.is_ok(), "{ours:?}");
            }
            Err(_) => prop_assert!(ours.is_err(), "{ours:?}"),
        }
    }

    #[test]
    fn serde_json_reads_what_is_written(value in value()) {
        let read = serde_json::from_str::<serde_json::Value>(&converted(&value).to_string());
        prop_assert_eq!(read.ok(), Some(value));
    }
}

/// A value as text, with the last of several fields of one name only, in order, and numbers as
/// `serde_json` writes them.
fn written(json: &Json) -> String {
    let value = serde_json::from_str::<serde_json::Value>(&json.to_string());
    value.unwrap().to_string()
}

#[test]
fn half_of_a_surrogate_pair_in_a_body_is_replaced() {
    for (text, expected) in [
        (r#""cut \ud83c""#, "cut \u{fffd}"),
        (r#""\ud83cx""#, "\u{fffd}x"),
        (r#""\ud83c\n""#, "\u{fffd}\n"),
        (r#""\ud83c\u0041""#, "\u{fffd}A"),
        (r#""\udfa5\ud83c\udfa5""#, "\u{fffd}🎥"),
        (r#""\ud83cé""#, "\u{fffd}é"),
    ] {
        let read = Json::parse_body(text);
        assert_eq!(read, Ok(Json::Text(expected.into())), "{text}");
    }
}

#[test]
fn error_says_what_is_wrong_and_where() {
    for (text, error) in [
        ("", "EOF while parsing at line 1 column 1"),
        ("ok", "expected value at line 1 column 1"),
        ("{\"a\":\n nul}", "expected value at line 2 column 2"),
        ("{\"a\" 1}", "expected `:` at line 1 column 6"),
        ("{a: 1}", "key must be a string at line 1 column 2"),
        ("[1 2]", "expected `,` at line 1 column 4"),
        ("\"a", "EOF while parsing at line 1 column 3"),
        (
            "\"é\n\"",
            "control character in a string at line 2 column 1",
        ),
        (r#""\x""#, "invalid escape at line 1 column 4"),
        ("{} 7", "trailing characters at line 1 column 4"),
    ] {
        let read = Json::parse_body(text);
        assert_eq!(
            read.map_err(|it| it.to_string()),
            Err(error.into()),
            "{text}"
        );
    }
    let deep = Json::parse_body(&"[".repeat(200)).unwrap_err().to_string();
    assert_eq!(deep, "too many levels at line 1 column 130");
}
