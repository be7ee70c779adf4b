//! The upload form.

use std::rc::Rc;

use background_tasks_core::messages::Label;
use web_sys::{File, FileList, HtmlInputElement};
use yew::prelude::*;

use super::focus_in;
use super::validation::{FileMetadata, FormErrors, check};
use crate::abort_on_drop::AbortOnDrop;
use crate::client::file::{check_readable, size_of};
use crate::components::use_ids::use_ids;
use crate::hooks::use_background_tasks;

/// The values of the form.
#[derive(Clone, Default)]
struct Draft {
    /// The chosen files, and their metadata when they were chosen: for a file deleted since
    /// then, the browser reports a size of 0.
    files: Vec<(File, FileMetadata)>,
    title: String,
    /// Whether the user entered the title, so that a file's name does not replace it.
    typed: bool,
    errors: FormErrors,
    /// Whether files are being dragged over the drop area.
    hovered: bool,
}

enum Edit {
    Files(Option<FileList>),
    Title(String),
    Errors(FormErrors),
    Hovered(bool),
    Clear,
}

impl Reducible for Draft {
    type Action = Edit;

    fn reduce(self: Rc<Self>, edit: Edit) -> Rc<Self> {
        let mut draft = (*self).clone();
        match edit {
            Edit::Files(files) => {
                draft.files = files.as_ref().map(with_metadata).unwrap_or_default();
                if !draft.typed {
                    let first = draft.files.first();
                    draft.title = first
                        .map(|(_, metadata)| metadata.name.clone())
                        .unwrap_or_default();
                    draft.errors.title = None;
                }
                draft.errors.file = None;
                draft.hovered = false;
            }
            Edit::Title(title) => {
                draft.typed = !title.is_empty();
                draft.title = title;
                draft.errors.title = None;
            }
            Edit::Errors(errors) => draft.errors = errors,
            Edit::Hovered(hovered) => draft.hovered = hovered,
            Edit::Clear => draft = Self::default(),
        }
        Rc::new(draft)
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct UploadFormProps {
    /// Called when the uploads have started.
    pub(super) on_uploaded: Callback<()>,
}

#[component]
pub(super) fn UploadForm(props: &UploadFormProps) -> Html {
    let tasks = use_background_tasks();
    let ids = use_ids();
    let draft = use_reducer(Draft::default);
    let (form, field) = (use_node_ref(), use_node_ref());
    let reading = use_mut_ref(Option::<AbortOnDrop>::default);
    let messages = tasks.messages();

    let onsubmit = {
        let (tasks, draft, form, field) =
            (tasks.clone(), draft.clone(), form.clone(), field.clone());
        let on_uploaded = props.on_uploaded.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let messages = Rc::clone(tasks.messages());
            let metadata = draft.files.iter().map(|(_, metadata)| metadata);
            let policy = tasks.upload_policy();
            let errors = check(metadata, &draft.title, policy, &messages);
            if !errors.is_empty() {
                let first = if errors.file.is_some() {
                    "input[type=file]"
                } else {
                    "input[name=title]"
                };
                draft.dispatch(Edit::Errors(errors));
                focus_in(&form, first);
                return;
            }
            let (tasks, draft, form, field) =
                (tasks.clone(), draft.clone(), form.clone(), field.clone());
            let on_uploaded = on_uploaded.clone();
            *reading.borrow_mut() = Some(AbortOnDrop::new(async move {
                let unreadable = first_unreadable(&draft.files).await;
                if let Some(name) = unreadable {
                    let message = messages.filled(Label::FileUnreadable, &[("name", &name)]);
                    draft.dispatch(Edit::Errors(FormErrors {
                        file: Some(message),
                        title: None,
                    }));
                    focus_in(&form, "input[type=file]");
                } else {
                    let is_multiple = draft.files.len() > 1;
                    for (file, metadata) in &draft.files {
                        let title = if is_multiple {
                            &metadata.name
                        } else {
                            &draft.title
                        };
                        tasks.upload(file.clone(), title.trim());
                    }
                    if let Some(field) = field.cast::<HtmlInputElement>() {
                        field.set_value("");
                    }
                    draft.dispatch(Edit::Clear);
                    on_uploaded.emit(());
                }
            }));
        })
    };
    let onchange = {
        let draft = draft.dispatcher();
        Callback::from(move |event: web_sys::Event| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                draft.dispatch(Edit::Files(field.files()));
            }
        })
    };
    let oninput = {
        let draft = draft.dispatcher();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                draft.dispatch(Edit::Title(field.value()));
            }
        })
    };
    let hover = |hovered| {
        let draft = draft.dispatcher();
        Callback::from(move |event: DragEvent| {
            // Otherwise the browser opens the file.
            event.prevent_default();
            draft.dispatch(Edit::Hovered(hovered));
        })
    };
    let ondrop = {
        let (draft, field) = (draft.dispatcher(), field.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            let files = event.data_transfer().and_then(|dropped| dropped.files());
            let Some(files) = files.filter(|files| files.length() > 0) else {
                draft.dispatch(Edit::Hovered(false));
                return;
            };
            if let Some(field) = field.cast::<HtmlInputElement>() {
                // Keep the field in sync, as if the user had chosen the files there.
                field.set_files(Some(&files));
            }
            draft.dispatch(Edit::Files(Some(files)));
        })
    };
    let chosen = match draft.files.as_slice() {
        [] => messages.text(Label::ChooseFile).to_owned(),
        [(_, metadata)] => metadata.name.clone(),
        files => messages.counted(Label::FilesChosen, files.len()),
    };
    let types = tasks.upload_policy().types.join(",");
    html! {
        <form ref={form} class="ybt-form" novalidate=true {onsubmit}>
            <label class="ybt-drop" data-drop-zone="" data-hovered={draft.hovered.then_some("true")}
                ondragenter={hover(true)} ondragover={hover(true)} ondragleave={hover(false)} {ondrop}>
                <span class="ybt-drop-title">{ chosen }</span>
                <span class="ybt-hint">{ messages.text(Label::DropFile).to_owned() }</span>
                <input ref={field} type="file" multiple=true class="ybt-file"
                    accept={(!types.is_empty()).then_some(types)} aria-label={messages.text(Label::File).to_owned()}
                    aria-invalid={draft.errors.file.is_some().then_some("true")}
                    aria-describedby={ids.of("file-error")} {onchange} />
            </label>
            { field_error(ids.of("file-error"), &draft.errors.file) }
            if draft.files.len() <= 1 {
                <label class="ybt-field">
                    <span>{ messages.text(Label::Title).to_owned() }</span>
                    <input type="text" name="title" autocomplete="off" value={draft.title.clone()}
                        aria-invalid={draft.errors.title.is_some().then_some("true")}
                        aria-describedby={format!("{} {}", ids.of("title-hint"), ids.of("title-error"))} {oninput} />
                </label>
                <p id={ids.of("title-hint")} class="ybt-hint">{ messages.text(Label::TitleHint).to_owned() }</p>
                { field_error(ids.of("title-error"), &draft.errors.title) }
            }
            <button type="submit" class="ybt-primary" data-upload="">{ messages.text(Label::Upload).to_owned() }</button>
        </form>
    }
}

/// The error of a field. Always in the document, so that screen readers announce a change.
fn field_error(id: String, text: &Option<String>) -> Html {
    html! { <p {id} class="ybt-fault" role="alert">{ text.as_deref().unwrap_or_default() }</p> }
}

fn with_metadata(files: &FileList) -> Vec<(File, FileMetadata)> {
    let files = (0..files.length()).filter_map(|index| files.get(index));
    files
        .map(|file| {
            let size = size_of(&file);
            let (name, media_type) = (file.name(), file.type_());
            let metadata = FileMetadata {
                name,
                media_type,
                size,
            };
            (file, metadata)
        })
        .collect()
}

async fn first_unreadable(files: &[(File, FileMetadata)]) -> Option<String> {
    for (file, metadata) in files {
        if check_readable(file).await.is_err() {
            return Some(metadata.name.clone());
        }
    }
    None
}
