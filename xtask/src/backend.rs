//! The reference backend, for tests.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::command::{run, target_folder};

/// Builds the reference backend with a profile of Cargo.
pub fn backend_binary(profile: &str) -> Result<PathBuf> {
    let build = ["build", "--package", "reference-backend", "--profile"];
    run("cargo", &[&build[..], &[profile]].concat())?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(target_folder()?.join(folder).join("reference-backend"))
}

/// The reference backend on a free port, until it is dropped.
pub struct Backend {
    pub address: String,
    child: Child,
    /// Kept open, because the backend ends when the pipe is closed.
    _output: BufReader<ChildStdout>,
}

impl Backend {
    /// Builds it and starts it.
    pub fn start() -> Result<Self> {
        let binary = backend_binary("dev")?;
        let mut child = Command::new(binary)
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .context("the reference backend could not be started")?;
        let output = child.stdout.take().context("the backend has no output")?;
        let mut output = BufReader::new(output);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let Some(address) = line.trim().strip_prefix("listening on ") else {
            bail!("the reference backend printed {line:?} instead of its address");
        };
        Ok(Self {
            address: address.to_owned(),
            child,
            _output: output,
        })
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        // Fails if the process has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
