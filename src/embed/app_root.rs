//! Reusable roots of Yew apps. Yew never removes its listeners from the root of an app, so
//! creating a root per instance would leak it.

use std::cell::RefCell;

use wasm_bindgen::JsValue;
use web_sys::Element;
use yew::AppHandle;
use yew::prelude::*;

use super::document::document;
use crate::background_tasks::BackgroundTasks;

thread_local! {
    static UNUSED: RefCell<Vec<Root>> = const { RefCell::new(Vec::new()) };
}

/// An element that contains a Yew app until it is dropped.
pub(super) struct AppRoot(Option<Root>);

struct Root {
    element: Element,
    app: AppHandle<App>,
    used: u32,
}

impl AppRoot {
    /// Renders the result of `render`, which receives the element, with `tasks`.
    ///
    /// # Errors
    ///
    /// If there is no document.
    pub(super) fn new(
        tasks: BackgroundTasks,
        render: impl FnOnce(&Element) -> Html,
    ) -> Result<Self, JsValue> {
        let unused = UNUSED.with_borrow_mut(Vec::pop);
        let mut root = match unused {
            Some(root) => root,
            None => Root::new()?,
        };
        root.used = root.used.wrapping_add(1);
        let content = render(&root.element);
        root.show(Some((tasks, content)));
        Ok(Self(Some(root)))
    }

    pub(super) fn element(&self) -> Option<&Element> {
        self.0.as_ref().map(|root| &root.element)
    }
}

impl Root {
    fn new() -> Result<Self, JsValue> {
        let element = document()?.create_element("div")?;
        let props = AppProps {
            content: None,
            key: 0,
        };
        let app = yew::Renderer::<App>::with_root_and_props(element.clone(), props).render();
        Ok(Self {
            element,
            app,
            used: 0,
        })
    }

    fn show(&mut self, content: Option<(BackgroundTasks, Html)>) {
        self.app.update(AppProps {
            content,
            key: self.used,
        });
    }
}

impl Drop for AppRoot {
    fn drop(&mut self) {
        if let Some(mut root) = self.0.take() {
            root.element.remove();
            for name in ["class", "data-theme", "popover"] {
                // Fails only for an invalid name.
                let _ = root.element.remove_attribute(name);
            }
            root.show(None);
            UNUSED.with_borrow_mut(|unused| unused.push(root));
        }
    }
}

#[derive(PartialEq, Properties)]
struct AppProps {
    content: Option<(BackgroundTasks, Html)>,
    /// Changes with each use, so that no state of the previous use is kept.
    key: u32,
}

#[component]
fn App(props: &AppProps) -> Html {
    html! {
        if let Some((tasks, content)) = &props.content {
            <ContextProvider<BackgroundTasks> key={props.key} context={tasks.clone()}>
                { content.clone() }
            </ContextProvider<BackgroundTasks>>
        }
    }
}
