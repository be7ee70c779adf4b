//! Checks a server against the HTTP API.

use anyhow::Result;

use crate::command::{command, finish};
use crate::tools;

/// Runs the checks; `options` are those of `tests/e2e/conformance/run.mjs`, first the URL.
pub fn conformance(options: &[String]) -> Result<()> {
    tools::for_node()?;
    finish(command("node", &["tests/e2e/conformance/run.mjs"]).args(options))
}
