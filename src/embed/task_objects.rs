//! Tasks as JavaScript objects, created once per version of a task.
//!
//! Stores such as React's compare what they are given by identity, so an unchanged task and
//! an unchanged list are the same object as before.

use std::cell::RefCell;
use std::rc::Rc;

use background_tasks_core::{Task, TaskId};
use js_sys::{Array, Object};
use litemap::LiteMap;
use wasm_bindgen::{JsCast as _, JsValue};

use super::objects;
use crate::background_tasks::BackgroundTasks;

/// The objects of one `BackgroundTasks`.
#[derive(Default)]
pub(super) struct TaskObjects {
    by_id: RefCell<LiteMap<TaskId, (Rc<Task>, JsValue)>>,
    /// The last list, and the tasks in it.
    list: RefCell<Option<(Vec<Rc<Task>>, JsValue)>>,
}

impl TaskObjects {
    /// All tasks, newest first, as a frozen array.
    pub(super) fn list(&self, tasks: &BackgroundTasks) -> JsValue {
        let now = tasks.tasks();
        if let Some((listed, array)) = &*self.list.borrow()
            && listed.len() == now.len()
            && listed.iter().zip(&now).all(|(a, b)| Rc::ptr_eq(a, b))
        {
            return array.clone();
        }
        let array: Array = now.iter().map(|task| self.of(task, tasks)).collect();
        let array: JsValue = Object::freeze(array.unchecked_ref::<Object>()).into();
        let before = self.list.replace(Some((now, array.clone())));
        drop(before);
        array
    }

    /// A task as a frozen object.
    pub(super) fn of(&self, task: &Rc<Task>, tasks: &BackgroundTasks) -> JsValue {
        if let Some((known, object)) = self.by_id.borrow().get(&task.id)
            && Rc::ptr_eq(known, task)
        {
            return object.clone();
        }
        let object = objects::task(task, tasks.messages());
        // An event may be about a version that the list no longer contains, or a task that
        // is no longer there.
        let current = tasks.task(&task.id);
        if current.is_some_and(|current| Rc::ptr_eq(&current, task)) {
            let kept = (Rc::clone(task), object.clone());
            let before = self.by_id.borrow_mut().insert(task.id.clone(), kept);
            drop(before);
        }
        object
    }

    /// Forgets the object of a task that was removed.
    pub(super) fn remove(&self, id: &TaskId) {
        let before = self.by_id.borrow_mut().remove(id);
        drop(before);
    }

    pub(super) fn clear(&self) {
        drop((self.by_id.take(), self.list.take()));
    }
}
