//! Controls that cause errors for running tasks, and a log of task events.

use std::time::Duration;

use yew::prelude::*;
use yew_background_tasks::simulated::{Fault, FaultRule, Operation};
use yew_background_tasks::{SimulatedStatusClient, Simulation, use_background_tasks};

use super::event_log::EventLog;
use super::switch::switch;
use super::texts::Texts;

/// Longer than the polling interval, shorter than the response timeout.
const SLOW: Duration = Duration::from_secs(3);

/// A response of a proxy or a sign-in page in place of the API.
const WEB_PAGE: &str = "<!doctype html><title>Sign in</title><h1>Please sign in</h1>";

const UNKNOWN_STATUS: &str = r#"{"status": "transmogrifying"}"#;

#[derive(PartialEq, Properties)]
pub struct DeveloperToolsProps {
    pub texts: &'static Texts,
    /// The simulator that causes the errors.
    pub simulator: SimulatedStatusClient,
}

/// Switches and buttons that cause errors, beside a log of task events.
#[component]
pub fn DeveloperTools(props: &DeveloperToolsProps) -> Html {
    let texts = &props.texts.tools;
    let simulation = use_state_eq(|| props.simulator.simulation());
    let last_set = use_state_eq(|| None);
    let log = use_reducer(EventLog::default);
    let tasks = use_background_tasks();
    use_effect_with(tasks, {
        let (simulator, last_set) = (props.simulator.clone(), last_set.setter());
        let log = log.dispatcher();
        move |tasks| {
            // A check that fails causes an event.
            let subscription = tasks.events(move |event| {
                log.dispatch(event.clone());
                if !simulator.has_faults() {
                    last_set.set(None);
                }
            });
            move || drop(subscription)
        }
    });
    let set = {
        let (simulator, simulation) = (props.simulator.clone(), simulation.clone());
        move |change: &dyn Fn(Simulation) -> Simulation| {
            simulator.set_simulation(change(simulator.simulation()));
            simulation.set(simulator.simulation());
        }
    };
    let set_offline = {
        let set = set.clone();
        Callback::from(move |offline: bool| {
            set(&|simulation| simulation.with_online(!offline));
            fire_event(if offline { "offline" } else { "online" });
        })
    };
    let set_slow = Callback::from(move |slow: bool| {
        let latency = if slow {
            SLOW
        } else {
            Simulation::new().latency()
        };
        set(&|simulation| simulation.with_latency(latency));
    });
    let button = |name: &'static str, label: &'static str, rule: FaultRule| {
        let (simulator, last_set) = (props.simulator.clone(), last_set.setter());
        let onclick = move |_: MouseEvent| {
            simulator.inject(rule.clone().on(Operation::Status));
            last_set.set(Some(label));
        };
        html! { <button type="button" class="demo-button" data-trouble={name} {onclick}>{ label }</button> }
    };
    let failure = Fault::JobFails {
        reason: Some(texts.fail_reason.into()),
    };
    let response_lost = FaultRule::new(Fault::ConnectionLost).after_acting();
    html! {
        <section class="demo-card" aria-labelledby="demo-tools" data-developer-tools="">
            <h2 id="demo-tools">{ texts.headline }</h2>
            <p>{ texts.hint }</p>
            <div class="demo-tools">
                <div>
                    <div class="demo-switches">
                        { switch(texts.offline, !simulation.online(), set_offline) }
                        { switch(texts.slow, simulation.latency() >= SLOW, set_slow) }
                    </div>
                    <div class="demo-troubles">
                        { button("fail", texts.fail_next, failure.into()) }
                        { button("drop", texts.drop_next, response_lost) }
                        { button("web-page", texts.web_page_next, Fault::body(WEB_PAGE).into()) }
                        { button("unknown-word", texts.unknown_status_next, Fault::body(UNKNOWN_STATUS).into()) }
                    </div>
                    <p class="demo-hint" role="status">
                        if let Some(label) = *last_set {
                            { texts.is_set.replace("{name}", label) }
                        }
                    </p>
                </div>
                { log.view(texts) }
            </div>
        </section>
    }
}

/// Fires an `online` or `offline` event.
fn fire_event(event: &str) {
    let event = web_sys::Event::new(event);
    if let Some((window, event)) = web_sys::window().zip(event.ok()) {
        // The result only tells whether a listener has cancelled it.
        let _ = window.dispatch_event(&event);
    }
}
