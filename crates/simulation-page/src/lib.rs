//! The simulation in WebAssembly, for a page of the documentation.
//!
//! The page's scripts and style sheet are in `page`. `cargo xtask book` puts everything into the
//! site.

mod json;
mod plan;

use background_tasks_simulation::{Bug, Setup, SteppedRun};
use wasm_bindgen::prelude::wasm_bindgen;

/// A run of the simulation. Times are milliseconds since its start, up to an hour.
#[wasm_bindgen]
pub struct Simulation(SteppedRun);

#[wasm_bindgen]
impl Simulation {
    /// A run at its start. `bug` is the name of a known bug of the core, empty for none, and
    /// `plan` is what [`interventions`](Self::interventions) of another run returned.
    ///
    /// # Errors
    ///
    /// What is wrong with the bug or the plan.
    #[wasm_bindgen(constructor)]
    pub fn new(
        seed: u32,
        tabs: u32,
        tasks: u32,
        fault_percent: u32,
        bug: &str,
        plan: &str,
    ) -> Result<Simulation, String> {
        let setup = Setup {
            seed: seed.into(),
            tabs: tabs.into(),
            tasks: tasks.into(),
            fault_percent: fault_percent.into(),
            bug: match bug {
                "" => None,
                _ => Some(Bug::named(bug).ok_or_else(|| format!("unknown bug: {bug:?}"))?),
            },
        };
        Ok(Self(SteppedRun::new(setup, plan::read(plan)?)))
    }

    /// Runs to a time, or until a rule is broken.
    #[wasm_bindgen(js_name = runTo)]
    pub fn run_to(&mut self, time: u32) {
        self.0.run_to(time.into());
    }

    /// Intervenes now, such as with `freeze-2`. Returns whether it was possible.
    pub fn intervene(&mut self, what: &str) -> bool {
        what.parse().is_ok_and(|what| self.0.intervene(what))
    }

    /// What was done so far, such as `4000.freeze-2_9000.close-leader`.
    pub fn interventions(&self) -> String {
        plan::write(self.0.interventions())
    }

    /// What can be seen now, as JSON.
    pub fn view(&self) -> String {
        json::view(&self.0.view())
    }

    /// What has happened since the last call, a line each.
    #[wasm_bindgen(js_name = takeTrace)]
    pub fn take_trace(&mut self) -> Vec<String> {
        self.0.take_trace()
    }
}
