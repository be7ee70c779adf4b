//! The hotkey that moves the focus to the toasts.

use std::fmt;
use std::str::FromStr;

/// A key with its modifiers, such as `Alt+T`.
///
/// Letters and digits are identified by their place on a US keyboard, so the keyboard
/// layout and the Option key of a Mac, which change the character, have no effect.
///
/// ```
/// use yew_background_tasks::toast::Hotkey;
///
/// let hotkey: Hotkey = "Ctrl+Shift+N".parse()?;
/// assert_eq!(hotkey.to_string(), "Control+Shift+N");
/// # Ok::<(), yew_background_tasks::toast::UnknownHotkey>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hotkey {
    modifiers: Modifiers,
    /// A value of `KeyboardEvent.code`.
    code: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "all combinations are possible"
)]
pub(super) struct Modifiers {
    pub(super) control: bool,
    pub(super) alt: bool,
    pub(super) shift: bool,
    pub(super) meta: bool,
}

/// A key press.
#[derive(Clone, Debug)]
pub(super) struct KeyPress {
    pub(super) modifiers: Modifiers,
    pub(super) code: String,
    /// Whether AltGr is pressed, which some systems report as Control and Alt.
    pub(super) alt_graph: bool,
    /// Whether the focus is in a text field.
    pub(super) in_text: bool,
}

impl Hotkey {
    /// Whether the key press is this hotkey and does not enter a character.
    pub(super) fn matches(&self, press: &KeyPress) -> bool {
        !press.alt_graph
            && !press.in_text
            && press.modifiers == self.modifiers
            && press.code == self.code
    }
}

/// `Alt+T`, as in sonner.
impl Default for Hotkey {
    fn default() -> Self {
        Self {
            modifiers: Modifiers {
                alt: true,
                ..Modifiers::default()
            },
            code: "KeyT".to_owned(),
        }
    }
}

/// The format of `aria-keyshortcuts`.
impl fmt::Display for Hotkey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Modifiers {
            control,
            alt,
            shift,
            meta,
        } = self.modifiers;
        let names = [
            (control, "Control+"),
            (alt, "Alt+"),
            (shift, "Shift+"),
            (meta, "Meta+"),
        ];
        for (_, name) in names.into_iter().filter(|(down, _)| *down) {
            formatter.write_str(name)?;
        }
        let code = self.code.strip_prefix("Key");
        let code = code.or_else(|| self.code.strip_prefix("Digit"));
        formatter.write_str(code.unwrap_or(&self.code))
    }
}

/// The error for a string that is not a hotkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hotkey is Control, Alt, Shift or Meta, one or more, then a key, joined by +")]
pub struct UnknownHotkey;

impl FromStr for Hotkey {
    type Err = UnknownHotkey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (names, key) = text.rsplit_once('+').ok_or(UnknownHotkey)?;
        let mut modifiers = Modifiers::default();
        for name in names.split('+') {
            match name.trim().to_ascii_lowercase().as_str() {
                "control" | "ctrl" => modifiers.control = true,
                "alt" | "option" => modifiers.alt = true,
                "shift" => modifiers.shift = true,
                "meta" | "cmd" | "command" => modifiers.meta = true,
                _ => return Err(UnknownHotkey),
            }
        }
        let key = key.trim();
        let code = match key.as_bytes() {
            [] => return Err(UnknownHotkey),
            [letter] if letter.is_ascii_alphabetic() => {
                format!("Key{}", key.to_ascii_uppercase())
            }
            [digit] if digit.is_ascii_digit() => format!("Digit{key}"),
            _ => key.to_owned(),
        };
        Ok(Self { modifiers, code })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alt_t() -> KeyPress {
        KeyPress {
            modifiers: Modifiers {
                alt: true,
                ..Modifiers::default()
            },
            code: "KeyT".to_owned(),
            alt_graph: false,
            in_text: false,
        }
    }

    #[test]
    fn default_is_alt_t() {
        let hotkey = Hotkey::default();
        assert!(hotkey.matches(&alt_t()));
        assert_eq!(hotkey.to_string(), "Alt+T");
        assert_eq!("alt+KeyT".parse(), Ok(hotkey));
    }

    #[test]
    fn key_press_that_enters_text_does_not_match() {
        let hotkey = Hotkey::default();
        let in_text = KeyPress {
            in_text: true,
            ..alt_t()
        };
        let alt_graph = KeyPress {
            alt_graph: true,
            ..alt_t()
        };
        let with_shift = KeyPress {
            modifiers: Modifiers {
                shift: true,
                ..alt_t().modifiers
            },
            ..alt_t()
        };
        let other = KeyPress {
            code: "KeyR".to_owned(),
            ..alt_t()
        };
        for press in [in_text, alt_graph, with_shift, other] {
            assert!(!hotkey.matches(&press), "{press:?}");
        }
    }

    #[test]
    fn hotkey_round_trips_through_string() {
        for (text, normalized) in [
            ("ctrl+1", "Control+1"),
            ("Cmd + Shift + k", "Shift+Meta+K"),
            ("Alt+F8", "Alt+F8"),
        ] {
            let hotkey: Result<Hotkey, _> = text.parse();
            let formatted = hotkey.clone().map(|hotkey| hotkey.to_string());
            assert_eq!(formatted.as_deref(), Ok(normalized));
            assert_eq!(normalized.parse(), hotkey);
        }
    }

    #[test]
    fn key_without_modifier_is_rejected() {
        for text in ["", "T", "Alt+", "Hyper+T", "+T"] {
            assert_eq!(text.parse::<Hotkey>(), Err(UnknownHotkey), "{text}");
        }
    }
}
