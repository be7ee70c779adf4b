//! A view as JSON.

use background_tasks_simulation::{StateView, TabView, TaskView, View};

/// A view. A state is an array of its name and its percent or null.
pub fn view(view: &View) -> String {
    let rules = view.rules.iter();
    let rules = array(rules.map(|(rule, count)| format!("[{},{count}]", string(rule))));
    let violation = view.violation.as_ref().map(|it| {
        let (rule, detail) = (string(it.rule), string(&it.detail));
        format!(r#"{{"rule":{rule},"detail":{detail},"at":{}}}"#, it.at)
    });
    format!(
        r#"{{"time":{},"tabs":{},"tasks":{},"responsesDropped":{},"storageFull":{},"records":{},"rules":{rules},"violation":{}}}"#,
        view.time,
        array(view.tabs.iter().map(tab)),
        array(view.tasks.iter().map(task)),
        view.responses_dropped,
        view.storage_full,
        view.records,
        or_null(violation)
    )
}

fn tab(tab: &TabView) -> String {
    let requests = tab.requests.iter();
    let requests = array(requests.map(|(id, what)| format!("[{id},{}]", string(what))));
    format!(
        r#"{{"number":{},"closed":{},"visible":{},"frozen":{},"leads":{},"requests":{requests},"shown":{}}}"#,
        tab.number,
        tab.closed,
        tab.visible,
        tab.frozen,
        tab.leads,
        array(tab.shown.iter().map(state))
    )
}

fn task(task: &TaskView) -> String {
    let kind = string(&task.kind);
    format!(r#"{{"kind":{kind},"server":{}}}"#, state(&task.server))
}

fn state(state: &Option<StateView>) -> String {
    let state = state.map(|it| {
        let percent = or_null(it.percent.map(|percent| percent.to_string()));
        format!("[{},{percent}]", string(it.name))
    });
    or_null(state)
}

fn or_null(value: Option<String>) -> String {
    value.unwrap_or_else(|| "null".to_owned())
}

fn array(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(","))
}

fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_control_characters_are_escaped() {
        assert_eq!(string("a \"b\"\\\n"), r#""a \"b\"\\\u000a""#);
        assert_eq!(string("Grüße ✓"), "\"Grüße ✓\"");
    }

    #[test]
    fn view_names_states_and_percents() {
        let shown = Some(StateView {
            name: "running",
            percent: Some(7),
        });
        let written = view(&View {
            time: 5,
            tabs: vec![TabView {
                number: 1,
                closed: false,
                visible: true,
                frozen: false,
                leads: true,
                requests: vec![(3, "status")],
                shown: vec![shown, None],
            }],
            tasks: vec![TaskView {
                kind: "video".to_owned(),
                server: None,
            }],
            responses_dropped: false,
            storage_full: true,
            records: 2,
            rules: vec![("progress never decreases", 9)],
            violation: None,
        });
        assert_eq!(
            written,
            r#"{"time":5,"tabs":[{"number":1,"closed":false,"visible":true,"frozen":false,"leads":true,"requests":[[3,"status"]],"shown":[["running",7],null]}],"tasks":[{"kind":"video","server":null}],"responsesDropped":false,"storageFull":true,"records":2,"rules":[["progress never decreases",9]],"violation":null}"#
        );
    }
}
