//! Code of the app that the driver calls or drops may call the tasks.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;
use yew::prelude::*;
use yew_background_tasks::{
    BackgroundTasks, Call, Clients, Clock, Job, JobStatus, Settings, Sleep, StatusClient, Tasks,
    Timestamp, VirtualClock, use_task_selector,
};
use yewdux::prelude::*;

use crate::page::Page;
use crate::stage::{pass, seconds, settle};

/// What calls the tasks, once there are some, and not while it is called.
#[derive(Clone, Default)]
struct Caller(Rc<Calls>);

#[derive(Default)]
struct Calls {
    tasks: RefCell<Option<BackgroundTasks>>,
    is_calling: Cell<bool>,
    number: Cell<u32>,
}

impl Caller {
    fn call(&self) {
        let tasks = self.0.tasks.borrow().clone();
        // What it wants of the tasks asks the clock again, so it has to stop at some time.
        if let Some(tasks) = tasks
            && self.0.number.get() < 50
            && !self.0.is_calling.replace(true)
        {
            let number = self.0.number.get() + 1;
            self.0.number.set(number);
            drop(tasks.subscribe(|_| {}));
            if number == 1 {
                tasks.start_video_processing_task(7_u32, "talk.mp4", "q-caller");
            }
            for task in tasks.tasks() {
                tasks.pause(&task.id);
            }
            tasks.clear_finished();
            self.0.is_calling.set(false);
        }
    }

    /// How often it has called them.
    fn number(&self) -> u32 {
        self.0.number.get()
    }
}

/// Calls the tasks when it is dropped.
struct CallsOnDrop(Caller);

impl Drop for CallsOnDrop {
    fn drop(&mut self) {
        self.0.call();
    }
}

#[derive(Clone, Default)]
struct CallingClock {
    time: VirtualClock,
    on_now: Option<Caller>,
    on_sleep: Option<Caller>,
}

impl Clock for CallingClock {
    fn now(&self) -> Timestamp {
        self.on_now.iter().for_each(Caller::call);
        self.time.now()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.on_sleep.iter().for_each(Caller::call);
        self.time.sleep(duration)
    }
}

/// Each request calls the tasks when it is made, and when it is dropped; it has no answer if
/// it `stalls`.
struct CallingClient {
    caller: Caller,
    stalls: bool,
}

impl StatusClient for CallingClient {
    fn status(&self, _job: &Job) -> Call<JobStatus> {
        self.caller.call();
        let (guard, stalls) = (CallsOnDrop(self.caller.clone()), self.stalls);
        Box::pin(async move {
            if stalls {
                pending::<()>().await;
            }
            drop(guard);
            Ok(JobStatus::Succeeded)
        })
    }

    fn batch_limit(&self) -> usize {
        self.caller.call();
        1
    }
}

fn tasks(caller: &Caller, client: CallingClient, clock: &CallingClock) -> BackgroundTasks {
    let settings = Settings::new().with_store(None).with_clock(clock.clone());
    let clients = Clients::without_storage(Rc::new(client));
    let tasks = BackgroundTasks::new(&yewdux::Context::new(), clients, settings);
    caller.0.tasks.replace(Some(tasks.clone()));
    tasks
}

#[wasm_bindgen_test]
async fn clock_may_call_the_tasks() {
    for on_now in [true, false] {
        let caller = Caller::default();
        let clock = CallingClock {
            on_now: on_now.then(|| caller.clone()),
            on_sleep: (!on_now).then(|| caller.clone()),
            ..CallingClock::default()
        };
        let client = CallingClient {
            caller: Caller::default(),
            stalls: false,
        };
        let tasks = tasks(&caller, client, &clock);
        tasks.start_embedding_task(1_u32, "talk.mp4");
        pass(&clock.time, seconds(20)).await;
        assert!(caller.number() > 3, "{}", caller.number());
        caller.0.tasks.take();
        tasks.clear_finished();
        assert!(tasks.tasks().is_empty(), "{:?}", tasks.tasks());
        tasks.shut_down();
    }
}

#[wasm_bindgen_test]
async fn client_may_call_the_tasks_also_when_its_request_is_dropped() {
    for stalls in [false, true] {
        let caller = Caller::default();
        let clock = CallingClock::default();
        let client = CallingClient {
            caller: caller.clone(),
            stalls,
        };
        let tasks = tasks(&caller, client, &clock);
        let id = tasks.start_embedding_task(1_u32, "talk.mp4");
        pass(&clock.time, seconds(15)).await;
        let before = caller.number();
        tasks.cancel(&id);
        tasks.shut_down();
        settle().await;
        assert!(before > 1, "{before}");
        if stalls {
            assert!(caller.number() > before, "{before}");
        }
        caller.0.tasks.take();
    }
}

#[wasm_bindgen_test]
async fn listener_may_call_the_tasks_when_it_is_dropped() {
    let caller = Caller::default();
    let clock = CallingClock::default();
    let client = CallingClient {
        caller: Caller::default(),
        stalls: false,
    };
    let tasks = tasks(&caller, client, &clock);
    let listen = || {
        let guard = CallsOnDrop(caller.clone());
        tasks.subscribe(move |_| {
            let _ = &guard;
        })
    };
    drop(listen());
    assert_eq!(caller.number(), 1);
    let subscription = listen();
    tasks.shut_down();
    assert_eq!(caller.number(), 2);
    drop(subscription);
    assert_eq!(caller.number(), 2);
    drop(listen());
    assert_eq!(caller.number(), 3, "after the end it is not kept");
    caller.0.tasks.take();
}

#[derive(PartialEq, Properties)]
struct SelectsProps {
    store: Dispatch<Tasks>,
    writes: Rc<Cell<u32>>,
    render: u32,
}

/// Writes the store when it is dropped.
struct WritesOnDrop {
    store: Dispatch<Tasks>,
    writes: Rc<Cell<u32>>,
}

impl Drop for WritesOnDrop {
    fn drop(&mut self) {
        self.writes.set(self.writes.get() + 1);
        self.store.reduce_mut(|_| {});
    }
}

#[component]
fn Selects(props: &SelectsProps) -> Html {
    let guard = WritesOnDrop {
        store: props.store.clone(),
        writes: Rc::clone(&props.writes),
    };
    let count = use_task_selector((), move |tasks, ()| {
        let _ = &guard;
        tasks.len()
    });
    html! { <p>{ *count }{ props.render }</p> }
}

#[component]
fn Rerenders(props: &SelectsProps) -> Html {
    let SelectsProps {
        store,
        writes,
        render,
    } = props;
    let clicks = use_state(|| *render);
    let onclick = {
        let clicks = clicks.clone();
        move |_| clicks.set(*clicks + 1)
    };
    html! {
        <ContextProvider<yewdux::Context> context={store.context().clone()}>
            <button {onclick} />
            <Selects store={store.clone()} writes={writes.clone()} render={*clicks} />
        </ContextProvider<yewdux::Context>>
    }
}

#[wasm_bindgen_test]
async fn selector_may_write_the_store_when_it_is_dropped() {
    let page = Page::new();
    let props = SelectsProps {
        store: Dispatch::new(&yewdux::Context::new()),
        writes: Rc::default(),
        render: 0,
    };
    let writes = Rc::clone(&props.writes);
    let app = yew::Renderer::<Rerenders>::with_root_and_props(page.root(), props).render();
    settle().await;
    page.one("button").click();
    settle().await;
    assert_eq!(page.text("p"), "01");
    assert!(writes.get() > 0);
    app.destroy();
}
