//! The code that shows a toast with the chosen options.

use yew_background_tasks::toast::{Appearance, ToastDuration};

use super::choice::{Choice, ToastType};
use crate::demo::texts::PlaygroundTexts;

impl Choice {
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
