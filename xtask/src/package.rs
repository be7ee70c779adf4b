//! The npm package: JavaScript, types and WASM, for the web and for bundlers.

use std::fs;
use std::thread;

use anyhow::{Context as _, Result, bail};

use crate::command::{command, finish, root, run, target_folder};
use crate::{size, tools};

/// The targets of wasm-pack and their output folders.
const TARGETS: [(&str, &str); 2] = [("web", "pkg"), ("bundler", "pkg-bundler")];

/// Compiles the standard library too: the installed one is optimised for speed, which takes 9 kB
/// (brotli). Panics still call the hook of `src/embed/panics.rs`.
const LIBRARY_FOR_SIZE: [&str; 2] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];

/// Builds both packages and prints their sizes.
pub fn build() -> Result<()> {
    tools::for_packaging()?;
    for (target, folder) in TARGETS {
        // wasm-pack would add files of the previous build to package.json.
        if root().join(folder).exists() {
            fs::remove_dir_all(root().join(folder)).with_context(|| folder.to_owned())?;
        }
        compile(target, folder)?;
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

/// Compiles a package, with a standard library that is optimised for size if its sources are
/// installed.
fn compile(target: &str, folder: &str) -> Result<()> {
    let options = ["build", "--release", "--mode", "no-install"];
    let place = ["--target", target, "--out-dir", folder];
    let features = ["--features", "embed"];
    let plain = [&options[..], &place, &features].concat();
    if tools::has_library_sources() {
        let mut small = command("wasm-pack", &[&plain[..], &LIBRARY_FOR_SIZE].concat());
        // A stable compiler accepts the options with this. The folder of its own keeps the
        // dependencies of other builds from being compiled again.
        small.env("RUSTC_BOOTSTRAP", "1");
        small.env(
            "CARGO_TARGET_DIR",
            target_folder()?.join("library-for-size"),
        );
        if finish(&mut small).is_ok() {
            return Ok(());
        }
        eprintln!("xtask: the standard library was not compiled, so the WASM stays larger");
    } else {
        eprintln!(
            "xtask: no sources of the standard library, so the WASM stays larger; \
             `rustup component add rust-src` gets them"
        );
    }
    run("wasm-pack", &plain)
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
