//! The options of a `BackgroundTasks`.

use std::rc::Rc;

use background_tasks_core::{FollowUp, JobKind, Messages};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, Node, ShadowRoot};

use super::arguments::{self, Fields};
use super::client::JsClient;
use super::{headers, policies, texts, toaster_options};
use crate::client::{
    Clients, Credentials, HttpStatusClient, NoStorage, StatusClient as _, StorageClient,
};
use crate::settings::{Settings, StoreName};
use crate::toast::ToasterSettings;

/// Validated options.
pub(super) struct Options {
    pub(super) clients: Clients,
    pub(super) settings: Settings,
    /// The node to insert the instance into; `None` if the caller does not say.
    pub(super) element: Option<Node>,
    /// Whether the button that opens the list of tasks is shown.
    pub(super) indicator: bool,
}

impl Options {
    pub(super) fn read(options: &JsValue) -> Result<Self, JsValue> {
        let fields = Fields::of_options(options)?;
        let element = fields.read("element", node)?;
        let clients = clients(&fields)?;
        let mut settings = settings(&fields, element.as_ref())?;
        settings.toaster = toaster_options::read(ToasterSettings::default(), options)?;
        fields.set(&mut settings.store, "store", store)?;
        Ok(Self {
            clients,
            settings,
            element,
            indicator: fields
                .read("indicator", arguments::boolean)?
                .unwrap_or(false),
        })
    }
}

fn settings(fields: &Fields<'_>, element: Option<&Node>) -> Result<Settings, JsValue> {
    let language = fields.read("lang", arguments::text)?;
    let language = language
        .or_else(|| language_of(element))
        .unwrap_or_default();
    let mut messages = Messages::for_language(&language);
    if let Some(own) = fields.get("texts")? {
        messages = texts::read(messages, &own)?;
    }
    let mut settings = Settings::new().with_messages(messages);
    if let Some(interval) = fields.read("intervalMs", arguments::millis)? {
        settings = settings.with_interval(interval);
    }
    let job = |kind: &JobKind, name| {
        let policy =
            |name: &str, value: &JsValue| policies::job(kind.policy().clone(), name, value);
        let policy = fields.read(name, policy)?;
        Ok::<_, JsValue>(policy.map(|policy| kind.clone().with_policy(policy)))
    };
    if let Some(video) = job(&settings.video, "video")? {
        settings = settings.with_video(video);
    }
    if let Some(embedding) = job(&settings.embedding, "embedding")? {
        settings = settings.with_embedding(embedding);
    }
    let upload = (*settings.upload).clone();
    let upload = |name: &str, value: &JsValue| policies::upload(upload, name, value);
    if let Some(upload) = fields.read("upload", upload)? {
        settings = settings.with_upload(upload);
    }
    let count = |name: &str, value: &JsValue| arguments::count(name, value, 1);
    if let Some(checks) = fields.read("checksInFlight", count)? {
        settings = settings.with_checks_in_flight(checks as usize);
    }
    if let Some(start) = fields.read("embeddingStart", follow_up)? {
        settings = settings.with_embedding_start(start);
    }
    if let Some(shown) = fields.read("tabTitle", arguments::boolean)? {
        settings = settings.with_tab_title(shown);
    }
    Ok(settings)
}

fn store(name: &str, value: &JsValue) -> Result<StoreName, JsValue> {
    if value.is_null() {
        return Ok(StoreName::None);
    }
    let store = arguments::store(name, value);
    let store = store.map_err(|_| arguments::wrong(name, "a non-empty string, or null"))?;
    Ok(StoreName::Named(store.into()))
}

fn clients(fields: &Fields<'_>) -> Result<Clients, JsValue> {
    let base = fields.read("baseUrl", arguments::text)?;
    let http = http_client(base.as_deref().unwrap_or("/api"), fields)?;
    let storage: Rc<dyn StorageClient> = match &base {
        Some(_) => Rc::new(http.clone()),
        None => Rc::new(NoStorage),
    };
    let base_url = base.and_then(|_| http.base_url());
    let client = |name: &str, value: &JsValue| JsClient::read(name, value, storage, base_url);
    Ok(match fields.read("client", client)? {
        Some(client) => Clients::new(Rc::new(client)),
        None => Clients::new(Rc::new(http)),
    })
}

fn http_client(base: &str, fields: &Fields<'_>) -> Result<HttpStatusClient, JsValue> {
    let mut client = headers::read(HttpStatusClient::new(base), fields)?;
    if let Some(credentials) = fields.read("credentials", credentials)? {
        client = client.with_credentials(credentials);
    }
    let switch = |name| Ok::<_, JsValue>(fields.read(name, arguments::boolean)?.unwrap_or(false));
    Ok(client
        .with_resumable_uploads(switch("resumableUploads")?)
        .with_batch(switch("batch")?)
        .with_events(switch("events")?))
}

fn credentials(name: &str, value: &JsValue) -> Result<Credentials, JsValue> {
    match value.as_string().as_deref() {
        Some("omit") => Ok(Credentials::Omit),
        Some("same-origin") => Ok(Credentials::SameOrigin),
        Some("include") => Ok(Credentials::Include),
        _ => Err(arguments::wrong(name, "omit, same-origin or include")),
    }
}

fn follow_up(name: &str, value: &JsValue) -> Result<Option<FollowUp>, JsValue> {
    if value.is_null() {
        return Ok(None);
    }
    if value.as_string().as_deref() == Some("after-video") {
        return Ok(Some(FollowUp::OnSuccess));
    }
    let expected = "milliseconds, 0 or more, after-video or null";
    let after = arguments::millis(name, value);
    after
        .map(|after| Some(FollowUp::After(after)))
        .map_err(|_| arguments::wrong(name, expected))
}

fn node(name: &str, value: &JsValue) -> Result<Node, JsValue> {
    let is_place = |node: &Node| match node.node_type() {
        Node::ELEMENT_NODE => true,
        Node::DOCUMENT_FRAGMENT_NODE => host_of(node).is_some(),
        _ => false,
    };
    let node = arguments::node(value).filter(is_place);
    node.ok_or_else(|| arguments::wrong(name, "an Element or a ShadowRoot"))
}

/// The language of an element or of its closest ancestor that has one, also outside of the
/// shadow trees that it is in; otherwise that of the document.
fn language_of(element: Option<&Node>) -> Option<String> {
    let mut place = element.cloned();
    while let Some(node) = place {
        let element: Option<&Element> = node.dyn_ref();
        let near = element.and_then(|element| element.closest("[lang]").ok().flatten());
        if let Some(near) = near {
            return near.get_attribute("lang");
        }
        place = host_of(&node.get_root_node()).map(Node::from);
    }
    let root = web_sys::window()?.document()?.document_element()?;
    root.get_attribute("lang")
}

/// The host of a shadow root; `None` for other nodes.
fn host_of(root: &Node) -> Option<Element> {
    let shadow: Option<&ShadowRoot> = root.dyn_ref();
    shadow.map(ShadowRoot::host)
}
