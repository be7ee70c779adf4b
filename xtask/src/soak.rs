//! The soak: hundreds of tasks in a real browser while everything fails by seed.

use anyhow::Result;

use crate::command::finish;
use crate::test;

/// Runs it with these options; see `tests/e2e/soak.mjs`.
pub fn soak(options: &[String]) -> Result<()> {
    finish(
        test::node_on_release_build(&test::backend_binary("dev")?)?
            .arg("tests/e2e/soak.mjs")
            .args(options),
    )
}
