//! The toast of a task, derived from the task's state.

use std::rc::Rc;

use background_tasks_core::messages::Label;
use background_tasks_core::{
    Change, Command, Input, Messages, Task, TaskId, TaskState, ToastEffect,
};

use crate::driver::{Driver, Notice, Subscription, WeakDriver};
use crate::toast::{Toast, ToastButton, ToastId, ToastPatch, Toaster};

/// Shows tasks as toasts until the subscription is dropped.
pub(crate) fn show(driver: &Driver, toaster: &Toaster) -> Subscription {
    let messages = Rc::clone(&driver.settings().messages);
    let (toaster, weak) = (toaster.clone(), driver.downgrade());
    driver.observe(move |notice| match notice {
        Notice::Changed(Change::Removed(task), _) => toaster.dismiss(&toast_id(&task.id)),
        Notice::Changed(Change::Put { after, .. }, effect) => {
            let id = toast_id(&after.id);
            match effect {
                ToastEffect::Show => toaster.upsert(&id, toast(after, &messages, &weak)),
                ToastEffect::Update => toaster.patch(&id, patch(after, &messages)),
                ToastEffect::Dismiss => toaster.dismiss(&id),
            }
        }
        Notice::Announced(task) => {
            toaster.upsert(&toast_id(&task.id), toast(task, &messages, &weak));
        }
        Notice::NotDeleted(attachment, error) => {
            let title = messages.filled(Label::DeleteFailed, &[("title", &attachment.title)]);
            let reason = messages.request_reason(error);
            toaster.show(Toast::error(title).with_description(reason));
        }
        Notice::Deleted(..) | Notice::Warned(_) => {}
    })
}

/// The id of a task's toast, which is the task's id.
pub(crate) fn toast_id(task: &TaskId) -> ToastId {
    ToastId::from(task.as_str())
}

fn toast(task: &Task, messages: &Messages, driver: &WeakDriver) -> Toast {
    let text = messages.toast(task);
    let toast = match &task.state {
        TaskState::Succeeded => Toast::success(text.title),
        TaskState::Failed(_) => {
            let retry = button(messages.text(Label::Retry), task, driver, Command::Retry);
            Toast::error(text.title).with_action(retry)
        }
        TaskState::Cancelled => Toast::message(text.title),
        // Unfinished.
        _ => {
            let (id, weak) = (task.id.clone(), driver.clone());
            Toast::loading(text.title, task.state.progress())
                .with_cancel(button(
                    messages.text(Label::Cancel),
                    task,
                    driver,
                    Command::Cancel,
                ))
                .with_on_close(move |_| {
                    if let Some(driver) = weak.upgrade() {
                        driver.input(Input::ToastClosed(id.clone()));
                    }
                })
        }
    };
    toast.with_description(text.description)
}

/// A button that sends a command. It leaves the toast open: the task's change updates it.
fn button(label: &str, task: &Task, driver: &WeakDriver, command: Command) -> ToastButton {
    let (id, driver) = (task.id.clone(), driver.clone());
    let on_click = move |()| {
        if let Some(driver) = driver.upgrade() {
            driver.command([Input::Command(id.clone(), command)]);
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
