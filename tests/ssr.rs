//! Yew's server renderer: nothing here calls a browser API, each of which panics on the host.

#![cfg(not(target_arch = "wasm32"))]

use std::rc::Rc;

use yew::prelude::*;
use yew_background_tasks::toast::{ToasterProvider, use_toaster};
use yew_background_tasks::{
    BackgroundTasksProvider, Clients, HttpStatusClient, JobKind, NotificationsToggle, Settings,
    SimulatedStatusClient, Simulation, StorageDialog, TaskList, TasksIndicator, use_attachments,
    use_background_tasks, use_system_notifications, use_task, use_task_selector, use_tasks,
    use_unfinished_tasks,
};

/// Every hook that needs tasks, and every component.
#[component]
fn Everything() -> Html {
    let tasks = use_background_tasks();
    let kind = tasks.register(JobKind::new("transcript", "transcripts"));
    let id = kind.start_job(7_u32, "talk.mp4");
    let task = use_task(&id);
    let all = use_tasks();
    let unfinished = use_unfinished_tasks();
    let count = use_task_selector((), |tasks, ()| tasks.len());
    let attachments = use_attachments();
    let notifications = use_system_notifications();
    let toaster = use_toaster();
    toaster.success("Saved");
    let _ = (task, all, unfinished, count, attachments, notifications);
    html! {
        <>
            <TasksIndicator />
            <TaskList />
            <StorageDialog open=true />
            <NotificationsToggle />
        </>
    }
}

#[component]
fn Page() -> Html {
    let clients = use_memo((), |()| {
        Clients::new(Rc::new(HttpStatusClient::new("/api").with_batch(true)))
    });
    html! {
        <main>
            <h1>{ "Storage" }</h1>
            <BackgroundTasksProvider clients={(*clients).clone()} settings={Settings::new()}>
                <Everything />
            </BackgroundTasksProvider>
            <p>{ "Below" }</p>
        </main>
    }
}

/// With the context of an app that uses Yewdux itself.
#[component]
fn YewduxPage() -> Html {
    html! { <yewdux::YewduxRoot><Page /></yewdux::YewduxRoot> }
}

#[component]
fn SimulatedPage() -> Html {
    let clients = use_memo((), |()| {
        Clients::new(Rc::new(SimulatedStatusClient::new(Simulation::new())))
    });
    html! {
        <BackgroundTasksProvider clients={(*clients).clone()}>
            <Everything />
        </BackgroundTasksProvider>
    }
}

#[component]
fn ToastsOnly() -> Html {
    #[component]
    fn Button() -> Html {
        let toaster = use_toaster();
        let onclick = move |_| drop(toaster.success("Saved"));
        html! { <button {onclick}>{ "Save" }</button> }
    }
    html! { <ToasterProvider><Button /></ToasterProvider> }
}

async fn markup<C>() -> String
where
    C: BaseComponent,
    C::Properties: Default,
{
    yew::ServerRenderer::<C>::new()
        .hydratable(false)
        .render()
        .await
}

#[tokio::test]
async fn the_provider_renders_nothing_and_the_rest_of_the_page_is_there() {
    let page = "<main><h1>Storage</h1><p>Below</p></main>";
    assert_eq!(markup::<Page>().await, page);
    assert_eq!(markup::<YewduxPage>().await, page);
    assert_eq!(markup::<SimulatedPage>().await, "");
}

#[tokio::test]
async fn the_provider_of_a_toaster_renders_its_children_only() {
    assert_eq!(markup::<ToastsOnly>().await, "<button>Save</button>");
}
