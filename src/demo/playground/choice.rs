//! The chosen options of a toast, and the code that shows it.

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

    /// Each option as a builder call and as a property of the JavaScript object.
    fn options(&self, texts: &PlaygroundTexts) -> Vec<(String, String)> {
        let description = self.toast_type.example(texts).description;
        let button = |builder: &str, name: &str, label: &str| {
            (
                format!(".with_{builder}(ToastButton::new(\"{label}\", {builder}))"),
                format!("{name}: {{ label: '{label}', onClick: {builder} }}"),
            )
        };
        let pair = |rust: &str, javascript: &str| (rust.to_owned(), javascript.to_owned());
        let mut options = Vec::new();
        if self.description && !description.is_empty() {
            options.push((
                format!(".with_description(\"{description}\")"),
                format!("description: '{description}'"),
            ));
        }
        match self.duration() {
            ToastDuration::After(time) => options.push((
                format!(
                    ".with_duration(ToastDuration::After(Duration::from_secs({})))",
                    time.as_secs()
                ),
                format!("duration: {}", time.as_secs() * 1_000),
            )),
            ToastDuration::UntilDismissed => options.push(pair(
                ".with_duration(ToastDuration::UntilDismissed)",
                "duration: Infinity",
            )),
            _ => {}
        }
        if self.locked {
            options.push(pair(".with_dismissible(false)", "dismissible: false"));
        }
        // The content replaces text, icon and buttons.
        if self.toast_type == ToastType::Custom {
            return options;
        }
        if self.action {
            options.push(button("action", "action", texts.undo));
        }
        if self.cancel {
            options.push(button("cancel", "cancel", texts.cancel));
        }
        if self.icon {
            options.push(pair(
                ".with_icon(Icon::Custom(\"🚀\".into()))",
                "icon: '🚀'",
            ));
        }
        match self.appearance {
            Appearance::Rich => options.push(pair(
                ".with_appearance(Appearance::Rich)",
                "richColors: true",
            )),
            Appearance::Inverted => options.push(pair(
                ".with_appearance(Appearance::Inverted)",
                "invert: true",
            )),
            _ => {}
        }
        options
    }

    /// The Rust code.
    pub fn rust(&self, texts: &PlaygroundTexts) -> String {
        let title = self.toast_type.example(texts).title;
        let options = self.options(texts);
        let options = options.iter().map(|(rust, _)| rust.as_str());
        let toast = |call: &str, arguments: &str, indent: &str| {
            let calls: String = options
                .clone()
                .map(|option| format!("\n{indent}    {option}"))
                .collect();
            format!("{indent}Toast::{call}({arguments}){calls}")
        };
        match self.toast_type {
            ToastType::Promise => format!(
                "toaster.promise(\n{},\n    upload(file),\n    |uploaded| match uploaded {{\n        \
                 Ok(_) => Toast::success(\"{}\"),\n        Err(reason) => Toast::error(reason),\n    }},\n);",
                toast("loading", &format!("\"{title}\", None"), "    "),
                texts.done,
            ),
            ToastType::Loading => {
                let arguments = format!("\"{title}\", Some(Percent::new(40))");
                format!(
                    "toaster.show(\n{},\n);",
                    toast("loading", &arguments, "    ")
                )
            }
            ToastType::Custom => {
                let arguments = format!("\"{title}\", html! {{ <Stars /> }}");
                format!(
                    "toaster.show(\n{},\n);",
                    toast("custom", &arguments, "    ")
                )
            }
            ToastType::Message
            | ToastType::Success
            | ToastType::Error
            | ToastType::Info
            | ToastType::Warning => {
                let toast = toast(self.toast_type.call(), &format!("\"{title}\""), "    ");
                format!("toaster.show(\n{toast},\n);")
            }
        }
    }

    /// The JavaScript code.
    pub fn javascript(&self, texts: &PlaygroundTexts) -> String {
        let title = self.toast_type.example(texts).title;
        let own: Vec<String> = match self.toast_type {
            ToastType::Promise => vec![
                format!("loading: '{title}'"),
                format!("success: '{}'", texts.done),
                "error: (reason) => reason.message".to_owned(),
            ],
            ToastType::Loading => vec!["progress: 40".to_owned()],
            ToastType::Custom => vec![format!("title: '{title}'")],
            ToastType::Message
            | ToastType::Success
            | ToastType::Error
            | ToastType::Info
            | ToastType::Warning => Vec::new(),
        };
        let first = match self.toast_type {
            ToastType::Promise => "upload(file)".to_owned(),
            ToastType::Custom => "stars".to_owned(),
            ToastType::Message
            | ToastType::Success
            | ToastType::Error
            | ToastType::Info
            | ToastType::Warning
            | ToastType::Loading => format!("'{title}'"),
        };
        let options = self.options(texts).into_iter();
        let all = own
            .into_iter()
            .chain(options.map(|(_, javascript)| javascript));
        let lines: String = all.map(|option| format!("  {option},\n")).collect();
        let call = self.toast_type.call();
        match lines.as_str() {
            "" => format!("tasks.toast.{call}({first})"),
            lines => format!("tasks.toast.{call}({first}, {{\n{lines}}})"),
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
