//! The size of the WASM by crate, and by module of this crate.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::command::{command, finish, target_folder};
use crate::size::KEEP_NAMES;

/// Smaller groups are combined.
const MIN_BYTES: usize = 2_000;

/// Builds the demo with names and prints a table in Markdown.
pub fn print() -> Result<()> {
    let folder = target_folder()?.join("dist-with-names");
    let mut trunk = command("trunk", &["build", "--release", "--dist"]);
    finish(trunk.arg(&folder).env(KEEP_NAMES, "1"))?;
    let mut files = fs::read_dir(&folder)?;
    let wasm = files.find_map(|file| {
        let path = file.ok()?.path();
        (path.extension()? == "wasm").then_some(path)
    });
    table(&wasm.context("the build has no WASM")?)
}

fn table(wasm: &Path) -> Result<()> {
    let module = fs::read(wasm)?;
    let (mut imported, mut bodies, mut names) = (0, Vec::new(), HashMap::new());
    let mut others = Vec::new();
    for payload in Parser::new(0).parse_all(&module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range().len()),
            Payload::DataSection(data) => others.push(("data", data.range().len())),
            Payload::ElementSection(elements) => others.push(("tables", elements.range().len())),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    for name in section {
                        if let Name::Function(functions) = name? {
                            for function in functions {
                                let function = function?;
                                names.insert(function.index, function.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut groups: HashMap<String, (usize, usize)> = HashMap::new();
    for (index, bytes) in (imported..).zip(bodies) {
        let name = names.get(&index).copied().unwrap_or_default();
        let group = groups.entry(group(name)).or_default();
        *group = (group.0 + 1, group.1 + bytes);
    }
    let few: Vec<_> = groups
        .extract_if(|_, (_, bytes)| *bytes < MIN_BYTES)
        .collect();
    for (_, (functions, bytes)) in few {
        let rest = groups.entry("the rest".to_owned()).or_default();
        *rest = (rest.0 + functions, rest.1 + bytes);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, (_, bytes))| std::cmp::Reverse(*bytes));
    println!("| crate or module | functions | bytes |\n| --- | ---: | ---: |");
    for (name, (functions, bytes)) in groups {
        println!("| {name} | {functions} | {bytes} |");
    }
    for (name, bytes) in others {
        println!("| ({name}) | | {bytes} |");
    }
    Ok(())
}

/// The crate of a function, or the module if it is in this crate.
fn group(name: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    let path = name.trim_start_matches(['<', '&', '*', '(']);
    let path = path.trim_start_matches("mut ").trim_start_matches("dyn ");
    let mut parts = path.split("::");
    let first = parts.next().unwrap_or_default();
    let first = first.split([' ', '<', '[', '>']).next().unwrap_or_default();
    // A blanket implementation has a type parameter in place of a crate.
    let is_crate = first.starts_with(|letter: char| letter.is_ascii_lowercase());
    match parts.next() {
        Some(module) if first == "yew_background_tasks" => format!("`{module}`"),
        Some(_) if is_crate => first.to_owned(),
        Some(_) | None => "glue and functions without useful names".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_belongs_to_crate_or_module() {
        assert_eq!(group("<yew::html::Scope as core::fmt::Debug>::fmt"), "yew");
        assert_eq!(group("yew_background_tasks::toast::stack::put"), "`toast`");
        assert_eq!(group("core[c5930c]::fmt::write"), "core");
        assert_eq!(group("<&mut yew::Html as core::fmt::Debug>::fmt"), "yew");
        assert_eq!(group("<T as core::any::Any>::type_id"), group("closure"));
    }
}
