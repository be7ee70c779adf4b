//! The simulation on a page of the documentation.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::command::{root, run, target_folder};
use crate::{size, tools};

const WASM: &str = "wasm32-unknown-unknown";

/// The scripts and the style sheet of the page.
const SOURCES: &str = "crates/simulation-page/page";

/// Builds all that the page loads into a folder, and prints the sizes.
pub fn build(folder: &Path) -> Result<()> {
    tools::for_wasm()?;
    let package = ["--release", "--package", "simulation-page"];
    run(
        "cargo",
        &[&["build"], &package[..], &["--target", WASM]].concat(),
    )?;
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let wasm = target_folder()?
        .join(WASM)
        .join("release/simulation_page.wasm");
    let (wasm, place) = (wasm.to_string_lossy(), folder.to_string_lossy());
    let how = ["--target", "web", "--no-typescript", "--out-dir"];
    run("wasm-bindgen", &[&[&*wasm][..], &how, &[&*place]].concat())?;
    for file in fs::read_dir(root().join(SOURCES)).context(SOURCES)? {
        let file = file?;
        fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    size::shrink_wasm(folder)?;
    size::shrink_javascript(folder)?;
    size::print(folder)
}
