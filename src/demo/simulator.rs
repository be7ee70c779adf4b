//! The simulator's controls: how fast it is, and how much goes wrong.

use yew::prelude::*;
use yew_background_tasks::{SimulatedStatusClient, Simulation};

use super::slider::Slider;
use super::texts::use_texts;

/// Properties of [`SimulatorControls`].
#[derive(PartialEq, Properties)]
pub struct SimulatorControlsProps {
    /// The simulator that is set.
    pub simulator: SimulatedStatusClient,
}

/// Three sliders that count at once.
#[component]
pub fn SimulatorControls(props: &SimulatorControlsProps) -> Html {
    let texts = use_texts();
    let simulation = use_state_eq(|| props.simulator.simulation());
    let set = |change: fn(Simulation, f64) -> Simulation| {
        let (simulator, simulation) = (props.simulator.clone(), simulation.clone());
        Callback::from(move |number| {
            simulator.set_simulation(change(simulator.simulation(), number));
            simulation.set(simulator.simulation());
        })
    };
    html! {
        <>
            <p>{ texts.simulated }</p>
            <Slider name="speed" label={texts.speed} max=20.0 min=1.0 step=1.0
                value={simulation.speed()} text={format!("{}×", simulation.speed())}
                on_change={set(Simulation::with_speed)} />
            <Slider name="fail" label={texts.failures} max=1.0 min=0.0 step=0.05
                value={simulation.fail()} text={share(simulation.fail())}
                on_change={set(Simulation::with_fail)} />
            <Slider name="flaky" label={texts.flaky} max=1.0 min=0.0 step=0.05
                value={simulation.flaky()} text={share(simulation.flaky())}
                on_change={set(Simulation::with_flaky)} />
        </>
    }
}

fn share(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
