//! Installs the tools that a command needs.

mod debian;
mod found;
mod moto;
mod versions;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use self::debian::debian_install;
use self::found::first_on_path;
pub use self::found::{chromedriver, chromium, firefox, terser, wasm_opt, webkit_driver};
use self::moto::moto;
pub use self::moto::moto_server;
use self::versions::{locked_wasm_bindgen, numbers, version_of};
use crate::command::{output, root, run};
use crate::engines::Engine;
use crate::programs::{self, Program};

/// The version of trunk to install: 0.22 needs a newer rustc.
const TRUNK: &str = "0.21.14";

/// The version of mdbook to install.
const MDBOOK: &str = "0.5.4";

/// The minimum version of wasm-pack: packages of older versions lack snippets.
const WASM_PACK: [u32; 3] = [0, 15, 1];

/// Installs the tools for `trunk serve` and `trunk build`.
pub fn for_building() -> Result<()> {
    wasm_target()?;
    programs::install(&missing_for_building(version_of, &locked_wasm_bindgen()?))
}

/// What `for_building` has to install, where `version_of` says what is there.
fn missing_for_building(
    version_of: impl Fn(&str) -> Option<String>,
    wasm_bindgen: &str,
) -> Vec<Program> {
    let mut missing = Vec::new();
    if !version_of("trunk").is_some_and(|version| version.starts_with("0.21.")) {
        missing.push(Program::trunk(TRUNK));
    }
    if version_of("wasm-bindgen").as_deref() != Some(wasm_bindgen) {
        missing.push(Program::wasm_bindgen(wasm_bindgen));
    }
    missing
}

/// Installs the tools for the npm package.
pub fn for_packaging() -> Result<()> {
    for_building()?;
    node_packages("tests/e2e")
}

/// Installs the tool that builds the documentation.
pub fn for_book() -> Result<()> {
    let version = version_of("mdbook");
    if version.is_some_and(|version| version.trim_start_matches('v').starts_with("0.5.")) {
        return Ok(());
    }
    programs::install(&[Program::mdbook(MDBOOK)])
}

/// Installs Node and the packages that the end-to-end tests use.
pub fn for_node() -> Result<()> {
    node_packages("tests/e2e")
}

/// Installs the tools for browser tests.
pub fn for_browser_tests() -> Result<()> {
    for_building()?;
    wasm_pack()?;
    if chromium().is_none() || chromedriver().is_none() {
        debian_install(&["chromium", "chromium-driver"])?;
    }
    Ok(())
}

/// Installs the tools for end-to-end tests.
pub fn for_end_to_end_tests() -> Result<()> {
    for_browser_tests()?;
    if first_on_path(&["nginx"]).is_none() {
        debian_install(&["nginx-light"])?;
    }
    moto()?;
    // For the session in docs/http-api.md.
    if first_on_path(&["curl"]).is_none() {
        debian_install(&["curl"])?;
    }
    node_packages("tests/e2e")
}

/// Installs the engines, and what drives them.
pub fn for_engines(engines: &[Engine]) -> Result<()> {
    for_end_to_end_tests()?;
    if engines.contains(&Engine::Firefox) && firefox().is_none() {
        debian_install(&["firefox-esr"])?;
    }
    // WebKit needs a screen and a window manager: there is no headless MiniBrowser.
    let screen = ["Xvfb", "openbox"].map(|program| first_on_path(&[program]));
    let is_missing = webkit_driver().is_none() || screen.contains(&None);
    if engines.contains(&Engine::Webkit) && is_missing {
        debian_install(&["webkit2gtk-driver", "xvfb", "openbox"])?;
    }
    Ok(())
}

/// Installs fonts with emoji and Chinese characters, without which pictures show boxes.
pub fn fonts() -> Result<()> {
    // 🎥, and the characters of simplified Chinese.
    let is_missing =
        |pattern| output("fc-list", &[pattern, "family"]).is_none_or(|fonts| fonts.is_empty());
    if [":charset=1f3a5", ":lang=zh-cn"]
        .into_iter()
        .any(is_missing)
    {
        debian_install(&["fonts-noto-color-emoji", "fonts-noto-cjk"])?;
    }
    Ok(())
}

/// Installs the tools for the benchmark.
pub fn for_measuring() -> Result<()> {
    for_end_to_end_tests()?;
    node_packages("tests/bench")
}

fn wasm_pack() -> Result<()> {
    let version = version_of("wasm-pack");
    if version.is_none_or(|version| numbers(&version) < WASM_PACK) {
        programs::install(&[Program::wasm_pack()])?;
    }
    Ok(())
}

/// Installs Node, and the npm packages of a folder unless they are current. Those of `tests/e2e`
/// include wasm-opt and terser.
fn node_packages(folder: &str) -> Result<()> {
    if output("node", &["--version"]).is_none() || output("npm", &["--version"]).is_none() {
        debian_install(&["nodejs", "npm"])?;
    }
    let changed = |file| fs::metadata(root().join(folder).join(file))?.modified();
    // npm writes the former when it has installed what the latter says.
    let installed = changed("node_modules/.package-lock.json").ok();
    if installed.is_none() || installed < changed("package-lock.json").ok() {
        let what = format!("installing the Node packages of {folder}");
        announce(&what, "half a minute");
        run(
            "npm",
            &["ci", "--no-audit", "--no-fund", "--prefix", folder],
        )?;
    }
    Ok(())
}

/// Installs the wasm32 target and the components for `lint`.
pub fn for_linting() -> Result<()> {
    wasm_target()?;
    let have = |program: &str| output("cargo", &[program, "--version"]).is_some();
    if !have("fmt") || !have("clippy") {
        announce("adding rustfmt and clippy", "up to a minute");
        run("rustup", &["component", "add", "rustfmt", "clippy"])?;
    }
    Ok(())
}

fn wasm_target() -> Result<()> {
    let target = "wasm32-unknown-unknown";
    let sysroot = output("rustc", &["--print", "sysroot"]).context("rustc is not installed")?;
    let library = PathBuf::from(sysroot).join("lib/rustlib").join(target);
    if !library.is_dir() {
        announce("adding the target wasm32-unknown-unknown", "up to a minute");
        run("rustup", &["target", "add", target])?;
    }
    Ok(())
}

fn announce(what: &str, how_long: &str) {
    eprintln!("xtask: {what} ({how_long})");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_programs_are_installed_on_a_bare_machine_and_none_if_they_are_current() {
        let both = [Program::trunk(TRUNK), Program::wasm_bindgen("0.2.129")];
        assert_eq!(missing_for_building(|_| None, "0.2.129"), both);
        let has = |version: &'static str| {
            move |program: &str| match program {
                "trunk" => Some(TRUNK.to_owned()),
                _ => Some(version.to_owned()),
            }
        };
        assert_eq!(missing_for_building(has("0.2.129"), "0.2.129"), []);
        let [_, wasm_bindgen] = both;
        assert_eq!(
            missing_for_building(has("0.2.128"), "0.2.129"),
            [wasm_bindgen]
        );
    }
}
