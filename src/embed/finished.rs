//! The promise of `finished()`.

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
use crate::background_tasks::BackgroundTasks;

/// The task once it has ended, in any state.
///
/// # Errors
///
/// An `Error` if there is no such task or it was removed; the signal's reason if that is
/// aborted; an `AbortError` if the tasks are destroyed.
pub(super) fn finished(
    live: &Rc<Live>,
    tasks: &BackgroundTasks,
    id: TaskId,
    signal: Option<AbortSignal>,
) -> impl Future<Output = Result<JsValue, JsValue>> + 'static {
    let now = tasks.task(&id).and_then(|task| {
        let object = live.object_of(&task).ok()?;
        Some((task.state.is_ended(), object))
    });
    // The sender belongs to the driver, and is dropped with it.
    let (sender, end) = oneshot::channel();
    let sender = Cell::new(Some(sender));
    let weak = Rc::downgrade(live);
    let subscription = tasks.subscribe({
        let id = id.clone();
        move |change| {
            let end = match change {
                Change::Put { after, .. } if after.id == id && after.state.is_ended() => {
                    let live = weak.upgrade();
                    live.and_then(|live| live.object_of(after).ok())
                }
                Change::Removed(before) if before.id == id => None,
                Change::Put { .. } | Change::Removed(_) => return,
            };
            if let Some(sender) = sender.take() {
                // It fails only if nobody waits any more.
                let _ = sender.send(end);
            }
        }
    });
    async move {
        let unknown = || JsValue::from(Error::new(&format!("no task has the id {id}")));
        if let Some(signal) = signal.as_ref().filter(|signal| signal.aborted()) {
            return Err(reason(signal));
        }
        let (has_ended, object) = now.ok_or_else(unknown)?;
        if has_ended {
            return Ok(object);
        }
        let abort = pin!(aborted(signal));
        let outcome = select(end, abort).await;
        drop(subscription);
        match outcome {
            Either::Left((Ok(Some(task)), _)) => Ok(task),
            Either::Left((Ok(None), _)) => Err(unknown()),
            Either::Left((Err(_), _)) => Err(destroyed()),
            Either::Right((reason, _)) => Err(reason),
        }
    }
}

/// The signal's reason once it is aborted. Pending forever without a signal.
async fn aborted(signal: Option<AbortSignal>) -> JsValue {
    let Some(signal) = signal else {
        return pending().await;
    };
    let (sender, abort) = oneshot::channel();
    let _listener = EventListener::once(&signal, "abort", move |_| {
        // It fails only if nobody waits any more.
        let _ = sender.send(());
    });
    let _ = abort.await;
    reason(&signal)
}

/// Why a signal was aborted.
pub(super) fn reason(signal: &AbortSignal) -> JsValue {
    // Every aborted signal has a reason.
    Reflect::get(signal, &"reason".into()).unwrap_or(JsValue::UNDEFINED)
}

fn destroyed() -> JsValue {
    let error = DomException::new_with_message_and_name("the tasks were destroyed", "AbortError");
    error.map_or_else(JsValue::from, JsValue::from)
}
