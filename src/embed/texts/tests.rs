//! The types that JavaScript sees are those of the texts that there are.

use background_tasks_core::JobKind;

use super::*;

const TYPES: &str = include_str!("../texts.ts");

/// A field of an interface: its comment, its name.
type Field = (String, String);

/// The fields of an interface that are strings.
fn fields(interface: &str) -> Vec<Field> {
    let (_, rest) = TYPES
        .split_once(&format!("export interface {interface} {{\n"))
        .expect("the interface");
    let (body, _) = rest.split_once("\n}").expect("its end");
    let mut comment = String::new();
    let mut fields = Vec::new();
    for line in body.lines() {
        if let Some(name) = line.trim().strip_suffix("?: string;") {
            fields.push((std::mem::take(&mut comment), name.to_owned()));
        } else if line.ends_with(';') {
            comment.clear();
        } else {
            comment.push_str(line);
            comment.push('\n');
        }
    }
    fields
}

/// The names of keys in JavaScript, as `page.js` derives them.
fn in_javascript<K: Copy>(keys: &[K], name: fn(K) -> &'static str) -> Vec<String> {
    let camel_case = |name: &str| {
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |name, word| {
            let (initial, rest) = word.split_at(1);
            name + &initial.to_uppercase() + rest
        })
    };
    keys.iter().map(|key| camel_case(name(*key))).collect()
}

/// The places of a text: `{title}` and the like.
fn places(text: &str) -> Vec<&str> {
    let after = text.split('{').skip(1);
    after
        .filter_map(|rest| Some(rest.split_once('}')?.0))
        .collect()
}

fn assert_same(interface: &str, expected: &[String], texts: impl Fn(usize) -> Vec<String>) {
    let fields = fields(interface);
    let typed: Vec<_> = fields.iter().map(|(_, name)| name.clone()).collect();
    assert_eq!(typed, expected, "{interface}");
    for (place, (comment, name)) in fields.iter().enumerate() {
        assert!(comment.contains("*/"), "{interface}.{name} has no comment");
        for text in texts(place) {
            for place in places(&text) {
                let named = comment.contains(&format!("`{{{place}}}`"));
                assert!(named, "{interface}.{name} does not name {{{place}}}");
            }
        }
    }
}

fn assert_same_group<K: Copy + Into<TextKey>>(
    interface: &str,
    keys: &[K],
    name: fn(K) -> &'static str,
) {
    let languages = [Messages::english(), Messages::simplified_chinese()];
    assert_same(interface, &in_javascript(keys, name), |place| {
        let texts = languages.iter().map(|it| it.text(keys[place]).to_owned());
        texts.collect()
    });
}

#[test]
fn the_types_have_every_text_and_name_its_places() {
    assert_same_group("UploadTexts", UploadText::ALL, UploadText::name);
    assert_same_group("ReasonTexts", Reason::ALL, Reason::name);
    assert_same_group("LabelTexts", Label::ALL, Label::name);
    assert_same_group("JobTexts", JobText::ALL, JobText::name);
    let kinds = [JobKind::video(), JobKind::embedding()];
    let languages = [Messages::english(), Messages::simplified_chinese()];
    assert_same(
        "JobTexts",
        &in_javascript(JobText::ALL, JobText::name),
        |place| {
            let of = |messages: &Messages| {
                let text = |kind| messages.job_text(kind, JobText::ALL[place]).to_owned();
                kinds.iter().map(text).collect::<Vec<_>>()
            };
            languages.iter().flat_map(of).collect()
        },
    );
    let mut single = in_javascript(TaskText::ALL, TaskText::name);
    single.insert(0, "language".to_owned());
    assert_same("Texts", &single, |place| {
        let key = place.checked_sub(1).map(|place| TaskText::ALL[place]);
        let texts = languages
            .iter()
            .filter_map(|it| Some(it.text(key?).to_owned()));
        texts.collect()
    });
}
