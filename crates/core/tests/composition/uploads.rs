//! Files of uploads that the policy refuses.

use std::rc::Rc;

use background_tasks_core::{
    Config, Failure, FileInfo, Input, NewUpload, TaskId, TaskKind, TaskState, UploadPolicy,
};

use crate::fixture::config;
use crate::server::silent;
use crate::tab::Tab;

fn file(name: &str, media_type: &str) -> FileInfo {
    FileInfo {
        name: name.into(),
        media_type: media_type.into(),
        size: 2_000,
    }
}

/// The name of the file that was refused.
fn refused(tab: &Tab, id: &TaskId) -> String {
    match tab.state(id) {
        TaskState::Failed(Failure::Refused { name, .. }) => name.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn replacement_file_that_is_refused_shows_its_own_reason_and_kind() {
    let config = Config {
        upload: Rc::new(UploadPolicy::new().with_max_size(1_000)),
        ..config(1)
    };
    let mut tab = Tab::with(config, silent());
    let id = TaskId::from("upload_1_1");
    let upload = NewUpload {
        file: file("notes.pdf", "application/pdf"),
        title: "notes.pdf".into(),
        meta: None,
    };
    tab.input(Input::StartUpload(id.clone(), upload));
    assert_eq!(refused(&tab, &id), "notes.pdf");
    let other = file("talk.mp4", "video/mp4");
    tab.input(Input::FileChosen(id.clone(), other));
    assert_eq!(refused(&tab, &id), "talk.mp4");
    let kind = &tab.core.snapshot(&id).unwrap().kind;
    assert_eq!(*kind, TaskKind::Upload { video: true });
}
