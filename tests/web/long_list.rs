//! A list of more tasks than there are rows.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::FutureExt as _;
use futures_util::future::{pending, ready};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, MutationObserver, MutationObserverInit};
use yew::prelude::*;
use yew_background_tasks::{
    BackgroundTasks, BackgroundTasksProvider, Call, Clients, Job, JobKey, JobStatus, Percent,
    Settings, StatusClient, TasksIndicator, Timestamp, VirtualClock, use_background_tasks,
};
use yewdux::YewduxRoot;

use crate::page::Page;
use crate::stage::{pass, seconds};

const TASKS: usize = 120;

/// Reports that one job is running, and never responds for the others.
struct OneMoves {
    job: JobKey,
    percent: Cell<u8>,
}

impl StatusClient for OneMoves {
    fn status(&self, job: &Job) -> Call<JobStatus> {
        if job.key != self.job {
            return pending().boxed_local();
        }
        self.percent.set(self.percent.get() + 1);
        let progress = Some(Percent::new(self.percent.get()));
        ready(Ok(JobStatus::Running { progress })).boxed_local()
    }

    fn cancel(&self, _job: &Job) -> Call<()> {
        ready(Ok(())).boxed_local()
    }
}

/// Where the handle is put for the test to use.
type Slot = Rc<RefCell<Option<BackgroundTasks>>>;

#[derive(Clone, Properties)]
struct Props {
    clients: Clients,
    settings: Settings,
    slot: Slot,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.slot, &other.slot)
    }
}

#[component]
fn Handle(props: &Props) -> Html {
    *props.slot.borrow_mut() = Some(use_background_tasks());
    html! { <TasksIndicator /> }
}

#[component]
fn App(props: &Props) -> Html {
    html! {
        <YewduxRoot>
            <BackgroundTasksProvider clients={props.clients.clone()} settings={props.settings.clone()}>
                <Handle ..props.clone() />
            </BackgroundTasksProvider>
        </YewduxRoot>
    }
}

struct Mounted {
    clock: VirtualClock,
    page: Page,
    app: yew::AppHandle<App>,
    tasks: BackgroundTasks,
}

impl Mounted {
    /// With the list open, whose oldest task alone moves.
    async fn new() -> Self {
        let clock = VirtualClock::starting_at(Timestamp::from_millis(1_000));
        let client = OneMoves {
            job: "q-0".into(),
            percent: Cell::default(),
        };
        let page = Page::new();
        let props = Props {
            clients: Clients::without_storage(Rc::new(client)),
            settings: Settings::new()
                .with_store(None)
                // Unanswered checks must not block the others.
                .with_checks_in_flight(TASKS)
                .with_clock(clock.clone())
                .with_seed(1),
            slot: Slot::default(),
        };
        let slot = Rc::clone(&props.slot);
        let app = yew::Renderer::<App>::with_root_and_props(page.root(), props).render();
        pass(&clock, seconds(0)).await;
        let tasks = slot.borrow().clone().expect("a handle");
        for number in 0..TASKS {
            tasks.start_video_processing_task(number as u32, "talk.mp4", format!("q-{number}"));
        }
        let app = Self {
            clock,
            page,
            app,
            tasks,
        };
        app.click("[data-tasks-indicator]").await;
        app
    }

    async fn click(&self, selector: &str) {
        self.page.one(selector).click();
        pass(&self.clock, std::time::Duration::from_millis(20)).await;
    }

    fn rows(&self) -> Vec<HtmlElement> {
        self.page.all("[data-task-list] > [data-task]")
    }

    fn leave(self) {
        self.app.destroy();
    }
}

fn places(rows: &[HtmlElement]) -> Vec<[Option<String>; 2]> {
    let place =
        |row: &HtmlElement| ["aria-posinset", "aria-setsize"].map(|name| row.get_attribute(name));
    rows.iter().map(place).collect()
}

#[wasm_bindgen_test]
async fn rows_are_paged_and_have_their_position() {
    let app = Mounted::new().await;
    let rows = app.rows();
    assert_eq!(rows.len(), 50);
    let of_all = |number: usize| [Some(number.to_string()), Some(TASKS.to_string())];
    assert_eq!(places(&rows), (1..=50).map(of_all).collect::<Vec<_>>());
    app.click("[data-more]").await;
    assert_eq!(app.rows().len(), 100);
    app.click("[data-more]").await;
    let rows = app.rows();
    assert_eq!(places(&rows), vec![[None, None]; TASKS]);
    app.leave();
}

#[wasm_bindgen_test]
async fn more_rows_focus_the_first_new_row() {
    let app = Mounted::new().await;
    let focused = || {
        let document = web_sys::window().and_then(|window| window.document());
        document.and_then(|document| document.active_element())
    };
    for first in [50, 100] {
        app.click("[data-more]").await;
        let row = app.rows().swap_remove(first);
        assert_eq!(focused().as_ref(), Some(row.as_ref()));
    }
    app.leave();
}

#[wasm_bindgen_test]
async fn change_of_an_unrendered_task_changes_no_node() {
    let app = Mounted::new().await;
    pass(&app.clock, seconds(2)).await;
    let oldest = app.tasks.tasks().last().expect("a task").id.clone();
    let progress = || {
        app.tasks
            .task(&oldest)
            .and_then(|task| task.state.progress())
    };
    let before = progress();
    let changes = Rc::new(Cell::new(0));
    let count = Closure::<dyn Fn(js_sys::Array)>::new({
        let changes = Rc::clone(&changes);
        move |records: js_sys::Array| changes.set(changes.get() + records.length())
    });
    let observer = MutationObserver::new(count.as_ref().unchecked_ref()).expect("an observer");
    let all = MutationObserverInit::new();
    all.set_attributes(true);
    all.set_character_data(true);
    all.set_child_list(true);
    all.set_subtree(true);
    let observed = observer.observe_with_options(&app.page.root(), &all);
    observed.expect("the options are good ones");
    pass(&app.clock, seconds(4)).await;
    assert!(progress() > before, "it has moved");
    assert_eq!(changes.get(), 0);
    observer.disconnect();
    app.leave();
}
