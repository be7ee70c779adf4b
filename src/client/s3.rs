//! Uploads to object storage with the S3 API, by presigned URLs. What is sent when is decided in
//! `s3/s3.js`, which the npm package contains too.

mod conversion;
mod js_transport;
mod signer;

use std::fmt;
use std::rc::Rc;

use background_tasks_core::{AttachmentId, RequestError, ResumeKey, UploadEvent};
use js_sys::Object;
use wasm_bindgen::prelude::*;
use yew::Callback;

use self::conversion::{function, set};
use self::js_transport::JsTransport;
pub use self::signer::{MultipartUpload, S3MultipartSigner, S3Signer, SignedRequest, UploadedPart};
use super::{Call, NewAttachment, UploadTransport};

#[wasm_bindgen(module = "/src/client/s3/s3.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn s3(options: &Object) -> Result<JsValue, JsValue>;
}

/// Uploads files to object storage with the S3 API: small ones in one `PUT` to a presigned URL,
/// large ones in parts, which can be paused and continue with the parts that are missing.
///
/// | setting | default |
/// | --- | --- |
/// | multipart uploads | none |
/// | smallest file that is uploaded in parts | 100 MiB |
/// | size of a part, larger if there would be more than 10,000 | 8 MiB |
///
/// After a refusal of a request (status 403), which an expired signature gets, it is signed and
/// sent once more. `docs/object-storage.md` has the rules that the bucket needs.
///
/// ```
/// use std::rc::Rc;
/// use yew_background_tasks::{
///     Call, Clients, HttpStatusClient, NewAttachment, S3Signer, S3Transport, SignedRequest,
/// };
///
/// struct Signer;
///
/// # async fn ask_server(_: &str) -> Result<String, yew_background_tasks::RequestError> {
/// #     Ok(String::new())
/// # }
/// impl S3Signer for Signer {
///     fn sign_put(&self, upload: NewAttachment) -> Call<SignedRequest> {
///         Box::pin(async move {
///             Ok(SignedRequest::new(ask_server(&upload.file.name()).await?))
///         })
///     }
/// }
///
/// let clients = Clients::new(Rc::new(HttpStatusClient::new("/api")))
///     .with_upload_transport(Rc::new(S3Transport::new(Rc::new(Signer))));
/// ```
#[derive(Clone)]
pub struct S3Transport {
    signer: Rc<dyn S3Signer>,
    multipart: Option<Rc<dyn S3MultipartSigner>>,
    multipart_from: u64,
    part_size: u64,
}

impl S3Transport {
    /// Uploads every file in one `PUT`.
    pub fn new(signer: Rc<dyn S3Signer>) -> Self {
        Self {
            signer,
            multipart: None,
            multipart_from: 100 << 20,
            part_size: 8 << 20,
        }
    }

    /// Uploads large files in parts.
    #[must_use]
    pub fn with_multipart(mut self, signer: Rc<dyn S3MultipartSigner>) -> Self {
        self.multipart = Some(signer);
        self
    }

    /// Sets the size in bytes from which files are uploaded in parts.
    #[must_use]
    pub const fn with_multipart_from(mut self, bytes: u64) -> Self {
        self.multipart_from = bytes;
        self
    }

    /// Sets the size in bytes of a part, from 5 MiB to 5 GiB, which are the limits of S3. With
    /// any other size every upload fails with a reason that names it.
    #[must_use]
    pub const fn with_part_size(mut self, bytes: u64) -> Self {
        self.part_size = bytes;
        self
    }

    /// The transport of `s3.js`. Not created before it is used, since there may be no browser.
    fn transport(&self) -> Result<JsTransport, RequestError> {
        let transport = s3(&self.options()).map_err(|error| RequestError::Misconfigured {
            detail: conversion::text(&error, "message").into(),
        })?;
        Ok(JsTransport(transport))
    }

    fn options(&self) -> Object {
        #[expect(clippy::cast_precision_loss, reason = "nobody has files of 2^53 bytes")]
        let options = conversion::object([
            ("multipartFrom", (self.multipart_from as f64).into()),
            ("partSize", (self.part_size as f64).into()),
        ]);
        let signer = Rc::clone(&self.signer);
        let sign_put = function(move |input| {
            let signed = signer.sign_put(conversion::new_attachment(input));
            Box::pin(async { Ok(conversion::signed(&signed.await?)) })
        });
        set(&options, "signPut", &sign_put);
        if let Some(multipart) = &self.multipart {
            add_multipart(&options, multipart);
        }
        options
    }
}

fn add_multipart(options: &Object, signer: &Rc<dyn S3MultipartSigner>) {
    let [create, sign, list, complete, abort] = [(); 5].map(|()| Rc::clone(signer));
    let functions = [
        (
            "createMultipart",
            function(move |input| {
                let created = create.create(conversion::new_attachment(input));
                Box::pin(async { Ok(conversion::created(&created.await?)) })
            }),
        ),
        (
            "signPart",
            function(move |input| {
                let upload = conversion::multipart_upload(input);
                let number = conversion::part_number(input, "partNumber");
                let signed = sign.sign_part(upload, number, conversion::number(input, "size"));
                Box::pin(async { Ok(conversion::signed(&signed.await?)) })
            }),
        ),
        (
            "listParts",
            function(move |input| {
                let parts = list.list_parts(conversion::multipart_upload(input));
                Box::pin(async { Ok(conversion::listed(parts.await?)) })
            }),
        ),
        (
            "completeMultipart",
            function(move |input| {
                let upload = conversion::multipart_upload(input);
                let file = conversion::new_attachment(input);
                let completed = complete.complete(upload, file, conversion::parts(input));
                Box::pin(async {
                    let id = conversion::attachment_id(completed.await?.as_ref());
                    Ok(conversion::object([("id", id)]).into())
                })
            }),
        ),
        (
            "abortMultipart",
            function(move |input| {
                let aborted = abort.abort(conversion::multipart_upload(input));
                Box::pin(async { aborted.await.map(|()| JsValue::UNDEFINED) })
            }),
        ),
    ];
    for (name, function) in functions {
        set(options, name, &function);
    }
}

impl UploadTransport for S3Transport {
    fn upload(&self, upload: NewAttachment, on_event: Callback<UploadEvent>) -> Call<AttachmentId> {
        match self.transport() {
            Ok(transport) => transport.upload(&upload, on_event),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    fn resumable_from(&self) -> Option<u64> {
        self.multipart.as_ref().map(|_| self.multipart_from)
    }

    fn discard(&self, state: &ResumeKey) -> Call<()> {
        match self.transport() {
            Ok(transport) => transport.discard(state),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }
}

impl fmt::Debug for S3Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("S3Transport")
            .field("multipart_from", &self.multipart_from)
            .field("part_size", &self.part_size)
            .finish_non_exhaustive()
    }
}
