//! The turns in tasks' lives, on the page and on the console.

use std::collections::VecDeque;
use std::rc::Rc;

use yew::prelude::*;
use yew_background_tasks::{TaskEvent, use_background_tasks};

use super::texts::use_texts;

/// How many events are remembered.
const SHOWN: usize = 20;

/// Writes every event to the console, while it is mounted.
#[component]
pub fn LogEvents() -> Html {
    let tasks = use_background_tasks();
    use_effect_with(tasks, |tasks| {
        let log = |event: &TaskEvent| web_sys::console::debug_1(&event.to_string().into());
        let subscription = tasks.events(log);
        move || drop(subscription)
    });
    html! {}
}

/// The last events, newest first.
#[derive(Default)]
struct Recent(VecDeque<TaskEvent>);

impl Reducible for Recent {
    type Action = TaskEvent;

    fn reduce(self: Rc<Self>, event: TaskEvent) -> Rc<Self> {
        let mut events = self.0.clone();
        events.push_front(event);
        events.truncate(SHOWN);
        Rc::new(Self(events))
    }
}

/// The last events since it was mounted.
#[component]
pub fn RecentEvents() -> Html {
    let texts = use_texts();
    let tasks = use_background_tasks();
    let recent = use_reducer(Recent::default);
    use_effect_with(tasks, {
        let recent = recent.dispatcher();
        move |tasks| {
            let subscription = tasks.events(move |event| recent.dispatch(event.clone()));
            move || drop(subscription)
        }
    });
    html! {
        <div class="demo-events" role="region" tabindex="0" aria-labelledby="demo-events">
            <h3 id="demo-events">{ texts.tools.log }</h3>
            if recent.0.is_empty() {
                <p>{ texts.tools.log_empty }</p>
            } else {
                <ol class="demo-log" data-events="">
                    { for recent.0.iter().map(|event| html! {
                        <li data-event={event.name()}><span>{ event.to_string() }</span></li>
                    }) }
                </ol>
            }
        </div>
    }
}
