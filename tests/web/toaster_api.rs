//! The Rust API for toasts: promises, custom content, several toasters, and calls from outside of
//! components.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::prelude::*;
use yew_background_tasks::toast::{
    Appearance, CloseReason, Icon, Position, Toast, ToastDuration, Toaster, ToasterProvider,
    ToasterSettings,
};

use crate::page::Page;
use crate::stage::{pass, seconds};
use crate::toaster::Mounted;

/// A promise toast whose future completes with the sender's value.
fn promise(
    app: &Mounted,
    loading: impl Into<Option<Toast>>,
) -> oneshot::Sender<Result<u8, String>> {
    let (sender, receiver) = oneshot::channel::<Result<u8, String>>();
    app.toaster
        .promise(loading, receiver, |outcome| match outcome {
            Ok(Ok(count)) => Some(Toast::success(format!("{count} saved"))),
            Ok(Err(reason)) => Some(Toast::error("Not saved").with_description(reason)),
            Err(oneshot::Canceled) => None,
        });
    sender
}

fn saving() -> Toast {
    Toast::loading("Saving", None)
}

#[wasm_bindgen_test]
async fn promise_toast_is_loading_then_shows_result() {
    for (outcome, kind, text) in [
        (Ok(3), "success", "3 saved"),
        (Err("disk full".to_owned()), "error", "Not saveddisk full"),
    ] {
        let app = Mounted::new().await;
        let sender = promise(&app, saving());
        pass(&app.clock, seconds(60)).await;
        let toast = app.page.one("li[data-toast]");
        assert_eq!(toast.get_attribute("data-kind").as_deref(), Some("loading"));
        sender.send(outcome).expect("the future is waiting");
        app.settle().await;
        assert!(app.page.one("li[data-toast]").is_same_node(Some(&toast)));
        assert_eq!(toast.get_attribute("data-kind").as_deref(), Some(kind));
        assert_eq!(app.page.text(".ybt-text"), text);
        app.leave();
    }
}

#[wasm_bindgen_test]
async fn promise_without_result_toast_closes() {
    let app = Mounted::new().await;
    drop(promise(&app, saving()));
    app.settle().await;
    assert!(app.toaster.toasts().is_empty());
    app.leave();
}

#[wasm_bindgen_test]
async fn promise_can_show_nothing_until_it_settles() {
    let app = Mounted::new().await;
    let sender = promise(&app, None);
    app.settle().await;
    assert!(app.page.all("li").is_empty());
    sender.send(Ok(1)).expect("the future is waiting");
    app.settle().await;
    assert_eq!(app.page.text("[data-title]"), "1 saved");
    app.leave();
}

#[wasm_bindgen_test]
async fn promise_does_not_reopen_closed_toast() {
    let app = Mounted::new().await;
    let sender = promise(&app, saving());
    app.settle().await;
    app.page.one("[data-close]").click();
    pass(&app.clock, seconds(1)).await;
    sender
        .send(Err("too late".to_owned()))
        .expect("the future is waiting");
    app.settle().await;
    assert!(app.page.all("li").is_empty());
    app.leave();
}

#[wasm_bindgen_test]
async fn future_is_dropped_on_shut_down() {
    let app = Mounted::new().await;
    let sender = promise(&app, saving());
    app.settle().await;
    app.toaster.shut_down();
    app.settle().await;
    assert!(sender.is_canceled());
    assert!(app.page.all("li").is_empty());
    app.leave();
}

#[wasm_bindgen_test]
async fn content_and_icons_can_be_custom() {
    let app = Mounted::new().await;
    let clicks = Rc::new(RefCell::new(0));
    let onclick = {
        let clicks = Rc::clone(&clicks);
        move |_: MouseEvent| *clicks.borrow_mut() += 1
    };
    let content = html! { <button class="mine" {onclick}>{ "Press" }</button> };
    app.toaster.show(Toast::custom("Press it", content));
    let icon = Icon::Custom(html! { <b class="icon">{ "!" }</b> });
    let toast = Toast::success("Done").with_icon(icon).with_class("green");
    app.toaster.show(toast.with_appearance(Appearance::Rich));
    app.settle().await;
    app.page.one(".mine").click();
    assert_eq!(*clicks.borrow(), 1);
    assert_eq!(app.page.all("[data-icon] b.icon").len(), 1);
    let rich = app.page.one("li.green");
    assert_eq!(rich.get_attribute("data-look").as_deref(), Some("rich"));
    app.leave();
}

#[wasm_bindgen_test]
async fn toast_appears_in_its_named_toaster() {
    let app = Mounted::new().await;
    app.toaster.show(Toast::info("for the page"));
    let toast = Toast::info("for the sidebar").with_toaster("sidebar");
    app.toaster.show(toast.with_position(Position::TopLeft));
    app.toaster
        .show(Toast::info("for nobody").with_toaster("elsewhere"));
    app.settle().await;
    let text = |toaster: &str| {
        app.page
            .text(&format!("[data-toaster='{toaster}'] ol:not(:empty)"))
    };
    assert_eq!(text(""), "for the page");
    assert_eq!(text("sidebar"), "for the sidebar");
    assert_eq!(app.page.all("li[data-toast]").len(), 2);
    pass(&app.clock, seconds(5)).await;
    assert!(
        app.toaster.toasts().is_empty(),
        "toasts of an unmounted toaster time out too"
    );
    app.leave();
}

#[wasm_bindgen_test]
async fn component_can_follow_toasts() {
    let app = Mounted::new().await;
    assert_eq!(app.page.text("output"), "0");
    app.toaster.success("one");
    app.toaster.loading("two");
    app.settle().await;
    assert_eq!(app.page.text("output"), "2");
    pass(&app.clock, seconds(6)).await;
    assert_eq!(app.page.text("output"), "1");
    app.leave();
}

#[derive(PartialEq, Properties)]
struct AloneProps {
    settings: Option<ToasterSettings>,
}

#[component]
fn Alone(props: &AloneProps) -> Html {
    html! { <ToasterProvider settings={props.settings.clone()} /> }
}

#[wasm_bindgen_test]
async fn page_toaster_works_outside_of_components_and_before_mounting() {
    let id =
        Toaster::page().show(Toast::success("Early").with_duration(ToastDuration::UntilDismissed));
    let page = Page::new();
    let props = AloneProps { settings: None };
    let mut app = yew::Renderer::<Alone>::with_root_and_props(page.root(), props).render();
    yew::scheduler::flush().await;
    assert_eq!(page.text("[data-title]"), "Early");
    let reasons = Rc::new(RefCell::new(Vec::new()));
    let closed = {
        let reasons = Rc::clone(&reasons);
        move |reason: CloseReason| reasons.borrow_mut().push(reason)
    };
    let toast = Toast::success("Again").with_on_close(closed);
    Toaster::page().upsert(&id, toast.with_duration(ToastDuration::UntilDismissed));
    let settings = ToasterSettings::default().with_position(Position::TopCenter);
    app.update(AloneProps {
        settings: Some(settings),
    });
    yew::scheduler::flush().await;
    assert_eq!(
        page.text("[data-position=top-center] [data-title]"),
        "Again"
    );
    Toaster::page().dismiss(&id);
    assert_eq!(*reasons.borrow(), [CloseReason::Api]);
    app.destroy();
}
