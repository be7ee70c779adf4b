//! `cargo xtask`: what is done twice in this repository.

mod bench;
mod command;
mod count;
mod examples;
mod lint;
mod modules;
mod optimised;
mod package;
mod paths;
mod pieces;
mod serve;
mod short_names;
mod simulate;
mod size;
mod soak;
mod test;
mod tools;
mod whose;

use std::process::ExitCode;

use anyhow::bail;

const HELP: &str = "\
cargo xtask <task>

  serve [options of trunk serve]   install what is missing and serve the demo at
                                   http://127.0.0.1:8080
  test [native|web|http|e2e …]     install what is missing and run every test, or
                                   the named sorts
  simulate [SEEDS] [--mutations]   many tabs and a server in virtual time while everything
                                   fails by seed, 1000 by default; with --mutations shows
                                   which seed finds each known fault. SEED=n replays one
  soak [--short] [--seed N]        500 tasks on the real page while wire, connection
       [--tasks N] [--minutes N]   and page fail by seed; prints what came of it, and
       [--one-page]                fails where a task was lost, duplicated or wrong
  soak --hour [--minutes N]        an hour of a page's own time, which is virtual, with
       [--seed N]                  work all along; fails where memory, nodes, listeners
                                   or references have grown
  bench [--short] [--tasks N,…]    the same work on ours, on React with sonner and on
        [--seconds N] [--loads N]  no framework, in one browser; prints the costs as
        [--ours QUERY]…            Markdown. --ours measures ours once more with this
        [--json FILE] [--profile]  in its address, as in --ours batch=1; --profile tells
                                   the functions that take the time instead
  lint                             formatting, the order of modules, clippy for host
                                   and wasm32, rustdoc
  backend [options]                start the reference backend at 127.0.0.1:8787
  package                          build the npm package, for the web into pkg and for
                                   bundlers into pkg-bundler, and print its size
  examples                         build the package, then every example with it
  size [folder]                    brotli sizes of a release build (dist)
  whose                            whose the bytes of the demo's WASM are, by crate and module
  pieces                           what an app pays for which piece of the crate
  paths                            called by trunk before a build: tells Cargo which paths
                                   of this machine to keep out of the WASM
  optimise                         called by trunk after a release build: wasm-opt, terser
  help                             this text
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = arguments.collect();
    let done = paths::write_config().and_then(|()| match task.as_str() {
        "serve" => serve::serve(&rest),
        "test" => test::test(&rest),
        "simulate" => simulate::simulate(&rest),
        "soak" => soak::soak(&rest),
        "bench" => bench::bench(&rest),
        "lint" => lint::lint(),
        "backend" => serve::backend(&rest),
        "package" => package::build(),
        "examples" => examples::build().map(|_| ()),
        "size" => size::print(rest.first().map_or("dist", String::as_str).as_ref()),
        "whose" => whose::print(),
        "pieces" => pieces::print(),
        "optimise" => size::optimise(),
        "paths" => Ok(()),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => bail!("there is no task called {unknown}\n\n{HELP}"),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
