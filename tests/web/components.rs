//! Dialog, indicator and list over the simulator, under virtual time.

use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;
use yew_background_tasks::simulated::{Fault, FaultRule, Operation};
use yew_background_tasks::{
    BackgroundTasksProvider, COMPONENT_STYLES, Clients, Settings, SimulatedStatusClient,
    Simulation, StorageDialog, TasksIndicator, Timestamp, VirtualClock, shadow,
};
use yewdux::YewduxRoot;

use crate::page::Page;
use crate::stage::{pass, seconds};

#[derive(PartialEq, Properties)]
struct Props {
    clients: Clients,
    settings: Settings,
}

#[component]
fn App(props: &Props) -> Html {
    let open = use_state_eq(|| true);
    let on_close = {
        let open = open.clone();
        Callback::from(move |()| open.set(false))
    };
    html! {
        <YewduxRoot>
            <BackgroundTasksProvider clients={props.clients.clone()} settings={props.settings.clone()}>
                <TasksIndicator />
                <StorageDialog open={*open} {on_close} />
            </BackgroundTasksProvider>
        </YewduxRoot>
    }
}

struct Mounted {
    clock: VirtualClock,
    page: Page,
    server: SimulatedStatusClient,
    app: yew::AppHandle<App>,
}

impl Mounted {
    async fn new() -> Self {
        Self::rendered_into(Element::clone).await
    }

    async fn rendered_into(root: impl FnOnce(&Element) -> Element) -> Self {
        let clock = VirtualClock::starting_at(Timestamp::from_millis(1_000));
        let server = SimulatedStatusClient::with_clock(Simulation::new(), Rc::new(clock.clone()));
        let page = Page::new();
        let props = Props {
            clients: Clients::new(Rc::new(server.clone())),
            settings: Settings::new()
                .with_store(None)
                .with_clock(clock.clone())
                .with_seed(1),
        };
        let app = yew::Renderer::<App>::with_root_and_props(root(&page.root()), props).render();
        pass(&clock, seconds(1)).await;
        Self {
            clock,
            page,
            server,
            app,
        }
    }

    fn field(&self, selector: &str) -> HtmlInputElement {
        self.page.one(selector).dyn_into().expect("a field")
    }

    async fn click(&self, selector: &str) {
        self.page.one(selector).click();
        pass(&self.clock, std::time::Duration::from_millis(20)).await;
    }

    /// Chooses a file as a user does: in the file field.
    async fn choose(&self, name: &str, mime: &str, text: &str) {
        let options = web_sys::FilePropertyBag::new();
        options.set_type(mime);
        let parts = js_sys::Array::of1(&text.into());
        let file = web_sys::File::new_with_str_sequence_and_options(&parts, name, &options);
        let transfer = web_sys::DataTransfer::new().expect("a transfer");
        let added = transfer.items().add_with_file(&file.expect("a file"));
        added.expect("the file is added");
        let field = self.field("input[type=file]");
        field.set_files(transfer.files().as_ref());
        self.dispatch(&field, "change").await;
    }

    async fn type_title(&self, title: &str) {
        let field = self.field("input[name=title]");
        field.set_value(title);
        self.dispatch(&field, "input").await;
    }

    async fn dispatch(&self, field: &HtmlInputElement, name: &str) {
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        let event = match name {
            "input" => web_sys::InputEvent::new(name).map(Into::into),
            _ => web_sys::Event::new_with_event_init_dict(name, &init),
        };
        let event: web_sys::Event = event.expect("an event");
        field.dispatch_event(&event).expect("an event");
        pass(&self.clock, seconds(0)).await;
    }

    fn active(&self) -> Option<String> {
        self.page
            .one("[data-tasks-indicator]")
            .get_attribute("data-active")
    }

    fn leave(self) {
        self.app.destroy();
    }
}

impl Mounted {
    /// Advances virtual time until `test` is true; the browser reads files in real time.
    async fn until(&self, test: impl Fn(&Self) -> bool) {
        for _ in 0..500 {
            if test(self) {
                return;
            }
            pass(&self.clock, std::time::Duration::from_millis(20)).await;
            gloo_timers::future::sleep(std::time::Duration::ZERO).await;
        }
        panic!("it did not happen");
    }
}

