//! The log of task events on the page.

use std::collections::VecDeque;
use std::rc::Rc;

use yew::prelude::*;
use yew_background_tasks::TaskEvent;

use super::texts::ToolTexts;

/// The maximum number of events.
const MAX_EVENTS: usize = 20;

/// The last events, newest first.
#[derive(Default)]
pub struct EventLog(VecDeque<TaskEvent>);

impl Reducible for EventLog {
    type Action = TaskEvent;

    fn reduce(self: Rc<Self>, event: TaskEvent) -> Rc<Self> {
        let mut events = self.0.clone();
        events.push_front(event);
        events.truncate(MAX_EVENTS);
        Rc::new(Self(events))
    }
}

impl EventLog {
    pub fn view(&self, texts: &ToolTexts) -> Html {
        html! {
            <div class="demo-events" role="region" tabindex="0" aria-labelledby="demo-events">
                <h3 id="demo-events">{ texts.log }</h3>
                if self.0.is_empty() {
                    <p>{ texts.log_empty }</p>
                } else {
                    <ol class="demo-log" data-events="">
                        { for self.0.iter().map(|event| html! {
                            <li data-event={event.name()}><span>{ event.to_string() }</span></li>
                        }) }
                    </ol>
                }
            </div>
        }
    }
}
