//! The npm package: JavaScript, types and WASM, for the web and for bundlers.

use std::fs;
use std::thread;

use anyhow::{Context as _, Result, bail};

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
    }
    // wasm-opt uses one processor for most of a minute.
    thread::scope(|scope| {
        let [web, bundler] =
            TARGETS.map(|(target, folder)| scope.spawn(move || shrink(target, folder)));
        for running in [web, bundler] {
            match running.join() {
                Ok(done) => done?,
                Err(_) => bail!("a thread has panicked"),
            }
        }
        Ok(())
    })?;
    for (target, folder) in TARGETS {
        println!("{folder}, for target {target}:");
        size::print(&root().join(folder))?;
    }
    Ok(())
}

fn shrink(target: &str, folder: &str) -> Result<()> {
    let folder = root().join(folder);
    size::shrink_wasm(&folder)?;
    // Bundlers minify the JavaScript themselves.
    if target == "web" {
        size::shrink_javascript(&folder)?;
    }
    Ok(())
}
