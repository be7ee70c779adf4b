//! A Yew app with background tasks: a provider, a button, a file field and the list of tasks.
//! Its status client, its kind of task and its texts are its own.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_background_tasks::messages::Label;
use yew_background_tasks::{
    BackgroundTasksProvider, Call, Clients, HttpStatusClient, Job, JobKind, JobStatus, JobText,
    Messages, Meta, RequestError, Settings, StatusClient, TaskList, TaskOptions, TasksIndicator,
    use_background_tasks,
};

/// Asks the API for the status of a job. One that the API has deleted is finished.
struct OwnStatusClient(HttpStatusClient);

impl StatusClient for OwnStatusClient {
    fn status(&self, job: &Job) -> Call<JobStatus> {
        let status = self.0.status(job);
        Box::pin(async move {
            match status.await {
                Err(RequestError::Status { status: 410, .. }) => Ok(JobStatus::Succeeded),
                answer => answer,
            }
        })
    }
}

#[component]
fn App() -> Html {
    let clients = use_memo((), |()| {
        let api = HttpStatusClient::new("/api");
        let status = Rc::new(OwnStatusClient(api.clone()));
        Clients::without_storage(status).with_storage(Rc::new(api))
    });
    let messages = Messages::english().with_text(Label::Retry, "Try again");
    let settings = Settings::new().with_messages(messages);
    html! {
        <BackgroundTasksProvider clients={(*clients).clone()} {settings}>
            <main>
                <h1>{ "Background tasks in Yew" }</h1>
                <TasksIndicator />
                <Upload />
                <Analyse />
                <Transcribe />
                <TaskList />
            </main>
        </BackgroundTasksProvider>
    }
}

/// The processing and embedding of a video start automatically after its upload.
#[component]
fn Upload() -> Html {
    let tasks = use_background_tasks();
    let onchange = move |event: Event| {
        let field: HtmlInputElement = event.target_unchecked_into();
        if let Some(file) = field.files().and_then(|files| files.get(0)) {
            let title = file.name();
            let mut options = TaskOptions::new();
            options.meta = Meta::from_json(r#"{"course": 12}"#).ok();
            tasks.upload_with(file, &title, options);
        }
        field.set_value("");
    };
    html! { <label>{ "Upload a file " }<input type="file" {onchange} /></label> }
}

#[component]
fn Analyse() -> Html {
    let tasks = use_background_tasks();
    let onclick = move |_| {
        tasks.start_video_processing_task(7_u32, "talk.mp4", "q-81f3");
    };
    html! { <button {onclick}>{ "Analyse" }</button> }
}

/// A kind of task of the app's own.
#[component]
fn Transcribe() -> Html {
    let transcript = JobKind::new("transcript", "transcripts")
        .with_text(JobText::Working, "✍️ Transcribing: {title}");
    let transcripts = use_background_tasks().register(transcript);
    let onclick = move |_| {
        transcripts.follow_job(7_u32, "talk.mp4", "t-1");
    };
    html! { <button {onclick}>{ "Transcribe" }</button> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
