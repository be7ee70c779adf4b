//! Installs packages of Debian and its relatives.

use std::process::Command;

use anyhow::{Result, bail};

use super::announce;
use crate::command::{finish, output};

/// Installs packages as root, or with sudo if that asks for no password.
pub fn debian_install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    let by_hand = format!("apt-get update && apt-get install -y {list}");
    let is_root = output("id", &["-u"]).as_deref() == Some("0");
    let by_sudo = !is_root && output("sudo", &["-n", "true"]).is_some();
    if output("apt-get", &["--version"]).is_none() || !(is_root || by_sudo) {
        bail!("cannot install {list} without root. As root, run:\n\n  {by_hand}\n");
    }
    announce(
        &format!("installing {list} with apt-get"),
        "a minute or two",
    );
    let apt = |arguments: &[&str]| {
        let mut apt = if by_sudo {
            Command::new("sudo")
        } else {
            Command::new("env")
        };
        apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
        finish(apt.args(arguments))
    };
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], packages].concat())
}
