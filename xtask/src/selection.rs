//! Which tests to run, and how long they take.

use std::path::Path;

use anyhow::{Result, bail, ensure};

/// A category of tests.
pub struct Category {
    pub name: &'static str,
    /// What it tests.
    about: &'static str,
    /// How many minutes it takes on two cores, with its builds.
    minutes: u32,
}

/// The categories, the fastest first.
pub const CATEGORIES: [Category; 5] = [
    category("native", "Rust: units, properties, 1000 simulated runs", 3),
    category("web", "the crate in three engines", 5),
    category("http", "the HTTP client in three engines", 4),
    category("engines", "the release build in three engines", 8),
    category("e2e", "the release build and the package in Chromium", 13),
];

const fn category(name: &'static str, about: &'static str, minutes: u32) -> Category {
    Category {
        name,
        about,
        minutes,
    }
}

/// A category to run.
#[derive(Debug, PartialEq, Eq)]
pub struct Selected {
    pub category: &'static str,
    /// What the names of its files or tests contain; all if absent.
    pub filter: Option<String>,
}

/// Reads the arguments: names of categories, each of which may be followed by a filter. All
/// categories if there are none.
///
/// # Errors
///
/// If an argument is neither.
pub fn parse(arguments: &[String]) -> Result<Vec<Selected>> {
    let mut selected: Vec<Selected> = Vec::new();
    for argument in arguments {
        let known = CATEGORIES.iter().find(|it| it.name == argument);
        match (known, selected.last_mut()) {
            (Some(Category { name: category, .. }), _) => {
                let filter = None;
                selected.push(Selected { category, filter });
            }
            (None, Some(last)) if last.filter.is_none() => last.filter = Some(argument.clone()),
            (None, _) => {
                let names = CATEGORIES.map(|it| it.name).join(", ");
                bail!(
                    "unknown category of tests: {argument}. The categories are {names}; a part of a \
                     test's name may follow each, as in `cargo xtask test e2e tabs`."
                );
            }
        }
    }
    if selected.is_empty() {
        selected.extend(CATEGORIES.map(|it| Selected {
            category: it.name,
            filter: None,
        }));
    }
    Ok(selected)
}

/// What is going to run, a line for each category.
pub fn announcement(selected: &[Selected]) -> Vec<String> {
    let mut lines = vec!["tests to run (minutes on two cores, builds included):".to_owned()];
    let mut all = 0;
    for Selected { category, filter } in selected {
        let Some(known) = CATEGORIES.iter().find(|it| it.name == *category) else {
            continue;
        };
        let Category { about, minutes, .. } = known;
        lines.push(match filter {
            Some(filter) => format!("  {category:8} those whose name contains “{filter}”"),
            None => format!("  {category:8} {about:45} {minutes:>3}"),
        });
        all += minutes;
    }
    if selected.iter().all(|it| it.filter.is_none()) && selected.len() > 1 {
        lines.push(format!("  {:54} {all:>3}", "all"));
    }
    lines
}

/// The arguments of Node for files of tests: the files whose name contains the filter, else those
/// that contain a test whose name does.
///
/// # Errors
///
/// If there are none, or a file cannot be read.
pub fn of_files(files: Vec<String>, root: &Path, filter: Option<&str>) -> Result<Vec<String>> {
    let Some(filter) = filter else {
        return Ok(files);
    };
    let name_of = |file: &String| file.rsplit('/').next().unwrap_or_default().to_owned();
    let (named, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|it| name_of(it).contains(filter));
    if !named.is_empty() {
        return Ok(named);
    }
    let mut arguments = vec!["--test-name-pattern".to_owned(), escaped(filter)];
    for file in others {
        let text = std::fs::read_to_string(root.join(&file))?;
        let declares = |line: &str| line.contains("test(") && line.contains(filter);
        if text.lines().any(declares) {
            arguments.push(file);
        }
    }
    ensure!(
        arguments.len() > 2,
        "no test's file or name contains “{filter}”"
    );
    Ok(arguments)
}

/// A regular expression that matches this text.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if "\\^$.*+?()[]{}|/".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Vec<(&'static str, Option<String>)>> {
        let arguments: Vec<_> = arguments.iter().map(|it| (*it).to_owned()).collect();
        let selected = parse(&arguments)?;
        Ok(selected
            .into_iter()
            .map(|it| (it.category, it.filter))
            .collect())
    }

    #[test]
    fn filter_follows_its_category() -> Result<()> {
        assert_eq!(parsed(&[])?.len(), CATEGORIES.len());
        let tabs = Some("tabs".to_owned());
        assert_eq!(
            parsed(&["native", "e2e", "tabs"])?,
            [("native", None), ("e2e", tabs)]
        );
        assert!(parsed(&["tabs"]).is_err());
        assert!(parsed(&["e2e", "a", "b"]).is_err());
        Ok(())
    }

    #[test]
    fn what_runs_is_announced_with_its_minutes() -> Result<()> {
        let lines = announcement(&parse(&["web".to_owned(), "http".to_owned()])?);
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(lines.iter().skip(1).all(|it| it.len() == 60), "{lines:?}");
        let filtered = announcement(&parse(&["e2e".to_owned(), "tabs".to_owned()])?);
        assert_eq!(filtered.len(), 2, "{filtered:?}");
        Ok(())
    }

    #[test]
    fn filter_selects_files_by_name_else_tests() -> Result<()> {
        let root = crate::command::root();
        let files = ["docs", "budget"].map(|name| format!("tests/e2e/{name}.test.mjs"));
        let of = |filter| of_files(files.to_vec(), &root, filter);
        assert_eq!(of(None)?, files);
        assert_eq!(of(Some("doc"))?, ["tests/e2e/docs.test.mjs"]);
        assert_eq!(
            of(Some("a file and a heading that"))?,
            [
                "--test-name-pattern",
                "a file and a heading that",
                "tests/e2e/docs.test.mjs"
            ]
        );
        assert!(of(Some("no test is called this")).is_err());
        assert_eq!(escaped("(a) b/c."), r"\(a\) b\/c\.");
        Ok(())
    }
}
