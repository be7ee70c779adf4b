//! Formatting, the order of modules, lints and documentation.

use anyhow::Result;

use crate::command::{command, finish, run};
use crate::{examples, modules, tools};

const WASM: &str = "wasm32-unknown-unknown";

/// Runs all checks until one fails.
pub fn lint() -> Result<()> {
    tools::for_linting()?;
    run("cargo", &["fmt", "--all", "--check"])?;
    modules::check()?;
    let deny = ["--", "--deny", "warnings"];
    let host = ["clippy", "--workspace", "--all-targets"];
    run("cargo", &[&host[..], &deny].concat())?;
    let target = ["--target", WASM];
    let wasm = [
        "clippy",
        "--package",
        "yew-background-tasks",
        "--package",
        "http-tests",
        "--all-targets",
    ];
    run("cargo", &[&wasm[..], &target, &deny].concat())?;
    // Tests enable all features; an app that depends on the library does not.
    let library = ["clippy", "--package", "yew-background-tasks", "--lib"];
    run("cargo", &[&library[..], &deny].concat())?;
    run("cargo", &[&library[..], &target, &deny].concat())?;
    // Outside of the workspace, like an app elsewhere.
    let app = ["--manifest-path", "examples/yew-app/Cargo.toml"];
    run("cargo", &[&["fmt", "--check"][..], &app].concat())?;
    let wasm = [&["clippy", "--target", WASM][..], &app, &deny].concat();
    finish(command("cargo", &wasm).env("CARGO_TARGET_DIR", examples::yew_app_target()?))?;
    let doc = [
        "doc",
        "--no-deps",
        "--lib",
        "--package",
        "yew-background-tasks",
        "--package",
        "background-tasks-core",
        "--package",
        "background-tasks-server-model",
        "--features",
        "embed,kept-files,s3",
    ];
    finish(command("cargo", &doc).env("RUSTDOCFLAGS", "--deny warnings"))
}
