//! The title of a hidden tab, with the providers that come and go.

use std::rc::Rc;
use std::time::Duration;

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Document;
use yew::prelude::*;
use yew_background_tasks::{
    BackgroundTasksProvider, Clients, Settings, SimulatedStatusClient, Simulation, VirtualClock,
    use_background_tasks,
};
use yewdux::YewduxRoot;

use crate::page::Page;
use crate::stage::{pass, settle};

#[derive(PartialEq, Properties)]
struct Props {
    clients: Clients,
    settings: Settings,
}

#[component]
fn App(props: &Props) -> Html {
    html! {
        <YewduxRoot>
            <BackgroundTasksProvider clients={props.clients.clone()} settings={props.settings.clone()}>
                <Start />
            </BackgroundTasksProvider>
        </YewduxRoot>
    }
}

#[component]
fn Start() -> Html {
    let tasks = use_background_tasks();
    use_effect_with((), move |()| {
        tasks.start_video_processing_task(7_u32, "talk.mp4", "q-1");
    });
    html! {}
}

/// An app with one unfinished task.
async fn mount(clock: &VirtualClock, page: &Page, in_title: bool) -> yew::AppHandle<App> {
    let server = SimulatedStatusClient::with_clock(Simulation::new(), Rc::new(clock.clone()));
    let props = Props {
        clients: Clients::new(Rc::new(server)),
        settings: Settings::new()
            .with_tab_title(in_title)
            .with_store(None)
            .with_clock(clock.clone())
            .with_seed(1),
    };
    let app = yew::Renderer::<App>::with_root_and_props(page.root(), props).render();
    pass(clock, Duration::from_millis(200)).await;
    app
}

/// The document as hidden, until this is dropped.
struct Hidden(Document);

impl Hidden {
    fn new() -> Self {
        let document = web_sys::window().and_then(|window| window.document());
        let document = document.expect("a document");
        let property = Object::new();
        let fields: [(&str, JsValue); 2] =
            [("value", "hidden".into()), ("configurable", true.into())];
        for (name, value) in fields {
            Reflect::set(&property, &name.into(), &value).expect("a property");
        }
        Object::define_property(&document, &"visibilityState".into(), &property);
        Self(document)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let deleted = Reflect::delete_property(&self.0, &"visibilityState".into());
        assert_eq!(deleted, Ok(true), "the document shows itself again");
    }
}

#[wasm_bindgen_test]
async fn counts_of_two_providers_are_added_and_removed() {
    let mut titles = Vec::new();
    {
        // A panic would leave the document hidden for other tests.
        let hidden = Hidden::new();
        let document = &hidden.0;
        document.set_title("My app");
        let (clock, one, other) = (VirtualClock::default(), Page::new(), Page::new());
        let first = mount(&clock, &one, true).await;
        titles.push(document.title());
        let second = mount(&clock, &other, true).await;
        titles.push(document.title());
        first.destroy();
        settle().await;
        titles.push(document.title());
        document.set_title("(1) My app, edited");
        second.destroy();
        settle().await;
        titles.push(document.title());
    }
    let expected = ["(1) My app", "(2) My app", "(1) My app", "My app, edited"];
    assert_eq!(titles, expected);
}

#[wasm_bindgen_test]
async fn title_is_unchanged_if_disabled() {
    let title = {
        let hidden = Hidden::new();
        let document = &hidden.0;
        document.set_title("My app");
        let (clock, page) = (VirtualClock::default(), Page::new());
        let app = mount(&clock, &page, false).await;
        let title = document.title();
        app.destroy();
        settle().await;
        title
    };
    assert_eq!(title, "My app");
}
