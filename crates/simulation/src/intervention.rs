//! What a person does to a run while it is stepped.

use std::fmt;
use std::str::FromStr;

/// Something that a person does to a run. Tabs are named by their numbers, from 1.
///
/// It has a short text, such as `freeze-2`, which is what a link contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intervention {
    /// Opens a tab and shows it.
    OpenTab,
    /// Shows a tab, and hides the visible one.
    ShowTab(u64),
    /// Stops a tab until it is thawed, as browsers do to save energy. If it was visible, another
    /// tab is shown.
    FreezeTab(u64),
    /// Lets a frozen tab run again.
    ThawTab(u64),
    /// Closes a tab.
    CloseTab(u64),
    /// Closes the tab that polls the server.
    CloseLeader,
    /// Whether all responses are lost on their way from now on.
    DropResponses(bool),
    /// Whether the storage can no longer be written from now on.
    FillStorage(bool),
    /// Cancels the first unfinished task, in the visible tab.
    CancelTask,
    /// Retries all failed tasks, in the visible tab.
    RetryFailed,
}

impl fmt::Display for Intervention {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenTab => formatter.write_str("open"),
            Self::ShowTab(tab) => write!(formatter, "show-{tab}"),
            Self::FreezeTab(tab) => write!(formatter, "freeze-{tab}"),
            Self::ThawTab(tab) => write!(formatter, "thaw-{tab}"),
            Self::CloseTab(tab) => write!(formatter, "close-{tab}"),
            Self::CloseLeader => formatter.write_str("close-leader"),
            Self::DropResponses(true) => formatter.write_str("drop-on"),
            Self::DropResponses(false) => formatter.write_str("drop-off"),
            Self::FillStorage(true) => formatter.write_str("full-on"),
            Self::FillStorage(false) => formatter.write_str("full-off"),
            Self::CancelTask => formatter.write_str("cancel"),
            Self::RetryFailed => formatter.write_str("retry"),
        }
    }
}

/// A text that is no intervention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownIntervention;

impl FromStr for Intervention {
    type Err = UnknownIntervention;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "open" => Self::OpenTab,
            "close-leader" => Self::CloseLeader,
            "drop-on" => Self::DropResponses(true),
            "drop-off" => Self::DropResponses(false),
            "full-on" => Self::FillStorage(true),
            "full-off" => Self::FillStorage(false),
            "cancel" => Self::CancelTask,
            "retry" => Self::RetryFailed,
            _ => {
                let (what, tab) = text.split_once('-').ok_or(UnknownIntervention)?;
                let tab = tab.parse().map_err(|_| UnknownIntervention)?;
                match what {
                    "show" => Self::ShowTab(tab),
                    "freeze" => Self::FreezeTab(tab),
                    "thaw" => Self::ThawTab(tab),
                    "close" => Self::CloseTab(tab),
                    _ => return Err(UnknownIntervention),
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_intervention_is_read_from_its_text() {
        for what in [
            Intervention::OpenTab,
            Intervention::ShowTab(1),
            Intervention::FreezeTab(2),
            Intervention::ThawTab(3),
            Intervention::CloseTab(40),
            Intervention::CloseLeader,
            Intervention::DropResponses(true),
            Intervention::DropResponses(false),
            Intervention::FillStorage(true),
            Intervention::FillStorage(false),
            Intervention::CancelTask,
            Intervention::RetryFailed,
        ] {
            assert_eq!(what.to_string().parse(), Ok(what));
        }
        for text in ["", "freeze", "freeze-", "freeze-x", "melt-2", "close--1"] {
            assert_eq!(text.parse::<Intervention>(), Err(UnknownIntervention));
        }
    }
}
