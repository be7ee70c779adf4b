//! Uploads that go on from where they were, against a server that keeps what came.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};
use gloo_timers::future::sleep;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Callback;
use yew_background_tasks::{
    Attachment, AttachmentId, CallError, HttpStatusClient, NewAttachment, ResumeKey, StorageClient,
    UploadNews,
};

use crate::world::{World, new_attachment, patterned_file};

const SIZE: u32 = 3_000_000;

fn client(world: &World) -> HttpStatusClient {
    world.client().with_resumable_uploads(true)
}

fn talk(resume: Option<ResumeKey>) -> NewAttachment {
    NewAttachment {
        resume,
        ..new_attachment(patterned_file("talk.mp4", SIZE), "Vortrag 🎥", "k")
    }
}

/// What an upload told on its way.
#[derive(Clone, Default)]
struct News(Rc<RefCell<Vec<UploadNews>>>);

impl News {
    fn listener(&self) -> Callback<UploadNews> {
        let news = Rc::clone(&self.0);
        Callback::from(move |told| news.borrow_mut().push(told))
    }

    fn key(&self) -> Option<ResumeKey> {
        let news = self.0.borrow();
        let mut keys = news.iter().filter_map(|told| match told {
            UploadNews::Resumable(key) => Some(key.clone()),
            UploadNews::Sent { .. } => None,
        });
        let key = keys.next();
        assert_eq!(keys.next(), None, "one key");
        key
    }

    fn sent(&self) -> Vec<u64> {
        let news = self.0.borrow();
        let sent = news.iter().filter_map(|told| match told {
            UploadNews::Sent { bytes, total } => Some((*bytes, *total)),
            UploadNews::Resumable(_) => None,
        });
        sent.map(|(bytes, total)| {
            assert_eq!(total, u64::from(SIZE));
            bytes
        })
        .collect()
    }
}

async fn upload(world: &World, resume: Option<ResumeKey>) -> (Result<Attachment, CallError>, News) {
    let news = News::default();
    let stored = client(world).upload(talk(resume), news.listener()).await;
    (stored, news)
}

/// Uploads until the connection breaks after so many bytes.
async fn cut_after(world: &World, bytes: u32) -> ResumeKey {
    let fault = json!({"on": "upload-part", "fault": {"cut_after_bytes": bytes}});
    world.add_fault(fault).await;
    let (stored, news) = upload(world, None).await;
    assert_eq!(stored, Err(CallError::Unreachable));
    news.key().expect("a key to go on by")
}

async fn operations(world: &World) -> Vec<String> {
    let requests = world.requests().await;
    let operation = |request: &Value| request["operation"].as_str().map(str::to_owned);
    requests.iter().filter_map(operation).collect()
}

/// What the file is when it is sent in one piece.
async fn digest_of_the_whole() -> Value {
    let world = World::new();
    let stored = world.client().upload(talk(None), Callback::noop()).await;
    assert!(stored.is_ok());
    world.attachments().await[0]["sha256"].clone()
}

#[wasm_bindgen_test]
async fn an_upload_is_created_and_sent_whole() {
    let world = World::new();
    let (stored, news) = upload(&world, None).await;
    let expected = Attachment {
        id: AttachmentId::from(1_u64),
        title: "Vortrag 🎥".into(),
        content_type: "video/mp4".into(),
        size: u64::from(SIZE),
    };
    assert_eq!(stored, Ok(expected));
    assert_eq!(operations(&world).await, ["upload-create", "upload-part"]);
    let kept = world.attachments().await;
    assert_eq!(kept[0]["title"], "Vortrag 🎥");
    assert_eq!(kept[0]["content_type"], "video/mp4");
    assert_eq!(kept[0]["sha256"], digest_of_the_whole().await);
    let requests = world.requests().await;
    assert_eq!(requests[0]["idempotency_key"], "k");
    assert!(
        news.key()
            .is_some_and(|key| key.as_str().starts_with(&world.api()))
    );
    let sent = news.sent();
    assert!(sent.is_sorted(), "{sent:?}");
    assert_eq!(sent.last(), Some(&u64::from(SIZE)));
}

