//! Toasts in a shadow tree above modal dialogs of the page.

use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlDialogElement, HtmlElement};
use yew_background_tasks::toast::Toast;

use crate::page::Page;
use crate::shadow::{
    Mounted, append, document, element, find, focused_in, is_on_top, key, one, press_hotkey, style,
};
use crate::stage::{pass, seconds, settle};

/// Opens a dialog of the page that contains a button.
async fn open_dialog(app: &Mounted) -> HtmlDialogElement {
    let dialog = append(&app.page.root(), "dialog", "");
    append(&dialog, "button", "In the dialog");
    let dialog: HtmlDialogElement = dialog.unchecked_into();
    dialog.show_modal().expect("the dialog opens");
    app.settle().await;
    dialog
}

fn stand_in(dialog: &Element) -> Option<Element> {
    let found = dialog.query_selector(":scope > [data-stand-in]");
    found.expect("a selector")
}

#[wasm_bindgen_test]
async fn toasts_above_a_dialog_of_the_page_are_visible_clickable_and_themed_and_return() {
    let app = Mounted::new().await;
    app.rule(
        "dialog { transform: rotate(1deg); overflow: hidden; width: 50px; height: 50px }
         .host { --ybt-surface: rgb(1, 2, 3) }
         .host::part(title) { color: rgb(4, 5, 6) }",
    );
    app.show(Toast::info("one")).await;
    app.show(Toast::info("two")).await;
    let dialog = open_dialog(&app).await;
    let copy = stand_in(&dialog).expect("a stand-in");
    assert!(!copy.has_attribute("id"), "ids are the page's own");
    assert_eq!(copy.class_name(), "host");
    let parent = app.host.parent_element();
    assert_eq!(parent, Some(app.page.root()), "the host stays");
    let tree = copy.shadow_root().expect("a shadow tree");
    let front = one(&tree, "li[data-front=true]");
    assert!(is_on_top(&tree, &front));
    assert_eq!(style(&front, "background-color"), "rgb(1, 2, 3)");
    assert_eq!(style(&one(&tree, "[data-title]"), "color"), "rgb(4, 5, 6)");
    let button: HtmlElement = dialog
        .first_element_child()
        .expect("a button")
        .unchecked_into();
    button.focus().expect("it has the focus");
    press_hotkey(&button);
    assert_eq!(focused_in(&tree).as_deref(), Some("two"));
    press_hotkey(&front);
    assert_eq!(document().active_element(), Some(button.into()));
    one(&tree, "li[data-front=true] [data-close]").click();
    pass(&app.clock, seconds(1)).await;
    assert_eq!(tree.query_selector_all("li").expect("toasts").length(), 1);
    dialog.close();
    app.settle().await;
    assert_eq!(stand_in(&dialog), None);
    let left = one(&app.tree, "li");
    assert!(is_on_top(&app.tree, &left), "the toasts have returned");
    left.dispatch_event(&key("Escape", "Escape", false))
        .expect("the event is dispatched");
    pass(&app.clock, seconds(1)).await;
    assert!(find(&app.tree, "li").is_none());
    app.leave();
}

#[wasm_bindgen_test]
async fn page_can_remove_dialog_or_stand_in() {
    let app = Mounted::new().await;
    app.show(Toast::info("one")).await;
    let dialog = open_dialog(&app).await;
    stand_in(&dialog).expect("a stand-in").remove();
    app.settle().await;
    let again = stand_in(&dialog).expect("another one");
    let tree = again.shadow_root().expect("a shadow tree");
    assert!(is_on_top(&tree, &one(&tree, "li")));
    dialog.remove();
    app.settle().await;
    assert!(is_on_top(&app.tree, &one(&app.tree, "li")));
    assert_eq!(stand_in(&dialog), None);
    app.leave();
}

#[wasm_bindgen_test]
async fn toasts_follow_topmost_dialog_in_any_tree() {
    let app = Mounted::new().await;
    app.show(Toast::info("one")).await;
    let outer = open_dialog(&app).await;
    let own: HtmlDialogElement = element("dialog").unchecked_into();
    app.tree.append_child(&own).expect("it is appended");
    own.show_modal().expect("the dialog opens");
    app.settle().await;
    assert!(own.contains(Some(&one(&app.tree, "li"))));
    assert_eq!(stand_in(&outer), None, "one of the own tree needs none");
    own.close();
    app.settle().await;
    assert!(stand_in(&outer).is_some());
    app.leave();
}

#[wasm_bindgen_test]
async fn app_destroyed_in_a_dialog_leaves_nothing() {
    let app = Mounted::new().await;
    app.show(Toast::info("one")).await;
    let page = Page::new();
    let dialog = append(&page.root(), "dialog", "");
    let dialog: HtmlDialogElement = dialog.unchecked_into();
    dialog.show_modal().expect("the dialog opens");
    app.settle().await;
    assert!(stand_in(&dialog).is_some());
    app.leave();
    settle().await;
    assert_eq!(dialog.inner_html(), "");
}

#[wasm_bindgen_test]
async fn stand_in_has_no_box_whatever_the_style_of_its_host() {
    let app = Mounted::with_style_element().await;
    app.rule(".host { display: block; block-size: 100vh !important; padding: 99px }");
    app.show(Toast::info("one")).await;
    let dialog = open_dialog(&app).await;
    let copy = stand_in(&dialog).expect("a stand-in");
    assert_eq!(style(&copy, "display"), "contents");
    let tree = copy.shadow_root().expect("a shadow tree");
    assert_eq!(
        style(&one(&tree, "ol"), "position"),
        "fixed",
        "it is styled"
    );
    app.leave();
}
