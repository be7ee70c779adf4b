//! The interventions of a run as a text for a link.

use background_tasks_simulation::Intervention;

/// Times and interventions, such as `4000.freeze-2_9000.close-leader`: characters that are not
/// escaped in a URL.
pub fn write(interventions: &[(u64, Intervention)]) -> String {
    let written = interventions.iter();
    let written: Vec<_> = written.map(|(at, what)| format!("{at}.{what}")).collect();
    written.join("_")
}

/// Reads such a text.
///
/// # Errors
///
/// The first part that is invalid.
pub fn read(text: &str) -> Result<Vec<(u64, Intervention)>, String> {
    let parts = text.split('_').filter(|part| !part.is_empty());
    let read = |part: &str| {
        let (at, what) = part.split_once('.')?;
        Some((at.parse().ok()?, what.parse().ok()?))
    };
    parts
        .map(|part| read(part).ok_or_else(|| format!("unknown event: {part:?}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plan_is_read_as_it_was_written() {
        let plan = [
            (4_000, Intervention::FreezeTab(2)),
            (9_000, Intervention::CloseLeader),
        ];
        assert_eq!(write(&plan), "4000.freeze-2_9000.close-leader");
        assert_eq!(read(&write(&plan)).as_deref(), Ok(&plan[..]));
        assert_eq!(read(""), Ok(Vec::new()));
    }

    #[test]
    fn invalid_part_is_named() {
        for part in ["open", "x.open", "-1.open", "5.sleep"] {
            let error = format!("unknown event: {part:?}");
            assert_eq!(read(&format!("1.open_{part}")), Err(error));
        }
    }
}
