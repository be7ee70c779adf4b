//! The trace of a run, for a person to read.

use background_tasks_core::Input;
use background_tasks_core::internals::{Message, Presence, Raw, from_text};

use super::{Violation, World};

impl World<'_> {
    pub fn note(&mut self, text: impl FnOnce() -> String) {
        let time = self.time;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>7} ms  {}", time, text()));
        }
    }

    /// Counts that a rule is checked.
    pub fn count(&mut self, rule: &'static str) {
        *self.checked.entry(rule).or_insert(0) += 1;
    }

    pub fn break_rule(&mut self, rule: &'static str, detail: String) {
        let at = self.time;
        self.note(|| format!("BROKEN: {rule}: {detail}"));
        self.violation.get_or_insert(Violation { rule, detail, at });
    }
}

/// What another tab, or the browser, tells a tab.
pub(super) fn describe(input: &Input) -> Option<String> {
    match input {
        Input::Message(text) => {
            let envelope = from_text(text)?;
            let from = envelope.from;
            let what = match envelope.message {
                Message::Snapshots(snapshots) | Message::Changes(snapshots) => {
                    let snapshots = snapshots.iter().filter_map(Raw::snapshot);
                    let ids: Vec<_> = snapshots
                        .map(|it| format!("{} {:?} {}", it.id, it.state, it.revision))
                        .collect();
                    format!("Snapshots({})", ids.join(", "))
                }
                Message::Present(presence, _) => {
                    let Presence {
                        visible,
                        leads,
                        term,
                        ..
                    } = presence;
                    format!("Present(visible: {visible}, leads: {leads}, term {term})")
                }
                message => format!("{message:?}"),
            };
            Some(format!("from tab {}: {what}", from.0))
        }
        Input::OldestTab | Input::TabClosed(_) | Input::PageHide | Input::PageShow => {
            Some(format!("{input:?}"))
        }
        _ => None,
    }
}
