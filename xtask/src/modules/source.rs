//! The imports in the text of a Rust file.

use std::iter::Peekable;

/// A path that a module names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The segments, such as `["super", "entry", "Entry"]`.
    pub path: Vec<String>,
    /// Whether it is a re-export: a `use` with a visibility.
    pub is_public: bool,
}

impl Import {
    /// The name by which the importing module knows the item.
    pub fn name(&self) -> Option<&str> {
        self.path.last().map(String::as_str)
    }
}

/// The text before the first module of tests that is written in the file itself.
pub fn without_tests(source: &str) -> &str {
    let starts = source.match_indices("\n#[cfg(").filter(|(start, _)| {
        let rest = source.get(start + 1..).unwrap_or_default();
        let (attribute, after) = rest.split_once('\n').unwrap_or_default();
        let item = after.lines().next().unwrap_or_default();
        attribute.contains("test") && item.starts_with("mod ") && item.ends_with('{')
    });
    let end = starts.map(|(start, _)| start).next();
    source.get(..end.unwrap_or(source.len())).unwrap_or(source)
}

/// All paths of `use` items, and all others that begin with `crate`, `super` or `self`.
pub fn imports(source: &str) -> Vec<Import> {
    let tokens = tokens(source);
    let mut imports = Vec::new();
    let mut rest = tokens.iter().map(String::as_str).peekable();
    let mut before = "";
    while let Some(token) = rest.peek().copied() {
        let is_use = token == "use";
        let is_root = matches!(token, "crate" | "super" | "self") && before != "::";
        if is_use {
            rest.next();
        }
        if is_use || is_root {
            // `pub use` and `pub(…) use`; nothing else ends with these before a `use`.
            let is_public = is_use && matches!(before, "pub" | ")");
            tree(&mut rest, Vec::new(), is_public, &mut imports);
            before = "";
        } else {
            before = token;
            rest.next();
        }
    }
    imports.retain(|import| import.path.len() > 1);
    imports
}

/// Reads a path, or a tree of paths in braces, that begins with `prefix`.
fn tree<'a>(
    tokens: &mut Peekable<impl Iterator<Item = &'a str>>,
    mut prefix: Vec<String>,
    is_public: bool,
    imports: &mut Vec<Import>,
) {
    loop {
        match tokens.peek() {
            Some(&"{") => {
                tokens.next();
                while tokens.peek().is_some_and(|token| *token != "}") {
                    if tokens.peek() == Some(&",") {
                        tokens.next();
                    } else {
                        let count = imports.len();
                        tree(tokens, prefix.clone(), is_public, imports);
                        // Something unexpected: never read the same token for ever.
                        if imports.len() == count {
                            tokens.next();
                        }
                    }
                }
                tokens.next();
                return;
            }
            Some(name) if is_identifier(name) || *name == "*" => {
                // `use x::{self}` imports `x`.
                if *name != "self" || prefix.is_empty() {
                    prefix.push((*name).to_owned());
                }
                tokens.next();
                if tokens.peek() == Some(&"::") {
                    tokens.next();
                    continue;
                }
                if tokens.peek() == Some(&"as") {
                    tokens.next();
                    tokens.next();
                }
            }
            _ => {}
        }
        imports.push(Import {
            path: prefix,
            is_public,
        });
        return;
    }
}

/// Identifiers and punctuation; comments, strings and characters are left out.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            string_length(rest)
        } else if let Some(raw) = raw_string_length(rest) {
            raw
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else if is_identifier_part(first) {
            let end = rest.find(|character| !is_identifier_part(character));
            let (word, _) = rest.split_at(end.unwrap_or(rest.len()));
            tokens.push(word.to_owned());
            word.len()
        } else if rest.starts_with("'\"'") || rest.starts_with("'{'") || rest.starts_with("'}'") {
            3
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw string such as `r#"…"#` at the beginning of `text`.
fn raw_string_length(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after
        .chars()
        .take_while(|character| *character == '#')
        .count();
    let content = after.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = 1 + hashes + 1;
    Some(
        content
            .find(&end)
            .map_or(text.len(), |found| start + found + end.len()),
    )
}

fn is_identifier(token: &str) -> bool {
    token.chars().all(is_identifier_part)
}

fn is_identifier_part(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(source: &str) -> Vec<String> {
        let imports = imports(source).into_iter();
        imports.map(|import| import.path.join("::")).collect()
    }

    #[test]
    fn trees_of_use_items_are_flattened() {
        let source = "use super::{a::{self, B}, c};\npub(crate) use d::E as F;\nuse crate::g::*;";
        let expected = ["super::a", "super::a::B", "super::c", "d::E", "crate::g::*"];
        assert_eq!(paths(source), expected);
        let public: Vec<_> = imports(source).iter().map(|it| it.is_public).collect();
        assert_eq!(public, [false, false, false, true, false]);
    }

    #[test]
    fn paths_in_expressions_are_found() {
        assert_eq!(
            paths("fn f() { super::x::y(crate::z()) }"),
            ["super::x::y", "crate::z"]
        );
    }

    #[test]
    fn comments_and_strings_are_left_out() {
        let source = r##"// crate::a::b
            /* crate::c::d */ let e = "crate::f::\"g"; let h = r#"crate::i"#; self.k"##;
        assert_eq!(paths(source), Vec::<String>::new());
    }
}
