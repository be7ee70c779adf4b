//! The cost of each part of the crate for an app.

use anyhow::Result;

use crate::command::{command, finish, run};
use crate::{examples, size, tools};

const WASM: &str = "wasm32-unknown-unknown";

/// The apps, each with one part more than the previous one.
const APPS: [&str; 6] = [
    "yew_alone",
    "toasts",
    "tasks",
    "list",
    "dialog",
    "all_options",
];

/// Builds and optimises the apps of `tests/bench/pieces`, and prints a Markdown table of their
/// sizes.
pub fn print() -> Result<()> {
    tools::for_packaging()?;
    let target = examples::yew_app_target()?;
    let build = [
        "build",
        "--release",
        "--package",
        "pieces",
        "--target",
        WASM,
    ];
    finish(command("cargo", &build).env("CARGO_TARGET_DIR", &target))?;
    let mut before = 0;
    println!("| app | brotli kB | more than the one before |\n| --- | ---: | ---: |");
    for name in APPS {
        let wasm = target.join(WASM).join(format!("release/{name}.wasm"));
        let folder = target.join("pieces").join(name);
        let (wasm, place) = (wasm.to_string_lossy(), folder.to_string_lossy());
        let how = ["--target", "web", "--no-typescript", "--out-dir"];
        run("wasm-bindgen", &[&[&*wasm][..], &how, &[&*place]].concat())?;
        size::shrink_wasm(&folder)?;
        size::shrink_javascript(&folder)?;
        let bytes = size::brotli_of(&folder)?;
        let more = bytes.saturating_sub(before);
        println!("| `{name}` | {} | {} |", kilobytes(bytes), kilobytes(more));
        before = bytes;
    }
    Ok(())
}

fn kilobytes(bytes: usize) -> String {
    format!("{}.{}", bytes / 1_000, bytes % 1_000 / 100)
}
