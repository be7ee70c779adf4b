//! What holds over any text that storage, or another tab, may hand over.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::tests::{job, now, upload};
use super::*;
use crate::task::monitor::{self, Monitor, Surroundings};
use crate::task::upload::{self, Upload};
use crate::task::{CallError, JobKind, Report};

/// What a field may be made to hold.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        // Where counting on is most likely to go wrong.
        select(vec![0, 1, u64::from(u32::MAX), u64::MAX - 1, u64::MAX]).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        select(vec![
            json!([]),
            json!({}),
            json!("Succeeded"),
            json!({"Failed": "CutOff"}),
            json!({"Failed": {"TimedOut": {"checks": u32::MAX}}}),
            json!({"At": u64::MAX}),
            json!({"At": 0}),
            json!("OnSuccess"),
        ]),
    ]
}

/// Every place in a value, itself first.
fn places(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Array(items) => (0..)
            .map(|index: u32| index.to_string())
            .zip(items)
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), field))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let below = inner.into_iter().flat_map(|(name, item)| {
        let places = places(item).into_iter();
        places.map(move |place| format!("/{name}{place}"))
    });
    std::iter::once(String::new()).chain(below).collect()
}

/// Has what was read go on as a page would: nothing that is saved may be the
/// end of the page that reads it.
fn go_on(record: &Record) {
    let around = Surroundings::default();
    match &record.work {
        SavedWork::Job { monitor, .. } => {
            let saved = monitor.clone();
            let mut monitor = Monitor::restored(JobKind::video(), saved, around, now());
            let mut time = now();
            for event in [
                monitor::Event::Tick,
                monitor::Event::Retry,
                monitor::Event::Woken,
            ] {
                for action in monitor.step(event, time) {
                    let answer = match action {
                        monitor::Action::Check(call, _) => {
                            monitor::Event::Checked(call, Ok(Report::Running { progress: None }))
                        }
                        monitor::Action::Start(call, _) => {
                            monitor::Event::Started(call, Err(CallError::Unreachable))
                        }
                        monitor::Action::Abandon
                        | monitor::Action::CancelJob(_)
                        | monitor::Action::FollowUp(_) => continue,
                    };
                    monitor.step(answer, time);
                }
                time = monitor.next_due(time).unwrap_or(time);
                monitor.state(time);
            }
            monitor.step(monitor::Event::Cancel, time);
            monitor.step(monitor::Event::Retry, time);
            monitor.saved();
        }
        SavedWork::Upload { upload, .. } => {
            let mut upload = Upload::restored(upload.clone(), Rc::default(), around);
            for event in [
                upload::Event::Begin,
                upload::Event::Cancel,
                upload::Event::Retry,
                upload::Event::Begin,
            ] {
                upload.step(event, now());
                upload.state(now());
            }
            upload.saved();
        }
    }
}

fn read(text: &str) -> Vec<Record> {
    let records = decode(text).records;
    records.iter().for_each(go_on);
    let merged = merged(records.clone(), records, |_| false);
    kept(merged, now())
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in ".{0,400}") {
        let decoded = decode(&text);
        prop_assert!(decoded.records.is_empty() && decoded.fault.is_some());
    }

    #[test]
    fn no_bytes_are_too_odd(bytes in vec(any::<u8>(), 0..2_000)) {
        let decoded = decode(&String::from_utf8_lossy(&bytes));
        prop_assert!(decoded.records.is_empty() && decoded.fault.is_some());
    }

    #[test]
    fn no_damage_to_a_text_breaks_anything(
        damages in vec((any::<Index>(), any::<Index>(), "[\\PC]{0,3}|[\\[\\]{}:,\"0-9e-]{0,3}"), 1..6),
    ) {
        let mut text = encode(&[job("a", false, Duration::ZERO), upload()]);
        for (one, other, new) in damages {
            let places: Vec<_> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
            let one = one.index(places.len());
            // Up to eight characters give way.
            let other = (one + other.index(9)).min(places.len() - 1);
            text.replace_range(places[one]..places[other], &new);
        }
        prop_assert!(read(&text).len() <= 2);
    }

    #[test]
    fn no_value_in_any_place_breaks_anything(
        changes in vec((any::<Index>(), proptest::option::of(value())), 1..6),
    ) {
        let records = [job("a", false, Duration::ZERO), job("b", true, Duration::ZERO), upload()];
        let mut saved: Value = serde_json::from_str(&encode(&records)).expect("what was written");
        for (place, new) in changes {
            let places = places(&saved);
            let place = place.get(&places);
            match (new, place.rsplit_once('/')) {
                (Some(new), _) => *saved.pointer_mut(place).expect("a place of it") = new,
                (None, Some((parent, name))) => match saved.pointer_mut(parent) {
                    Some(Value::Object(fields)) => drop(fields.remove(name)),
                    Some(Value::Array(items)) => drop(items.pop()),
                    other => prop_assert!(false, "{other:?}"),
                },
                (None, None) => {}
            }
        }
        prop_assert!(read(&saved.to_string()).len() <= 3);
    }

    #[test]
    fn no_number_is_too_large(
        changes in vec((any::<Index>(), select(vec![0, u64::from(u32::MAX), u64::MAX])), 1..20),
    ) {
        let records = [job("a", false, Duration::ZERO), job("b", true, Duration::ZERO), upload()];
        let mut saved: Value = serde_json::from_str(&encode(&records)).expect("what was written");
        let mut numbers = places(&saved);
        numbers.retain(|place| saved.pointer(place).is_some_and(Value::is_number));
        for (place, number) in changes {
            let place: &String = place.get(&numbers);
            if place != "/version" {
                *saved.pointer_mut(place).expect("a place of it") = number.into();
            }
        }
        read(&saved.to_string());
    }

    #[test]
    fn no_depth_is_too_great(depth in 0_usize..20_000, place in any::<Index>()) {
        let records = [job("a", false, Duration::ZERO), upload()];
        let mut saved: Value = serde_json::from_str(&encode(&records)).expect("what was written");
        let places = places(&saved);
        let place: &String = place.get(&places);
        *saved.pointer_mut(place).expect("a place of it") = json!("deep");
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let text = saved.to_string().replacen("\"deep\"", &deep, 1);
        prop_assert!(read(&text).len() <= 2);
    }
}