#[wasm_bindgen_test]
async fn an_uploaded_file_empties_the_form_shows_manage_and_is_followed_there() {
    let app = Mounted::new().await;
    app.choose("talk.mp4", "video/mp4", "moov").await;
    assert_eq!(app.field("input[name=title]").value(), "talk.mp4");
    app.click("[data-upload]").await;
    app.until(|app| app.active().as_deref() == Some("1")).await;
    assert_eq!(app.field("input[name=title]").value(), "");
    assert_eq!(
        app.field("input[type=file]")
            .files()
            .map(|files| files.length()),
        Some(0)
    );
    let manage = app.page.one("[role=tab][aria-controls$=manage]");
    assert_eq!(
        manage.get_attribute("aria-selected").as_deref(),
        Some("true")
    );
    app.until(|app| !app.page.all("[data-attachment]").is_empty())
        .await;
    pass(&app.clock, seconds(3)).await;
    let row = app.page.text("[data-attachment]");
    assert!(
        row.contains("talk.mp4") && row.contains("Video processing"),
        "{row}"
    );
    pass(&app.clock, seconds(40)).await;
    assert_eq!(app.active().as_deref(), Some("0"));
    app.leave();
}

/// Asks for the deletion of an uploaded video, and closes the dialog at once.
async fn delete_and_close(app: &Mounted) {
    app.choose("talk.mp4", "video/mp4", "moov").await;
    app.click("[data-upload]").await;
    app.until(|app| !app.page.all("[data-attachment]").is_empty())
        .await;
    pass(&app.clock, seconds(1)).await;
    app.click("[data-delete]").await;
    app.click("[data-delete-confirm]").await;
    app.click(".ybt-dialog-close").await;
    assert!(app.page.all("[data-attachment]").is_empty());
    assert_eq!(app.active().as_deref(), Some("1"), "there is no answer yet");
    pass(&app.clock, seconds(1)).await;
}

#[wasm_bindgen_test]
async fn attachment_is_deleted_and_its_tasks_end_although_the_dialog_is_closed() {
    let app = Mounted::new().await;
    delete_and_close(&app).await;
    assert_eq!(app.active().as_deref(), Some("0"));
    assert!(app.page.all("[data-toast][data-kind=error]").is_empty());
    app.leave();
}

#[wasm_bindgen_test]
async fn failed_deletion_has_a_toast_if_no_list_shows_it() {
    let app = Mounted::new().await;
    let fault = Fault::status(403);
    app.server
        .inject(FaultRule::new(fault).on(Operation::Delete));
    delete_and_close(&app).await;
    assert_eq!(app.active().as_deref(), Some("1"));
    let toast = app.page.text("[data-toast][data-kind=error]");
    assert!(
        toast.contains("“talk.mp4” could not be deleted.") && toast.contains("not allowed"),
        "{toast}"
    );
    app.leave();
}

#[wasm_bindgen_test]
async fn a_title_that_was_typed_is_not_replaced_by_a_files_name() {
    let app = Mounted::new().await;
    app.type_title("My talk").await;
    app.choose("talk.mp4", "video/mp4", "moov").await;
    assert_eq!(app.field("input[name=title]").value(), "My talk");
    app.leave();
}

#[wasm_bindgen_test]
async fn an_empty_file_is_refused_and_nothing_is_lost() {
    let app = Mounted::new().await;
    app.choose("empty.mp4", "video/mp4", "").await;
    app.type_title("My talk").await;
    app.click("[data-upload]").await;
    let said = app.page.text("[id$=file-error]");
    assert_eq!(said, "“empty.mp4” is empty. Choose a file with content.");
    assert_eq!(app.field("input[name=title]").value(), "My talk");
    assert_eq!(app.active().as_deref(), Some("0"));
    app.leave();
}

