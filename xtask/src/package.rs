//! The npm package: JavaScript, types and WASM, for the web and for bundlers.

use std::fs;

use anyhow::{Context as _, Result};

use crate::command::{root, run};
use crate::{size, tools};

/// The targets of wasm-pack and their output folders.
const TARGETS: [(&str, &str); 2] = [("web", "pkg"), ("bundler", "pkg-bundler")];

/// Builds both packages and prints their sizes.
pub fn build() -> Result<()> {
    tools::for_packaging()?;
    for (target, folder) in TARGETS {
        // wasm-pack would add files of the previous build to package.json.
        if root().join(folder).exists() {
            fs::remove_dir_all(root().join(folder)).with_context(|| folder.to_owned())?;
        }
        let options = ["build", "--release", "--mode", "no-install"];
        let place = ["--target", target, "--out-dir", folder];
        let features = ["--features", "embed"];
        run("wasm-pack", &[&options[..], &place, &features].concat())?;
        println!("{folder}, for target {target}:");
        let folder = root().join(folder);
        size::shrink_wasm(&folder)?;
        // Bundlers minify the JavaScript themselves.
        if target == "web" {
            size::shrink_javascript(&folder)?;
        }
        size::print(&folder)?;
    }
    Ok(())
}
