//! The documentation as a site.

use anyhow::Result;

use crate::command::{run, target_folder};
use crate::{simulation_page, tools};

/// Builds `docs` as a book in the target folder, with the simulation on one of its pages.
pub fn build() -> Result<()> {
    tools::for_book()?;
    let book = target_folder()?.join("book");
    let folder = book.to_string_lossy();
    run("mdbook", &["build", "docs", "--dest-dir", &folder])?;
    simulation_page::build(&book.join("simulation"))?;
    eprintln!("xtask: the documentation is in {folder}/index.html");
    eprintln!(
        "xtask: the simulation needs a web server, such as `python3 -m http.server -d {folder}`"
    );
    Ok(())
}
