//! Serves the demo, and runs the reference backend.

use anyhow::Result;

use crate::command::{command, finish};
use crate::tools;

/// Serves the demo until it is stopped.
pub fn serve(options: &[String]) -> Result<()> {
    tools::for_building()?;
    eprintln!(
        "xtask: serving the demo at http://127.0.0.1:8080 (the first build takes a minute or two)"
    );
    finish(command("trunk", &["serve"]).args(options))
}

/// Runs the reference backend until it is stopped.
pub fn backend(options: &[String]) -> Result<()> {
    finish(command("cargo", &["run", "--package", "reference-backend", "--"]).args(options))
}