#[wasm_bindgen_test]
async fn the_list_opens_from_the_indicator_and_acts_on_tasks() {
    let app = Mounted::new().await;
    app.choose("notes.txt", "text/plain", "hello").await;
    app.click("[data-upload]").await;
    app.until(|app| app.active().as_deref() == Some("1")).await;
    app.click("[data-tasks-indicator]").await;
    let row = app.page.one("[data-task-list] [data-task]");
    assert_eq!(
        row.get_attribute("data-task-kind").as_deref(),
        Some("upload")
    );
    assert_eq!(
        row.get_attribute("data-task-state").as_deref(),
        Some("uploading")
    );
    app.click("[data-task-list] button").await;
    assert_eq!(
        row.get_attribute("data-task-state").as_deref(),
        Some("cancelled")
    );
    app.click("[data-clear-finished]").await;
    assert!(app.page.all("[data-task]").is_empty());
    app.leave();
}

#[wasm_bindgen_test]
async fn in_a_shadow_tree_a_press_beside_the_list_closes_it_and_one_on_it_does_not() {
    let app = Mounted::rendered_into(|host| {
        let tree = shadow::attach(host, &[COMPONENT_STYLES]).expect("a shadow tree");
        let document = host.owner_document().expect("a document");
        let root = document.create_element("div").expect("an element");
        tree.append_child(&root).expect("it is appended");
        root
    })
    .await;
    let tree = app.page.root().shadow_root().expect("a shadow tree");
    let find = |selector| {
        let found = tree.query_selector(selector).expect("a selector");
        let found = found.and_then(|found| found.dyn_into::<HtmlElement>().ok());
        found.expect("it is there")
    };
    let press = async |on: &Element| {
        let options = web_sys::PointerEventInit::new();
        options.set_bubbles(true);
        options.set_composed(true);
        let event = web_sys::PointerEvent::new_with_event_init_dict("pointerdown", &options);
        on.dispatch_event(&event.expect("an event"))
            .expect("an event");
        pass(&app.clock, seconds(0)).await;
        !find("[part=panel]").hidden()
    };
    find("[data-tasks-indicator]").click();
    pass(&app.clock, seconds(0)).await;
    assert!(press(&find("[part=panel] h2")).await, "it stays open");
    let body = tree.owner_document().and_then(|document| document.body());
    assert!(!press(&body.expect("a body")).await, "it is closed");
    app.app.destroy();
}

/// Two indicators and two dialogs on one page.
#[component]
fn Twice(props: &Props) -> Html {
    html! {
        <YewduxRoot>
            <BackgroundTasksProvider clients={props.clients.clone()} settings={props.settings.clone()}>
                <TasksIndicator />
                <TasksIndicator />
                <StorageDialog open={true} />
                <StorageDialog open={true} />
            </BackgroundTasksProvider>
        </YewduxRoot>
    }
}

#[wasm_bindgen_test]
async fn ids_are_unique_with_several_indicators_and_dialogs() {
    let clock = VirtualClock::starting_at(Timestamp::from_millis(1_000));
    let server = SimulatedStatusClient::with_clock(Simulation::new(), Rc::new(clock.clone()));
    let page = Page::new();
    let props = Props {
        clients: Clients::new(Rc::new(server)),
        settings: Settings::new().with_store(None).with_clock(clock.clone()),
    };
    let app = yew::Renderer::<Twice>::with_root_and_props(page.root(), props).render();
    pass(&clock, seconds(1)).await;
    let mut ids = std::collections::BTreeSet::new();
    for element in page.all("[id]") {
        assert!(ids.insert(element.id()), "{} is there twice", element.id());
    }
    for attribute in ["aria-controls", "aria-labelledby", "aria-describedby"] {
        for element in page.all(&format!("[{attribute}]")) {
            for id in element
                .get_attribute(attribute)
                .unwrap_or_default()
                .split(' ')
            {
                assert!(ids.contains(id), "{attribute} names {id}");
            }
        }
    }
    assert_eq!(page.all("[aria-controls]").len(), 6);
    app.destroy();
}
