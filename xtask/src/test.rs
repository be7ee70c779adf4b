//! Runs the tests, the fastest categories first.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::{command, root, run, target_folder};
use crate::count::Count;
use crate::{examples, tools};

type Category = fn() -> Result<Outcome>;

/// The categories of tests.
const CATEGORIES: [(&str, Category); 4] = [
    ("native", native),
    ("web", web),
    ("http", http),
    ("e2e", end_to_end),
];

/// What came of a category.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    count: Count,
    /// How long the tests took, if they were built apart.
    running: Option<Duration>,
}

/// Runs the named categories, or all.
pub fn test(named: &[String]) -> Result<()> {
    for name in named {
        let known = CATEGORIES.iter().any(|(category, _)| category == name);
        ensure!(known, "unknown category of tests: {name}");
    }
    let mut lines = Vec::new();
    let mut all = Count::default();
    let begin = Instant::now();
    for (name, run) in CATEGORIES {
        if named.is_empty() || named.iter().any(|named| named == name) {
            eprintln!("\nxtask: tests, {name}");
            let start = Instant::now();
            let outcome = run().with_context(|| format!("the {name} tests"))?;
            all += outcome.count;
            lines.push(line(name, outcome.count, start.elapsed(), outcome.running));
        }
    }
    println!(
        "\n{:8} {:>6} {:>8} {:>8}",
        "tests", "passed", "minutes", "run"
    );
    for line in lines {
        println!("{line}");
    }
    println!("{}", line("all", all, begin.elapsed(), None));
    println!("\n{} passed, {} failed", all.passed, all.failed);
    Ok(())
}

/// A line of the closing table: how many tests passed, the minutes of the category, and the
/// minutes without builds if they are known.
fn line(name: &str, count: Count, took: Duration, running: Option<Duration>) -> String {
    let minutes = |duration: Duration| format!("{:.1}", duration.as_secs_f64() / 60.0);
    let running = running.map(minutes).unwrap_or_default();
    let line = format!(
        "{name:8} {:>6} {:>8} {running:>8}",
        count.passed,
        minutes(took)
    );
    line.trim_end().to_owned()
}

fn native() -> Result<Outcome> {
    run("cargo", &["test", "--workspace", "--no-run"])?;
    timed(&mut command("cargo", &["test", "--workspace"]))
}

fn web() -> Result<Outcome> {
    tools::for_browser_tests()?;
    let count = counted(&mut wasm_pack()?)?;
    Ok(Outcome {
        count,
        running: None,
    })
}

fn http() -> Result<Outcome> {
    tools::for_browser_tests()?;
    let backend = Backend::start()?;
    let mut tests = wasm_pack()?;
    tests
        .arg("tests/http")
        .env("REFERENCE_BACKEND", &backend.address);
    let count = counted(&mut tests)?;
    Ok(Outcome {
        count,
        running: None,
    })
}

/// Files whose tests measure time: nothing else runs meanwhile.
const ALONE: [&str; 1] = ["budget"];

/// How many files run at once: all others mostly wait for a browser.
const AT_ONCE: &str = "--test-concurrency=2";

fn end_to_end() -> Result<Outcome> {
    let (alone, together): (Vec<_>, Vec<_>) = end_to_end_tests()?
        .into_iter()
        .partition(|name| ALONE.contains(&name.as_str()));
    let backend = backend_binary("dev")?;
    let app = examples::build()?;
    let build = ReleaseBuild::new(&backend)?;
    let start = Instant::now();
    let mut count = Count::default();
    for (names, at_once) in [(together, AT_ONCE), (alone, "--test-concurrency=1")] {
        let files = names
            .iter()
            .map(|name| format!("tests/e2e/{name}.test.mjs"));
        let mut tests = build.node()?;
        tests.args(["--test", "--test-reporter=spec", at_once]);
        count += counted(tests.args(files).env("YEW_APP", &app))?;
    }
    let running = Some(start.elapsed());
    Ok(Outcome { count, running })
}

/// The names of the files of end-to-end tests.
fn end_to_end_tests() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/e2e"))? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        names.extend(name.strip_suffix(".test.mjs").map(str::to_owned));
    }
    Ok(names)
}

fn timed(tests: &mut Command) -> Result<Outcome> {
    let start = Instant::now();
    let count = counted(tests)?;
    let running = Some(start.elapsed());
    Ok(Outcome { count, running })
}

/// The release build of the demo, with a backend.
pub struct ReleaseBuild {
    backend: PathBuf,
}

impl ReleaseBuild {
    /// Builds the demo, for this backend.
    pub fn new(backend: &Path) -> Result<Self> {
        tools::for_end_to_end_tests()?;
        run("trunk", &["build", "--release"])?;
        let backend = backend.to_owned();
        Ok(Self { backend })
    }

    /// Node, with the locations of the build, the backend and Chromium.
    pub fn node(&self) -> Result<Command> {
        let mut node = command("node", &[]);
        node.env("DIST", root().join("dist"))
            .env("BACKEND_BIN", &self.backend)
            .env("CHROMIUM", tools::chromium().context("no Chromium")?);
        Ok(node)
    }
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
