//! The form that hands a file over, and is empty again at once.

use std::rc::Rc;

use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, HtmlInputElement};
use yew::prelude::*;

use super::focus_in;
use super::validation::{Faults, FileFacts, check};
use crate::hooks::use_background_tasks;
use crate::spawned::Spawned;
use crate::task::messages::fill;

/// What is in the form.
#[derive(Clone, Default)]
struct Draft {
    /// The chosen file, and its facts when it was chosen: of one that is
    /// deleted since, the browser says that it is empty.
    file: Option<(File, FileFacts)>,
    title: String,
    /// Whether the person wrote the title, so that a file's name must not replace it.
    typed: bool,
    faults: Faults,
    /// Whether a file hovers over the drop area.
    hovered: bool,
}

enum Edit {
    File(Option<File>, Option<String>),
    Title(String),
    Faults(Faults),
    Hovered(bool),
    Clear,
}

impl Reducible for Draft {
    type Action = Edit;

    fn reduce(self: Rc<Self>, edit: Edit) -> Rc<Self> {
        let mut draft = (*self).clone();
        match edit {
            Edit::File(file, note) => {
                if !draft.typed {
                    draft.title = file.as_ref().map(File::name).unwrap_or_default();
                    draft.faults.title = None;
                }
                draft.file = file.map(|file| {
                    let (name, size) = (file.name(), file.size());
                    (file, FileFacts { name, size })
                });
                draft.faults.file = note;
                draft.hovered = false;
            }
            Edit::Title(title) => {
                draft.typed = !title.is_empty();
                draft.title = title;
                draft.faults.title = None;
            }
            Edit::Faults(faults) => draft.faults = faults,
            Edit::Hovered(hovered) => draft.hovered = hovered,
            Edit::Clear => draft = Self::default(),
        }
        Rc::new(draft)
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct UploadFormProps {
    /// Called once the file is handed over.
    pub(super) on_uploaded: Callback<()>,
}

#[component]
pub(super) fn UploadForm(props: &UploadFormProps) -> Html {
    let tasks = use_background_tasks();
    let draft = use_reducer(Draft::default);
    let (form, field) = (use_node_ref(), use_node_ref());
    let reading = use_mut_ref(|| None::<Spawned>);
    let labels = tasks.messages().labels.clone();

    let onsubmit = {
        let (tasks, draft, form, field) =
            (tasks.clone(), draft.clone(), form.clone(), field.clone());
        let on_uploaded = props.on_uploaded.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let messages = Rc::clone(tasks.messages());
            let facts = draft.file.as_ref().map(|(_, facts)| facts);
            let faults = check(facts, &draft.title, &messages.labels);
            let Some((file, facts)) = draft.file.clone().filter(|_| faults.is_empty()) else {
                let first = if faults.file.is_some() {
                    "input[type=file]"
                } else {
                    "input[name=title]"
                };
                draft.dispatch(Edit::Faults(faults));
                focus_in(&form, first);
                return;
            };
            let (tasks, draft, form, field) =
                (tasks.clone(), draft.clone(), form.clone(), field.clone());
            let on_uploaded = on_uploaded.clone();
            *reading.borrow_mut() = Some(Spawned::new(async move {
                if can_be_read(&file).await {
                    tasks.upload(file, draft.title.trim());
                    if let Some(field) = field.cast::<HtmlInputElement>() {
                        field.set_value("");
                    }
                    draft.dispatch(Edit::Clear);
                    on_uploaded.emit(());
                } else {
                    let name = [("name", facts.name.as_str())];
                    let said = fill(&messages.labels.file_unreadable, &name);
                    draft.dispatch(Edit::Faults(Faults {
                        file: Some(said),
                        title: None,
                    }));
                    focus_in(&form, "input[type=file]");
                }
            }));
        })
    };
    let onchange = {
        let draft = draft.dispatcher();
        Callback::from(move |event: web_sys::Event| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                draft.dispatch(Edit::File(
                    field.files().and_then(|files| files.get(0)),
                    None,
                ));
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
            // Without this the browser opens the file instead.
            event.prevent_default();
            draft.dispatch(Edit::Hovered(hovered));
        })
    };
    let ondrop = {
        let (draft, field, only_one) = (
            draft.dispatcher(),
            field.clone(),
            labels.only_one_file.clone(),
        );
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            let files = event.data_transfer().and_then(|dropped| dropped.files());
            let Some(file) = files.as_ref().and_then(|files| files.get(0)) else {
                draft.dispatch(Edit::Hovered(false));
                return;
            };
            let several = files.is_some_and(|files| files.length() > 1);
            if let Some(field) = field.cast::<HtmlInputElement>() {
                put_into(&field, &file);
            }
            draft.dispatch(Edit::File(
                Some(file),
                several.then(|| only_one.to_string()),
            ));
        })
    };
    let chosen = draft.file.as_ref().map(|(_, facts)| facts.name.clone());
    html! {
        <form ref={form} class="ybt-form" novalidate=true {onsubmit}>
            <label class="ybt-drop" data-drop-zone="" data-hovered={draft.hovered.then_some("true")}
                ondragenter={hover(true)} ondragover={hover(true)} ondragleave={hover(false)} {ondrop}>
                <span class="ybt-drop-title">
                    { chosen.unwrap_or_else(|| labels.choose_file.to_string()) }
                </span>
                <span class="ybt-hint">{ labels.drop_file.to_string() }</span>
                <input ref={field} type="file" class="ybt-file" aria-label={labels.file.to_string()}
                    aria-invalid={draft.faults.file.is_some().then_some("true")}
                    aria-describedby="ybt-file-fault" {onchange} />
            </label>
            <Fault id="ybt-file-fault" text={draft.faults.file.clone()} />
            <label class="ybt-field">
                <span>{ labels.title.to_string() }</span>
                <input type="text" name="title" autocomplete="off" value={draft.title.clone()}
                    aria-invalid={draft.faults.title.is_some().then_some("true")}
                    aria-describedby="ybt-title-hint ybt-title-fault" {oninput} />
            </label>
            <p id="ybt-title-hint" class="ybt-hint">{ labels.title_hint.to_string() }</p>
            <Fault id="ybt-title-fault" text={draft.faults.title.clone()} />
            <button type="submit" class="ybt-primary" data-upload="">{ labels.upload.to_string() }</button>
        </form>
    }
}

#[derive(PartialEq, Properties)]
struct FaultProps {
    id: &'static str,
    text: Option<String>,
}

/// What is wrong with a field. Always there, so that it is heard when it speaks.
#[component]
fn Fault(props: &FaultProps) -> Html {
    html! { <p id={props.id} class="ybt-fault" role="alert">{ props.text.clone().unwrap_or_default() }</p> }
}

/// Reads the first byte: a file that was moved, deleted or forbidden fails
/// here, before the form lets it go.
async fn can_be_read(file: &File) -> bool {
    let Ok(start) = file.slice_with_i32_and_i32(0, 1) else {
        return false;
    };
    match JsFuture::from(start.array_buffer()).await {
        Ok(bytes) => js_sys::Uint8Array::new(&bytes).length() == 1,
        Err(_) => false,
    }
}

/// Shows a dropped file in the file field, as if it was chosen there.
fn put_into(field: &HtmlInputElement, file: &File) {
    if let Ok(transfer) = DataTransfer::new()
        && transfer.items().add_with_file(file).is_ok()
    {
        field.set_files(transfer.files().as_ref());
    }
}
