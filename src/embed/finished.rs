//! A promise of the end of a task.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;

use background_tasks_core::{Change, TaskId};
use futures_channel::oneshot;
use futures_util::future::{Either, pending, select};
use gloo_events::EventListener;
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, DomException};

use super::live::Live;
use super::objects;

/// The task once it has ended, in whatever way.
///
/// # Errors
///
/// An `Error` where there is no such task or it was cleared away, the signal's
/// reason where that aborts, and an `AbortError` where the tasks are destroyed.
pub(super) fn finished(
    live: &Rc<Live>,
    id: TaskId,
    signal: Option<AbortSignal>,
) -> impl Future<Output = Result<JsValue, JsValue>> + 'static {
    let messages = Rc::clone(live.tasks.messages());
    let now = live.tasks.task(&id);
    // The sender belongs to the driver, and is dropped with it.
    let (sender, end) = oneshot::channel();
    let sender = Cell::new(Some(sender));
    let subscription = live.tasks.subscribe({
        let id = id.clone();
        move |change| {
            let end = match change {
                Change::Put { after, .. } if after.id == id && after.state.is_ended() => {
                    Some(Rc::clone(after))
                }
                Change::Removed(before) if before.id == id => None,
                Change::Put { .. } | Change::Removed(_) => return,
            };
            if let Some(sender) = sender.take() {
                // Nobody waits any more.
                let _ = sender.send(end);
            }
        }
    });
    async move {
        let unknown = || JsValue::from(Error::new(&format!("there is no task called {id}")));
        if let Some(signal) = signal.as_ref().filter(|signal| signal.aborted()) {
            return Err(reason(signal));
        }
        let now = now.ok_or_else(unknown)?;
        if now.state.is_ended() {
            return Ok(objects::task(&now, &messages));
        }
        let abort = pin!(aborted(signal));
        let outcome = select(end, abort).await;
        drop(subscription);
        match outcome {
            Either::Left((Ok(Some(task)), _)) => Ok(objects::task(&task, &messages)),
            Either::Left((Ok(None), _)) => Err(unknown()),
            Either::Left((Err(_), _)) => Err(destroyed()),
            Either::Right((reason, _)) => Err(reason),
        }
    }
}

/// Why the signal aborts, once it does; without one it never does.
async fn aborted(signal: Option<AbortSignal>) -> JsValue {
    let Some(signal) = signal else {
        return pending().await;
    };
    let (sender, abort) = oneshot::channel();
    let _listener = EventListener::once(&signal, "abort", move |_| {
        // Nobody waits any more.
        let _ = sender.send(());
    });
    let _ = abort.await;
    reason(&signal)
}

/// Why a signal has aborted.
pub(super) fn reason(signal: &AbortSignal) -> JsValue {
    // Every one that has aborted has a reason.
    Reflect::get(signal, &"reason".into()).unwrap_or(JsValue::UNDEFINED)
}

fn destroyed() -> JsValue {
    let error = DomException::new_with_message_and_name("the tasks were destroyed", "AbortError");
    error.map_or_else(JsValue::from, JsValue::from)
}
