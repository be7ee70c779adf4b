//! Runs the tests, the fastest categories first.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::backend::{Backend, backend_binary};
use crate::command::{command, root, run};
use crate::count::Count;
use crate::engines::Engine;
use crate::package::{self, Form};
use crate::{book, engines, examples, selection, tools};

/// Runs the tests of a category whose names contain the filter.
type Run = fn(&mut Builds, Option<&str>) -> Result<Vec<Outcome>>;

/// How the categories run.
const RUNS: [(&str, Run); 5] = [
    ("native", native),
    ("web", web),
    ("http", http),
    ("engines", engines),
    ("e2e", end_to_end),
];

/// What came of a category, or of one engine in it.
#[derive(Clone, Debug, Default)]
struct Outcome {
    name: String,
    count: Count,
    took: Duration,
    /// How long the tests took, if they were built apart.
    running: Option<Duration>,
}

/// Runs the named categories, or all.
pub fn test(named: &[String]) -> Result<()> {
    let selected = selection::parse(named)?;
    // Reports a wrong value before anything runs.
    engines::chosen()?;
    for line in selection::announcement(&selected) {
        eprintln!("xtask: {line}");
    }
    let mut lines = Vec::new();
    let mut all = Outcome::named("all");
    let mut builds = Builds::default();
    let begin = Instant::now();
    for (name, run) in RUNS {
        for selected in selected.iter().filter(|it| it.category == name) {
            eprintln!("\nxtask: tests, {name}");
            let outcomes = run(&mut builds, selected.filter.as_deref());
            let outcomes = outcomes.with_context(|| format!("the {name} tests"))?;
            for outcome in outcomes {
                all.count += outcome.count;
                lines.push(line(&outcome));
            }
        }
    }
    println!(
        "\n{:18} {:>6} {:>8} {:>8}",
        "tests", "passed", "minutes", "run"
    );
    for line in lines {
        println!("{line}");
    }
    all.took = begin.elapsed();
    println!("{}", line(&all));
    println!("\n{} passed, {} failed", all.count.passed, all.count.failed);
    Ok(())
}

impl Outcome {
    fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

/// A line of the closing table: how many tests passed, the minutes that they took, and the
/// minutes without builds if they are known.
fn line(outcome: &Outcome) -> String {
    let minutes = |duration: Duration| format!("{:.1}", duration.as_secs_f64() / 60.0);
    let line = format!(
        "{:18} {:>6} {:>8} {:>8}",
        outcome.name,
        outcome.count.passed,
        minutes(outcome.took),
        outcome.running.map(minutes).unwrap_or_default()
    );
    line.trim_end().to_owned()
}

/// Runs tests that are built already, or build themselves.
fn timed(name: &str, tests: &mut Command) -> Result<Outcome> {
    let start = Instant::now();
    let count = counted(tests)?;
    Ok(Outcome {
        name: name.to_owned(),
        count,
        took: start.elapsed(),
        running: None,
    })
}

fn native(_: &mut Builds, filter: Option<&str>) -> Result<Vec<Outcome>> {
    let start = Instant::now();
    run("cargo", &["test", "--workspace", "--no-run"])?;
    let mut tests = command("cargo", &["test", "--workspace"]);
    let mut outcome = timed("native", tests.args(filter))?;
    outcome.running = Some(outcome.took);
    outcome.took = start.elapsed();
    Ok(vec![outcome])
}

fn web(_: &mut Builds, filter: Option<&str>) -> Result<Vec<Outcome>> {
    wasm_tests("web", root(), &["--test", "web"], None, filter)
}

fn http(_: &mut Builds, filter: Option<&str>) -> Result<Vec<Outcome>> {
    let backend = Backend::start()?;
    let folder = root().join("tests/http");
    let address = Some(&*backend.address);
    wasm_tests("http", folder, &["--lib"], address, filter)
}

/// Runs the tests of a package in each engine: in Chromium with wasm-pack, in the others with
/// a page that the tests of the engines open. `targets` are those of Cargo that have tests.
fn wasm_tests(
    name: &str,
    folder: PathBuf,
    targets: &[&str],
    backend: Option<&str>,
    filter: Option<&str>,
) -> Result<Vec<Outcome>> {
    let engines = engines::chosen()?;
    tools::for_engines(&engines)?;
    let mut outcomes = Vec::new();
    for engine in engines {
        let mut tests = if engine == Engine::Chromium {
            let mut tests = wasm_pack()?;
            if let Some(filter) = filter {
                tests.args(targets).args(["--", filter]);
            }
            tests
        } else {
            let runner = root().join("tests/e2e/engines/wasm-tests.mjs");
            let mut cargo = command("cargo", &["test", "--target", "wasm32-unknown-unknown"]);
            cargo.args(targets).arg("--").args(filter).env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                format!("node {}", runner.display()),
            );
            cargo
        };
        tests.current_dir(&folder);
        use_engine(&mut tests, engine)?;
        if let Some(address) = backend {
            // A different value would build them again.
            tests.env("REFERENCE_BACKEND", address);
        }
        outcomes.push(timed(&format!("{name}, {}", engine.as_str()), &mut tests)?);
    }
    Ok(outcomes)
}

