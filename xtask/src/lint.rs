//! Formatting, the order of modules, lints and documentation.

use anyhow::Result;

use crate::command::{command, finish, run};
use crate::{examples, modules, tools};

const WASM: &str = "wasm32-unknown-unknown";

/// Runs all checks and fails on the first one that finds a fault.
pub fn lint() -> Result<()> {
    tools::for_linting()?;
    run("cargo", &["fmt", "--all", "--check"])?;
    modules::check()?;
    let deny = ["--", "--deny", "warnings"];
    let host = ["clippy", "--workspace", "--all-targets"];
    run("cargo", &[&host[..], &deny].concat())?;
    let wasm = [
        "clippy",
        "--package",
        "yew-background-tasks",
        "--package",
        "http-tests",
    ];
    let wasm = [&wasm[..], &["--target", WASM, "--all-targets"], &deny].concat();
    run("cargo", &wasm)?;
    // Outside of the workspace, as an app elsewhere is.
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
    ];
    finish(command("cargo", &doc).env("RUSTDOCFLAGS", "--deny warnings"))
}
