//! What a `BackgroundTasks` is set up with, as JavaScript describes it.

use std::rc::Rc;

use background_tasks_core::{FollowUp, JobKind, Messages};
use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Node, ShadowRoot};

use super::arguments::{self, Fields};
use super::client::JsClient;
use super::store_name::StoreName;
use super::{policies, texts, toaster_options};
use crate::client::{Clients, Credentials, HttpStatusClient, NoStorage, StorageClient};
use crate::settings::Settings;
use crate::toast::ToasterSettings;

/// The options of one instance, read.
pub(super) struct Options {
    pub(super) clients: Clients,
    pub(super) settings: Settings,
    pub(super) store: StoreName,
    /// What it is put into, where the caller says so.
    pub(super) element: Option<Node>,
    /// Whether the button with the list of tasks is shown.
    pub(super) indicator: bool,
}

impl Options {
    pub(super) fn read(options: &JsValue) -> Result<Self, JsValue> {
        let fields = Fields::of_options(options)?;
        let element = fields.read("element", node)?;
        let store = fields.read("store", StoreName::read)?;
        let clients = clients(&fields)?;
        let mut settings = settings(&fields, element.as_ref())?;
        settings.toaster = toaster_options::read(ToasterSettings::default(), options)?;
        // Last, so that a wrong option takes no number.
        let store = store.unwrap_or_else(StoreName::own);
        Ok(Self {
            clients,
            settings: settings.with_persistence(store.key().map(Into::into)),
            store,
            element,
            indicator: fields.read("indicator", arguments::truth)?.unwrap_or(false),
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
    if let Some(shown) = fields.read("tabTitle", arguments::truth)? {
        settings = settings.with_tab_title(shown);
    }
    Ok(settings)
}

fn clients(fields: &Fields<'_>) -> Result<Clients, JsValue> {
    let base = fields.read("baseUrl", arguments::text)?;
    let http = http_client(base.as_deref().unwrap_or("/api"), fields)?;
    let storage: Rc<dyn StorageClient> = match &base {
        Some(_) => Rc::new(http.clone()),
        None => Rc::new(NoStorage),
    };
    let client = |name: &str, value: &JsValue| JsClient::read(name, value, storage);
    Ok(match fields.read("client", client)? {
        Some(client) => Clients::new(Rc::new(client)),
        None => Clients::new(Rc::new(http)),
    })
}

fn http_client(base: &str, fields: &Fields<'_>) -> Result<HttpStatusClient, JsValue> {
    let mut client = HttpStatusClient::new(base);
    for (name, value) in fields.read("headers", headers)?.unwrap_or_default() {
        client = client.with_header(&name, &value);
    }
    if let Some(invalid) = client.invalid_header() {
        let expected = format!("headers that can be sent: {invalid}");
        return Err(arguments::wrong("headers", &expected));
    }
    if let Some(credentials) = fields.read("credentials", credentials)? {
        client = client.with_credentials(credentials);
    }
    if let Some(provider) = fields.read("token", arguments::function)? {
        client = client.with_token(move || token(provider.clone()));
    }
    let switch = |name| Ok::<_, JsValue>(fields.read(name, arguments::truth)?.unwrap_or(false));
    Ok(client
        .with_resumable_uploads(switch("resumableUploads")?)
        .with_batch(switch("batch")?)
        .with_events(switch("events")?))
}

/// As `fetch` takes them: an object of strings, a list of pairs, or `Headers`.
fn headers(name: &str, value: &JsValue) -> Result<Vec<(String, String)>, JsValue> {
    let wrong = || arguments::wrong(name, "an object of strings, pairs of strings, or Headers");
    if !value.is_object() {
        return Err(wrong());
    }
    let pairs = match js_sys::try_iter(value)? {
        Some(pairs) => pairs.collect::<Result<Array, _>>()?,
        None => Object::entries(value.unchecked_ref()),
    };
    let pairs = pairs.into_iter().map(|pair| {
        let pair: &Array = pair.dyn_ref().ok_or_else(wrong)?;
        let text = |index| pair.get(index).as_string().ok_or_else(wrong);
        Ok((text(0)?, text(1)?))
    });
    pairs.collect()
}

fn credentials(name: &str, value: &JsValue) -> Result<Credentials, JsValue> {
    match value.as_string().as_deref() {
        Some("omit") => Ok(Credentials::Omit),
        Some("same-origin") => Ok(Credentials::SameOrigin),
        Some("include") => Ok(Credentials::Include),
        _ => Err(arguments::wrong(name, "omit, same-origin or include")),
    }
}

/// Asks the host for a token. One that fails to give it sends none, which the
/// server answers as it does those who are not signed in.
async fn token(provider: Function) -> Option<String> {
    let token = match provider.call0(&JsValue::UNDEFINED) {
        Ok(token) => JsFuture::from(Promise::resolve(&token)).await,
        Err(exception) => Err(exception),
    };
    match token {
        Ok(token) => token.as_string(),
        Err(exception) => {
            web_sys::console::error_1(&exception);
            None
        }
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

/// The language of an element, or of what is around it, also outside of the
/// shadow trees that it is in; else that of the document.
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

/// The host of a shadow tree; none of anything else.
fn host_of(root: &Node) -> Option<Element> {
    let shadow: Option<&ShadowRoot> = root.dyn_ref();
    shadow.map(ShadowRoot::host)
}
