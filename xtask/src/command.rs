//! Running programs in the repository's root, with Cargo's programs on the PATH.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// The repository's root.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// A command that runs in the root.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(root())
        .env("PATH", path());
    command
}

/// Runs a program; an error if it fails.
pub fn run(program: &str, arguments: &[&str]) -> Result<()> {
    finish(&mut command(program, arguments))
}

/// Runs a command; an error if it fails.
pub fn finish(command: &mut Command) -> Result<()> {
    let command_line = format!("{command:?}");
    let status = command
        .status()
        .with_context(|| format!("{command_line} could not be started"))?;
    if !status.success() {
        bail!("{command_line} failed: {status}");
    }
    Ok(())
}

/// The trimmed output of a program; `None` if it cannot be started or fails.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = command(program, arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Cargo's target folder.
pub fn target_folder() -> Result<PathBuf> {
    let metadata = output("cargo", &["metadata", "--format-version", "1", "--no-deps"]);
    let metadata = metadata.context("cargo metadata")?;
    let target = metadata
        .split_once("\"target_directory\":\"")
        .and_then(|(_, rest)| rest.split_once('"'));
    let (target, _) = target.context("cargo metadata has no target folder")?;
    Ok(PathBuf::from(target))
}

/// The PATH, preceded by the folder of programs from `cargo install`.
fn path() -> OsString {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let installed = home.map(|home| home.join("bin"));
    let known = std::env::var_os("PATH").unwrap_or_default();
    let all = installed.into_iter().chain(std::env::split_paths(&known));
    std::env::join_paths(all).unwrap_or(known)
}
