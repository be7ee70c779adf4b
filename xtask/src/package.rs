//! The npm package: JavaScript, types and WASM, for the web and for bundlers.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result, bail};

use crate::command::{command, finish, root, run, target_folder};
use crate::{size, tools};

const WASM: &str = "wasm32-unknown-unknown";

/// The targets of wasm-bindgen and their output folders.
const TARGETS: [(&str, &str); 2] = [("web", "pkg"), ("bundler", "pkg-bundler")];

/// The name of all files of the package.
const NAME: &str = "yew_background_tasks";

/// The files of the repository that belong to the package.
const COPIED: [&str; 4] = ["README.md", "LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// The module for object storage, which only pages that import it load, and its types.
const S3: [&str; 2] = ["s3.js", "s3.d.ts"];

/// The module for the option `simulated`, which only pages that use it load, and its types.
const SIMULATED: [&str; 2] = ["simulated.js", "simulated.d.ts"];

/// The folder of the WASM of that module, and the files in it.
const SIMULATOR: (&str, [&str; 2]) = ("simulated", ["simulator.js", "simulator_bg.wasm"]);

/// The module that keeps files, which only pages that do so load.
const KEPT_FILES: &str = "kept-files.js";

/// The module whose function `guarded` stops the module of WASM after a trap.
const GUARD: &str = "src/embed/page.js";

/// What makes [`Form::Smallest`]: a panic is a trap at once, without a text, and the standard
/// library is compiled for size.
const SMALLEST: [&str; 3] = [
    "-Zpanic-immediate-abort",
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];

/// How a package is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// With the installed standard library.
    Default,
    /// With a standard library that is compiled from its sources, which have to be installed.
    Smallest,
}

impl Form {
    /// What the names of the folders end in.
    fn suffix(self) -> &'static str {
        match self {
            Self::Default => "",
            Self::Smallest => "-smallest",
        }
    }
}

/// Builds both packages and prints their sizes. The option is `--smallest`.
pub fn run_task(options: &[String]) -> Result<()> {
    match options {
        [] => build(Form::Default),
        [option] if option == "--smallest" => build(Form::Smallest),
        _ => bail!("the only option is --smallest"),
    }
}

/// Builds both packages and prints their sizes.
pub fn build(form: Form) -> Result<()> {
    tools::for_packaging()?;
    let wasm = compile(form)?;
    let simulator = simulator()?;
    let packages = TARGETS.map(|(target, folder)| {
        let folder = format!("{folder}{}", form.suffix());
        (target, root().join(folder))
    });
    for (target, folder) in &packages {
        assemble(&wasm, target, folder)?;
    }
    // wasm-opt uses one processor for most of a minute.
    thread::scope(|scope| {
        let [web, bundler] = packages
            .each_ref()
            .map(|(target, folder)| scope.spawn(move || shrink(target, folder)));
        for running in [web, bundler] {
            match running.join() {
                Ok(done) => done?,
                Err(_) => bail!("a thread has panicked"),
            }
        }
        Ok(())
    })?;
    for (target, folder) in &packages {
        // It has its final form.
        add_simulator(&simulator, folder)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        println!("{name}, for target {target}:");
        size::print(folder)?;
    }
    Ok(())
}

/// Compiles the module. Cargo optimises it across crates only if it is asked for a `cdylib` alone,
/// which `wasm-pack build` cannot do: its package is a tenth larger.
fn compile(form: Form) -> Result<PathBuf> {
    let build = ["rustc", "--release", "--lib", "--crate-type", "cdylib"];
    let what = ["--target", WASM, "--features", "embed"];
    let build = [&build[..], &what].concat();
    let mut target = target_folder()?;
    match form {
        Form::Default => run("cargo", &build)?,
        Form::Smallest => {
            run("rustup", &["component", "add", "rust-src"])?;
            let mut smallest = command("cargo", &[&build[..], &SMALLEST].concat());
            // A stable compiler accepts the options with this. The folder of its own keeps the
            // dependencies of other builds from being compiled again.
            smallest.env("RUSTC_BOOTSTRAP", "1");
            smallest.env("CARGO_PROFILE_RELEASE_PANIC", "immediate-abort");
            target.push("smallest");
            finish(smallest.env("CARGO_TARGET_DIR", &target))?;
        }
    }
    Ok(target.join(WASM).join(format!("release/{NAME}.wasm")))
}

