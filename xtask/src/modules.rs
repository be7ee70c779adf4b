//! The order of modules: no crate has a cycle of modules, and a module of the library
//! names only modules of its own layer or of lower ones.
//!
//! Paths that begin with `crate`, `super` or `self` are read from the source text, and
//! re-exports are followed to the module that defines the item. Tests are left out. A
//! module and the modules inside of it count as one, so a child may name its parent.

mod source;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use self::source::{Import, imports, without_tests};
use crate::command::root;

/// The sources of the library, whose modules have layers.
const LIBRARY: &str = "src";

/// The sources of the other crates of the workspace that have more than a few modules.
const OTHERS: [&str; 5] = [
    "crates/core/src",
    "crates/server-model/src",
    "crates/simulation/src",
    "tests/backend/src",
    "xtask/src",
];

/// The layers of the library, lowest first.
const LAYERS: [&[&str]; 7] = [
    &[
        "abort_on_drop",
        "clock",
        "page_visibility",
        "shadow",
        "task_options",
        "use_browser",
        "use_guard",
        "use_selection",
    ],
    &["client", "intl", "store", "toast"],
    &["settings"],
    &["driver"],
    &[
        "background_tasks",
        "registered_kind",
        "system_notifications",
        "task_toasts",
    ],
    &["hooks"],
    &["components", "demo", "embed"],
];

/// The only modules that a module may name, where its layer allows more: the toaster
/// knows nothing of tasks and could be a crate of its own.
const RESTRICTED: [(&str, &[&str]); 1] = [(
    "toast",
    &[
        "abort_on_drop",
        "clock",
        "page_visibility",
        "shadow",
        "use_browser",
        "use_guard",
        "use_selection",
    ],
)];

/// Modules of the top layer that others of the layer may not be named by.
const LEAVES: [&str; 2] = ["demo", "embed"];

/// A module's path, such as `["toast", "stack"]`; empty for the crate's root.
type Module = Vec<String>;

/// Fails if a module names one that it must not, and lists all such imports.
pub fn check() -> Result<()> {
    let mut faults = Vec::new();
    for sources in [LIBRARY].into_iter().chain(OTHERS) {
        let mut files = BTreeMap::new();
        read(&root().join(sources), &mut Vec::new(), &mut files)?;
        faults.extend(self::faults(sources, &files));
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("the order of modules is broken:\n{}", faults.join("\n"))
}

/// Reads the modules in `folder`, whose own module is `parent`.
fn read(folder: &Path, parent: &mut Module, files: &mut BTreeMap<Module, String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = name.into_owned();
        if name == "main" || name.ends_with("tests") || name.ends_with("properties") {
            continue;
        }
        if path.is_dir() {
            parent.push(name);
            read(&path, parent, files)?;
            parent.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            // The crate's root is read for its re-exports.
            let is_root = parent.is_empty() && name == "lib";
            let module = if is_root {
                Vec::new()
            } else {
                [parent.clone(), vec![name]].concat()
            };
            let source = fs::read_to_string(&path)?;
            files.insert(module, without_tests(&source).to_owned());
        }
    }
    Ok(())
}

/// Everything that is wrong with the imports of `files`, one line per fault.
fn faults(sources: &str, files: &BTreeMap<Module, String>) -> Vec<String> {
    let parsed: BTreeMap<_, _> = files
        .iter()
        .map(|(module, source)| (module.clone(), imports(source)))
        .collect();
    let mut edges = BTreeSet::new();
    for (module, imports) in &parsed {
        for import in imports {
            let Some(path) = absolute(module, &import.path, &parsed) else {
                continue;
            };
            let target = defining_module(&path, &parsed, 0);
            let is_related = target.starts_with(module) || module.starts_with(&target);
            if !target.is_empty() && !is_related {
                edges.insert((module.clone(), target));
            }
        }
    }
    let mut faults = Vec::new();
    if sources == LIBRARY {
        faults.extend(edges.iter().filter_map(|(from, to)| layer_fault(from, to)));
    }
    faults.extend(cycles(sources, edges));
    faults
}

