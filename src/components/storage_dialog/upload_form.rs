//! The upload form.

use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};

use background_tasks_core::messages::Label;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ClipboardEvent, DataTransfer, Element, File, FileList, HtmlInputElement};
use yew::prelude::*;

use super::focus_in;
use super::transfer::{Transferred, target_of};
use super::validation::{FileMetadata, FormErrors, check};
use crate::abort_on_drop::AbortOnDrop;
use crate::client::file::size_of;
use crate::components::use_ids::use_ids;
use crate::hooks::use_background_tasks;
use crate::use_guard::use_guard;

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
    /// The files, and what is wrong with others that were chosen together with them.
    Files(Vec<File>, Option<String>),
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
            Edit::Files(files, error) => {
                draft.files = files.into_iter().map(with_metadata).collect();
                if !draft.typed {
                    let first = draft.files.first();
                    draft.title = first
                        .map(|(_, metadata)| metadata.name.clone())
                        .unwrap_or_default();
                    draft.errors.title = None;
                }
                draft.errors.file = error;
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
    /// Whether the form is visible.
    pub(super) visible: bool,
    /// Called when the uploads have started.
    pub(super) on_uploaded: Callback<()>,
}

#[component]
pub(super) fn UploadForm(props: &UploadFormProps) -> Html {
    let tasks = use_background_tasks();
    let ids = use_ids();
    let draft = use_reducer(Draft::default);
    let form = use_node_ref();
    let reading = use_mut_ref(Option::<AbortOnDrop>::default);
    let messages = tasks.messages();

    let onsubmit = {
        let (tasks, draft, form) = (tasks.clone(), draft.clone(), form.clone());
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
            let (tasks, draft, form) = (tasks.clone(), draft.clone(), form.clone());
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
                draft.dispatch(Edit::Files(list(field.files()), None));
                // Otherwise choosing the same file again would be no change.
                field.set_value("");
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
    // Takes the files of a transfer, and returns whether there are any.
    let take = {
        let (draft, tasks) = (draft.dispatcher(), tasks.clone());
        move |transfer: Option<DataTransfer>| {
            let Transferred { files, folder } = transfer.map(Transferred::of).unwrap_or_default();
            let error = folder.map(|name| {
                let messages = tasks.messages();
                messages.filled(Label::FolderSkipped, &[("name", &name)])
            });
            let is_some = !files.is_empty();
            if is_some {
                draft.dispatch(Edit::Files(files, error));
            } else {
                draft.dispatch(Edit::Hovered(false));
                if error.is_some() {
                    draft.dispatch(Edit::Errors(FormErrors {
                        file: error,
                        title: None,
                    }));
                }
            }
            is_some
        }
    };
    let ondrop = {
        let take = take.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            take(event.data_transfer());
        })
    };
    use_guard(props.visible, {
        let form = form.clone();
        move |visible| {
            let document = web_sys::window().filter(|_| *visible)?.document()?;
            let options = EventListenerOptions::enable_prevent_default();
            let paste = move |event: &web_sys::Event| {
                let pasted = event.dyn_ref().and_then(ClipboardEvent::clipboard_data);
                if let Some(pasted) = pasted.filter(|it| is_for_form(event, it, &form))
                    && take(Some(pasted))
                {
                    event.prevent_default();
                }
            };
            Some(EventListener::new_with_options(
                &document, "paste", options, paste,
            ))
        }
    });
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
                <span id={ids.of("chosen")} class="ybt-drop-title" aria-live="polite" ~textContent={chosen} />
                <span class="ybt-hint">{ messages.text(Label::DropFile).to_owned() }</span>
                <input type="file" multiple=true class="ybt-file"
                    accept={(!types.is_empty()).then_some(types)} aria-label={messages.text(Label::File).to_owned()}
                    aria-invalid={draft.errors.file.is_some().then_some("true")}
                    aria-describedby={format!("{} {}", ids.of("chosen"), ids.of("file-error"))} {onchange} />
            </label>
            { field_error(ids.of("file-error"), &draft.errors.file) }
            if draft.files.len() <= 1 {
                <label class="ybt-field">
                    <span>{ messages.text(Label::Title).to_owned() }</span>
                    <input type="text" name="title" dir="auto" autocomplete="off" value={draft.title.clone()}
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
    html! { <p {id} class="ybt-fault" role="alert" ~textContent={text.as_deref().unwrap_or_default()} /> }
}

/// Whether files that are pasted are meant for the form: the focus is in its dialog, or
/// nowhere, and not in a text field that can take the text beside them.
fn is_for_form(event: &web_sys::Event, pasted: &DataTransfer, form: &NodeRef) -> bool {
    let Some(target) = target_of(event) else {
        return false;
    };
    let form = form.cast::<Element>();
    let dialog = form.and_then(|form| form.closest("dialog").ok().flatten());
    let is_inside = dialog.is_some_and(|dialog| dialog.contains(Some(&target)));
    let is_text = target.matches("input[type=text]").unwrap_or_default()
        && pasted.types().includes(&"text/plain".into(), 0);
    !event.default_prevented() && (is_inside || target.tag_name() == "BODY") && !is_text
}

fn list(files: Option<FileList>) -> Vec<File> {
    let files = files.as_ref();
    let all = files.map(|files| (0..files.length()).filter_map(|index| files.get(index)));
    all.into_iter().flatten().collect()
}

fn with_metadata(file: File) -> (File, FileMetadata) {
    let metadata = FileMetadata {
        name: file.name(),
        media_type: file.type_(),
        size: size_of(&file),
    };
    (file, metadata)
}

async fn first_unreadable(files: &[(File, FileMetadata)]) -> Option<String> {
    for (file, metadata) in files {
        if !can_be_read(file).await {
            return Some(metadata.name.clone());
        }
    }
    None
}

/// Reads the first byte. A file that was moved, deleted or is not readable fails here, while
/// the form still holds it.
async fn can_be_read(file: &File) -> bool {
    let Ok(start) = file.slice_with_i32_and_i32(0, 1) else {
        return false;
    };
    match JsFuture::from(start.array_buffer()).await {
        Ok(bytes) => js_sys::Uint8Array::new(&bytes).length() == 1,
        Err(_) => false,
    }
}