/// Tells tests which engine to use, and where it is.
pub fn use_engine(tests: &mut Command, engine: Engine) -> Result<()> {
    tests.env("ENGINE", engine.as_str());
    match engine {
        Engine::Chromium => tests.env("CHROMIUM", tools::chromium().context("no Chromium")?),
        Engine::Firefox => tests.env("FIREFOX", tools::firefox().context("no Firefox")?),
        Engine::Webkit => tests.env(
            "WEBKIT_DRIVER",
            tools::webkit_driver().context("no WebKitWebDriver")?,
        ),
    };
    Ok(())
}

/// The tests that depend on the engine, in each.
fn engines(builds: &mut Builds, filter: Option<&str>) -> Result<Vec<Outcome>> {
    let engines = engines::chosen()?;
    tools::for_engines(&engines)?;
    let files = selection::of_files(test_files("tests/e2e/engines")?, &root(), filter)?;
    let mut outcomes = Vec::new();
    for engine in engines {
        let mut tests = builds.node()?;
        tests.args(["--test", "--test-reporter=spec", FILE_LIMIT, AT_ONCE]);
        use_engine(&mut tests, engine)?;
        outcomes.push(timed(engine.as_str(), tests.args(&files))?);
    }
    Ok(outcomes)
}

/// Files whose tests measure time: nothing else runs meanwhile.
const ALONE: [&str; 1] = ["budget"];

/// Files that test the documentation as a site, which only they need.
const SITE: [&str; 2] = ["simulation-page", "site"];

/// How many files run at once: all others mostly wait for a browser.
const AT_ONCE: &str = "--test-concurrency=2";

/// How long a file of tests may take, in milliseconds: a browser that does not respond must
/// fail a test, not hold up all others. The longest takes less than two minutes.
const FILE_LIMIT: &str = "--test-timeout=600000";

/// The tests of what the smallest form of the package could break: calls, values and bugs.
const SMALLEST: [&str; 4] = ["embed", "embed-errors", "embed-kinds", "embed-uploads"];

fn end_to_end(builds: &mut Builds, filter: Option<&str>) -> Result<Vec<Outcome>> {
    let is_one_of = |names: &[&str], file: &String| {
        let mut names = names.iter();
        names.any(|name| file.ends_with(&format!("/{name}.test.mjs")))
    };
    let is_alone = |file: &String| is_one_of(&ALONE, file);
    let files = selection::of_files(test_files("tests/e2e")?, &root(), filter)?;
    if files.iter().any(|file| is_one_of(&SITE, file)) {
        book::build()?;
    }
    // It has a budget too.
    if files.iter().any(|file| is_one_of(&["budget"], file)) {
        package::build(Form::Smallest)?;
    }
    // Those few that a filter selects run together.
    let (alone, together): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| filter.is_none() && is_alone(file));
    let mut outcome = Outcome::named("e2e");
    for (files, at_once) in [(together, AT_ONCE), (alone, "--test-concurrency=1")] {
        if files.is_empty() {
            continue;
        }
        let mut tests = builds.node()?;
        tests.args(["--test", "--test-reporter=spec", FILE_LIMIT, at_once]);
        tests.env("BOOK", book::folder()?);
        let part = timed("e2e", tests.args(files))?;
        outcome.count += part.count;
        outcome.took += part.took;
    }
    if filter.is_none() {
        let part = smallest_package(builds)?;
        outcome.count += part.count;
        outcome.took += part.took;
    }
    Ok(vec![outcome])
}

/// Tests the package that is compiled in the smallest form; all others test the default form.
fn smallest_package(builds: &mut Builds) -> Result<Outcome> {
    let mut tests = builds.node()?;
    tests.args(["--test", "--test-reporter=spec", FILE_LIMIT, AT_ONCE]);
    tests.env("PKG", root().join("pkg-smallest"));
    let files = SMALLEST.map(|name| format!("tests/e2e/{name}.test.mjs"));
    timed("e2e", tests.args(files))
}

/// The files of tests in a folder.
fn test_files(folder: &str) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join(folder))? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".test.mjs") {
            files.push(format!("{folder}/{name}"));
        }
    }
    Ok(files)
}

/// What several categories need, built once.
#[derive(Default)]
struct Builds(Option<(ReleaseBuild, PathBuf)>);

impl Builds {
    /// Node, with the locations of all that end-to-end tests need.
    fn node(&mut self) -> Result<Command> {
        let (build, app) = match self.0.take() {
            Some(built) => built,
            None => {
                let backend = backend_binary("dev")?;
                let app = examples::build()?;
                (ReleaseBuild::new(&backend)?, app)
            }
        };
        let mut node = build.node()?;
        node.env("YEW_APP", &app);
        self.0 = Some((build, app));
        Ok(node)
    }
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
            .env("CHROMIUM", tools::chromium().context("no Chromium")?)
            .env("MOTO_SERVER", tools::moto_server()?);
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
    // Node counts those as skipped whose name does not match.
    let is_selective = tests.get_args().any(|it| it == "--test-name-pattern");
    let skipped = count.skipped;
    ensure!(is_selective || skipped == 0, "{skipped} tests were skipped");
    ensure!(count.passed > 0, "no test ran");
    Ok(count)
}
