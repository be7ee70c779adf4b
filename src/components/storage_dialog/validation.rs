//! What keeps a form from being sent, and how it is said.

use crate::task::messages::{Labels, fill};

/// The longest title, in characters: what common databases hold in a line of text.
pub(super) const LONGEST_TITLE: usize = 255;

/// What is known of the chosen file without reading it.
#[derive(Clone)]
pub(super) struct FileFacts {
    pub(super) name: String,
    pub(super) size: f64,
}

/// What is wrong, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    pub(super) file: Option<String>,
    pub(super) title: Option<String>,
}

impl Faults {
    pub(super) fn is_empty(&self) -> bool {
        self.file.is_none() && self.title.is_none()
    }
}

/// Checks what can be checked before a byte is read.
pub(super) fn check(file: Option<&FileFacts>, title: &str, labels: &Labels) -> Faults {
    let file = match file {
        None => Some(labels.file_missing.to_string()),
        Some(file) if file.size <= 0.0 => Some(fill(&labels.file_empty, &[("name", &file.name)])),
        Some(_) => None,
    };
    let title = if title.trim().is_empty() {
        Some(labels.title_missing.to_string())
    } else if title.trim().chars().count() > LONGEST_TITLE {
        let longest = LONGEST_TITLE.to_string();
        Some(fill(&labels.title_too_long, &[("n", &longest)]))
    } else {
        None
    };
    Faults { file, title }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::messages::Messages;

    fn faults(size: Option<f64>, title: &str) -> Faults {
        let name = "talk.mp4".to_owned();
        let file = size.map(|size| FileFacts { name, size });
        check(file.as_ref(), title, &Messages::english().labels)
    }

    #[test]
    fn a_file_with_content_and_a_title_is_sent() {
        assert!(faults(Some(1.0), "talk").is_empty());
        assert!(faults(Some(1.0), &"é".repeat(255)).is_empty());
    }

    #[test]
    fn each_fault_is_said_at_its_field() {
        let nothing = faults(None, " \t");
        assert_eq!(nothing.file.as_deref(), Some("Choose a file first."));
        assert_eq!(nothing.title.as_deref(), Some("Give it a title."));
        let empty = faults(Some(0.0), "talk");
        let said = "“talk.mp4” is empty. Choose a file with content.";
        assert_eq!(empty.file.as_deref(), Some(said));
        assert_eq!(empty.title, None);
        let long = faults(Some(1.0), &"x".repeat(10_000));
        assert_eq!(
            long.title.as_deref(),
            Some("A title has at most 255 characters.")
        );
    }
}
