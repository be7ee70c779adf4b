use super::*;

fn faults_of(sources: &[(&str, &str)]) -> Vec<String> {
    let module = |path: &str| path.split('/').map(str::to_owned).collect();
    let files = sources
        .iter()
        .map(|(path, source)| (module(path), (*source).to_owned()));
    faults(LIBRARY, &files.collect())
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

#[test]
fn cycles_of_other_crates_are_found_through_the_re_exports_of_the_root() {
    let module = |path: &str| path.split('/').map(str::to_owned).collect();
    let files = [
        (
            Vec::new(),
            "mod task;\nmod upload;\npub use self::task::Task;",
        ),
        (module("task"), "use crate::upload::Stage;"),
        (module("upload"), ""),
        (module("upload/saved"), "use crate::Task;"),
    ];
    let files = files.map(|(module, source)| (module, source.to_owned()));
    let expected = "a cycle: core/task.rs names core/upload.rs, \
                    core/upload/saved.rs names core/task.rs";
    assert_eq!(faults("core", &files.into()), [expected]);
}
