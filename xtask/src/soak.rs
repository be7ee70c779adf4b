//! The soak: hundreds of tasks in a real browser while everything fails by seed.

use anyhow::Result;

use crate::command::finish;
use crate::test;

/// Runs it with these options; see `tests/e2e/soak.mjs`.
pub fn soak(options: &[String]) -> Result<()> {
    finish(
        test::ReleaseBuild::new(&test::backend_binary("dev")?)?
            .node()?
            .arg("tests/e2e/soak.mjs")
            .args(options),
    )
}
