//! The order of modules: a module names only modules of its own layer or of lower
//! ones, and no two modules name each other.
//!
//! Paths that begin with `crate`, `super` or `self` are read from the source text, and
//! re-exports are followed to the module that defines the item. Tests are left out. A
//! module and the modules inside of it count as one, so a child may name its parent.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use self::source::{Import, imports, without_tests};
use crate::command::root;

/// The layers of `src`, lowest first.
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

/// Fails if a module of `src` names one that it must not, and lists all such imports.
pub fn check() -> Result<()> {
    let src = root().join("src");
    let mut files = BTreeMap::new();
    read(&src, &mut Vec::new(), &mut files)?;
    let faults = faults(&files);
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
        if path.is_dir() {
            parent.push(name);
            read(&path, parent, files)?;
            parent.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            if matches!(name.as_str(), "lib" | "main" | "tests" | "properties") {
                continue;
            }
            let module = [parent.clone(), vec![name]].concat();
            let source = fs::read_to_string(&path)?;
            files.insert(module, without_tests(&source).to_owned());
        }
    }
    Ok(())
}

/// Everything that is wrong with the imports of `files`, one line per fault.
fn faults(files: &BTreeMap<Module, String>) -> Vec<String> {
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
    let mut checked = Vec::new();
    for (from, to) in edges {
        faults.extend(layer_fault(&from, &to));
        checked.push((from, to));
    }
    faults.extend(cycles(checked));
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
    let fault = |why: &str| Some(format!("{} names {}: {why}", file(from), file(to)));
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
fn cycles(edges: Vec<(Module, Module)>) -> Vec<String> {
    // By the two siblings that the modules are, or are inside of.
    let mut named: BTreeMap<Module, BTreeMap<Module, (Module, Module)>> = BTreeMap::new();
    for (from, to) in edges {
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let sibling = |module: &Module| module.iter().take(shared + 1).cloned().collect();
        let siblings = named.entry(sibling(&from)).or_default();
        siblings.entry(sibling(&to)).or_insert((from, to));
    }
    let mut faults = Vec::new();
    let mut done = BTreeSet::new();
    for start in named.keys() {
        visit(start, &named, &mut Vec::new(), &mut done, &mut faults);
    }
    faults
}

fn visit(
    module: &Module,
    named: &BTreeMap<Module, BTreeMap<Module, (Module, Module)>>,
    path: &mut Vec<Module>,
    done: &mut BTreeSet<Module>,
    faults: &mut Vec<String>,
) {
    if let Some(start) = path.iter().position(|visited| visited == module) {
        let cycle: Vec<_> = path.iter().skip(start).chain([module]).collect();
        let steps = cycle.windows(2).filter_map(|pair| {
            let [from, to] = pair else { return None };
            let (from, to) = named.get(*from)?.get(*to)?;
            Some(format!("{} names {}", file(from), file(to)))
        });
        faults.push(format!("a cycle: {}", steps.collect::<Vec<_>>().join(", ")));
        return;
    }
    if done.contains(module) {
        return;
    }
    path.push(module.clone());
    for next in named.get(module).into_iter().flat_map(BTreeMap::keys) {
        visit(next, named, path, done, faults);
    }
    path.pop();
    done.insert(module.clone());
}

fn file(module: &Module) -> String {
    format!("src/{}.rs", module.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(sources: &[(&str, &str)]) -> Vec<String> {
        let module = |path: &str| path.split('/').map(str::to_owned).collect();
        let files = sources
            .iter()
            .map(|(path, source)| (module(path), (*source).to_owned()));
        faults(&files.collect())
    }

    #[test]
    fn modules_of_this_repository_are_in_order() -> Result<()> {
        check()
    }

    #[test]
    fn imports_of_lower_layers_are_allowed() {
        let faults = faults_of(&[
            (
                "hooks",
                "use crate::store::Tasks;\nuse crate::clock::Timestamp;",
            ),
            ("store", "use crate::clock::Timestamp;"),
            ("clock", ""),
        ]);
        assert_eq!(faults, Vec::<String>::new());
    }

    #[test]
    fn import_of_a_higher_layer_is_a_fault() {
        let faults = faults_of(&[
            ("store/table", "fn f() { crate::hooks::use_task(); }"),
            ("hooks", ""),
        ]);
        let expected = "src/store/table.rs names src/hooks.rs: it is in a higher layer";
        assert_eq!(faults, [expected]);
    }

    #[test]
    fn toaster_must_not_name_tasks() {
        let faults = faults_of(&[("toast/list", "use crate::store::fill;"), ("store", "")]);
        let expected = "src/toast/list.rs names src/store.rs: the module must not depend on it";
        assert_eq!(faults, [expected]);
    }

    #[test]
    fn module_without_a_layer_is_a_fault() {
        let faults = faults_of(&[("hooks", "use crate::unheard_of::X;"), ("unheard_of", "")]);
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn siblings_that_name_each_other_are_a_cycle() {
        let faults = faults_of(&[
            ("embed", "mod objects;\nmod options;"),
            ("embed/objects", "use super::options;"),
            ("embed/options", "use super::{arguments, objects::object};"),
            ("embed/arguments", ""),
        ]);
        let expected = "a cycle: src/embed/objects.rs names src/embed/options.rs, \
                        src/embed/options.rs names src/embed/objects.rs";
        assert_eq!(faults, [expected]);
    }

    #[test]
    fn re_exports_are_followed() {
        let faults = faults_of(&[
            (
                "embed",
                "pub(crate) use objects::Object;\npub use options::Options;",
            ),
            ("embed/objects", "use super::Options;"),
            ("embed/options", "use super::Object;"),
        ]);
        assert_eq!(faults.len(), 1, "{faults:?}");
    }

    #[test]
    fn child_may_name_its_parent() {
        let faults = faults_of(&[
            (
                "toast",
                "mod entry;\npub use entry::Entry;\npub struct Toast;",
            ),
            ("toast/entry", "use super::Toast;"),
        ]);
        assert_eq!(faults, Vec::<String>::new());
    }

    #[test]
    fn tests_may_name_any_module() {
        let source = "fn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::hooks::use_task;\n}\n";
        let faults = faults_of(&[("store", without_tests(source)), ("hooks", "")]);
        assert_eq!(faults, Vec::<String>::new());
    }
}
