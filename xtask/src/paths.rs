//! The flags of rustc for WASM: they keep local paths out of it, and it small.
//!
//! A panic message contains the path of its source file, which is usually in the home folder
//! of the builder. It would publish the user name and make the size of the module depend on
//! the machine. `rustc` can replace such prefixes; Cargo passes them from a file that
//! `.cargo/config.toml` includes.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::command::{output, root};

/// What LLVM does for speed also at `opt-level = "z"`. It copies and clears structs of up to four
/// words field by field: one instruction for what does not fit into a register saves 7 kB of the
/// package (brotli). Without pointers in place of a loop's indices it is 2 kB smaller, and 1 kB
/// without loads that are moved into other branches.
const FOR_SIZE: [&str; 5] = [
    "-Cllvm-args=-max-store-memcpy=1",
    "-Cllvm-args=-max-store-memmove=1",
    "-Cllvm-args=-max-store-memset=1",
    "-Cllvm-args=-disable-lsr",
    "-Cllvm-args=-enable-load-pre=false",
];

/// The oldest LLVM that is known to have these options. Of an older one they may be an error.
const LLVM_FOR_SIZE: u32 = 22;

/// The variable for rustc's flags where the repository's `.cargo/config.toml` does not apply.
pub const RUSTFLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";

/// The value of [`RUSTFLAGS`]: its separator lets paths contain spaces.
pub fn encoded_flags() -> Result<String> {
    Ok(flags()?.join("\u{1f}"))
}

/// Writes the file that `.cargo/config.toml` includes, unless it is up to date: a file watcher
/// might react to a newer file.
pub fn write_config() -> Result<()> {
    let file = root().join(".cargo/paths.toml");
    let config = config(&flags()?);
    if fs::read_to_string(&file).is_ok_and(|written| written == config) {
        return Ok(());
    }
    fs::write(&file, config).with_context(|| file.display().to_string())
}

fn flags() -> Result<Vec<String>> {
    let cargo = cargo_home().context("neither CARGO_HOME nor HOME is set")?;
    let sysroot = output("rustc", &["--print", "sysroot"]).context("rustc is not installed")?;
    let version = output("rustc", &["--version", "--verbose"]).unwrap_or_default();
    let prefixes = prefixes(&root(), &cargo, &registries(&cargo), &sysroot, &version);
    let flag = |(from, to): &(String, String)| format!("--remap-path-prefix={from}={to}");
    let mut flags: Vec<_> = prefixes.iter().map(flag).collect();
    if llvm(&version).is_some_and(|llvm| llvm >= LLVM_FOR_SIZE) {
        flags.extend(FOR_SIZE.map(str::to_owned));
    }
    Ok(flags)
}

/// The major version of LLVM that `rustc --version --verbose` names.
fn llvm(version: &str) -> Option<u32> {
    let mut lines = version.lines();
    let number = lines.find_map(|line| line.strip_prefix("LLVM version: "))?;
    number.split('.').next()?.parse().ok()
}

/// Prefixes of paths and their replacements. If several match, rustc uses the last one.
fn prefixes(
    root: &Path,
    cargo: &Path,
    registries: &[PathBuf],
    sysroot: &str,
    version: &str,
) -> Vec<(String, String)> {
    let commit = version
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "));
    // The path of the standard library's sources if they are not installed.
    let library = format!("/rustc/{}", commit.unwrap_or("unknown"));
    let mut prefixes = vec![
        (shown(cargo), "cargo".to_owned()),
        (shown(root), "app".to_owned()),
        (sysroot.to_owned(), "rust".to_owned()),
        (format!("{sysroot}/lib/rustlib/src/rust"), library),
    ];
    prefixes.extend(registries.iter().map(|it| (shown(it), "crates".to_owned())));
    prefixes
}

/// The folders with the sources of crates, one per registry.
fn registries(cargo: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(cargo.join("registry/src"));
    let folders = folders.into_iter().flatten().flatten();
    let mut folders: Vec<_> = folders.map(|folder| folder.path()).collect();
    folders.sort();
    folders
}

fn cargo_home() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")))
}

fn config(flags: &[String]) -> String {
    // A TOML literal string cannot contain an apostrophe.
    let flags = flags.iter().filter(|flag| !flag.contains('\''));
    let flags: String = flags.map(|flag| format!("  '{flag}',\n")).collect();
    format!(
        "# Written by `cargo xtask`: see xtask/src/paths.rs.\n\
         [target.wasm32-unknown-unknown]\nrustflags = [\n{flags}]\n"
    )
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_prefix_comes_last() {
        let cargo = Path::new("/home/ada/.cargo");
        let registry = cargo.join("registry/src/index.crates.io-1");
        let prefixes = prefixes(
            Path::new("/home/ada/app"),
            cargo,
            &[registry],
            "/home/ada/.rustup/toolchains/stable",
            "rustc 1.95.0\ncommit-hash: 59807616\n",
        );
        let renamed = |path: &str| {
            let fits = |(from, to): &(String, String)| {
                path.strip_prefix(from.as_str())
                    .map(|rest| format!("{to}{rest}"))
            };
            prefixes.iter().rev().find_map(fits)
        };
        for (path, expected) in [
            (
                "/home/ada/.cargo/registry/src/index.crates.io-1/yew-0.23.0/src/lib.rs",
                "crates/yew-0.23.0/src/lib.rs",
            ),
            (
                "/home/ada/.cargo/git/checkouts/a/src/lib.rs",
                "cargo/git/checkouts/a/src/lib.rs",
            ),
            (
                "/home/ada/.rustup/toolchains/stable/lib/rustlib/src/rust/library/core/src/str.rs",
                "/rustc/59807616/library/core/src/str.rs",
            ),
            ("/home/ada/app/src/lib.rs", "app/src/lib.rs"),
        ] {
            assert_eq!(renamed(path).as_deref(), Some(expected));
        }
    }

    #[test]
    fn llvm_is_the_last_line_of_a_version() {
        let version = "rustc 1.95.0\nrelease: 1.95.0\nLLVM version: 22.1.2\n";
        assert_eq!(llvm(version), Some(22));
        assert_eq!(llvm("rustc 1.95.0\n"), None);
    }

    #[test]
    fn the_flags_are_toml() {
        let config = config(&["--remap-path-prefix=C:\\Users\\ada=cargo".to_owned()]);
        assert!(
            config.ends_with("rustflags = [\n  '--remap-path-prefix=C:\\Users\\ada=cargo',\n]\n")
        );
    }
}
