//! Methods that read and observe tasks.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::live::{Happened, Live};
use super::methods::Listener;
use super::start_task::signal;
use super::toasts::Toasts;
use super::{JsBackgroundTasks, arguments, objects, page, task_id};

#[wasm_bindgen(js_class = BackgroundTasks)]
impl JsBackgroundTasks {
    /// Returns all tasks, newest first. While nothing changes, it returns the same array, and
    /// an unchanged task is the same object. The function does not need `this`, so that
    /// `useSyncExternalStore(api.subscribe, api.tasks)` of React works.
    ///
    /// # Errors
    ///
    /// The function throws an `Error` after `destroy()`.
    #[wasm_bindgen(getter = tasks, unchecked_return_type = "() => readonly Task[]")]
    pub fn list(&self) -> JsValue {
        self.live.list_function()
    }

    /// Calls `listener` with each task that changes, and `onClear` with each task that is
    /// removed from the list. Without `onClear`, a listener that declares no parameters is
    /// called for removed tasks too. Returns a function that unsubscribes. The function does
    /// not need `this`.
    ///
    /// # Errors
    ///
    /// The function throws a `TypeError` if an argument is not a function.
    #[wasm_bindgen(
        getter,
        unchecked_return_type = "(listener: (task: Task) => void, onClear?: (task: Task) => void) => () => void"
    )]
    pub fn subscribe(&self) -> JsValue {
        self.live.subscribe_function(subscribe)
    }

    /// Calls `listener` at each state transition of a task, for logs and measurements: not for
    /// each percent, as `subscribe` does. Returns a function that unsubscribes.
    ///
    /// # Errors
    ///
    /// A `TypeError` if the argument is not a function.
    #[wasm_bindgen(unchecked_return_type = "() => void")]
    pub fn events(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(event: TaskEvent) => void")] listener: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let listener = arguments::function("listener", listener)?;
        let subscription = self.tasks()?.events(move |event| {
            objects::call(&listener, &objects::event(event));
        });
        Ok(unsubscribe(&self.live, self.live.keep(subscription)))
    }

    /// Returns a promise for the task, fulfilled when it has ended in any state. The promise is
    /// rejected if there is no such task, if the signal is aborted, and with an `AbortError` by
    /// `destroy()`.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the invalid argument.
    #[wasm_bindgen(unchecked_return_type = "Promise<Task>")]
    pub fn finished(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] id: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "FinishedOptions")] options: &JsValue,
    ) -> Result<Promise, JsValue> {
        self.tasks()?;
        let id = task_id(id)?;
        let signal = arguments::read(options, signal)?.into();
        let waits = self.live.waits().into();
        Ok(page::finished(
            &self.list(),
            &self.subscribe(),
            id.as_str(),
            &signal,
            &waits,
        ))
    }

    /// Toasts that are independent of tasks.
    ///
    /// # Errors
    ///
    /// Only after `destroy()`.
    #[wasm_bindgen(getter)]
    pub fn toast(&self) -> Result<Toasts, JsValue> {
        self.tasks()?;
        Ok(Toasts::new(Rc::clone(&self.live)))
    }
}

fn subscribe(live: &Rc<Live>, listener: &JsValue, on_clear: &JsValue) -> Result<JsValue, JsValue> {
    let listener = arguments::function("listener", listener)?;
    let on_clear = if !on_clear.is_undefined() {
        Some(arguments::function("onClear", on_clear)?)
    } else if listener.length() == 0 {
        // It wants to know only that the list has changed, as React's does.
        Some(listener.clone())
    } else {
        None
    };
    let number = live.subscribe(move |happened, task| match happened {
        Happened::Changed => objects::call(&listener, task),
        Happened::Removed => {
            if let Some(on_clear) = &on_clear {
                objects::call(on_clear, task);
            }
        }
    })?;
    Ok(unsubscribe(live, number))
}

/// A function that ends a subscription.
fn unsubscribe(live: &Rc<Live>, number: u32) -> JsValue {
    let live = Rc::downgrade(live);
    let unsubscribe = Closure::<Listener>::new(move |_, _| {
        if let Some(live) = live.upgrade() {
            live.unsubscribe(number);
        }
    });
    // Freed by the garbage collector together with the function.
    unsubscribe.into_js_value()
}
