//! The types that JavaScript sees are those of the texts that there are.

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

/// The places of a text: `{title}` and the like.
fn places(text: &str) -> Vec<&str> {
    let after = text.split('{').skip(1);
    after
        .filter_map(|rest| Some(rest.split_once('}')?.0))
        .collect()
}

fn assert_same(interface: &str, names: &[&str], languages: &mut [Vec<&mut Text>]) {
    let fields = fields(interface);
    let expected: Vec<_> = names.iter().map(|name| camel_case(name)).collect();
    let typed: Vec<_> = fields.iter().map(|(_, name)| name.clone()).collect();
    assert_eq!(typed, expected, "{interface}");
    for (place, (comment, name)) in fields.iter().enumerate() {
        assert!(comment.contains("*/"), "{interface}.{name} has no comment");
        for texts in &*languages {
            for place in places(texts[place]) {
                let named = comment.contains(&format!("`{{{place}}}`"));
                assert!(named, "{interface}.{name} does not name {{{place}}}");
            }
        }
    }
}

#[test]
fn the_types_have_every_text_and_name_its_places() {
    let mut all = [Messages::english(), Messages::simplified_chinese()];
    for messages in &mut all {
        for kind in ["video", "embedding"] {
            let texts = messages.jobs.entry(kind.into());
            texts.or_insert_with(|| job_texts(kind));
        }
    }
    let [english, chinese] = &mut all;
    assert_same(
        "UploadTexts",
        UploadTexts::NAMES,
        &mut [
            english.upload.texts_mut().into(),
            chinese.upload.texts_mut().into(),
        ],
    );
    let jobs = english.jobs.values_mut().chain(chinese.jobs.values_mut());
    let mut jobs: Vec<_> = jobs.map(|texts| Vec::from(texts.texts_mut())).collect();
    assert_same("JobTexts", JobTexts::NAMES, &mut jobs);
    assert_same(
        "ReasonTexts",
        Reasons::NAMES,
        &mut [
            english.reasons.texts_mut().into(),
            chinese.reasons.texts_mut().into(),
        ],
    );
    assert_same(
        "LabelTexts",
        Labels::NAMES,
        &mut [
            english.labels.texts_mut().into(),
            chinese.labels.texts_mut().into(),
        ],
    );
    let mut single = all.each_mut().map(|messages| {
        vec![
            &mut messages.language,
            &mut messages.percent,
            &mut messages.recovering,
            &mut messages.offline,
            &mut messages.cancelled,
        ]
    });
    assert_same("Texts", &SINGLE, &mut single);
}
