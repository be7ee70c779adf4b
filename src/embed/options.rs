//! The options of a `BackgroundTasks`.

use std::rc::Rc;

use background_tasks_core::{FollowUp, JobKind, Messages};
use js_sys::Function;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Node;

use super::arguments::{self, Fields};
use super::client::JsClient;
use super::transport::JsTransport;
use super::{headers, page, policies, resumable, texts, toaster_options};
use crate::client::{
    Clients, Credentials, HttpStatusClient, NoStorage, StatusClient as _, StorageClient,
};
use crate::settings::{Settings, StoreName};

/// Validated options.
pub(super) struct Options {
    pub(super) clients: Clients,
    pub(super) settings: Settings,
    /// The function for failures.
    pub(super) on_error: Option<Function>,
    /// Kinds of jobs of the page's own.
    pub(super) kinds: Vec<JobKind>,
    /// The node to insert the instance into; `None` if the caller does not say.
    pub(super) element: Option<Node>,
    /// Whether the button that opens the list of tasks is shown.
    pub(super) indicator: bool,
}

impl Options {
    pub(super) fn read(options: &JsValue) -> Result<Self, JsValue> {
        arguments::read(options, Self::of)
    }

    fn of(fields: &Fields<'_>) -> Self {
        let element = fields.value("element", "element");
        let kinds = kinds(fields);
        let mut clients = clients(fields, &kinds);
        if let Some(parts) = fields.value("uploadTransport", "transport") {
            let transport = JsTransport(parts.unchecked_into());
            clients = clients.with_upload_transport(Rc::new(transport));
        }
        let language = fields.string("lang");
        let language = language
            .or_else(|| page::language_of(element.as_ref().unwrap_or(&JsValue::UNDEFINED)))
            .unwrap_or_default();
        let mut messages = Messages::for_language(&language);
        texts::read(&mut messages, fields);
        let mut settings = Settings::new().with_messages(messages);
        apply(&mut settings, fields);
        Self {
            clients,
            settings,
            on_error: fields.function("onError"),
            kinds,
            element: element.map(JsValue::unchecked_into),
            indicator: fields.boolean("indicator").unwrap_or(false),
        }
    }
}

fn apply(settings: &mut Settings, fields: &Fields<'_>) {
    for (kind, name) in [
        (&mut settings.video, "video"),
        (&mut settings.embedding, "embedding"),
    ] {
        job(kind, fields, fields, name);
    }
    let upload = Rc::make_mut(&mut settings.upload);
    fields.group("upload", &mut |fields| policies::upload(upload, fields));
    if let Some(checks) = fields.count("checksInFlight") {
        settings.checks_in_flight = checks as usize;
    }
    if let Some(start) = fields.value("embeddingStart", "followUp") {
        settings.embedding_start = match start.as_f64() {
            Some(after) => Some(FollowUp::After(arguments::millis(after))),
            None if start.is_null() => None,
            None => Some(FollowUp::OnSuccess),
        };
    }
    fields.flag("tabTitle", &mut settings.tab_title);
    toaster_options::read(&mut settings.toaster, fields);
    if let Some(store) = fields.value("store", "storeOrNull") {
        settings.store = match store.as_string() {
            Some(store) => StoreName::Named(store.into()),
            None => StoreName::None,
        };
    }
}

/// The interval of all kinds, then the options of this one, a field of `kinds`.
fn job(kind: &mut JobKind, all: &Fields<'_>, kinds: &Fields<'_>, name: &str) {
    let mut policy = kind.policy().clone();
    all.millis("intervalMs", &mut policy.interval);
    kinds.group(name, &mut |fields| policies::job(&mut policy, fields));
    *kind = kind.clone().with_policy(policy);
}

/// The option `kinds`. Their texts are read with the option `texts`.
fn kinds(fields: &Fields<'_>) -> Vec<JobKind> {
    let mut kinds = Vec::new();
    for (name, endpoint) in arguments::pairs(fields.value("kinds", "kinds")) {
        let mut kind = JobKind::new(name.clone(), endpoint);
        fields.group("kinds", &mut |kinds| job(&mut kind, fields, kinds, &name));
        kinds.push(kind);
    }
    kinds
}

fn clients(fields: &Fields<'_>, kinds: &[JobKind]) -> Clients {
    let base = fields.string("baseUrl");
    let http = http_client(base.as_deref().unwrap_or("/api"), fields);
    let (client, base_url) = match fields.value("simulated", "simulated") {
        // The name of the store derives from it: simulated tasks must not be taken for real ones.
        Some(client) => (Some(client), Some("simulated".to_owned())),
        None => {
            let client = fields.value("client", "client");
            (client, base.is_some().then(|| http.base_url()).flatten())
        }
    };
    let Some(client) = client else {
        return Clients::new(Rc::new(http));
    };
    let storage: Rc<dyn StorageClient> = match &base {
        Some(_) => Rc::new(http),
        None => Rc::new(NoStorage),
    };
    let built_in = [JobKind::video(), JobKind::embedding()].into_iter();
    let kinds = built_in.chain(kinds.iter().cloned()).collect();
    Clients::new(Rc::new(JsClient::new(client, kinds, storage, base_url)))
}

fn http_client(base: &str, fields: &Fields<'_>) -> HttpStatusClient {
    let mut client = headers::read(HttpStatusClient::new(base), fields);
    if let Some(credentials) = fields.value("credentials", "credentials") {
        client = client.with_credentials(match credentials.as_string().as_deref() {
            Some("omit") => Credentials::Omit,
            Some("include") => Credentials::Include,
            Some(_) | None => Credentials::SameOrigin,
        });
    }
    let switch = |name| fields.boolean(name).unwrap_or(false);
    let client = match fields.value("resumableUploads", "resumable") {
        Some(on) if !on.is_object() => client.with_resumable_uploads(on.is_truthy()),
        Some(_) => client.with_tus(resumable::settings(fields)),
        None => client,
    };
    client
        .with_batch(switch("batch"))
        .with_events(switch("events"))
}
