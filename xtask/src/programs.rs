//! Programs that Cargo installs.
//!
//! Built as they are by default, with optimisation at link time, trunk alone takes 13 minutes on two
//! cores. Each has the profile with which the wait and its work together are shortest.

use std::fs;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::command::{command, finish, output, target_folder};

/// A program on crates.io.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    package: &'static str,
    version: Option<String>,
    opt_level: &'static str,
    /// How long it takes to build on two cores.
    expected: &'static str,
}

impl Program {
    /// Builds and serves the demo. It mostly waits for Cargo.
    pub fn trunk(version: &str) -> Self {
        Self {
            package: "trunk",
            version: Some(version.to_owned()),
            opt_level: "0",
            expected: "about 4 minutes",
        }
    }

    /// Runs in every build, on up to a hundred megabytes of WASM.
    pub fn wasm_bindgen(version: &str) -> Self {
        Self {
            package: "wasm-bindgen-cli",
            version: Some(version.to_owned()),
            opt_level: "1",
            expected: "about 2 minutes",
        }
    }

    /// Builds the package and runs tests. It mostly waits for Cargo.
    pub fn wasm_pack() -> Self {
        Self {
            package: "wasm-pack",
            version: None,
            opt_level: "0",
            expected: "about 2 minutes",
        }
    }

    /// Builds the documentation.
    pub fn mdbook(version: &str) -> Self {
        Self {
            package: "mdbook",
            version: Some(version.to_owned()),
            opt_level: "0",
            expected: "about 3 minutes",
        }
    }

    /// The commands that install it: each is tried if the one before has failed.
    fn installations(&self, has_binstall: bool) -> Result<Vec<Command>> {
        let mut installations = Vec::new();
        if has_binstall {
            let package = match &self.version {
                Some(version) => format!("{}@{version}", self.package),
                None => self.package.to_owned(),
            };
            let download = ["binstall", "--no-confirm", "--locked"];
            let mut download = command("cargo", &download);
            download.arg(package);
            installations.push(download);
        }
        let mut build = command("cargo", &["install", "--locked", self.package]);
        if let Some(version) = &self.version {
            build.args(["--version", version]);
        }
        installations.push(build);
        for installation in &mut installations {
            // cargo-binstall builds what it cannot download.
            installation
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256")
                // An installation that was interrupted continues where it was.
                .env("CARGO_TARGET_DIR", target_folder()?.join("tools"));
        }
        Ok(installations)
    }
}

/// Installs programs, and says what it does and how long that takes.
pub fn install(programs: &[Program]) -> Result<()> {
    if programs.is_empty() {
        return Ok(());
    }
    let has_binstall = output("cargo", &["binstall", "-V"]).is_some();
    for line in announcement(programs, has_binstall) {
        eprintln!("xtask: {line}");
    }
    for program in programs {
        let begin = Instant::now();
        eprintln!("xtask: installing {}", program.package);
        let mut result = Ok(());
        for mut installation in program.installations(has_binstall)? {
            result = finish(&mut installation);
            if result.is_ok() {
                break;
            }
        }
        result?;
        let seconds = begin.elapsed().as_secs();
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        eprintln!(
            "xtask: installed {} in {minutes} min {seconds} s",
            program.package
        );
    }
    // Does not exist if everything was downloaded.
    let _ = fs::remove_dir_all(target_folder()?.join("tools"));
    Ok(())
}

/// What is going to be installed.
fn announcement(programs: &[Program], has_binstall: bool) -> Vec<String> {
    let mut lines = vec![if has_binstall {
        "these programs are missing, and are downloaded with cargo-binstall if possible, else built \
         (times on two cores):"
            .to_owned()
    } else {
        "these programs are missing, and are built (times on two cores; with cargo-binstall on the \
         PATH they are downloaded):"
            .to_owned()
    }];
    for program in programs {
        let version = program.version.as_deref().unwrap_or_default();
        let line = format!("  {:18} {version:10} {}", program.package, program.expected);
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arguments of a command, and the environment that it sets for Cargo's profiles.
    fn written(command: &Command) -> String {
        let profile = command.get_envs().filter_map(|(name, value)| {
            let name = name.to_str()?.strip_prefix("CARGO_PROFILE_RELEASE_")?;
            Some(format!("{name}={}", value?.to_str()?))
        });
        let arguments = command.get_args().filter_map(|it| it.to_str());
        let words = profile.chain(arguments.map(str::to_owned));
        words.collect::<Vec<_>>().join(" ")
    }

    fn written_of(program: &Program, has_binstall: bool) -> Result<Vec<String>> {
        let installations = program.installations(has_binstall)?;
        Ok(installations.iter().map(written).collect())
    }

    #[test]
    fn program_is_built_without_optimisation_at_link_time() -> Result<()> {
        let profile = "CODEGEN_UNITS=256 LTO=off OPT_LEVEL";
        assert_eq!(
            written_of(&Program::trunk("0.21.14"), false)?,
            [format!(
                "{profile}=0 install --locked trunk --version 0.21.14"
            )]
        );
        assert_eq!(
            written_of(&Program::wasm_pack(), false)?,
            [format!("{profile}=0 install --locked wasm-pack")]
        );
        Ok(())
    }

    #[test]
    fn program_is_downloaded_if_possible_and_built_if_that_fails() -> Result<()> {
        let profile = "CODEGEN_UNITS=256 LTO=off OPT_LEVEL=1";
        assert_eq!(
            written_of(&Program::wasm_bindgen("0.2.129"), true)?,
            [
                format!("{profile} binstall --no-confirm --locked wasm-bindgen-cli@0.2.129"),
                format!("{profile} install --locked wasm-bindgen-cli --version 0.2.129"),
            ]
        );
        Ok(())
    }

    #[test]
    fn every_missing_program_is_announced_with_its_duration() {
        let lines = announcement(&[Program::trunk("0.21.14"), Program::wasm_pack()], false);
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().skip(1).all(|line| line.contains("minutes")));
    }
}
