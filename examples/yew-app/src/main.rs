//! A Yew app with background tasks: a provider, a button, a file field and the list of tasks.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_background_tasks::{
    BackgroundTasksProvider, Clients, HttpStatusClient, TaskList, TasksIndicator,
    use_background_tasks,
};

#[component]
fn App() -> Html {
    let clients = use_memo((), |()| {
        Clients::new(Rc::new(HttpStatusClient::new("/api")))
    });
    html! {
        <BackgroundTasksProvider clients={(*clients).clone()}>
            <main>
                <h1>{ "Background tasks in Yew" }</h1>
                <TasksIndicator />
                <Upload />
                <Analyse />
                <TaskList />
            </main>
        </BackgroundTasksProvider>
    }
}

/// The processing and embedding of a video start automatically after its upload.
#[component]
fn Upload() -> Html {
    let tasks = use_background_tasks();
    let onchange = move |event: Event| {
        let field: HtmlInputElement = event.target_unchecked_into();
        if let Some(file) = field.files().and_then(|files| files.get(0)) {
            let title = file.name();
            tasks.upload(file, &title);
        }
        field.set_value("");
    };
    html! { <label>{ "Upload a file " }<input type="file" {onchange} /></label> }
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
