//! The simulator's controls: speed and error rates.

use yew::prelude::*;
use yew_background_tasks::{SimulatedStatusClient, Simulation};

use super::slider::{Slider, digits};
use super::texts::Texts;

/// Properties of [`SimulatorControls`].
#[derive(PartialEq, Properties)]
pub struct SimulatorControlsProps {
    pub texts: &'static Texts,
    /// The simulator that the sliders configure.
    pub simulator: SimulatedStatusClient,
}

/// Three sliders that take effect immediately.
#[component]
pub fn SimulatorControls(props: &SimulatorControlsProps) -> Html {
    let texts = props.texts;
    let simulation = use_state_eq(|| props.simulator.simulation());
    let set = |change: fn(Simulation, f64) -> Simulation| {
        let (simulator, simulation) = (props.simulator.clone(), simulation.clone());
        Callback::from(move |number| {
            simulator.set_simulation(change(simulator.simulation(), number));
            simulation.set(simulator.simulation());
        })
    };
    let share = |name, label, share: f64, change: fn(Simulation, f64) -> Simulation| {
        let percent = digits((share * 100.0).round());
        Slider {
            name,
            label,
            range: ["0", "1", "0.05"],
            value: share,
            text: (percent + " %").into(),
            on_change: set(change),
        }
    };
    html! {
        <>
            <p>{ texts.simulated }</p>
            { Slider {
                name: "speed",
                label: texts.speed,
                range: ["1", "20", "1"],
                text: (digits(simulation.speed()) + "×").into(),
                value: simulation.speed(),
                on_change: set(Simulation::with_speed),
            }.view() }
            { share("fail", texts.failures, simulation.fail(), Simulation::with_fail).view() }
            { share("flaky", texts.flaky, simulation.flaky(), Simulation::with_flaky).view() }
        </>
    }
}
