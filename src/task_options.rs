//! Options of a single task.

use background_tasks_core::Meta;

/// Options of a single task, for the methods of [`BackgroundTasks`](crate::BackgroundTasks)
/// whose names end in `_with`.
///
/// | option | default |
/// | --- | --- |
/// | [`meta`](Self::with_meta): the app's own data | none |
///
/// ```
/// use yew_background_tasks::{BackgroundTasks, InvalidMeta, Meta, TaskOptions};
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Lesson {
///     course: u32,
/// }
///
/// fn analyse(tasks: &BackgroundTasks) -> Result<(), InvalidMeta> {
///     let options = TaskOptions::new().with_meta(Meta::new(&Lesson { course: 12 })?);
///     let id = tasks.start_video_processing_task_with(7_u32, "talk.mp4", "q-81f3", options);
///     // Wherever the task is read, also after a reload and in other tabs:
///     if let Some(meta) = tasks.task(&id).and_then(|task| task.meta.clone()) {
///         assert_eq!(meta.read::<Lesson>()?.course, 12);
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskOptions {
    /// The app's own data on the task.
    pub meta: Option<Meta>,
}

impl TaskOptions {
    /// The defaults of the table above.
    pub const fn new() -> Self {
        Self { meta: None }
    }

    /// Sets the app's own data. The tasks that follow an upload have the upload's.
    #[must_use]
    pub fn with_meta(mut self, meta: Meta) -> Self {
        self.meta = Some(meta);
        self
    }
}
