//! Values in place of the placeholders of a template.

/// Replaces the placeholders of a template by `values`, in one pass, so that a title such as
/// `{p}` is left as it is. A value whose writing direction could reorder the text around it
/// is isolated.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let place = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, after))
        });
        match place {
            Some((value, after)) => {
                push_isolated(&mut filled, value, template);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// Appends a value between U+2068 and U+2069 if its direction may differ from the template's.
/// Its own embeddings, overrides and isolates are removed, since they could extend beyond it.
fn push_isolated(filled: &mut String, value: &str, template: &str) {
    let has = |text: &str, test: fn(char) -> bool| text.chars().any(test);
    if has(value, is_right_to_left) || has(template, is_right_to_left) && has(value, is_letter) {
        filled.push('\u{2068}');
        filled.extend(value.chars().filter(|c| !is_bidi_control(*c)));
        filled.push('\u{2069}');
    } else {
        filled.push_str(value);
    }
}

/// Whether it may be a letter that is written from left to right.
fn is_letter(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{58f}' | '\u{900}'..='\u{1fff}' | '\u{2c00}'..)
}

/// Whether it is a letter that is written from right to left, or sets a direction.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{65f}' | '\u{66a}'..='\u{6ef}' | '\u{6fa}'..='\u{8ff}'
        | '\u{200e}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
        || is_bidi_control(c)
}

/// Whether it affects the direction of the text that follows it.
const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
