//! The documentation as a site.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::{run, target_folder};
use crate::{simulation_page, tools};

/// Where the site is.
pub fn folder() -> Result<PathBuf> {
    Ok(target_folder()?.join("book"))
}

/// Builds `docs` as a book, with the simulation on one of its pages.
pub fn build() -> Result<()> {
    tools::for_book()?;
    let book = folder()?;
    let folder = book.to_string_lossy();
    run("mdbook", &["build", "docs", "--dest-dir", &folder])?;
    simulation_page::build(&book.join("simulation"))?;
    eprintln!("xtask: the documentation is in {folder}/index.html");
    eprintln!(
        "xtask: the simulation needs a web server, such as `python3 -m http.server -d {folder}`"
    );
    Ok(())
}
