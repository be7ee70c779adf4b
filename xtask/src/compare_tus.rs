//! The comparison with tus-js-client on a stock tus server.

use anyhow::Result;

use crate::command::finish;
use crate::package::{self, Form};
use crate::{backend, test};

/// Builds the package, and writes the table of `docs/tus.md`.
pub fn compare() -> Result<()> {
    package::build(Form::Default)?;
    let backend = backend::backend_binary("dev")?;
    finish(
        test::ReleaseBuild::new(&backend)?
            .node()?
            .arg("tests/e2e/tus/compare.mjs"),
    )
}
