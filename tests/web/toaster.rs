//! The toaster in a mounted app: its public attributes, clicks and timers.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_test::wasm_bindgen_test;
use yew::prelude::*;
use yew_background_tasks::toast::{
    CloseReason, Toast, ToastButton, ToastPatch, Toaster, ToasterProvider, ToasterSettings,
    ToasterView, use_toaster, use_toasts,
};
use yew_background_tasks::{Percent, Timestamp, VirtualClock};

use crate::page::Page;
use crate::stage::{pass, seconds};

#[derive(PartialEq, Properties)]
struct Props {
    toaster: Toaster,
}

/// A custom view of the toasts.
#[component]
fn Count() -> Html {
    let toasts = use_toasts();
    html! { <output>{ toasts.len() }</output> }
}

#[component]
fn App(props: &Props) -> Html {
    html! {
        <ToasterProvider toaster={props.toaster.clone()}>
            <ToasterView id="sidebar" />
            <Count />
        </ToasterProvider>
    }
}

fn toaster(clock: &VirtualClock) -> Toaster {
    let context = yewdux::Context::new();
    Toaster::new(&context, Rc::new(clock.clone()), ToasterSettings::default())
}

pub struct Mounted {
    pub clock: VirtualClock,
    pub toaster: Toaster,
    pub page: Page,
    app: yew::AppHandle<App>,
}

impl Mounted {
    pub async fn new() -> Self {
        let clock = VirtualClock::starting_at(Timestamp::from_millis(1_000));
        let toaster = toaster(&clock);
        let page = Page::new();
        let props = Props {
            toaster: toaster.clone(),
        };
        let app = yew::Renderer::<App>::with_root_and_props(page.root(), props).render();
        let mounted = Self {
            clock,
            toaster,
            page,
            app,
        };
        mounted.settle().await;
        mounted
    }

    pub async fn settle(&self) {
        pass(&self.clock, seconds(0)).await;
    }

    async fn click(&self, selector: &str) {
        self.page.one(selector).click();
        self.settle().await;
    }

    pub fn leave(self) {
        self.app.destroy();
    }
}

/// Shows a toast before the effects of its siblings run.
#[component]
fn Greeting() -> Html {
    let toaster = use_toaster();
    use_memo((), |()| toaster.show(Toast::info("Hello")));
    html! {}
}

#[component]
fn Greeted(props: &Props) -> Html {
    html! {
        <ToasterProvider toaster={props.toaster.clone()}>
            <Count />
            <Greeting />
        </ToasterProvider>
    }
}

#[wasm_bindgen_test]
async fn custom_view_misses_no_toast_of_the_first_render() {
    let clock = VirtualClock::starting_at(Timestamp::from_millis(1_000));
    let page = Page::new();
    let toaster = toaster(&clock);
    let app = yew::Renderer::<Greeted>::with_root_and_props(page.root(), Props { toaster });
    let app = app.render();
    pass(&clock, seconds(0)).await;
    assert_eq!(page.text("output"), "1");
    app.destroy();
}

#[wasm_bindgen_test]
async fn views_follow_a_change_of_the_toaster() {
    let mut app = Mounted::new().await;
    app.toaster.show(Toast::info("the first"));
    let other = toaster(&app.clock);
    app.app.update(Props {
        toaster: other.clone(),
    });
    app.settle().await;
    assert_eq!(app.page.text("output"), "0");
    assert!(app.page.all("li[data-toast]").is_empty());
    other.show(Toast::info("the second"));
    app.settle().await;
    assert_eq!(app.page.text("output"), "1");
    // The sidebar's and the provider's own view are one toaster's.
    assert_eq!(app.page.all("li[data-toast]").len(), 1);
    app.leave();
}

#[wasm_bindgen_test]
async fn region_list_and_live_regions_exist_before_any_toast() {
    let app = Mounted::new().await;
    let region = app.page.one("section[data-toaster]");
    assert_eq!(
        region.get_attribute("aria-label").as_deref(),
        Some("Notifications")
    );
    let list = app.page.one("ol[data-toast-list]");
    assert_eq!(
        list.get_attribute("data-position").as_deref(),
        Some("bottom-right")
    );
    assert_eq!(
        list.get_attribute("data-expanded").as_deref(),
        Some("false")
    );
    app.page.one("[data-live=polite]");
    app.page.one("[data-live=assertive]");
    app.leave();
}

