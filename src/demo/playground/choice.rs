//! The chosen options of a toast.

use std::time::Duration;

use yew_background_tasks::toast::{Appearance, Icon, Toast, ToastDuration};

use crate::demo::texts::{Example, PlaygroundTexts};

/// The type of toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastType {
    Message,
    Success,
    Error,
    Info,
    Warning,
    Loading,
    Promise,
    Custom,
}

impl ToastType {
    pub const ALL: [Self; 8] = [
        Self::Message,
        Self::Success,
        Self::Error,
        Self::Info,
        Self::Warning,
        Self::Loading,
        Self::Promise,
        Self::Custom,
    ];

    /// The name of the method, in Rust and in JavaScript.
    pub const fn call(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Success => "success",
            Self::Error => "error",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Loading => "loading",
            Self::Promise => "promise",
            Self::Custom => "custom",
        }
    }

    pub const fn example(self, texts: &PlaygroundTexts) -> &Example {
        match self {
            Self::Message => &texts.message,
            Self::Success => &texts.success,
            Self::Error => &texts.error,
            Self::Info => &texts.info,
            Self::Warning => &texts.warning,
            Self::Loading => &texts.loading,
            Self::Promise => &texts.promise,
            Self::Custom => &texts.custom,
        }
    }
}

/// The longest duration in seconds. The next step of the slider is "until dismissed".
pub const MAX_SECONDS: u8 = 15;

/// The chosen options.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub toast_type: ToastType,
    pub description: bool,
    pub action: bool,
    pub cancel: bool,
    pub locked: bool,
    pub icon: bool,
    pub appearance: Appearance,
    /// The duration in seconds: 0 for the default of its kind, more than [`MAX_SECONDS`] for no
    /// limit.
    pub seconds: u8,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            toast_type: ToastType::Success,
            description: true,
            action: false,
            cancel: false,
            locked: false,
            icon: false,
            appearance: Appearance::Plain,
            seconds: 0,
        }
    }
}

impl Choice {
    pub fn duration(&self) -> ToastDuration {
        match self.seconds {
            0 => ToastDuration::Default,
            seconds if seconds > MAX_SECONDS => ToastDuration::UntilDismissed,
            seconds => ToastDuration::After(Duration::from_secs(seconds.into())),
        }
    }

    /// `toast` with the chosen options except the buttons.
    pub fn apply(&self, toast: Toast, texts: &PlaygroundTexts) -> Toast {
        let toast = toast
            .with_duration(self.duration())
            .with_dismissible(!self.locked)
            .with_appearance(self.appearance);
        let toast = match self.description {
            true => toast.with_description(self.toast_type.example(texts).description),
            false => toast,
        };
        match self.icon {
            true => toast.with_icon(Icon::Custom("🚀".into())),
            false => toast,
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::demo::texts::Texts;

    const ENGLISH: &PlaygroundTexts = Texts::for_language("en").playground;

    #[test]
    fn code_contains_only_the_chosen_options() {
        let plain = Choice {
            description: false,
            ..Choice::default()
        };
        assert_eq!(
            plain.javascript(ENGLISH),
            "tasks.toast.success('Changes saved')"
        );
        assert_eq!(
            plain.rust(ENGLISH),
            "toaster.show(\n    Toast::success(\"Changes saved\"),\n);"
        );
        let more = Choice {
            action: true,
            seconds: 3,
            appearance: Appearance::Rich,
            ..plain
        };
        assert_eq!(
            more.javascript(ENGLISH),
            "tasks.toast.success('Changes saved', {\n  duration: 3000,\n  \
             action: { label: 'Undo', onClick: action },\n  richColors: true,\n})"
        );
        assert!(
            more.rust(ENGLISH)
                .contains("\n        .with_appearance(Appearance::Rich)")
        );
    }

    #[test]
    fn slider_value_maps_to_default_seconds_or_no_limit() {
        let duration = |seconds| {
            Choice {
                seconds,
                ..Choice::default()
            }
            .duration()
        };
        assert_eq!(duration(0), ToastDuration::Default);
        assert_eq!(
            duration(MAX_SECONDS),
            ToastDuration::After(Duration::from_secs(15))
        );
        assert_eq!(duration(MAX_SECONDS + 1), ToastDuration::UntilDismissed);
    }

    #[test]
    fn chosen_options_are_applied_to_toast() {
        let choice = Choice {
            locked: true,
            icon: true,
            ..Choice::default()
        };
        let toast = choice.apply(Toast::success("x"), ENGLISH);
        assert!(!toast.dismissible);
        assert_eq!(toast.description, ENGLISH.success.description);
        assert!(matches!(toast.icon, Icon::Custom(_)));
    }
}