/// Builds the simulator. Both packages have the form for the web, which bundlers understand too.
fn simulator() -> Result<PathBuf> {
    let build = ["rustc", "--release", "--lib", "--crate-type", "cdylib"];
    let what = ["--target", WASM, "-p", "background-tasks-simulator"];
    run("cargo", &[&build[..], &what].concat())?;
    let target = target_folder()?;
    let release = target.join(WASM).join("release");
    let wasm = release.join("background_tasks_simulator.wasm");
    let folder = target.join("simulator");
    let (wasm, place) = (wasm.to_string_lossy(), folder.to_string_lossy());
    let form = ["--target", "web", "--no-typescript"];
    let place = [&*wasm, "--out-name", "simulator", "--out-dir", &*place];
    run("wasm-bindgen", &[&place[..], &form].concat())?;
    size::shrink_wasm(&folder)?;
    size::shrink_javascript(&folder)?;
    Ok(folder)
}

/// Creates the folder of a package, without files of an earlier build.
fn assemble(wasm: &Path, target: &str, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let (wasm, place) = (wasm.to_string_lossy(), folder.to_string_lossy());
    let options = ["--target", target, "--out-dir", &*place];
    run("wasm-bindgen", &[&[&*wasm][..], &options].concat())?;
    guard(folder)?;
    for file in COPIED {
        fs::copy(root().join(file), folder.join(file)).with_context(|| file.to_owned())?;
    }
    for file in S3 {
        fs::copy(root().join("src/client/s3").join(file), folder.join(file)).context(file)?;
    }
    for file in SIMULATED {
        let source = root().join("crates/simulator/src").join(file);
        fs::copy(source, folder.join(file)).context(file)?;
    }
    let kept_files = root().join("src/driver/kept_files").join(KEPT_FILES);
    fs::copy(kept_files, folder.join(KEPT_FILES)).context(KEPT_FILES)?;
    let cargo = fs::read_to_string(root().join("Cargo.toml"))?;
    let description = value("description", &cargo)?;
    let keywords = value("keywords", &cargo)?;
    fs::write(
        folder.join("package.json"),
        manifest(target, description, keywords),
    )?;
    Ok(())
}

/// Lets the glue call the module through `guarded`.
fn guard(folder: &Path) -> Result<()> {
    let glue = folder.join(format!("{NAME}.js"));
    let script = fs::read_to_string(&glue).context(NAME)?;
    let snippets = fs::read_dir(folder.join("snippets")).context("snippets")?;
    let mut names = snippets.flatten().map(|entry| entry.path().join(GUARD));
    let page = names.find(|file| file.exists()).context(GUARD)?;
    let page = page
        .strip_prefix(folder)?
        .to_string_lossy()
        .replace('\\', "/");
    fs::write(&glue, with_guard(&script, &page)?).context(NAME)
}

/// The glue with its only use of the exports guarded, by a function of the file `page`.
fn with_guard(script: &str, page: &str) -> Result<String> {
    let uses = [
        (
            "wasm = instance.exports;",
            "wasm = guarded(instance.exports);",
        ),
        ("__wbg_set_wasm(wasm);", "__wbg_set_wasm(guarded(wasm));"),
    ];
    let mut uses = uses.iter().filter(|(use_, _)| script.contains(use_));
    let (Some((use_, guarded)), None) = (uses.next(), uses.next()) else {
        bail!("wasm-bindgen's output has changed: it has no known use of the exports");
    };
    let import = format!("import {{ guarded }} from \"./{page}\";\n");
    Ok(import + &script.replacen(use_, guarded, 1))
}