#[wasm_bindgen_test]
async fn toast_is_updated_in_its_element() {
    let app = Mounted::new().await;
    let id = "video_7_1".into();
    app.toaster.upsert(&id, Toast::loading("Working", None));
    app.settle().await;
    let element = app.page.one("li[data-toast]");
    let bar = app.page.one("[role=progressbar]");
    assert_eq!(
        bar.get_attribute("aria-valuenow"),
        None,
        "it is indeterminate"
    );
    let patch = ToastPatch::new()
        .with_title("Working (45%)")
        .with_progress(Some(Percent::new(45)));
    app.toaster.patch(&id, patch);
    app.settle().await;
    assert_eq!(app.page.text("[data-title]"), "Working (45%)");
    assert_eq!(bar.get_attribute("aria-valuenow").as_deref(), Some("45"));
    app.toaster.upsert(&id, Toast::success("Done"));
    app.settle().await;
    assert!(app.page.one("li[data-toast]").is_same_node(Some(&element)));
    assert_eq!(
        element.get_attribute("data-kind").as_deref(),
        Some("success")
    );
    assert!(app.page.all("[role=progressbar]").is_empty());
    pass(&app.clock, seconds(5)).await;
    assert_eq!(
        element.get_attribute("data-phase").as_deref(),
        Some("exiting")
    );
    pass(&app.clock, seconds(1)).await;
    assert!(app.page.all("li").is_empty());
    assert_eq!(app.clock.next_due(), None, "no timer is left");
    app.leave();
}

#[wasm_bindgen_test]
async fn buttons_call_back_and_close_with_their_reason() {
    let app = Mounted::new().await;
    let calls = Rc::new(RefCell::new(Vec::new()));
    let note = |text: &'static str| {
        let calls = Rc::clone(&calls);
        move |()| calls.borrow_mut().push(text.to_owned())
    };
    let closed = {
        let calls = Rc::clone(&calls);
        move |reason: CloseReason| calls.borrow_mut().push(format!("{reason:?}"))
    };
    let retry = ToastButton::new("Retry", note("retry")).keep_open();
    let undo = ToastButton::new("Undo", note("undo"));
    let toast = Toast::error("Failed").with_action(retry).with_cancel(undo);
    app.toaster.show(toast.with_on_close(closed.clone()));
    app.settle().await;
    app.click("[data-action]").await;
    assert_eq!(app.page.all("li").len(), 1);
    app.click("[data-cancel]").await;
    pass(&app.clock, seconds(1)).await;
    app.toaster
        .show(Toast::message("Hello").with_on_close(closed));
    app.settle().await;
    app.click("[data-close]").await;
    assert_eq!(*calls.borrow(), ["retry", "Cancel", "undo", "CloseButton"]);
    app.leave();
}

#[wasm_bindgen_test]
async fn markup_in_text_is_not_interpreted() {
    let app = Mounted::new().await;
    let markup = "<img src=x onerror=alert(1)>";
    app.toaster
        .show(Toast::info(markup).with_description(markup));
    app.settle().await;
    assert_eq!(app.page.text("[data-title]"), markup);
    assert_eq!(app.page.text("[data-description]"), markup);
    assert!(app.page.all("img").is_empty());
    app.leave();
}

#[wasm_bindgen_test]
async fn thousand_toasts_render_four_items_and_the_invisible_one_is_inert() {
    let app = Mounted::new().await;
    for number in 0..1_000 {
        app.toaster.loading(format!("Task {number}"));
    }
    app.settle().await;
    assert_eq!(app.page.all("li[data-toast]").len(), 4);
    let unseen = app.page.all("li[data-visible=false]");
    assert_eq!(unseen.len(), 1);
    assert!(unseen.iter().all(|toast| toast.has_attribute("inert")));
    assert_eq!(app.page.all("li[data-front=true]").len(), 1);
    app.leave();
}

#[wasm_bindgen_test]
async fn hover_pauses_timers_and_expands_stack() {
    let app = Mounted::new().await;
    app.toaster.success("one");
    app.toaster.success("two");
    app.settle().await;
    let list = app.page.one("[data-toaster=''] ol");
    let point = |name: &str| {
        let event = web_sys::PointerEvent::new(name).expect("an event");
        list.dispatch_event(&event).expect("dispatches");
    };
    point("pointerenter");
    pass(&app.clock, seconds(60)).await;
    assert_eq!(app.page.all("li").len(), 2);
    assert_eq!(list.get_attribute("data-expanded").as_deref(), Some("true"));
    point("pointerleave");
    pass(&app.clock, seconds(6)).await;
    assert!(app.page.all("li").is_empty());
    app.leave();
}
