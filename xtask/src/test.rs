//! Runs the tests, the fastest categories first.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::{command, root, run, target_folder};
use crate::count::Count;
use crate::{examples, tools};

type Step = fn() -> Result<Count>;

/// The categories of tests.
const STEPS: [(&str, Step); 4] = [
    ("native", native),
    ("web", web),
    ("http", http),
    ("e2e", end_to_end),
];

/// Runs the named categories, or all.
pub fn test(named: &[String]) -> Result<()> {
    for name in named {
        let known = STEPS.iter().any(|(step, _)| step == name);
        ensure!(known, "unknown category of tests: {name}");
    }
    let mut done = Vec::new();
    let mut all = Count::default();
    for (name, step) in STEPS {
        if named.is_empty() || named.iter().any(|named| named == name) {
            eprintln!("\nxtask: tests, {name}");
            let start = Instant::now();
            let count = step().with_context(|| format!("the {name} tests"))?;
            all += count;
            done.push((name, count, start.elapsed()));
        }
    }
    println!("\n{:8} {:>6} {:>8}", "tests", "passed", "seconds");
    for (name, count, took) in done {
        println!("{name:8} {:>6} {:>8}", count.passed, took.as_secs());
    }
    println!("\n{} passed, {} failed", all.passed, all.failed);
    Ok(())
}

fn native() -> Result<Count> {
    counted(&mut command("cargo", &["test", "--workspace"]))
}

fn web() -> Result<Count> {
    tools::for_browser_tests()?;
    counted(&mut wasm_pack()?)
}

fn http() -> Result<Count> {
    tools::for_browser_tests()?;
    let backend = Backend::start()?;
    let mut tests = wasm_pack()?;
    tests
        .arg("tests/http")
        .env("REFERENCE_BACKEND", &backend.address);
    counted(&mut tests)
}

fn end_to_end() -> Result<Count> {
    let folder = root().join("tests/e2e");
    let mut tests: Vec<PathBuf> = std::fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    tests.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    tests.sort();
    let mut node = node_on_release_build(&backend_binary("dev")?)?;
    node.env("YEW_APP", examples::build()?);
    counted(node.args(["--test", "--test-reporter=spec"]).args(tests))
}

/// A Node command with the paths of the release build, the backend and Chromium.
pub fn node_on_release_build(backend: &Path) -> Result<Command> {
    tools::for_end_to_end_tests()?;
    run("trunk", &["build", "--release"])?;
    let mut node = command("node", &[]);
    node.env("DIST", root().join("dist"))
        .env("BACKEND_BIN", backend)
        .env("CHROMIUM", tools::chromium().context("no Chromium")?);
    Ok(node)
}

fn wasm_pack() -> Result<Command> {
    let driver = tools::chromedriver().context("no chromedriver")?;
    let options = [
        "test",
        "--headless",
        "--chrome",
        "--mode",
        "no-install",
        "--chromedriver",
    ];
    let mut wasm_pack = command("wasm-pack", &options);
    wasm_pack.arg(driver);
    // Seconds for all tests of a page. The default of 20 s is not enough for the HTTP tests.
    wasm_pack.env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    Ok(wasm_pack)
}

/// Runs tests, prints their output and counts them.
fn counted(tests: &mut Command) -> Result<Count> {
    let command_line = format!("{tests:?}");
    let mut child = tests
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{command_line} could not be started"))?;
    let mut count = Count::default();
    if let Some(output) = child.stdout.take() {
        let mut screen = std::io::stdout();
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            screen.write_all(&[&line, b"\n".as_slice()].concat())?;
            count += Count::of_line(&String::from_utf8_lossy(&line));
        }
    }
    let status = child.wait()?;
    ensure!(status.success(), "{command_line} failed: {status}");
    ensure!(count.skipped == 0, "{} tests were skipped", count.skipped);
    ensure!(count.passed > 0, "no test ran");
    Ok(count)
}

/// Builds the reference backend with a profile of Cargo.
pub fn backend_binary(profile: &str) -> Result<PathBuf> {
    let build = ["build", "--package", "reference-backend", "--profile"];
    run("cargo", &[&build[..], &[profile]].concat())?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(target_folder()?.join(folder).join("reference-backend"))
}

/// The reference backend on a free port, until it is dropped.
struct Backend {
    address: String,
    child: Child,
    /// Kept open, because the backend ends when the pipe is closed.
    _output: BufReader<ChildStdout>,
}

impl Backend {
    fn start() -> Result<Self> {
        let binary = backend_binary("dev")?;
        let mut child = Command::new(binary)
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .context("the reference backend could not be started")?;
        let output = child.stdout.take().context("the backend has no output")?;
        let mut output = BufReader::new(output);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let Some(address) = line.trim().strip_prefix("listening on ") else {
            bail!("the reference backend printed {line:?} instead of its address");
        };
        Ok(Self {
            address: address.to_owned(),
            child,
            _output: output,
        })
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        // Fails if the process has already ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
