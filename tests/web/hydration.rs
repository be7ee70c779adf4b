//! Pages that a server has rendered come to life in the browser.

use std::any::type_name;
use std::rc::Rc;

use wasm_bindgen_test::wasm_bindgen_test;
use yew::prelude::*;
use yew_background_tasks::toast::{Toaster, ToasterProvider, ToasterView, use_toaster};
use yew_background_tasks::{
    BackgroundTasksProvider, Clients, Settings, SimulatedStatusClient, Simulation,
    use_background_tasks,
};

use crate::page::Page;
use crate::stage::settle;

/// The markup of a component, as yew's server renderer writes it in a debug build.
fn component<C>(content: &str) -> String {
    let name = type_name::<C>();
    format!("<!--<[{name}]>-->{content}<!--</[{name}]>-->")
}

#[component]
fn Storage() -> Html {
    let clients = use_memo((), |()| {
        Clients::new(Rc::new(SimulatedStatusClient::new(Simulation::new())))
    });
    let settings = Settings::new().with_store(None);
    html! {
        <main>
            <h1>{ "Storage" }</h1>
            <BackgroundTasksProvider hydrated=true clients={(*clients).clone()} {settings}>
                <Start />
            </BackgroundTasksProvider>
        </main>
    }
}

#[component]
fn Start() -> Html {
    let tasks = use_background_tasks();
    let onclick = move |_| {
        tasks.start_embedding_task(7_u32, "talk.mp4");
    };
    html! { <button {onclick}>{ "Start" }</button> }
}

#[wasm_bindgen_test]
async fn the_provider_starts_in_a_page_that_a_server_has_rendered() {
    let page = Page::new();
    let provider = component::<BackgroundTasksProvider>("");
    let markup = component::<Storage>(&format!("<main><h1>Storage</h1>{provider}</main>"));
    page.root().set_inner_html(&markup);
    let heading = page.one("h1");
    let app = yew::Renderer::<Storage>::with_root(page.root()).hydrate();
    settle().await;
    assert_eq!(page.one("h1"), heading, "it is the server's");
    assert_eq!(page.all("[data-toaster]").len(), 1);
    page.one("button").click();
    settle().await;
    assert_eq!(
        page.text("[data-toast] [data-title]"),
        "🧠 Generating embeddings: talk.mp4"
    );
    app.destroy();
}

#[component]
fn Toasts() -> Html {
    let settings = Some(yew_background_tasks::toast::ToasterSettings::default());
    html! { <ToasterProvider hydrated=true {settings}><Save /></ToasterProvider> }
}

#[component]
fn Save() -> Html {
    let toaster = use_toaster();
    let onclick = move |_| {
        toaster.success("Saved");
    };
    html! { <button {onclick}>{ "Save" }</button> }
}

#[wasm_bindgen_test]
async fn toasts_are_shown_in_a_page_that_a_server_has_rendered() {
    let page = Page::new();
    let button = component::<Save>("<button>Save</button>");
    let view = component::<ToasterView>("");
    let context = component::<ContextProvider<Toaster>>(&format!("{button}{view}"));
    let provider = component::<ToasterProvider>(&context);
    page.root().set_inner_html(&component::<Toasts>(&provider));
    let button = page.one("button");
    let app = yew::Renderer::<Toasts>::with_root(page.root()).hydrate();
    settle().await;
    assert_eq!(page.one("button"), button, "it is the server's");
    button.click();
    settle().await;
    assert_eq!(page.text("[data-toast] [data-title]"), "Saved");
    app.destroy();
}
