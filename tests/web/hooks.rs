//! Hooks and provider in a mounted app.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen_test::wasm_bindgen_test;
use yew::prelude::*;
use yew_background_tasks::{
    BackgroundTasks, BackgroundTasksProvider, Clients, JobStatus, Settings, TaskId, Timestamp,
    VirtualClock, use_background_tasks, use_task, use_tasks, use_unfinished_tasks,
};
use yewdux::YewduxRoot;

use crate::page::Page;
use crate::scripted::{Answer, Scripted, running};
use crate::stage::{pass, seconds};

/// Renders so far, by component.
#[derive(Clone, Default, PartialEq)]
struct Renders {
    acting: Rc<Cell<u32>>,
    one: Rc<Cell<u32>>,
    other: Rc<Cell<u32>>,
    number: Rc<Cell<u32>>,
    all: Rc<Cell<u32>>,
}

impl Renders {
    fn counts(&self) -> [u32; 5] {
        [
            &self.acting,
            &self.one,
            &self.other,
            &self.number,
            &self.all,
        ]
        .map(|cell| cell.get())
    }
}

fn count(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}

/// Where the handle is put for the test to use.
type Slot = Rc<RefCell<Option<BackgroundTasks>>>;

#[derive(Clone, Properties)]
struct Props {
    clients: Clients,
    settings: Settings,
    renders: Renders,
    slot: Slot,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.slot, &other.slot)
    }
}

#[component]
fn Acting(props: &Props) -> Html {
    count(&props.renders.acting);
    *props.slot.borrow_mut() = Some(use_background_tasks());
    html! {}
}

#[derive(PartialEq, Properties)]
struct RowProps {
    id: TaskId,
    renders: Rc<Cell<u32>>,
}

#[component]
fn Row(props: &RowProps) -> Html {
    count(&props.renders);
    let task = use_task(&props.id);
    html! { <li id={props.id.to_string()}>{ task.map_or("none", |task| task.state.as_str()) }</li> }
}

#[component]
fn Number(props: &Props) -> Html {
    count(&props.renders.number);
    let unfinished = use_unfinished_tasks();
    html! { <p id="number">{ unfinished }</p> }
}

#[component]
fn All(props: &Props) -> Html {
    count(&props.renders.all);
    let tasks = use_tasks();
    html! { <p id="all">{ tasks.len() }</p> }
}

#[component]
fn App(props: &Props) -> Html {
    let Props {
        clients,
        settings,
        renders,
        ..
    } = props.clone();
    html! {
        <YewduxRoot>
            <BackgroundTasksProvider {clients} {settings}>
                <Acting ..props.clone() />
                <Row id={TaskId::from("video_1_1000")} renders={renders.one} />
                <Row id={TaskId::from("video_2_1000")} renders={renders.other} />
                <Number ..props.clone() />
                <All ..props.clone() />
            </BackgroundTasksProvider>
        </YewduxRoot>
    }
}

struct Mounted {
    clock: VirtualClock,
    client: Scripted,
    renders: Renders,
    tasks: BackgroundTasks,
    page: Page,
    app: yew::AppHandle<App>,
}

impl Mounted {
    async fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let clock = VirtualClock::starting_at(Timestamp::from_millis(1_000));
        let client = Scripted::new(&clock, answers);
        let page = Page::new();
        let slot = Slot::default();
        let renders = Renders::default();
        let props = Props {
            clients: Clients::new(Rc::new(client.clone())),
            settings: Settings::new()
                .with_store(None)
                .with_clock(clock.clone())
                .with_seed(1),
            renders: renders.clone(),
            slot: Rc::clone(&slot),
        };
        let app = yew::Renderer::<App>::with_root_and_props(page.root(), props).render();
        pass(&clock, seconds(0)).await;
        let tasks = slot.borrow_mut().take().expect("the app is mounted");
        Self {
            clock,
            client,
            renders,
            tasks,
            page,
            app,
        }
    }

    fn start(&self, attachment: u32) {
        self.tasks
            .start_video_processing_task(attachment, "talk.mp4", "q-1");
    }
}

#[wasm_bindgen_test]
async fn views_show_what_the_store_says() {
    let app = Mounted::new([running(10)]).await;
    assert_eq!(app.page.text("#video_1_1000"), "none");
    app.start(1);
    app.start(2);
    pass(&app.clock, seconds(1)).await;
    assert_eq!(app.page.text("#video_1_1000"), "running");
    assert_eq!(app.page.text("#number"), "2");
    assert_eq!(app.page.text("#all"), "2");
    app.client.then([Answer::Status(JobStatus::Succeeded)]);
    pass(&app.clock, seconds(2)).await;
    assert_eq!(app.page.text("#video_2_1000"), "succeeded");
    assert_eq!(app.page.text("#number"), "0");
    app.app.destroy();
}

#[wasm_bindgen_test]
async fn only_components_whose_selection_changed_render_again() {
    let app = Mounted::new([running(10), Answer::Pending]).await;
    app.start(1);
    pass(&app.clock, std::time::Duration::from_millis(500)).await;
    let [acting, one, other, number, all] = app.renders.counts();
    app.client.then([running(11), running(12), Answer::Pending]);
    pass(&app.clock, seconds(2)).await;
    assert_eq!(
        app.renders.counts(),
        [acting, one + 2, other, number, all + 2]
    );
    app.app.destroy();
}

#[wasm_bindgen_test]
async fn unmounting_the_provider_ends_everything() {
    let app = Mounted::new([running(10)]).await;
    app.start(1);
    pass(&app.clock, seconds(2)).await;
    app.app.destroy();
    pass(&app.clock, seconds(0)).await;
    let calls = app.client.calls().len();
    pass(&app.clock, seconds(60)).await;
    assert_eq!(app.client.calls().len(), calls);
    assert_eq!(app.clock.next_due(), None);
}
