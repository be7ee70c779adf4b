//! The versions of programs: those that are installed, and those that Cargo.lock asks for.

use std::fs;

use anyhow::{Context as _, Result};

use crate::command::{output, root};

/// The version that `--version` prints, such as `trunk 0.21.14`.
pub fn version_of(program: &str) -> Option<String> {
    let printed = output(program, &["--version"])?;
    printed.split_whitespace().nth(1).map(str::to_owned)
}

/// The three numbers of a version; 0 if one is missing or invalid.
pub fn numbers(version: &str) -> [u32; 3] {
    let mut parts = version.split(['.', '-', '+']).map(str::parse);
    std::array::from_fn(|_| parts.next().and_then(Result::ok).unwrap_or(0))
}

pub fn locked_wasm_bindgen() -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock")?;
    locked_version(&lock, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")
}

/// The version of a package in a Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?;
    version.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";
        let version = locked_version(lock, "wasm-bindgen");
        assert_eq!(version.as_deref(), Some("0.2.129"));
        assert_eq!(locked_version(lock, "yew"), None);
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        const MINIMUM: [u32; 3] = [0, 15, 1];
        assert!(numbers("0.15.1") >= MINIMUM);
        assert!(numbers("0.15.10") > numbers("0.15.9"));
        assert!(numbers("0.13.1") < MINIMUM);
        assert!(numbers("1.0.0-rc.1") > MINIMUM);
    }
}
