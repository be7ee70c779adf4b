//! Promise toasts: a loading toast that is replaced when a future completes.

use std::rc::Rc;

use super::super::{Toast, ToastId};
use super::Toaster;
use crate::abort_on_drop::AbortOnDrop;

impl Toaster {
    /// Shows `loading` until `work` is ready, then replaces it with the toast that
    /// `settled` returns for the output; `None` closes it.
    ///
    /// A toast that was closed or replaced in the meantime is left as it is. The work
    /// continues in any case, until the toaster is [shut down](Self::shut_down).
    ///
    /// ```no_run
    /// # use yew_background_tasks::toast::{Toast, Toaster};
    /// # async fn save() -> Result<u32, String> { Ok(3) }
    /// Toaster::page().promise(Toast::loading("Saving", None), save(), |saved| match saved {
    ///     Ok(count) => Toast::success(format!("{count} files saved")),
    ///     Err(reason) => Toast::error("Not saved").with_description(reason),
    /// });
    /// ```
    pub fn promise<T, S: Into<Option<Toast>>>(
        &self,
        loading: impl Into<Option<Toast>>,
        work: impl Future<Output = T> + 'static,
        settled: impl FnOnce(T) -> S + 'static,
    ) -> ToastId {
        let id = self.new_id();
        self.promise_as(&id, loading, work, settled);
        id
    }

    /// [`promise`](Self::promise) with an id of your own.
    pub fn promise_as<T, S: Into<Option<Toast>>>(
        &self,
        id: &ToastId,
        loading: impl Into<Option<Toast>>,
        work: impl Future<Output = T> + 'static,
        settled: impl FnOnce(T) -> S + 'static,
    ) {
        if let Some(loading) = loading.into() {
            self.upsert(id, loading);
        }
        let number = self.next_number();
        let version = self.read(|stacks| stacks.version(id));
        let (id, inner) = (id.clone(), Rc::downgrade(&self.0));
        let promise = AbortOnDrop::new(async move {
            let output = work.await;
            if let Some(toaster) = inner.upgrade().map(Self) {
                let toast = settled(output).into();
                let settled = toaster.0.promises.borrow_mut().remove(&number);
                drop(settled);
                toaster.replace(&id, version, toast);
            }
        });
        let before = self.0.promises.borrow_mut().insert(number, promise);
        drop(before);
    }

    /// Replaces the toast if it still has this version.
    fn replace(&self, id: &ToastId, version: Option<u64>, toast: Option<Toast>) {
        if self.read(|stacks| stacks.version(id)) != version {
            return;
        }
        match toast {
            Some(toast) => self.upsert(id, toast),
            None => self.dismiss(id),
        }
    }
}