fn add_simulator(simulator: &Path, folder: &Path) -> Result<()> {
    let (place, files) = SIMULATOR;
    fs::create_dir(folder.join(place)).context(place)?;
    for file in files {
        fs::copy(simulator.join(file), folder.join(place).join(file)).context(file)?;
    }
    Ok(())
}

/// The `package.json`. Description and keywords are JSON.
fn manifest(target: &str, description: &str, keywords: &str) -> String {
    // Only for bundlers, loading the glue starts the module.
    let (glue, side_effect) = match target {
        "bundler" => (
            format!("\n    \"{NAME}_bg.js\","),
            format!("\"./{NAME}.js\", "),
        ),
        _ => (String::new(), String::new()),
    };
    let (version, license) = (env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_LICENSE"));
    format!(
        r#"{{
  "name": "yew-background-tasks",
  "type": "module",
  "description": {description},
  "version": "{version}",
  "license": "{license}",
  "files": [
    "{NAME}_bg.wasm",
    "{NAME}.js",{glue}
    "{NAME}.d.ts",
    "s3.js",
    "s3.d.ts",
    "simulated.js",
    "simulated.d.ts",
    "simulated",
    "kept-files.js",
    "snippets"
  ],
  "exports": {{
    ".": {{ "types": "./{NAME}.d.ts", "default": "./{NAME}.js" }},
    "./s3": {{ "types": "./s3.d.ts", "default": "./s3.js" }},
    "./simulated": {{ "types": "./simulated.d.ts", "default": "./simulated.js" }},
    "./*": "./*"
  }},
  "main": "{NAME}.js",
  "types": "{NAME}.d.ts",
  "sideEffects": [{side_effect}"./snippets/*"],
  "keywords": {keywords}
}}
"#
    )
}

/// The value of a field in a `Cargo.toml` whose value is JSON too.
fn value<'a>(field: &str, cargo: &'a str) -> Result<&'a str> {
    let mut fields = cargo.lines().filter_map(|line| line.split_once(" = "));
    let field_and_value = fields.find(|(name, _)| *name == field);
    let (_, value) = field_and_value.with_context(|| format!("Cargo.toml has no {field}"))?;
    Ok(value)
}

fn shrink(target: &str, folder: &Path) -> Result<()> {
    size::shrink_wasm(folder)?;
    // Bundlers minify the JavaScript themselves.
    if target == "web" {
        size::shrink_javascript(folder)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifest_of_each_target_names_its_files() -> Result<()> {
        let cargo = "[package]\ndescription = \"Tasks\"\nkeywords = [\"wasm\"]\n";
        let (description, keywords) = (value("description", cargo)?, value("keywords", cargo)?);
        let [web, bundler] = TARGETS.map(|(target, _)| manifest(target, description, keywords));
        assert!(web.contains("\"description\": \"Tasks\",\n"));
        assert!(web.contains("\"keywords\": [\"wasm\"]\n"));
        assert!(web.contains("\"./simulated\": {"));
        assert!(web.contains("\"sideEffects\": [\"./snippets/*\"]"));
        assert!(!web.contains("yew_background_tasks_bg.js"));
        assert!(bundler.contains("\"yew_background_tasks_bg.js\",\n"));
        assert!(bundler.contains("[\"./yew_background_tasks.js\", \"./snippets/*\"]"));
        assert!(value("readme", cargo).is_err());
        Ok(())
    }

    #[test]
    fn glue_of_each_target_is_guarded() -> Result<()> {
        let import = "import { guarded } from \"./snippets/a/page.js\";\n";
        for (script, expected) in [
            (
                "wasm = instance.exports;",
                "wasm = guarded(instance.exports);",
            ),
            ("__wbg_set_wasm(wasm);", "__wbg_set_wasm(guarded(wasm));"),
        ] {
            let script = with_guard(script, "snippets/a/page.js")?;
            assert_eq!(script, format!("{import}{expected}"));
        }
        assert!(with_guard("wasm = exports;", "page.js").is_err());
        Ok(())
    }
}