/// A path from the crate's root; `None` if it is a path of another crate.
fn absolute(
    module: &Module,
    path: &[String],
    modules: &BTreeMap<Module, Vec<Import>>,
) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    let mut base = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.clone(),
        "super" => module.split_last()?.1.to_vec(),
        child => {
            let inside = [module.clone(), vec![child.to_owned()]].concat();
            return modules
                .contains_key(&inside)
                .then(|| [inside, rest.to_vec()].concat());
        }
    };
    let supers = rest.iter().take_while(|name| *name == "super").count();
    base.truncate(base.len().checked_sub(supers)?);
    base.extend(rest.iter().skip(supers).cloned());
    Some(base)
}

/// The module that defines the item at `path`, re-exports followed.
fn defining_module(
    path: &[String],
    modules: &BTreeMap<Module, Vec<Import>>,
    depth: usize,
) -> Module {
    let length = (0..=path.len()).rev().find(|length| {
        let prefix = path.get(..*length).unwrap_or_default();
        modules.contains_key(prefix)
    });
    let (module, item) = path.split_at(length.unwrap_or_default());
    let module = module.to_vec();
    let (Some(name), Some(imports)) = (item.first(), modules.get(&module)) else {
        return module;
    };
    let exported = imports
        .iter()
        .find(|import| import.is_public && import.name() == Some(name.as_str()));
    let target = exported.and_then(|import| absolute(&module, &import.path, modules));
    match target.filter(|_| depth < 8) {
        Some(target) => defining_module(&target, modules, depth + 1),
        None => module,
    }
}

fn layer_fault(from: &Module, to: &Module) -> Option<String> {
    let (top, other) = (from.first()?, to.first()?);
    if top == other {
        return None;
    }
    let fault = |why: &str| {
        let [from, to] = [from, to].map(|module| file(LIBRARY, module));
        Some(format!("{from} names {to}: {why}"))
    };
    let layer = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    let (Some(own), Some(its)) = (layer(top), layer(other)) else {
        return fault("one of them has no layer in xtask/src/modules.rs");
    };
    if its > own || LEAVES.contains(&other.as_str()) {
        return fault("it is in a higher layer");
    }
    let restricted = RESTRICTED.iter().find(|(name, _)| name == top);
    match restricted {
        Some((_, allowed)) if !allowed.contains(&other.as_str()) => {
            fault("the module must not depend on it")
        }
        Some(_) | None => None,
    }
}

/// Cycles among modules that have the same parent.
fn cycles(sources: &str, edges: BTreeSet<(Module, Module)>) -> Vec<String> {
    // By the two siblings that the modules are, or are inside of.
    let mut named: BTreeMap<Module, BTreeMap<Module, (Module, Module)>> = BTreeMap::new();
    for (from, to) in edges {
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let sibling = |module: &Module| module.iter().take(shared + 1).cloned().collect();
        let siblings = named.entry(sibling(&from)).or_default();
        siblings.entry(sibling(&to)).or_insert((from, to));
    }
    let mut found = Vec::new();
    let mut done = BTreeSet::new();
    for start in named.keys() {
        visit(start, &named, &mut Vec::new(), &mut done, &mut found);
    }
    let describe = |cycle: Vec<(Module, Module)>| {
        let steps = cycle.iter().map(|(from, to)| {
            let [from, to] = [from, to].map(|module| file(sources, module));
            format!("{from} names {to}")
        });
        format!("a cycle: {}", steps.collect::<Vec<_>>().join(", "))
    };
    found.into_iter().map(describe).collect()
}

fn visit(
    module: &Module,
    named: &BTreeMap<Module, BTreeMap<Module, (Module, Module)>>,
    path: &mut Vec<Module>,
    done: &mut BTreeSet<Module>,
    found: &mut Vec<Vec<(Module, Module)>>,
) {
    if let Some(start) = path.iter().position(|visited| visited == module) {
        let cycle: Vec<_> = path.iter().skip(start).chain([module]).collect();
        let steps = cycle.windows(2).filter_map(|pair| {
            let [from, to] = pair else { return None };
            named.get(*from)?.get(*to).cloned()
        });
        found.push(steps.collect());
        return;
    }
    if done.contains(module) {
        return;
    }
    path.push(module.clone());
    for next in named.get(module).into_iter().flat_map(BTreeMap::keys) {
        visit(next, named, path, done, found);
    }
    path.pop();
    done.insert(module.clone());
}

fn file(sources: &str, module: &Module) -> String {
    format!("{sources}/{}.rs", module.join("/"))
}