#[wasm_bindgen_test]
async fn an_upload_cut_half_way_goes_on_from_what_the_server_has() {
    let world = World::new();
    let key = cut_after(&world, 1_234_567).await;
    let (stored, news) = upload(&world, Some(key)).await;
    assert_eq!(stored.map(|it| it.id), Ok(AttachmentId::from(1_u64)));
    let expected = [
        "upload-create",
        "upload-part",
        "upload-offset",
        "upload-part",
    ];
    assert_eq!(operations(&world).await, expected);
    let requests = world.requests().await;
    assert_eq!(requests[1]["fate"], "dropped");
    assert_eq!(requests[3]["headers"]["upload-offset"], "1234567");
    assert_eq!(requests[3]["headers"]["content-length"], "1765433");
    let kept = world.attachments().await;
    assert_eq!(kept.as_array().map(Vec::len), Some(1));
    assert_eq!(kept[0]["sha256"], digest_of_the_whole().await);
    assert_eq!(news.key(), None, "the key stays the same");
    let sent = news.sent();
    assert_eq!(sent.first(), Some(&1_234_567));
    assert!(sent.is_sorted(), "{sent:?}");
    assert_eq!(sent.last(), Some(&u64::from(SIZE)));
}

#[wasm_bindgen_test]
async fn an_upload_cut_many_times_comes_through_byte_for_byte() {
    let world = World::new();
    let mut key = cut_after(&world, 700_001).await;
    for bytes in [1, 700_000, 65_536] {
        let fault = json!({"on": "upload-part", "fault": {"cut_after_bytes": bytes}});
        world.add_fault(fault).await;
        let (stored, news) = upload(&world, Some(key.clone())).await;
        assert_eq!(stored, Err(CallError::Unreachable));
        key = news.key().unwrap_or(key);
    }
    assert!(upload(&world, Some(key)).await.0.is_ok());
    let kept = world.attachments().await;
    assert_eq!(kept[0]["sha256"], digest_of_the_whole().await);
    let last = world.requests().await.pop().unwrap_or_default();
    assert_eq!(last["headers"]["upload-offset"], "1465538");
}

#[wasm_bindgen_test]
async fn the_answer_to_the_last_part_can_be_lost() {
    for with_key in [true, false] {
        let world = World::new();
        let key = cut_after(&world, SIZE).await;
        let (stored, _) = upload(&world, with_key.then_some(key)).await;
        assert_eq!(stored.map(|it| it.id), Ok(AttachmentId::from(1_u64)));
        let asked = if with_key {
            "upload-offset"
        } else {
            "upload-create"
        };
        let expected = ["upload-create", "upload-part", asked];
        assert_eq!(operations(&world).await, expected);
        let kept = world.attachments().await;
        assert_eq!(kept.as_array().map(Vec::len), Some(1));
    }
}

#[wasm_bindgen_test]
async fn an_upload_that_the_server_does_not_know_any_more_begins_anew() {
    let world = World::new();
    let discarded = cut_after(&world, 1_000).await;
    assert_eq!(client(&world).discard(&discarded).await, Ok(()));
    for key in [discarded, format!("{}/uploads/u-99", world.api()).into()] {
        let before = operations(&world).await.len();
        let (stored, news) = upload(&world, Some(key.clone())).await;
        assert!(stored.is_ok(), "{stored:?}");
        assert!(news.key().is_some_and(|new| new != key));
        let after = operations(&world).await;
        let first = after.get(before..before + 2);
        assert_eq!(
            first,
            Some(&["upload-offset".to_owned(), "upload-create".to_owned()][..])
        );
    }
}

#[wasm_bindgen_test]
async fn an_upload_of_another_size_is_not_gone_on_with() {
    let world = World::new();
    let key = cut_after(&world, 1_000).await;
    let other = NewAttachment {
        resume: Some(key),
        ..new_attachment(patterned_file("talk.mp4", 5_000), "t", "another key")
    };
    let stored = client(&world).upload(other, Callback::noop()).await;
    assert_eq!(stored.map(|it| it.size), Ok(5_000));
    assert_eq!(world.attachments().await[0]["size"], 5_000);
}

#[wasm_bindgen_test]
async fn nothing_is_sent_to_another_origin() {
    let world = World::new();
    let token = || async { Some("secret".to_owned()) };
    let client = client(&world).with_token(token);
    for location in [
        "http://127.0.0.1:9/api/uploads/u-1",
        "//other.example/u-1",
        "https://127.0.0.1/u-1",
        "blob:http://127.0.0.1/u-1",
        "javascript:alert(1)",
        "http://",
    ] {
        let fault = json!({"status": 201, "location": location});
        world
            .add_fault(json!({"on": "upload-create", "fault": fault}))
            .await;
        let news = News::default();
        let stored = client.upload(talk(None), news.listener()).await;
        assert!(
            matches!(stored, Err(CallError::NotUnderstood { .. })),
            "{location}: {stored:?}"
        );
        assert_eq!(news.key(), None, "{location}");
    }
    let far: ResumeKey = "https://other.example/uploads/u-1".into();
    let before = operations(&world).await.len();
    assert!(client.discard(&far).await.is_err());
    assert_eq!(operations(&world).await.len(), before);
    let stored = client.upload(talk(Some(far)), Callback::noop()).await;
    assert!(stored.is_ok(), "begun anew: {stored:?}");
}

