//! A spawned future that is aborted when its owner is dropped.

use std::future::Future;

use futures_util::future::{AbortHandle, Abortable};
use wasm_bindgen_futures::spawn_local;

/// Drives a future; dropping this drops the future.
#[derive(Debug)]
pub(crate) struct AbortOnDrop(AbortHandle);

impl AbortOnDrop {
    pub(crate) fn new(future: impl Future<Output = ()> + 'static) -> Self {
        let (handle, registration) = AbortHandle::new_pair();
        let abortable = Abortable::new(future, registration);
        spawn_local(async move {
            // Whether it completed or was aborted is for its owner to know.
            let _ = abortable.await;
        });
        Self(handle)
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
