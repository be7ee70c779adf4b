//! Minifies the style sheets that the WASM contains.

use std::path::PathBuf;
use std::{env, fs, io};

const SHEETS: [&str; 3] = ["toaster.css", "components.css", "shadow.css"];

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    for sheet in SHEETS {
        let source = format!("assets/{sheet}");
        println!("cargo::rerun-if-changed={source}");
        fs::write(out.join(sheet), minify(&fs::read_to_string(source)?))?;
    }
    Ok(())
}

/// Removes comments and indentation. The sheets have no string that contains `/*`.
fn minify(css: &str) -> String {
    let mut parts = css.split("/*");
    let before = parts.next().unwrap_or_default().to_owned();
    let code = parts.fold(before, |code, part| {
        code + part.split_once("*/").map_or("", |(_, after)| after)
    });
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
