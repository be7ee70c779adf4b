//! A task's toast: a function of the task, kept up to date by the engine's changes.

use std::rc::Rc;

use crate::engine::{Engine, Subscription, WeakEngine};
use crate::store::Change;
use crate::task::messages::Messages;
use crate::task::{Task, TaskId, TaskState};
use crate::toast::{Toast, ToastButton, ToastId, ToastPatch, Toaster};

/// Has every task shown as a toast for as long as the subscription lives.
///
/// While a task goes on its toast is patched, so that one which the person
/// closed stays closed; its start, its end and a retry show it anew.
pub(crate) fn show(engine: &Engine, toaster: &Toaster) -> Subscription {
    let messages = Rc::clone(&engine.settings().messages);
    let (toaster, actor) = (toaster.clone(), engine.downgrade());
    engine.observe(move |change| match change {
        Change::Put { before, after } => {
            let id = toast_id(&after.id);
            let went_on = before.as_ref().map(|before| !before.state.is_ended());
            match (went_on, after.state.is_ended()) {
                (Some(true), false) => toaster.patch(&id, patch(after, &messages)),
                // An end is said in one tab.
                (_, true) if !is_said_here(after, went_on, &actor) => toaster.dismiss(&id),
                (_, _) => toaster.upsert(&id, toast(after, &messages, &actor)),
            }
        }
        Change::Removed(before) => toaster.dismiss(&toast_id(&before.id)),
    })
}

/// Whether this tab says how a task ended: the one that leads, so that it is
/// said once; or the one in which it ended as soon as it was started.
fn is_said_here(task: &Task, went_on: Option<bool>, engine: &WeakEngine) -> bool {
    engine.upgrade().is_some_and(|engine| match went_on {
        Some(_) => engine.announces(),
        None => !engine.is_hearsay(&task.id),
    })
}

/// Shows the toast of a task that is there already.
pub(crate) fn show_again(engine: &Engine, toaster: &Toaster, id: &TaskId) {
    if let Some(task) = engine.tasks().get(id) {
        let toast = toast(&task, &engine.settings().messages, &engine.downgrade());
        toaster.upsert(&toast_id(id), toast);
    }
}

/// A toast has its task's name.
pub(crate) fn toast_id(task: &TaskId) -> ToastId {
    ToastId::from(task.as_str())
}

fn toast(task: &Task, messages: &Messages, actor: &WeakEngine) -> Toast {
    let text = messages.toast(task);
    let toast = match &task.state {
        TaskState::Uploading { .. }
        | TaskState::Queued
        | TaskState::Running { .. }
        | TaskState::Recovering { .. }
        | TaskState::Offline { .. } => {
            let cancel = button(&messages.labels.cancel, task, actor, Engine::cancel);
            Toast::loading(text.title, task.state.progress()).with_cancel(cancel)
        }
        TaskState::Succeeded => Toast::success(text.title),
        TaskState::Failed(_) => {
            let retry = button(&messages.labels.retry, task, actor, Engine::retry);
            Toast::error(text.title).with_action(retry)
        }
        TaskState::Cancelled => Toast::message(text.title),
    };
    toast.with_description(text.description)
}

/// A button that acts on the task, which then changes the toast.
fn button(label: &str, task: &Task, actor: &WeakEngine, act: fn(&Engine, &TaskId)) -> ToastButton {
    let (id, actor) = (task.id.clone(), actor.clone());
    let on_click = move |()| {
        if let Some(engine) = actor.upgrade() {
            act(&engine, &id);
        }
    };
    ToastButton::new(label.to_owned(), on_click).keep_open()
}

fn patch(task: &Task, messages: &Messages) -> ToastPatch {
    let text = messages.toast(task);
    ToastPatch {
        title: Some(text.title.into()),
        description: Some(text.description.into()),
        progress: Some(task.state.progress()),
    }
}
