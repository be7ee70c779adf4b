//! Uploads to object storage, signed by functions of Rust. `tests/e2e/s3.test.mjs` has a storage.

use std::cell::RefCell;
use std::future::ready;
use std::rc::Rc;

use js_sys::{Array, Function};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{
    AttachmentId, Call, MultipartUpload, NewAttachment, RequestError, ResumeKey, S3MultipartSigner,
    S3Signer, S3Transport, SignedRequest, UploadEvent, UploadTransport as _, UploadedPart,
};

use crate::driver_uploads::file;

/// Replaces `XMLHttpRequest` until it is dropped: every request succeeds with an ETag.
struct Requests(Array);

impl Requests {
    fn new() -> Self {
        let sent = Array::new();
        let replace = Function::new_with_args(
            "sent",
            "globalThis.RealXMLHttpRequest = XMLHttpRequest;
             globalThis.XMLHttpRequest = class {
               upload = {};
               status = 200;
               open(method, url) { this.line = `${method} ${url}`; }
               setRequestHeader(name, value) { this.line += ` ${name}=${value}`; }
               getAllResponseHeaders() { return 'x: y\\r\\netag: \"e\"\\r\\n'; }
               abort() {}
               send(body) {
                 sent.push(`${this.line} ${body.size}`);
                 this.upload.onprogress({ loaded: body.size, total: body.size });
                 queueMicrotask(() => this.onloadend());
               }
             };",
        );
        replace.call1(&JsValue::NULL, &sent).expect("no exception");
        Self(sent)
    }

    fn sent(&self) -> Vec<String> {
        self.0.iter().filter_map(|line| line.as_string()).collect()
    }
}

impl Drop for Requests {
    fn drop(&mut self) {
        let restore = Function::new_no_args("globalThis.XMLHttpRequest = RealXMLHttpRequest");
        restore.call0(&JsValue::NULL).expect("no exception");
    }
}

/// Signs everything, unless it has an error, and records what it was asked.
#[derive(Default)]
struct Signer {
    error: Option<RequestError>,
    parts: Vec<UploadedPart>,
    asked: RefCell<Vec<String>>,
}

impl Signer {
    fn answer<T: 'static>(&self, asked: String, answer: T) -> Call<T> {
        self.asked.borrow_mut().push(asked);
        Box::pin(ready(self.error.clone().map_or(Ok(answer), Err)))
    }
}

impl S3Signer for Signer {
    fn sign_put(&self, upload: NewAttachment) -> Call<SignedRequest> {
        let key = upload.idempotency_key.as_str();
        let asked = format!("put {} {} {key}", upload.file.name(), upload.title);
        let request = SignedRequest::new("https://store.example/a")
            .with_header("x-amz-acl", "private")
            .with_id(7_u32);
        self.answer(asked, request)
    }
}

impl S3MultipartSigner for Signer {
    fn create(&self, upload: NewAttachment) -> Call<MultipartUpload> {
        let created = MultipartUpload {
            key: "videos/a".into(),
            upload_id: "u-1".into(),
        };
        self.answer(format!("create {}", upload.title), created)
    }

    fn sign_part(&self, upload: MultipartUpload, number: u32, bytes: u64) -> Call<SignedRequest> {
        let asked = format!("part {} {number} {bytes}", upload.upload_id);
        self.answer(asked, SignedRequest::new("https://store.example/b"))
    }

    fn list_parts(&self, upload: MultipartUpload) -> Call<Vec<UploadedPart>> {
        self.answer(format!("list {}", upload.upload_id), self.parts.clone())
    }

    fn complete(
        &self,
        upload: MultipartUpload,
        file: NewAttachment,
        parts: Vec<(u32, String)>,
    ) -> Call<Option<AttachmentId>> {
        let asked = format!("complete {} {} {parts:?}", upload.key, file.title);
        self.answer(asked, None)
    }

    fn abort(&self, upload: MultipartUpload) -> Call<()> {
        self.answer(format!("abort {} {}", upload.key, upload.upload_id), ())
    }
}

fn notes() -> NewAttachment {
    let file = file("notes.txt", "text/plain", "12345678");
    NewAttachment::new(file, "My notes", "key-1".into())
}

