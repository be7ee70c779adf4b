//! Compiles the published crates with the oldest Rust that they support.

use std::fs;

use anyhow::{Context as _, Result};

use crate::command::{command, finish, root, run, target_folder};

const WASM: &str = "wasm32-unknown-unknown";

/// Installs the toolchain that `rust-version` names, and checks the crates with it.
pub fn check() -> Result<()> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).context("Cargo.toml")?;
    let version = rust_version(&manifest).context("Cargo.toml has no rust-version")?;
    eprintln!("xtask: checking with Rust {version} (a minute or two)");
    let install = ["toolchain", "install", version, "--profile", "minimal"];
    run("rustup", &[&install[..], &["--target", WASM]].concat())?;
    for target in [&[][..], &["--target", WASM]] {
        let mut cargo = command("rustup", &["run", version, "cargo", "check", "--locked"]);
        for package in [
            "yew-background-tasks",
            "background-tasks-core",
            "background-tasks-server-model",
        ] {
            cargo.args(["--package", package]);
        }
        cargo.args(["--features", "yew-background-tasks/embed"]);
        cargo.arg("--manifest-path").arg(root().join("Cargo.toml"));
        // Outside of the repository, whose Cargo configuration needs a later Cargo.
        cargo.current_dir(std::env::temp_dir());
        // Another compiler would replace what the usual one has built.
        cargo.env("CARGO_TARGET_DIR", target_folder()?.join("msrv"));
        finish(cargo.args(target))?;
    }
    Ok(())
}

/// The value of `rust-version` in a manifest.
fn rust_version(manifest: &str) -> Option<&str> {
    let mut lines = manifest.lines();
    let value = lines.find_map(|line| line.strip_prefix("rust-version = \""))?;
    value.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_version_is_that_of_the_workspace() {
        let manifest = "[workspace.package]\nedition = \"2024\"\nrust-version = \"1.88\"\n\n\
                        [package]\nrust-version.workspace = true\n";
        assert_eq!(rust_version(manifest), Some("1.88"));
        assert_eq!(
            rust_version("[package]\nrust-version.workspace = true"),
            None
        );
    }
}
