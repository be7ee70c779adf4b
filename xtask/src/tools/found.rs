//! The programs that are installed.

use std::path::PathBuf;

use crate::command::{output, root};

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

pub fn first_on_path(programs: &[&str]) -> Option<String> {
    programs
        .iter()
        .find_map(|program| output("which", &[program]))
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
    fn the_version_of_wasm_opt_is_its_first_number() {
        assert_eq!(
            binaryen_version("wasm-opt version 132 (version_132)"),
            Some(132)
        );
        assert_eq!(binaryen_version("wasm-opt"), None);
    }
}