/// Uploads the notes, and returns the result and the states.
async fn upload(
    transport: &S3Transport,
    upload: NewAttachment,
) -> (Result<AttachmentId, RequestError>, Vec<ResumeKey>) {
    let states = Rc::new(RefCell::new(Vec::new()));
    let on_event = {
        let states = Rc::clone(&states);
        Callback::from(move |event| {
            if let UploadEvent::Resumable(state) = event {
                states.borrow_mut().push(state);
            }
        })
    };
    let result = transport.upload(upload, on_event).await;
    let states = states.borrow().clone();
    (result, states)
}

fn in_parts(signer: &Rc<Signer>) -> S3Transport {
    S3Transport::new(Rc::clone(signer) as Rc<dyn S3Signer>)
        .with_multipart(Rc::clone(signer) as Rc<dyn S3MultipartSigner>)
        .with_multipart_from(8)
}

#[wasm_bindgen_test]
async fn small_file_is_put_to_its_signed_url() {
    let requests = Requests::new();
    let signer = Rc::new(Signer::default());
    let transport = in_parts(&signer).with_multipart_from(9);
    let (result, states) = upload(&transport, notes()).await;
    assert_eq!(result, Ok(7_u32.into()));
    assert_eq!(states, []);
    assert_eq!(
        requests.sent(),
        ["PUT https://store.example/a x-amz-acl=private 8"]
    );
    assert_eq!(*signer.asked.borrow(), ["put notes.txt My notes key-1"]);
}

#[wasm_bindgen_test]
async fn large_file_is_sent_in_parts_and_continues_with_those_that_are_missing() {
    let requests = Requests::new();
    let signer = Rc::new(Signer::default());
    let (result, states) = upload(&in_parts(&signer), notes()).await;
    assert_eq!(result, Ok("videos/a".into()));
    assert_eq!(requests.sent(), ["PUT https://store.example/b 8"]);
    let parts = r#"complete videos/a My notes [(1, "\"e\"")]"#;
    assert_eq!(
        *signer.asked.borrow(),
        ["create My notes", "part u-1 1 8", parts]
    );
    let part = UploadedPart {
        number: 1,
        etag: "\"e\"".into(),
        size: 8,
    };
    let signer = Rc::new(Signer {
        parts: vec![part],
        ..Signer::default()
    });
    let state = states.first().expect("a state").clone();
    let (result, _) = upload(&in_parts(&signer), notes().with_resume(state)).await;
    assert_eq!(result, Ok("videos/a".into()));
    assert_eq!(requests.sent().len(), 1);
    assert_eq!(*signer.asked.borrow(), ["list u-1", parts]);
}

#[wasm_bindgen_test]
async fn errors_of_the_signer_are_those_of_the_upload() {
    let refused = RequestError::Status {
        status: 422,
        retry_after: Some(std::time::Duration::from_secs(3)),
        message: Some("No notes".into()),
    };
    let detail: Rc<str> = "no token".into();
    for error in [
        refused,
        RequestError::NotSent {
            detail: Rc::clone(&detail),
        },
        RequestError::Misconfigured {
            detail: Rc::clone(&detail),
        },
        RequestError::InvalidResponse { detail },
        RequestError::Unreachable,
    ] {
        let signer = Rc::new(Signer {
            error: Some(error.clone()),
            ..Signer::default()
        });
        let (result, _) = upload(&in_parts(&signer), notes()).await;
        assert_eq!(result, Err(error));
    }
}

#[wasm_bindgen_test]
async fn discarded_state_aborts_its_multipart_upload() {
    let signer = Rc::new(Signer::default());
    let transport = in_parts(&signer);
    let state = ResumeKey::from(r#"{"key":"videos/a","uploadId":"u-1","partSize":8}"#);
    assert_eq!(transport.discard(&state).await, Ok(()));
    assert_eq!(*signer.asked.borrow(), ["abort videos/a u-1"]);
    // What another transport has stored.
    let other = ResumeKey::from("https://uploads.example/files/1");
    assert_eq!(transport.discard(&other).await, Ok(()));
    assert_eq!(signer.asked.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn part_size_that_s3_does_not_accept_is_named() {
    let transport = in_parts(&Rc::default()).with_part_size(1);
    let (result, _) = upload(&transport, notes()).await;
    assert!(
        matches!(&result, Err(RequestError::Misconfigured { detail }) if detail.contains("partSize")),
        "{result:?}"
    );
}
