//! The benchmark against React with sonner and against a page without a framework.

use anyhow::Result;

use crate::command::{command, finish, output, run, target_folder};
use crate::size::KEEP_NAMES;
use crate::{backend, test, tools};

/// Runs the benchmark with the options of `tests/bench/bench.mjs`.
pub fn bench(options: &[String]) -> Result<()> {
    tools::for_measuring()?;
    run("npm", &["run", "build", "--prefix", "tests/bench"])?;
    // A debug build of the server would use too much CPU time.
    let backend = backend::backend_binary("release")?;
    let mut node = test::ReleaseBuild::new(&backend)?.node()?;
    let revision = output("git", &["describe", "--always", "--dirty"]);
    node.env("REVISION", revision.unwrap_or_default());
    if options.iter().any(|option| option == "--profile") {
        // A profile needs function names, which the release build does not have.
        let named = target_folder()?.join("dist-with-names");
        let mut trunk = command("trunk", &["build", "--release", "--dist"]);
        finish(trunk.arg(&named).env(KEEP_NAMES, "1"))?;
        node.env("DIST", named);
    }
    finish(node.arg("tests/bench/bench.mjs").args(options))
}
