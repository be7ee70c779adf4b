//! A server with the S3 API, for the tests of object storage.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::announce;
use super::debian::debian_install;
use crate::command::{output, root, run, target_folder};

/// The server with the S3 API: a Python package in an environment of its own.
pub fn moto_server() -> Result<PathBuf> {
    Ok(target_folder()?.join("moto/bin/moto_server"))
}

/// Installs that server, unless it is current.
pub fn moto() -> Result<()> {
    let wanted = "tests/e2e/s3/requirements.txt";
    let folder = target_folder()?.join("moto");
    let installed = folder.join("requirements.txt");
    let listed = fs::read_to_string(root().join(wanted)).context(wanted)?;
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == listed) {
        return Ok(());
    }
    if output("python3", &["-c", "import ensurepip, venv"]).is_none() {
        debian_install(&["python3-venv"])?;
    }
    announce("installing moto, a server with the S3 API", "a minute");
    let environment = folder.to_string_lossy();
    run("python3", &["-m", "venv", "--clear", &environment])?;
    let pip = folder.join("bin/pip");
    let quietly = ["install", "--quiet", "--disable-pip-version-check"];
    run(
        &pip.to_string_lossy(),
        &[&quietly[..], &["--requirement", wanted]].concat(),
    )?;
    // Says that the installation is complete.
    fs::write(&installed, listed).with_context(|| installed.display().to_string())
}
