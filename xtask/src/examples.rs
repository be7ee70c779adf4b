//! The examples, built with the package as a stranger would.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::command::{command, finish, root, run, target_folder};
use crate::{package, paths};

/// Builds the package and all examples with it. Tells where the Yew app is.
pub fn build() -> Result<PathBuf> {
    package::build()?;
    let examples = root().join("examples");
    copy(&root().join("pkg"), &examples.join("plain-html/pkg"))?;
    for app in ["examples/vite-react", "examples/storage-dialog"] {
        run("npm", &["ci", "--no-audit", "--no-fund", "--prefix", app])?;
        run("npm", &["run", "build", "--prefix", app])?;
    }
    yew_app(&examples.join("yew-app"))
}

/// Builds the Yew app in a copy outside of the repository, which is where it must work.
fn yew_app(app: &Path) -> Result<PathBuf> {
    let outside = std::env::temp_dir().join("yew-background-tasks-example");
    copy(app, &outside)?;
    let root = root();
    copy(&root.join("assets"), &outside.join("assets"))?;
    replace(&outside.join("index.html"), "../../assets", "assets")?;
    replace(
        &outside.join("Cargo.toml"),
        "../..",
        &root.to_string_lossy(),
    )?;
    let mut trunk = command("trunk", &["build", "--release", "--locked"]);
    trunk.current_dir(&outside);
    trunk.env("CARGO_TARGET_DIR", yew_app_target()?);
    // Outside of the repository its Cargo configuration does not apply.
    trunk.env(paths::RUSTFLAGS, paths::encoded_flags()?);
    finish(&mut trunk)?;
    Ok(outside.join("dist"))
}

/// Where the Yew app is built. In the folder of the demo it would put a crate without
/// `embed` in the place of the one with it: Cargo gives both one name, for they are a cdylib.
pub fn yew_app_target() -> Result<PathBuf> {
    Ok(target_folder()?.join("yew-app"))
}

/// Replaces a text in a file.
fn replace(file: &Path, from: &str, to: &str) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    fs::write(file, text.replace(from, to)).with_context(|| file.display().to_string())
}

/// What builds leave in the folder of an example.
const BUILT: [&str; 2] = ["target", "dist"];

/// Copies a folder with all that is its own in it, in place of what is there.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| to.display().to_string())?;
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name();
        let place = to.join(&name);
        if BUILT.iter().any(|built| name == *built) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &place)?;
        } else {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}
