//! The warning before the page is left during an upload.

use std::cell::RefCell;
use std::rc::Rc;

use background_tasks_core::messages::{Label, Messages};
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{BeforeUnloadEvent, Event};
use yewdux::Dispatch;

use crate::background_tasks::BackgroundTasks;
use crate::store::Tasks;

/// Asks before the page is left during an upload, until it is dropped. Without an upload there is
/// no listener, which would keep some browsers from storing the page in the back/forward cache.
pub(super) struct LeaveWarning {
    _tasks: Dispatch<Tasks>,
    /// Dropped after the subscription, whose closure Yewdux drops while it borrows others: what
    /// texts contain is the app's.
    _messages: Rc<Messages>,
}

impl LeaveWarning {
    pub(super) fn new(tasks: &BackgroundTasks) -> Self {
        let listener = RefCell::new(None);
        let messages = Rc::clone(tasks.messages());
        let shown = Rc::clone(&messages);
        let update = move |tasks: &Tasks| {
            let is_listening = listener.borrow().is_some();
            if tasks.is_uploading() != is_listening {
                listener.replace((!is_listening).then(|| listen(&shown)).flatten());
            }
        };
        let tasks = Dispatch::<Tasks>::new(&tasks.context());
        update(&tasks.get());
        Self {
            _tasks: tasks.subscribe_silent(move |tasks: Rc<Tasks>| update(&tasks)),
            _messages: messages,
        }
    }
}

fn listen(messages: &Rc<Messages>) -> Option<EventListener> {
    let messages = Rc::clone(messages);
    let ask = move |event: &Event| {
        event.prevent_default();
        if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
            event.set_return_value(messages.text(Label::LeaveWarning));
        }
    };
    let window = web_sys::window()?;
    let options = EventListenerOptions::enable_prevent_default();
    Some(EventListener::new_with_options(
        &window,
        "beforeunload",
        options,
        ask,
    ))
}
