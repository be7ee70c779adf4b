//! The list of attachments, when responses arrive in an unusual order.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use futures_util::FutureExt as _;
use futures_util::future::{pending, ready};
use wasm_bindgen_test::wasm_bindgen_test;
use yew::prelude::*;
use yew_background_tasks::{
    Attachment, AttachmentId, AttachmentList, BackgroundTasks, BackgroundTasksProvider, Call,
    Clients, IdempotencyKey, Job, JobKey, JobKind, JobStatus, NewAttachment, RequestError,
    Settings, StatusClient, StorageClient, Timestamp, UploadEvent, VirtualClock, use_attachments,
    use_background_tasks,
};
use yewdux::YewduxRoot;

use crate::page::Page;
use crate::stage::{pass, seconds};

/// A storage whose lists the test sends.
#[derive(Clone, Default)]
struct Storage {
    /// The requests for the list that were not aborted.
    lists: Rc<RefCell<Vec<oneshot::Sender<Vec<Attachment>>>>>,
    requested: Rc<Cell<u32>>,
}

impl Storage {
    /// Responds to the only request that is in flight.
    fn send(&self, titles: &[&str]) {
        let mut lists = self.lists.take();
        lists.retain(|list| !list.is_canceled());
        assert_eq!(lists.len(), 1, "requests for the list in flight");
        let attachments = titles.iter().map(|title| Attachment::new(*title, *title));
        let list = lists.pop().expect("there is one");
        list.send(attachments.collect())
            .expect("it was not aborted");
    }
}

impl StatusClient for Storage {
    fn status(&self, _job: &Job) -> Call<JobStatus> {
        pending().boxed_local()
    }
}

impl StorageClient for Storage {
    fn upload(&self, upload: NewAttachment, _on_event: Callback<UploadEvent>) -> Call<Attachment> {
        ready(Ok(
            Attachment::new("uploaded", upload.title).with_content_type("text/plain")
        ))
        .boxed_local()
    }

    fn list(&self) -> Call<Vec<Attachment>> {
        let (sender, list) = oneshot::channel();
        self.lists.borrow_mut().push(sender);
        self.requested.set(self.requested.get() + 1);
        list.map(|list| list.map_err(|_| RequestError::Unreachable))
            .boxed_local()
    }

    fn delete(&self, _id: &AttachmentId) -> Call<()> {
        ready(Ok(())).boxed_local()
    }

    fn start(
        &self,
        _kind: &JobKind,
        _attachment: &AttachmentId,
        _key: &IdempotencyKey,
    ) -> Call<Option<JobKey>> {
        ready(Ok(None)).boxed_local()
    }
}

type Slot = Rc<RefCell<Option<BackgroundTasks>>>;

#[derive(Clone, Properties)]
struct Props {
    storage: Storage,
    clock: VirtualClock,
    slot: Slot,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.slot, &other.slot)
    }
}

#[component]
fn App(props: &Props) -> Html {
    html! {
        <YewduxRoot>
            <BackgroundTasksProvider
                clients={Clients::new(Rc::new(props.storage.clone()))}
                settings={Settings::new().with_store(None).with_clock(props.clock.clone())}
            >
                <List ..props.clone() />
            </BackgroundTasksProvider>
        </YewduxRoot>
    }
}

#[component]
fn List(props: &Props) -> Html {
    *props.slot.borrow_mut() = Some(use_background_tasks());
    let attachments = use_attachments();
    let handle = attachments.clone();
    let delete_first = move |_| {
        if let AttachmentList::Loaded { attachments, .. } = handle.list() {
            handle.delete(&attachments[0]);
        }
    };
    let handle = attachments.clone();
    let titles = match attachments.list() {
        AttachmentList::Loaded { attachments, .. } => {
            let titles: Vec<_> = attachments.iter().map(|it| it.title.to_string()).collect();
            titles.join(" ")
        }
        other => format!("{other:?}"),
    };
    html! {
        <>
            <p>{ titles }</p>
            <button id="delete" onclick={delete_first} />
            <button id="reload" onclick={move |_| handle.reload()} />
        </>
    }
}

struct Mounted {
    storage: Storage,
    clock: VirtualClock,
    page: Page,
    tasks: BackgroundTasks,
    app: yew::AppHandle<App>,
}

impl Mounted {
    async fn new() -> Self {
        let storage = Storage::default();
        let clock = VirtualClock::starting_at(Timestamp::from_millis(1_000));
        let page = Page::new();
        let slot = Slot::default();
        let props = Props {
            storage: storage.clone(),
            clock: clock.clone(),
            slot: Rc::clone(&slot),
        };
        let app = yew::Renderer::<App>::with_root_and_props(page.root(), props).render();
        pass(&clock, seconds(1)).await;
        let tasks = slot.take().expect("the app is mounted");
        Self {
            storage,
            clock,
            page,
            tasks,
            app,
        }
    }

    /// Sends the list that was requested, and returns what is shown.
    async fn send(&self, titles: &[&str]) -> String {
        self.storage.send(titles);
        self.shown().await
    }

    async fn shown(&self) -> String {
        pass(&self.clock, seconds(1)).await;
        self.page.text("p")
    }
}

#[wasm_bindgen_test]
async fn list_from_before_a_deletion_does_not_show_the_attachment_again() {
    let list = Mounted::new().await;
    assert_eq!(list.send(&["a", "b"]).await, "a b");
    list.page.one("#reload").click();
    list.page.one("#delete").click();
    assert_eq!(list.shown().await, "b");
    let requested = list.storage.requested.get();
    assert_eq!(requested, 3, "the list in flight was replaced");
    assert_eq!(list.send(&["b", "c"]).await, "b c");
    list.page.one("#delete").click();
    assert_eq!(list.shown().await, "c");
    let requested = list.storage.requested.get();
    assert_eq!(requested, 3, "no list was in flight");
    list.app.destroy();
}

#[wasm_bindgen_test]
async fn list_is_requested_once_after_an_upload() {
    let list = Mounted::new().await;
    assert_eq!(list.send(&[]).await, "");
    let file = web_sys::File::new_with_str_sequence(&js_sys::Array::of1(&"x".into()), "a.txt");
    list.tasks.upload(file.expect("a file"), "a");
    pass(&list.clock, seconds(1)).await;
    assert_eq!(list.storage.requested.get(), 2);
    assert_eq!(list.send(&["a"]).await, "a");
    list.app.destroy();
}
