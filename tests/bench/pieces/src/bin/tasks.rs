//! Tasks on a server, with their toasts.

use std::rc::Rc;

use yew::prelude::*;
use yew_background_tasks::{
    BackgroundTasksProvider, Clients, HttpStatusClient, use_background_tasks,
};

#[component]
fn App() -> Html {
    let clients = Clients::new(Rc::new(HttpStatusClient::new("/api")));
    html! {
        <BackgroundTasksProvider {clients}>
            <Analyse />
        </BackgroundTasksProvider>
    }
}

#[component]
fn Analyse() -> Html {
    let tasks = use_background_tasks();
    let onclick = move |_| {
        tasks.start_video_processing_task(7_u32, "talk.mp4", "q-81f3");
    };
    html! { <button {onclick}>{ "Analyse" }</button> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
