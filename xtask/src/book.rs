//! The documentation as a site.

use anyhow::Result;

use crate::command::{run, target_folder};
use crate::tools;

/// Builds `docs` as a book in the target folder.
pub fn build() -> Result<()> {
    tools::for_book()?;
    let folder = target_folder()?.join("book");
    let folder = folder.to_string_lossy();
    run("mdbook", &["build", "docs", "--dest-dir", &folder])?;
    eprintln!("xtask: the documentation is in {folder}/index.html");
    Ok(())
}
