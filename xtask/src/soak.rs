//! The soak test: hundreds of tasks in a real browser with faults, by seed.

use anyhow::Result;

use crate::command::finish;
use crate::{backend, test};

/// Runs the test with the options of `tests/e2e/soak.mjs`.
pub fn soak(options: &[String]) -> Result<()> {
    finish(
        test::ReleaseBuild::new(&backend::backend_binary("dev")?)?
            .node()?
            .arg("tests/e2e/soak.mjs")
            .args(options),
    )
}
