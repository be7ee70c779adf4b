//! `cargo xtask`: the recurring tasks of this repository.

mod backend;
mod bench;
mod book;
mod breakdown;
mod command;
mod compare_tus;
mod conformance;
mod count;
mod engines;
mod examples;
mod function_order;
mod lint;
mod modules;
mod msrv;
mod optimised;
mod package;
mod paths;
mod pictures;
mod pieces;
mod programs;
mod selection;
mod serve;
mod short_names;
mod simulate;
mod simulation_page;
mod size;
mod soak;
mod test;
mod tools;

use std::process::ExitCode;

use anyhow::bail;

const HELP: &str = "\
cargo xtask <task>

  serve [options of trunk serve]   install missing tools and serve the demo at
                                   http://127.0.0.1:8080
  test [native|web|http|engines|   install missing tools and run all tests, or the named
        e2e [NAME] …]              categories, or those of their tests whose file or name
                                   contains NAME; ENGINES=chromium,firefox leaves an engine
                                   out
  simulate [SEEDS] [--mutations]   simulate many tabs and a server with faults in virtual
                                   time, by seed (1000 seeds by default); --mutations shows
                                   which seed finds each known fault; SEED=n replays one
  soak [--short] [--seed N]        run 500 tasks on the real page while requests,
       [--tasks N] [--minutes N]   connections and pages fail, by seed; fails if a task
       [--one-page]                was lost, duplicated or wrong
  soak --hour [--minutes N]        run tasks for an hour of virtual time; fails if memory,
       [--seed N]                  nodes, listeners or references have grown
  bench [--short] [--tasks N,…]    compare our page, React with sonner, and a page without
        [--seconds N] [--loads N]  a framework in one browser; prints Markdown. --ours also
        [--ours QUERY]…            measures ours with this in its URL, such as batch=1;
        [--json FILE] [--profile]  --profile prints the time by function instead
  compare-tus                      compare uploads with tus-js-client on a stock tus server
                                   under faults; writes the table of docs/tus.md
  pictures [STATE …]               take pictures of twelve states in each engine, light and
                                   dark, 1280 and 375 px wide, and put the engines side by
                                   side in target/pictures; ENGINES as above
  recording                        record the animation of README and its still, with the
                                   simulator and in virtual time; frames in target/recording
  conformance URL [options]        check whether a server implements the HTTP API of
                                   docs/http-api.md; --help lists the options
  lint                             formatting, the order of modules, clippy for host and
                                   wasm32, rustdoc
  msrv                             compile the published crates with the oldest Rust that
                                   they support, the rust-version of Cargo.toml
  backend [options]                start the reference backend at 127.0.0.1:8787
  package [--smallest]             build the npm package, for the web into pkg and for
                                   bundlers into pkg-bundler, and print its size; with the
                                   option into pkg-smallest and pkg-bundler-smallest, a fifteenth
                                   smaller, with a stack trace in place of the text of a panic
  examples                         build the package and all examples
  book                             build the documentation as a site in target/book, with the
                                   simulation on one of its pages
  size [folder]                    brotli sizes of a release build (dist)
  breakdown                        the size of the demo's WASM by crate and module
  pieces                           what each part of the crate costs an app
  paths                            called by trunk before a build: tells Cargo which local
                                   paths to remap, so that the WASM does not contain them,
                                   and the flags that make it smaller
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
        "compare-tus" => compare_tus::compare(),
        "pictures" => pictures::take(&rest),
        "recording" => pictures::record(),
        "conformance" => conformance::conformance(&rest),
        "lint" => lint::lint(),
        "msrv" => msrv::check(),
        "backend" => serve::backend(&rest),
        "package" => package::run_task(&rest),
        "examples" => examples::build().map(|_| ()),
        "size" => size::print(rest.first().map_or("dist", String::as_str).as_ref()),
        "book" => book::build(),
        "breakdown" => breakdown::print(),
        "pieces" => pieces::print(),
        "optimise" => size::optimise(),
        "paths" => Ok(()),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => bail!("unknown task: {unknown}\n\n{HELP}"),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
