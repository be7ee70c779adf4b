//! Tasks, and the indicator with their list.

use std::rc::Rc;

use yew::prelude::*;
use yew_background_tasks::{BackgroundTasksProvider, Clients, HttpStatusClient, TasksIndicator};

#[component]
fn App() -> Html {
    let clients = Clients::new(Rc::new(HttpStatusClient::new("/api")));
    html! {
        <BackgroundTasksProvider {clients}>
            <TasksIndicator />
        </BackgroundTasksProvider>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
