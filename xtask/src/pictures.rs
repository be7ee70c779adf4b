//! Pictures of what users see, in each engine.

use std::fs;

use anyhow::{Context as _, Result};

use crate::command::{finish, root, target_folder};
use crate::{backend, engines, test, tools};

/// Takes the pictures of the named states, or of all, and puts the engines side by side.
pub fn take(states: &[String]) -> Result<()> {
    let engines = engines::chosen()?;
    tools::for_engines(&engines)?;
    tools::fonts()?;
    let backend = backend::backend_binary("dev")?;
    let build = test::ReleaseBuild::new(&backend)?;
    let folder = target_folder()?.join("pictures");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    for engine in engines {
        let mut node = build.node()?;
        node.env("PICTURES", &folder)
            .args(["--test", "--test-reporter=spec"])
            .arg("tests/e2e/pictures/pictures.mjs");
        if !states.is_empty() {
            node.env("STATES", states.join(","));
        }
        test::use_engine(&mut node, engine)?;
        finish(&mut node)?;
    }
    let mut sheets = build.node()?;
    finish(
        sheets
            .env("PICTURES", &folder)
            .arg("tests/e2e/pictures/sheets.mjs"),
    )
}

/// Records the flow of README in Chromium: the animation and its still in `docs`, and all frames
/// in the target folder.
pub fn record() -> Result<()> {
    tools::fonts()?;
    let backend = backend::backend_binary("dev")?;
    let mut node = test::ReleaseBuild::new(&backend)?.node()?;
    let frames = target_folder()?.join("recording");
    if frames.exists() {
        fs::remove_dir_all(&frames).with_context(|| frames.display().to_string())?;
    }
    let docs = root().join("docs");
    finish(
        node.env("ANIMATION", docs.join("demo-animated.png"))
            .env("STILL", docs.join("demo.png"))
            .env("FRAMES", &frames)
            .arg("tests/e2e/pictures/recording.mjs"),
    )
}
