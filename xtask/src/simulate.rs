//! The simulation of many tabs, by seed.

use anyhow::Result;

use crate::command::{command, finish};

/// Runs the simulation with these arguments.
pub fn simulate(arguments: &[String]) -> Result<()> {
    let run = [
        "run",
        "--quiet",
        "--package",
        "background-tasks-simulation",
        "--",
    ];
    finish(command("cargo", &run).args(arguments))
}
