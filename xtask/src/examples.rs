//! Builds the examples as users of the package would.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::command::{command, finish, root, run, target_folder};
use crate::package::{self, Form};
use crate::paths;

/// Builds the package and all examples. Returns the folder of the Yew app.
pub fn build() -> Result<PathBuf> {
    package::build(Form::Default)?;
    let examples = root().join("examples");
    copy(&root().join("pkg"), &examples.join("plain-html/pkg"))?;
    for app in ["examples/vite-react", "examples/storage-dialog"] {
        run("npm", &["ci", "--no-audit", "--no-fund", "--prefix", app])?;
        run("npm", &["run", "build", "--prefix", app])?;
    }
    yew_app(&examples.join("yew-app"))
}

/// Builds a copy of the Yew app outside of the repository, where it must work too.
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
    // The repository's Cargo configuration does not apply outside of it.
    trunk.env(paths::RUSTFLAGS, paths::encoded_flags()?);
    finish(&mut trunk)?;
    Ok(outside.join("dist"))
}

/// The target folder of the Yew app. In the demo's target folder, its build would replace the
/// crate with `embed` by one without: the files of a cdylib have the same name.
pub fn yew_app_target() -> Result<PathBuf> {
    Ok(target_folder()?.join("yew-app"))
}

/// Replaces a string in a file.
fn replace(file: &Path, from: &str, to: &str) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    fs::write(file, text.replace(from, to)).with_context(|| file.display().to_string())
}

/// The folders that builds create in an example.
const BUILT: [&str; 2] = ["target", "dist"];

/// Replaces a folder by a copy of another, without the results of builds.
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
