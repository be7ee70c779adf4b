//! The demo page: what this is, something to try, and the simulator's controls.

mod address;
mod console;
mod developer_tools;
mod event_log;
mod notes;
mod playground;
mod sample;
mod simulator;
mod slider;
mod switch;
mod texts;

use std::rc::Rc;

use yew::prelude::*;
use yew_background_tasks::toast::Theme;
use yew_background_tasks::{
    BackgroundTasksProvider, Clients, HttpStatusClient, Messages, Settings, SimulatedStatusClient,
    StorageDialog, TasksIndicator, use_background_tasks,
};
use yew_hooks::use_hash;

use self::address::{Address, Backend};
use self::console::Console;
use self::developer_tools::DeveloperTools;
use self::event_log::LogEvents;
use self::notes::Notes;
use self::playground::Playground;
use self::simulator::SimulatorControls;
use self::texts::Texts;

/// The page, set up as its address says.
#[component]
pub fn Demo() -> Html {
    let setup = use_memo((), |()| Setup::new(Address::current()));
    let Setup {
        clients,
        settings,
        texts,
        simulator,
        log_events,
        ..
    } = &*setup;
    html! {
        <BackgroundTasksProvider clients={clients.clone()} settings={settings.clone()}>
            <Console />
            if *log_events {
                <LogEvents />
            }
            <ContextProvider<Rc<Texts>> context={Rc::clone(texts)}>
                <Page simulator={simulator.clone()} base={setup.base.clone()} />
            </ContextProvider<Rc<Texts>>>
        </BackgroundTasksProvider>
    }
}

/// What does not change while the page lives.
struct Setup {
    clients: Clients,
    settings: Settings,
    texts: Rc<Texts>,
    /// There where the backend is simulated.
    simulator: Option<SimulatedStatusClient>,
    /// Where the backend is real: its address.
    base: Option<AttrValue>,
    log_events: bool,
}

impl Setup {
    fn new(address: Address) -> Self {
        let messages = Messages::for_language(&address.language);
        let texts = Rc::new(Texts::for_language(&messages.language));
        dress_document(&address, &messages.language);
        let mut settings = Settings::new()
            .with_messages(messages)
            .with_toaster(address.toaster);
        if let Some(interval) = address.interval {
            settings = settings.with_interval(interval);
        }
        let (clients, simulator, base) = match address.backend {
            Backend::Simulated(simulation) => {
                let simulator = SimulatedStatusClient::new(simulation);
                let clients = Clients::new(Rc::new(simulator.clone()));
                (clients, Some(simulator), None)
            }
            Backend::Http {
                base,
                resumable_uploads,
                batch,
                events,
            } => {
                let client = HttpStatusClient::new(&base)
                    .with_resumable_uploads(resumable_uploads)
                    .with_batch(batch)
                    .with_events(events);
                let clients = Clients::new(Rc::new(client));
                (clients, None, Some(base.into()))
            }
        };
        Self {
            clients,
            settings,
            texts,
            simulator,
            base,
            log_events: address.log_events,
        }
    }
}

/// Language, direction and colours hold for the whole document.
fn dress_document(address: &Address, language: &str) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    let Some(root) = root else { return };
    let theme = match address.toaster.theme {
        Theme::System => None,
        Theme::Light | Theme::Dark => Some(address.toaster.theme.word()),
    };
    let attributes = [
        ("lang", Some(language)),
        ("dir", address.direction.as_deref()),
        ("data-theme", theme),
    ];
    for (name, value) in attributes {
        if let Some(value) = value {
            // The three names are good ones, which is all that could fail.
            let _ = root.set_attribute(name, value);
        }
    }
}

/// Where the playground is in the address.
const PLAYGROUND: &str = "#toasts";

#[derive(PartialEq, Properties)]
struct PageProps {
    simulator: Option<SimulatedStatusClient>,
    base: Option<AttrValue>,
}

#[component]
fn Page(props: &PageProps) -> Html {
    let texts = texts::use_texts();
    let storage_open = use_state_eq(|| false);
    let open_storage = {
        let storage_open = storage_open.clone();
        Callback::from(move |_: MouseEvent| storage_open.set(true))
    };
    let close_storage = {
        let storage_open = storage_open.clone();
        Callback::from(move |()| storage_open.set(false))
    };
    let is_playground = *use_hash() == PLAYGROUND;
    let link = |href: &'static str, text: &'static str, is_here: bool| {
        let current = is_here.then_some("page");
        html! { <a class="demo-link" {href} aria-current={current}>{ text }</a> }
    };
    html! {
        <>
            <header class="demo-header">
                <strong class="demo-brand">{ "yew-background-tasks" }</strong>
                <nav class="demo-pages" aria-label={texts.pages}>
                    { link("#tasks", texts.tasks_page, !is_playground) }
                    { link(PLAYGROUND, texts.toasts_page, is_playground) }
                </nav>
                <nav class="demo-actions" aria-label={texts.actions}>
                    <button type="button" class="demo-button" onclick={open_storage}>
                        { texts.open_storage }
                    </button>
                    <TasksIndicator />
                </nav>
            </header>
            if is_playground {
                <Playground />
            } else {
                <TasksPage simulator={props.simulator.clone()} base={props.base.clone()} />
            }
            <StorageDialog open={*storage_open} on_close={close_storage} />
        </>
    }
}

/// What this is about: tasks to start, and a server to trouble.
#[component]
fn TasksPage(props: &PageProps) -> Html {
    let texts = texts::use_texts();
    let tasks = use_background_tasks();
    let try_sample = Callback::from(move |_: MouseEvent| {
        if let Some(file) = sample::video() {
            tasks.upload(file, sample::NAME);
        }
    });
    html! {
            <main class="demo-main">
                <section class="demo-hero">
                    <h1>{ texts.headline }</h1>
                    <p>{ texts.lead }</p>
                    <p class="demo-actions">
                        <button type="button" class="demo-button demo-primary" data-sample=""
                            onclick={try_sample}>
                            { texts.try_sample }
                        </button>
                        <span class="demo-hint">{ texts.try_hint }</span>
                    </p>
                </section>
                <div class="demo-columns">
                    <section class="demo-card" aria-labelledby="demo-notes">
                        <h2 id="demo-notes">{ texts.notes }</h2>
                        <p>{ texts.notes_hint }</p>
                        <Notes />
                    </section>
                    <section class="demo-card" aria-labelledby="demo-server">
                        <h2 id="demo-server">{ texts.server }</h2>
                        if let Some(simulator) = &props.simulator {
                            <SimulatorControls simulator={simulator.clone()} />
                        }
                        if let Some(base) = &props.base {
                            <p>{ texts.real_server }{ " " }<code>{ base }</code></p>
                        }
                    </section>
                </div>
                if let Some(simulator) = &props.simulator {
                    <DeveloperTools simulator={simulator.clone()} />
                }
                <section class="demo-card" aria-labelledby="demo-steps">
                    <h2 id="demo-steps">{ texts.steps }</h2>
                    <ol class="demo-steps">
                        { for texts.step_list.iter().map(|step| html! { <li>{ *step }</li> }) }
                    </ol>
                </section>
            </main>
    }
}
