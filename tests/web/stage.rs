//! Tasks over a scripted client, in virtual time.

use std::rc::Rc;
use std::time::Duration;

use yew_background_tasks::{
    BackgroundTasks, Clients, Clock as _, Settings, TaskId, TaskState, Tasks, Timestamp,
    VirtualClock,
};
use yewdux::Dispatch;

use crate::scripted::{Answer, Scripted};

/// Tasks over a scripted client, in a store and a time of their own.
pub struct Stage {
    pub clock: VirtualClock,
    pub client: Scripted,
    pub tasks: BackgroundTasks,
    pub start: Timestamp,
    context: yewdux::Context,
}

impl Stage {
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::with(Settings::new().with_store(None), answers)
    }

    pub fn with(settings: Settings, answers: impl IntoIterator<Item = Answer>) -> Self {
        let start = Timestamp::from_millis(1_700_000_000_000);
        let clock = VirtualClock::starting_at(start);
        let client = Scripted::new(&clock, answers);
        let context = yewdux::Context::new();
        let tasks = BackgroundTasks::new(
            &context,
            Clients::new(Rc::new(client.clone())),
            settings.with_clock(clock.clone()).with_seed(1),
        );
        Self {
            clock,
            client,
            tasks,
            start,
            context,
        }
    }

    /// The store that the tasks live in.
    pub fn store(&self) -> Dispatch<Tasks> {
        Dispatch::new(&self.context)
    }

    /// Lets virtual time go by.
    pub async fn pass(&self, duration: Duration) {
        pass(&self.clock, duration).await;
    }

    pub fn state(&self, id: &TaskId) -> TaskState {
        self.tasks
            .task(id)
            .expect("the task is there")
            .state
            .clone()
    }

    /// Milliseconds since the start.
    pub fn at(&self, time: Timestamp) -> u128 {
        time.since(self.start).as_millis()
    }
}

/// Lets virtual time go by, each sleeper in its turn.
pub async fn pass(clock: &VirtualClock, duration: Duration) {
    let end = clock.now() + duration;
    settle().await;
    while clock.wake_next(end) {
        settle().await;
    }
    clock.advance(end.since(clock.now()));
    settle().await;
}

/// Waits until all that was ready to run has run, and all is rendered.
pub async fn settle() {
    for _ in 0..8 {
        let turn = js_sys::Promise::resolve(&wasm_bindgen::JsValue::NULL);
        let _ = wasm_bindgen_futures::JsFuture::from(turn).await;
        yew::scheduler::flush().await;
    }
}

pub fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
