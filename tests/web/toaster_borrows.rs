//! Code of the app that the toaster calls may call the toaster.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::toast::{Icon, Icons, Toast, ToastKind, Toaster, ToasterSettings};
use yew_background_tasks::{Clock, Timestamp, VirtualClock};

use crate::stage::{pass, seconds};

/// Shows a toast when it is called.
#[derive(Default)]
struct CallingClock {
    time: VirtualClock,
    calls_on_now: bool,
    toaster: RefCell<Option<Toaster>>,
    is_calling: Cell<bool>,
    calls: Cell<u32>,
}

impl CallingClock {
    fn call_toaster(&self) {
        let toaster = self.toaster.borrow().clone();
        if let Some(toaster) = toaster
            && !self.is_calling.replace(true)
        {
            toaster.upsert(&"clock".into(), Toast::message("Called by the clock"));
            self.calls.set(self.calls.get() + 1);
            self.is_calling.set(false);
        }
    }
}

impl Clock for CallingClock {
    fn now(&self) -> Timestamp {
        if self.calls_on_now {
            self.call_toaster();
        }
        self.time.now()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        if !self.calls_on_now {
            self.call_toaster();
        }
        self.time.sleep(duration)
    }
}

fn toaster() -> Toaster {
    let context = yewdux::Context::new();
    let clock = VirtualClock::default();
    Toaster::new(&context, Rc::new(clock), ToasterSettings::default())
}

#[wasm_bindgen_test]
async fn clock_may_call_the_toaster() {
    for calls_on_now in [true, false] {
        let clock = Rc::new(CallingClock {
            calls_on_now,
            ..CallingClock::default()
        });
        let context = yewdux::Context::new();
        let toaster = Toaster::new(&context, clock.clone(), ToasterSettings::default());
        clock.toaster.replace(Some(toaster.clone()));
        toaster.success("Saved");
        assert!(clock.calls.get() > 0);
        assert_eq!(toaster.toasts().len(), 2);
        clock.toaster.take();
        pass(&clock.time, seconds(60)).await;
        assert!(toaster.toasts().is_empty(), "the timer has fired");
    }
}

/// Calls the toaster when it is dropped.
struct CallsOnDrop {
    toaster: Toaster,
    drops: Rc<Cell<u32>>,
}

impl Drop for CallsOnDrop {
    fn drop(&mut self) {
        self.toaster.toasts();
        self.toaster.dismiss(&"unknown".into());
        self.drops.set(self.drops.get() + 1);
    }
}

#[wasm_bindgen_test]
fn destructor_of_a_value_in_a_toast_may_call_the_toaster() {
    let toaster = toaster();
    let drops = Rc::new(Cell::new(0));
    let toast = || {
        let guard = CallsOnDrop {
            toaster: toaster.clone(),
            drops: Rc::clone(&drops),
        };
        Toast::error("Failed").with_on_close(move |_| {
            let _ = &guard;
        })
    };
    let id = "task".into();
    toaster.upsert(&id, toast());
    toaster.upsert(&id, toast());
    assert_eq!(drops.get(), 1, "replaced");
    for _ in 0..4 {
        toaster.show(toast());
    }
    // The oldest is not visible and removed without an animation.
    toaster.dismiss(&id);
    assert_eq!(drops.get(), 2, "dismissed");
    toaster.shut_down();
    assert_eq!(drops.get(), 6, "shut down");
}

#[wasm_bindgen_test]
fn destructor_of_a_value_in_the_settings_may_call_the_toaster() {
    let toaster = toaster();
    let drops = Rc::new(Cell::new(0));
    let guard = CallsOnDrop {
        toaster: toaster.clone(),
        drops: Rc::clone(&drops),
    };
    let onclick = Callback::from(move |_: yew::MouseEvent| {
        let _ = &guard;
    });
    let icon = Icon::Custom(yew::html! { <button {onclick} /> });
    let icons = Icons::default().with(ToastKind::Success, icon);
    toaster.configure("", ToasterSettings::default().with_icons(icons));
    assert_eq!(drops.get(), 0);
    toaster.configure("", ToasterSettings::default());
    assert_eq!(drops.get(), 1);
}
