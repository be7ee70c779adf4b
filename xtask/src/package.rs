//! The npm package: JavaScript, types and WASM, for the web and for bundlers.

use std::fs;

use anyhow::{Context as _, Result};

use crate::command::{root, run};
use crate::{size, tools};

/// wasm-pack's targets, and the folders that they are built into.
const TARGETS: [(&str, &str); 2] = [("web", "pkg"), ("bundler", "pkg-bundler")];

/// Builds both and prints their sizes.
pub fn build() -> Result<()> {
    tools::for_packaging()?;
    for (target, folder) in TARGETS {
        // wasm-pack lists what it finds there from before.
        if root().join(folder).exists() {
            fs::remove_dir_all(root().join(folder)).with_context(|| folder.to_owned())?;
        }
        let options = ["build", "--release", "--mode", "no-install"];
        let place = ["--target", target, "--out-dir", folder];
        run("wasm-pack", &[&options[..], &place].concat())?;
        println!("{folder}, for target {target}:");
        let folder = root().join(folder);
        size::shrink_wasm(&folder)?;
        // A bundler does that itself.
        if target == "web" {
            size::shrink_javascript(&folder)?;
        }
        size::print(&folder)?;
    }
    Ok(())
}
