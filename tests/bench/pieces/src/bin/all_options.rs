//! Tasks, their list, the storage dialog, and all options of the HTTP client.

use std::rc::Rc;

use yew::prelude::*;
use yew_background_tasks::{
    BackgroundTasksProvider, Clients, HttpStatusClient, StorageDialog, TasksIndicator,
};

#[component]
fn App() -> Html {
    let client = HttpStatusClient::new("/api")
        .with_resumable_uploads(true)
        .with_batch(true)
        .with_events(true);
    let clients = Clients::new(Rc::new(client));
    html! {
        <BackgroundTasksProvider {clients}>
            <TasksIndicator />
            <Storage />
        </BackgroundTasksProvider>
    }
}

#[component]
fn Storage() -> Html {
    let open = use_state(|| false);
    let turn = |to: bool| {
        let open = open.clone();
        move || open.set(to)
    };
    let (show, hide) = (turn(true), turn(false));
    let on_close = Callback::from(move |()| hide());
    html! {
        <>
            <button onclick={move |_| show()}>{ "Open storage" }</button>
            <StorageDialog open={*open} {on_close} />
        </>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
