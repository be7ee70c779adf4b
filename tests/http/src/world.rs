//! A world of the reference backend.

use std::time::Duration;

use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::future::sleep;
use js_sys::{Array, Uint8Array};
use serde_json::{Value, from_slice, json};
use web_sys::{Blob, File, FilePropertyBag};
use yew_background_tasks::{
    HttpStatusClient, IdempotencyKey, Job, JobKind, JobStatus, NewAttachment, StatusClient,
};

const BACKEND: &str = match option_env!("REFERENCE_BACKEND") {
    Some(address) => address,
    None => "http://127.0.0.1:8787",
};

/// The size of a response body in bytes, more than all buffers between server and page hold.
pub const HUGE: u64 = 100_000_000;

/// The state of one server, separate from all others.
pub struct World {
    address: String,
}

impl World {
    /// A new world. Its random name differs from those of earlier runs.
    pub fn new() -> Self {
        let name = (js_sys::Math::random() * 1e15).floor();
        Self {
            address: format!("{BACKEND}/w/http-{name}"),
        }
    }

    /// A world with this fault.
    pub async fn with_fault(fault: Value) -> Self {
        let world = Self::new();
        world.add_fault(fault).await;
        world
    }

    /// A world that follows this plan.
    pub async fn with_plan(plan: Value) -> Self {
        let world = Self::new();
        world.follow(plan).await;
        world
    }

    /// Follows this plan from now on.
    pub async fn follow(&self, plan: Value) {
        let request = Request::put(&self.control("plan")).body(plan.to_string());
        let response = request.expect("a request").send().await;
        check(response.expect("the reference backend"));
    }

    /// Adds one fault rule or several.
    pub async fn add_fault(&self, fault: Value) {
        let request = Request::post(&self.control("faults")).body(fault.to_string());
        let response = request.expect("a request").send().await;
        check(response.expect("the reference backend"));
    }

    /// Removes all fault rules.
    pub async fn clear_faults(&self) {
        let response = Request::delete(&self.control("faults")).send().await;
        check(response.expect("the reference backend"));
    }

    /// The base URL of the API in this world.
    pub fn api(&self) -> String {
        format!("{}/api", self.address)
    }

    /// A client of this world.
    pub fn client(&self) -> HttpStatusClient {
        HttpStatusClient::new(&self.api())
    }

    /// The requests so far.
    pub async fn requests(&self) -> Vec<Value> {
        let Value::Array(requests) = self.get("requests").await else {
            panic!("the request log is not an array");
        };
        requests
    }

    /// The only request so far.
    pub async fn request(&self) -> Value {
        let mut requests = self.requests().await;
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.pop().unwrap_or_default()
    }

    /// Waits until the server has received this many requests, at most 20 s.
    pub async fn received(&self, count: usize) {
        for _ in 0..400 {
            if self.requests().await.len() >= count {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("the server has not received {count} requests");
    }

    /// The outcome of the last request, once the server knows it.
    pub async fn fate(&self) -> String {
        self.fates().await.pop().unwrap_or_default()
    }

    /// The outcome of each request, once the server knows all of them. Waits for the first
    /// request, at most 20 s.
    pub async fn fates(&self) -> Vec<String> {
        let mut fates = Vec::new();
        for _ in 0..400 {
            let requests = self.requests().await;
            let fate = |request: &Value| request["fate"].as_str().unwrap_or("pending").to_owned();
            fates = requests.iter().map(fate).collect();
            if !fates.is_empty() && !fates.iter().any(|fate| fate == "pending") {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
        fates
    }

    /// The attachments, with the digests of their bytes.
    pub async fn attachments(&self) -> Value {
        self.get("attachments").await
    }

    fn control(&self, call: &str) -> String {
        format!("{}/control/{call}", self.address)
    }

    async fn get(&self, call: &str) -> Value {
        let request: RequestBuilder = Request::get(&self.control(call));
        let response = request.send().await.expect("the reference backend");
        from_slice(&response.binary().await.expect("a body")).expect("JSON")
    }
}

fn check(response: Response) {
    assert!(response.ok(), "status {}", response.status());
}

/// The video job of this queue id.
pub fn video(queue_id: &str) -> Job {
    Job::new(JobKind::video(), 7_u64, queue_id)
}

/// The embedding job of this attachment.
pub fn embedding(attachment: u64) -> Job {
    Job::new(JobKind::embedding(), attachment, attachment.to_string())
}

/// A file with these bytes.
pub fn file(name: &str, media_type: &str, bytes: &[u8]) -> File {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = FilePropertyBag::new();
    options.set_type(media_type);
    File::new_with_u8_array_sequence_and_options(&parts, name, &options).expect("a file")
}

/// A file to upload.
pub fn new_attachment(file: File, title: &str, key: &str) -> NewAttachment {
    NewAttachment::new(file, title, IdempotencyKey::from(key))
}

/// A file of so many bytes, no two parts of which are equal.
pub fn patterned_file(name: &str, length: u32) -> File {
    let bytes: Vec<u8> = (0..length)
        .map(|place| place.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    file(name, "video/mp4", &bytes)
}

/// A file of so many zeros, which does not occupy WASM memory.
pub fn large_file(name: &str, length: u32) -> File {
    let zeros = Uint8Array::new_with_length(length);
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&zeros)).expect("a blob");
    File::new_with_blob_sequence(&Array::of1(&blob), name).expect("a file")
}

/// The status of a job for which the server sends this body.
pub async fn status_of(body: Value) -> Result<JobStatus, yew_background_tasks::RequestError> {
    let plan = json!({"video": {"script": [body]}});
    let world = World::with_plan(plan).await;
    world.client().status(&video("q-1")).await
}
