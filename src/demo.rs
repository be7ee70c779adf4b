//! The demo page.

mod address;
mod card;
mod console;
mod developer_tools;
mod event_log;
mod playground;
mod sample;
mod simulator;
mod slider;
mod switch;
mod texts;

use std::rc::Rc;

use web_sys::Document;
use yew::prelude::*;
use yew_background_tasks::toast::{self, Theme};
use yew_background_tasks::{
    BackgroundTasks, BackgroundTasksProvider, COMPONENT_STYLES, Clients, HttpStatusClient,
    Messages, Settings, SimulatedStatusClient, StorageDialog, TasksIndicator, UploadPolicy, shadow,
    use_background_tasks,
};
use yew_hooks::use_hash;

use self::address::{Address, Backend};
use self::card::{card, hero};
use self::console::use_console;
use self::developer_tools::DeveloperTools;
use self::playground::Playground;
use self::simulator::SimulatorControls;
use self::switch::switch;
use self::texts::Texts;

/// The page, with the options of its address.
#[component]
pub fn Demo() -> Html {
    let setup = use_memo((), |()| Setup::new(Address::current()));
    html! {
        <BackgroundTasksProvider clients={setup.clients.clone()} settings={setup.settings.clone()}>
            <Page ..setup.page.clone() />
        </BackgroundTasksProvider>
    }
}

/// Values that do not change.
struct Setup {
    clients: Clients,
    settings: Settings,
    page: PageProps,
}

#[derive(Clone, PartialEq, Properties)]
struct PageProps {
    texts: &'static Texts,
    /// Set if the backend is simulated.
    simulator: Option<SimulatedStatusClient>,
    /// The base URL of a real backend.
    base: Option<AttrValue>,
    keeps_files: bool,
    log_events: bool,
}

impl Setup {
    fn new(address: Address) -> Self {
        let messages = Messages::for_language(&address.language);
        let texts = Texts::for_language(messages.language());
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            set_document_attributes(&document, &address, messages.language());
        }
        let mut settings = Settings::new()
            .with_messages(messages)
            .with_toaster(address.toaster);
        if address.keeps_files {
            settings = settings.with_upload(UploadPolicy::new().with_kept_files(u64::MAX));
        }
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
            page: PageProps {
                texts,
                simulator,
                base,
                keeps_files: address.keeps_files,
                log_events: address.log_events,
            },
        }
    }
}

/// Sets style sheets, language, direction and theme of the document.
fn set_document_attributes(document: &Document, address: &Address, language: &str) {
    // The WASM contains the style sheets for the shadow trees of the JavaScript API. An
    // app without it links them instead, and the linker omits them.
    if let Err(exception) = shadow::adopt(document, &[toast::STYLES, COMPONENT_STYLES]) {
        web_sys::console::error_1(&exception);
    }
    let Some(root) = document.document_element() else {
        return;
    };
    let theme = match address.toaster.theme {
        Theme::Light | Theme::Dark => Some(address.toaster.theme.as_str()),
        _ => None,
    };
    let attributes = [
        ("lang", Some(language)),
        ("dir", address.direction.as_deref()),
        ("data-theme", theme),
    ];
    for (name, value) in attributes {
        if let Some(value) = value {
            // Fails only for invalid names.
            let _ = root.set_attribute(name, value);
        }
    }
}

/// The hash of the playground.
const PLAYGROUND: &str = "#toasts";

#[component]
fn Page(props: &PageProps) -> Html {
    let texts = props.texts;
    let tasks = use_background_tasks();
    use_console(props.log_events);
    let storage_open = use_state_eq(bool::default);
    let open_storage = {
        let storage_open = storage_open.clone();
        Callback::from(move |_: MouseEvent| storage_open.set(true))
    };
    let close_storage = {
        let storage_open = storage_open.clone();
        Callback::from(move |()| storage_open.set(false))
    };
    let is_playground = *use_hash() == PLAYGROUND;
    let link = |href: &'static str, text: &'static str, is_current: bool| {
        let current = is_current.then_some("page");
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
                <Playground {texts} />
            } else {
                { tasks_page(props, tasks) }
            }
            <StorageDialog open={*storage_open} on_close={close_storage} />
        </>
    }
}

/// The page about tasks.
fn tasks_page(props: &PageProps, tasks: BackgroundTasks) -> Html {
    let texts = props.texts;
    let try_sample = Callback::from(move |_: MouseEvent| {
        if let Some(file) = sample::video() {
            tasks.upload(file, sample::NAME);
        }
    });
    html! {
            <main class="demo-main">
                { hero(texts.headline, texts.lead, html! {
                    <p class="demo-actions">
                        <button type="button" class="demo-button demo-primary" data-sample=""
                            onclick={try_sample}>
                            { texts.try_sample }
                        </button>
                        <span class="demo-hint">{ texts.try_hint }</span>
                    </p>
                }) }
                <div class="demo-columns">
                    { card("demo-notes", texts.notes, html! {
                        <>
                            <p>{ texts.notes_hint }</p>
                            // Demonstrates that background tasks never take the focus.
                            <textarea class="demo-notes" rows="5" aria-labelledby="demo-notes"
                                placeholder={texts.notes_placeholder} />
                        </>
                    }) }
                    { card("demo-server", texts.server, html! {
                        <>
                            if let Some(simulator) = &props.simulator {
                                <SimulatorControls {texts} simulator={simulator.clone()} />
                            }
                            if let Some(base) = &props.base {
                                <p>{ texts.real_server }{ " " }<code>{ base }</code></p>
                            }
                            { switch(texts.keep_files, props.keeps_files, Callback::from(address::keep_files)) }
                        </>
                    }) }
                </div>
                if let Some(simulator) = &props.simulator {
                    <DeveloperTools {texts} simulator={simulator.clone()} />
                }
                { card("demo-steps", texts.steps, html! {
                    <ol class="demo-steps">
                        { for texts.step_list.iter().map(|step| html! { <li>{ *step }</li> }) }
                    </ol>
                }) }
            </main>
    }
}