#[wasm_bindgen_test]
async fn a_discarded_upload_is_gone_from_the_server() {
    let world = World::new();
    let key = cut_after(&world, 1_000).await;
    let client = client(&world);
    for _ in 0..2 {
        assert_eq!(client.discard(&key).await, Ok(()));
    }
    let requests = world.requests().await;
    let statuses: Vec<_> = requests.iter().map(|it| it["status"].as_u64()).collect();
    assert_eq!(statuses, [Some(201), None, Some(204), Some(410)]);
}

#[wasm_bindgen_test]
async fn a_dropped_upload_is_aborted_and_can_be_gone_on_with() {
    let rate = json!({"upload_bytes_per_second": 1_000_000});
    let world = World::with_plan(rate).await;
    let news = News::default();
    let call = client(&world).upload(talk(None), news.listener());
    let Either::Right(((), call)) = select(call, sleep(Duration::from_millis(900))).await else {
        panic!("3 MB were sent in a second");
    };
    drop(call);
    let told = news.sent().len();
    // At once, while the server may not have noticed.
    let (stored, later) = upload(&world, news.key()).await;
    assert!(stored.is_ok(), "{stored:?}");
    assert_eq!(news.sent().len(), told);
    let sent = later.sent();
    assert!(sent.first().is_some_and(|first| *first > 0), "{sent:?}");
    let requests = world.requests().await;
    assert_ne!(requests[1]["status"], 204);
    let kept = world.attachments().await;
    assert_eq!(kept[0]["sha256"], digest_of_the_whole().await);
}

#[wasm_bindgen_test]
async fn another_writer_is_waited_for_once_and_then_it_passes_by_itself() {
    for (status, times) in [(423, 1), (409, 1), (423, 2), (409, 2)] {
        let world = World::new();
        let fault = json!({"status": status});
        let rule = json!({"on": "upload-part", "times": times, "fault": fault});
        world.add_fault(rule).await;
        let (stored, _) = upload(&world, None).await;
        if times == 1 {
            assert!(stored.is_ok(), "{stored:?}");
        } else {
            assert!(stored.is_err_and(|error| error.is_transient()));
        }
    }
}

#[wasm_bindgen_test]
async fn refusals_keep_their_status_at_each_step() {
    for (operation, resumed) in [
        ("upload-create", false),
        ("upload-part", false),
        ("upload-offset", true),
    ] {
        let world = World::new();
        let key = if resumed {
            Some(cut_after(&world, 1_000).await)
        } else {
            None
        };
        let fault = json!({"status": 429, "retry_after": "7", "body": r#"{"message": "full"}"#});
        world
            .add_fault(json!({"on": operation, "fault": fault}))
            .await;
        let (stored, _) = upload(&world, key).await;
        let Err(CallError::Status {
            status: 429,
            retry_after,
            message,
        }) = stored
        else {
            panic!("{operation}: {stored:?}");
        };
        assert_eq!(retry_after, Some(Duration::from_secs(7)));
        // An answer to HEAD has no body.
        let words = (!resumed).then_some("full");
        assert_eq!(message.as_deref(), words, "{operation}");
    }
}

#[wasm_bindgen_test]
async fn each_request_asks_for_a_token_of_its_own() {
    let world = World::new();
    let asked = Rc::new(RefCell::new(0));
    let counter = Rc::clone(&asked);
    let client = client(&world).with_token(move || {
        *counter.borrow_mut() += 1;
        let token = format!("t{}", counter.borrow());
        async move { Some(token) }
    });
    assert!(client.upload(talk(None), Callback::noop()).await.is_ok());
    let requests = world.requests().await;
    let tokens: Vec<_> = requests
        .iter()
        .map(|it| it["headers"]["authorization"].as_str())
        .collect();
    assert_eq!(tokens, [Some("Bearer t1"), Some("Bearer t2")]);
}

#[wasm_bindgen_test]
async fn an_empty_file_is_refused_with_its_reason() {
    let world = World::new();
    let empty = new_attachment(patterned_file("a.mp4", 0), "a", "k");
    let refused = client(&world).upload(empty, Callback::noop()).await;
    let Err(CallError::Status {
        status, message, ..
    }) = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (status, message.as_deref()),
        (422, Some("the file is empty"))
    );
}
