//! What one instance has on the page: a shadow tree, and in it the toasts.

use wasm_bindgen::JsValue;
use web_sys::{Document, Element, Node};
use yew::prelude::*;

use super::panics::Shown;
use super::store_name::StoreName;
use crate::background_tasks::BackgroundTasks;
use crate::components::{self, TasksIndicator, TasksScope};
use crate::{shadow, toast};

/// Where an instance is.
pub(super) enum Place {
    /// In an element of its own, which is put into this node.
    In(Node),
    /// In an element of the host's, which has no shadow tree but ours.
    At(Element),
}

/// The toasts of one instance on the page. They are gone when it is dropped.
pub(super) struct Instance {
    app: Option<yew::AppHandle<App>>,
    _shown: Shown,
    _store: StoreName,
}

impl Instance {
    /// # Errors
    ///
    /// What the browser throws where it does not take the element.
    pub(super) fn show(
        place: Place,
        tasks: BackgroundTasks,
        indicator: bool,
        store: StoreName,
    ) -> Result<Self, JsValue> {
        let document = document()?;
        let root = document.create_element("div")?;
        let shown = match place {
            Place::In(node) => {
                let host = document.create_element("div")?;
                host.set_attribute("data-background-tasks", "")?;
                attach(&host)?.append_child(&root)?;
                node.append_child(&host)?;
                host
            }
            Place::At(host) => {
                attach(&host)?.append_child(&root)?;
                root.clone()
            }
        };
        let app = yew::Renderer::<App>::with_root_and_props(root, AppProps { tasks, indicator });
        Ok(Self {
            app: Some(app.render()),
            _shown: Shown::new(shown),
            _store: store,
        })
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
    }
}

/// The end of the body.
///
/// # Errors
///
/// An `Error` where there is none yet.
pub(super) fn body() -> Result<Node, JsValue> {
    let body = document()?.body().map(Node::from);
    body.ok_or_else(|| js_sys::Error::new("the document has no body yet").into())
}

fn document() -> Result<Document, JsValue> {
    let document = web_sys::window().and_then(|window| window.document());
    document.ok_or_else(|| js_sys::Error::new("there is no document").into())
}

fn attach(host: &Element) -> Result<web_sys::ShadowRoot, JsValue> {
    shadow::attach(host, &[toast::STYLES, components::STYLES])
}

#[derive(PartialEq, Properties)]
struct AppProps {
    tasks: BackgroundTasks,
    indicator: bool,
}

#[component]
fn App(props: &AppProps) -> Html {
    let context = props.tasks.toaster().context();
    html! {
        <ContextProvider<yewdux::Context> {context}>
            <TasksScope tasks={props.tasks.clone()} toasts=true>
                if props.indicator {
                    <TasksIndicator />
                }
            </TasksScope>
        </ContextProvider<yewdux::Context>>
    }
}
