//! The npm package: JavaScript, types and WASM, for the web and for bundlers.

use std::fs;
use std::thread;

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::{command, finish, root, run, target_folder};
use crate::{size, tools};

/// The targets of wasm-pack and their output folders.
const TARGETS: [(&str, &str); 2] = [("web", "pkg"), ("bundler", "pkg-bundler")];

/// Compiles the standard library too: the installed one is optimised for speed, which takes 4 kB
/// (brotli). Panics still call the hook of `src/embed/panics.rs`. Only on request, so that the size
/// of the package does not depend on the machine.
const LIBRARY_FOR_SIZE: [&str; 2] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];

/// The modules of the package. Other files can be imported by their names.
const EXPORTS: &str = r#"  "exports": {
    ".": { "types": "./yew_background_tasks.d.ts", "default": "./yew_background_tasks.js" },
    "./s3": { "types": "./s3.d.ts", "default": "./s3.js" },
    "./*": "./*"
  },
"#;

/// Which standard library a package contains.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StandardLibrary {
    /// The installed one.
    Installed,
    /// One that is compiled for size, from its sources.
    CompiledForSize,
}

/// Builds both packages and prints their sizes. The option is `--library-for-size`.
pub fn run_task(options: &[String]) -> Result<()> {
    match options {
        [] => build(StandardLibrary::Installed),
        [option] if option == "--library-for-size" => build(StandardLibrary::CompiledForSize),
        _ => bail!("the only option is --library-for-size"),
    }
}

/// Builds both packages and prints their sizes.
pub fn build(library: StandardLibrary) -> Result<()> {
    tools::for_packaging()?;
    for (target, folder) in TARGETS {
        // wasm-pack would add files of the previous build to package.json.
        if root().join(folder).exists() {
            fs::remove_dir_all(root().join(folder)).with_context(|| folder.to_owned())?;
        }
        compile(target, folder, library)?;
        add_s3(folder)?;
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

/// Adds what only pages that import it load: `s3.js`, and its types.
fn add_s3(folder: &str) -> Result<()> {
    let folder = root().join(folder);
    for file in ["s3.js", "s3.d.ts"] {
        fs::copy(root().join("src/client/s3").join(file), folder.join(file)).context(file)?;
    }
    let path = folder.join("package.json");
    let text = fs::read_to_string(&path).context("package.json")?;
    let files = "\"files\": [";
    let main = "  \"main\": ";
    ensure!(
        text.contains(files) && text.contains(main),
        "package.json: {text}"
    );
    let text = text
        .replacen(
            files,
            &format!("{files}\n    \"s3.js\",\n    \"s3.d.ts\","),
            1,
        )
        .replacen(main, &format!("{EXPORTS}{main}"), 1);
    fs::write(&path, text).context("package.json")
}

fn compile(target: &str, folder: &str, library: StandardLibrary) -> Result<()> {
    let options = ["build", "--release", "--mode", "no-install"];
    let place = ["--target", target, "--out-dir", folder];
    let features = ["--features", "embed"];
    let plain = [&options[..], &place, &features].concat();
    if library == StandardLibrary::Installed {
        return run("wasm-pack", &plain);
    }
    run("rustup", &["component", "add", "rust-src"])?;
    let mut small = command("wasm-pack", &[&plain[..], &LIBRARY_FOR_SIZE].concat());
    // A stable compiler accepts the options with this. The folder of its own keeps the
    // dependencies of other builds from being compiled again.
    small.env("RUSTC_BOOTSTRAP", "1");
    let folder = target_folder()?.join("library-for-size");
    finish(small.env("CARGO_TARGET_DIR", folder))
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
