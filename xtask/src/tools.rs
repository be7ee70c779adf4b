//! Finds and installs the required tools.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::command::{finish, output, root, run, target_folder};
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

/// Installs the tools that turn a crate into WASM for a page.
pub fn for_wasm() -> Result<()> {
    wasm_target()?;
    let version = locked_wasm_bindgen()?;
    let missing = missing_for_building(version_of, &version);
    let wasm_bindgen = Program::wasm_bindgen(&version);
    programs::install(match missing.contains(&wasm_bindgen) {
        true => std::slice::from_ref(&wasm_bindgen),
        false => &[],
    })
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

/// The server with the S3 API: a Python package in an environment of its own.
pub fn moto_server() -> Result<PathBuf> {
    Ok(target_folder()?.join("moto/bin/moto_server"))
}

/// Installs that server, unless it is current.
fn moto() -> Result<()> {
    let wanted = "tests/e2e/s3/requirements.txt";
    let folder = target_folder()?.join("moto");
    let installed = folder.join("requirements.txt");
    let listed = fs::read_to_string(root().join(wanted)).context(wanted)?;
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == listed) {
        return Ok(());
    }
    if output("python3", &["-c", "import ensurepip, venv"]).is_none() {
        debian_install(&["python3-venv"])?;
    }
    announce("installing moto, a server with the S3 API", "a minute");
    let environment = folder.to_string_lossy();
    run("python3", &["-m", "venv", "--clear", &environment])?;
    let pip = folder.join("bin/pip");
    let quietly = ["install", "--quiet", "--disable-pip-version-check"];
    run(
        &pip.to_string_lossy(),
        &[&quietly[..], &["--requirement", wanted]].concat(),
    )?;
    // Says that the installation is complete.
    fs::write(&installed, listed).with_context(|| installed.display().to_string())
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

/// The path of Chromium.
pub fn chromium() -> Option<String> {
    first_on_path(&["chromium", "chromium-browser", "google-chrome"])
}

/// The path of Firefox.
pub fn firefox() -> Option<String> {
    first_on_path(&["firefox-esr", "firefox"])
}

/// The path of the driver of WebKitGTK's MiniBrowser.
pub fn webkit_driver() -> Option<String> {
    first_on_path(&["WebKitWebDriver"])
}

/// The path of Chromium's driver.
pub fn chromedriver() -> Option<String> {
    first_on_path(&["chromedriver"])
}

/// A recent wasm-opt: Debian's version 108 cannot read current WASM.
pub fn wasm_opt() -> Option<PathBuf> {
    let candidates = [PathBuf::from("wasm-opt"), node_program("wasm-opt")];
    candidates.into_iter().find(|program| {
        let version = output(&program.to_string_lossy(), &["--version"]);
        version.as_deref().and_then(binaryen_version) >= Some(120)
    })
}

/// The terser of the npm packages.
pub fn terser() -> Option<PathBuf> {
    Some(node_program("terser")).filter(|terser| terser.exists())
}

fn node_program(name: &str) -> PathBuf {
    root().join("tests/e2e/node_modules/.bin").join(name)
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

fn debian_install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    let by_hand = format!("apt-get update && apt-get install -y {list}");
    let is_root = output("id", &["-u"]).as_deref() == Some("0");
    let by_sudo = !is_root && output("sudo", &["-n", "true"]).is_some();
    if output("apt-get", &["--version"]).is_none() || !(is_root || by_sudo) {
        bail!("cannot install {list} without root. As root, run:\n\n  {by_hand}\n");
    }
    announce(
        &format!("installing {list} with apt-get"),
        "a minute or two",
    );
    let apt = |arguments: &[&str]| {
        let mut apt = if by_sudo {
            Command::new("sudo")
        } else {
            Command::new("env")
        };
        apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
        finish(apt.args(arguments))
    };
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], packages].concat())
}

fn announce(what: &str, how_long: &str) {
    eprintln!("xtask: {what} ({how_long})");
}

fn first_on_path(programs: &[&str]) -> Option<String> {
    programs
        .iter()
        .find_map(|program| output("which", &[program]))
}

/// The version that `--version` prints, such as `trunk 0.21.14`.
fn version_of(program: &str) -> Option<String> {
    let printed = output(program, &["--version"])?;
    printed.split_whitespace().nth(1).map(str::to_owned)
}

/// The three numbers of a version; 0 if one is missing or invalid.
fn numbers(version: &str) -> [u32; 3] {
    let mut parts = version.split(['.', '-', '+']).map(str::parse);
    std::array::from_fn(|_| parts.next().and_then(Result::ok).unwrap_or(0))
}

fn locked_wasm_bindgen() -> Result<String> {
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

/// The number in `wasm-opt version 132 (version_132)`.
fn binaryen_version(printed: &str) -> Option<u32> {
    let mut words = printed.split_whitespace();
    words.find_map(|word| word.parse().ok())
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

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(numbers("0.15.1") >= WASM_PACK);
        assert!(numbers("0.15.10") > numbers("0.15.9"));
        assert!(numbers("0.13.1") < WASM_PACK);
        assert!(numbers("1.0.0-rc.1") > WASM_PACK);
    }

    #[test]
    fn the_version_of_wasm_opt_is_its_first_number() {
        assert_eq!(
            binaryen_version("wasm-opt version 132 (version_132)"),
            Some(132)
        );
        assert_eq!(binaryen_version("wasm-opt"), None);
    }
}
